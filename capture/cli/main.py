"""The door of the command line (stage ⑤): which command is meant, and how every end becomes an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

import rich_click as click
from click.exceptions import Exit, NoArgsIsHelpError

from thresher.capture.cli import output
from thresher.capture.errors import Cancelled, ThresherError, UsageError

if TYPE_CHECKING:
    import click as plain_click

RunScreen = Callable[..., int]
"""Runs the terminal screen and gives the exit code; for its arguments see ``thresher.__main__.open_screen``."""

COMMANDS: Final = {
    "read": "Print events.",
    "info": "Say what a capture holds: sources, counts, times, bytes, damage.",
    "follow": "Print what was said on a connection, pipe or file.",
    "why": "Say what proves a value of an event.",
    "chain": "Follow a credential to where it came from and to what was done with it.",
    "coverage": "Say what cloud logs cover, and where they are silent.",
    "verify": "Check a copy of logs against the digests that were delivered with it.",
    "mark": "Mark, comment, tag or ignore events in the case file.",
    "case": "Show the notes and the journal of the case file.",
    "fields": "List the fields that filters and output can name.",
    "filter": "Check, explain and complete display filters.",
    "sql": "Run one SELECT over the tables of a capture.",
    "fetch": "Copy CloudTrail from S3, LookupEvents or a queue into a folder.",
    "cache": "List or remove the indexes that are kept.",
}
"""Each in a module of its own below ``commands``, imported when it runs."""

READS: Final = ("-r", "-T", "-w", "-z", "-V", "-x", "-e", "-E", "-c", "-a")
"""Options that only ``read`` has: with one of them and no command, it is meant."""

INTERRUPTED: Final = 130


class Commands(click.RichGroup):
    """Commands that are imported when they run."""

    def list_commands(self, ctx: plain_click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: plain_click.Context, cmd_name: str) -> plain_click.Command | None:
        """The command of this name; ``open`` is the one that needs no name."""
        if cmd_name not in COMMANDS and cmd_name != "open":
            return None
        found: plain_click.Command = import_module(f"thresher.capture.cli.commands.{cmd_name}").command
        return found


def show_version(context: plain_click.Context, _option: object, wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from thresher.capture.cli.version import version_line

        output.line(version_line())
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="Say which.")
def program() -> None:
    """Open what a machine or a cloud account did: filter it, look into it, script it.

    thresher CAPTURE… opens the screen; without a terminal it prints an overview.
    thresher -r CAPTURE 'proc.name == "curl"' prints the events that match.
    """


def main(argv: Sequence[str] | None = None, run_tui: RunScreen | None = None) -> int:
    """Run the command line.

    Args:
        argv: what stands behind the program's name; None for this process's own.
        run_tui: opens the screen; without it the overview is printed.

    Returns:
        0 ok, 1 failed, 2 usage, 3 unreadable, 4 bad filter or query, 5 read with damage, 130 interrupted.
    """
    output.prepare()
    try:
        code = _run(routed(list(sys.argv[1:] if argv is None else argv)), run_tui)
        sys.stdout.flush()
    except BrokenPipeError:
        output.give_up_stdout()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(arguments: list[str], run_tui: RunScreen | None) -> int:
    try:
        if not arguments:
            return _help_instead(program)
        with program.make_context("thresher", arguments, obj=run_tui) as context:
            result = program.invoke(context)
    except Exit as end:
        return end.exit_code
    except NoArgsIsHelpError as problem:
        return _help_instead(problem.ctx.command) if problem.ctx else UsageError.exit_code
    except click.ClickException as problem:
        output.error(UsageError(_said(problem)))
        return UsageError.exit_code
    except Cancelled:
        return INTERRUPTED
    except ThresherError as problem:
        output.error(problem)
        return problem.exit_code
    except Exception as problem:
        if not type(problem).__module__.startswith(("duckdb", "_duckdb")):
            raise
        output.error(ThresherError(f"the database gave up: {problem}"))
        return ThresherError.exit_code
    return result if isinstance(result, int) else 0


def _help_instead(command: plain_click.Command) -> int:
    """Print a command's help where its arguments are missing."""
    path = "thresher" if command is program else f"thresher {command.name}"
    with redirect_stdout(sys.stderr), suppress(Exit):
        command.make_context(path, ["--help"])
    return UsageError.exit_code


def _said(problem: click.ClickException) -> str:
    """The message with what helps: the command whose help tells more."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else "thresher"
    return f"{problem.format_message().rstrip('.')}; see '{path.removesuffix(' open')} --help'"


def routed(arguments: list[str]) -> list[str]:
    """The arguments with the command that is meant in front."""
    if not arguments or arguments[0] in COMMANDS or arguments[0] in ("-h", "--help", "--version"):
        return arguments
    before_words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if any(_only_read_has(argument) for argument in before_words):
        return ["read", *arguments]
    return ["open", *arguments]


def _only_read_has(argument: str) -> bool:
    return argument == "--sql" or (argument[:2] in READS and not argument.startswith("--"))
