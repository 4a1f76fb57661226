"""docs/cli.md is made from the commands themselves; run this file to write it anew."""

from __future__ import annotations

from inspect import cleandoc
from pathlib import Path

import click
import pytest

from thresher.capture.cli.main import COMMANDS, program

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "cli.md"

MARK = "<!-- what follows is made by tests/cli/test_reference.py -->\n"
"""What stands before it in the document is written by hand."""


def reference() -> str:
    """The generated part of the document."""
    parts = []
    for name in [*COMMANDS, "open"]:
        command = program.get_command(click.Context(program), name)
        assert command is not None
        parts.append(_section(command, name))
    return "\n".join(parts)


def _section(command: click.Command, name: str) -> str:
    title = "thresher CAPTURE…" if name == "open" else f"thresher {name}"
    lines = [f"## `{title}`", "", cleandoc(command.help or ""), ""]
    if isinstance(command, click.Group):
        lines += [f"- `{title} {inner}`: {found.help}" for inner, found in sorted(command.commands.items())]
        return "\n".join([*lines, ""])
    lines += ["| option | meaning |", "|---|---|"]
    for option in command.params:
        if isinstance(option, click.Option):
            value = "" if option.is_flag else f" {option.metavar or _choices(option)}"
            spelled = ", ".join(f"`{spelling}`" for spelling in option.opts) + (f" `{value.strip()}`" if value else "")
            lines.append(
                f"| {spelled.replace('|', chr(92) + '|')} | {(option.help or '').replace('|', chr(92) + '|')} |"
            )
    return "\n".join([*lines, ""])


def _choices(option: click.Option) -> str:
    return "|".join(option.type.choices) if isinstance(option.type, click.Choice) else option.type.name.upper()


def test_the_reference_is_up_to_date() -> None:
    _, mark, made = DOCUMENT.read_text("utf-8").partition(MARK)
    assert mark
    assert made == f"\n{reference()}", "run: python tests/cli/test_reference.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_means(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


if __name__ == "__main__":
    written, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    DOCUMENT.write_text(f"{written}{mark}\n{reference()}", "utf-8")
