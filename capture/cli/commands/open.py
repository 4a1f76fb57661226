"""``thresher CAPTURE…`` (stage ⑤): the screen, or without a terminal the overview."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click as plain_click

    from thresher.capture.cli.main import RunScreen


@click.command("open")
@click.option("-Y", "--filter", "filter_text", default="", metavar="FILTER", help="Display filter to begin with.")
@click.option("-n", "--internal", is_flag=True, help="Begin with the recorder's bookkeeping shown.")
@click.option("-g", "--go-to", default="", metavar="WHERE", help="Event number or time to begin at.")
@options.metadata
@options.shift
@options.follow
@options.zone
@options.no_cache
@options.case_file
@options.quiet
@click.argument("captures", nargs=-1, required=True)
@click.pass_context
def command(
    context: plain_click.Context,
    captures: tuple[str, ...],
    filter_text: str,
    internal: bool,
    go_to: str,
    follow: bool,
    zone: str,
    no_cache: bool,
    quiet: bool,
) -> int:
    """Open captures on the screen; without a terminal print an overview of them."""
    from thresher.capture.cli.opening import damage_code, given_shifts, metadata_files, opened
    from thresher.capture.timetext import zone as zone_of

    where = zone_of(zone)
    _refuse_misspelt_command(captures)
    run_screen: RunScreen | None = context.obj
    if run_screen is not None and sys.stdout.isatty() and _has_keyboard(captures):
        return run_screen(
            captures,
            text=filter_text,
            internal=internal,
            go_to=go_to,
            timezone=where,
            cache=not no_cache,
            follow=follow,
            case_file=options.chosen_case(),
            metadata=metadata_files(),
            shifts=given_shifts(),
        )
    from thresher.capture.cli.overview import overview

    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        case.zone = where
        output.write(f"{line}\n" for line in overview(case, filter_text, where))
        return damage_code(case, quiet=True)


def _has_keyboard(captures: Sequence[str]) -> bool:
    """Whether somebody can type; a capture in standard input makes way where there is a terminal all the same."""
    if sys.stdin.isatty():
        return True
    from thresher.capture.inputs import standard_input

    if "-" not in captures or not standard_input.has_terminal():
        return False
    standard_input.give_way()
    return True


def _refuse_misspelt_command(captures: Sequence[str]) -> None:
    from thresher.capture.cli.main import COMMANDS

    first = captures[0]
    if first.isalpha() and not Path(first).exists():
        near = get_close_matches(first, COMMANDS, n=1)
        meant = f"; did you mean the command '{near[0]}'?" if near else f"; the commands are {', '.join(COMMANDS)}"
        raise UsageError(f"'{first}' is neither a file nor a command{meant}")
