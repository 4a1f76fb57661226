"""``thresher case`` (stage ⑤): the notes and the journal of a case file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.notes import CaseFile

TAMPERED = 5
"""Exit code where the journal is not as it was written, as for a damaged capture."""

_file = click.option("--case", "case_path", metavar="FILE", help="The case file; the user's own unless named.")
_kind = click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)


@click.group("case")
def command() -> None:
    """Show the case file: notes on events, and the journal of what was opened, filtered, written and noted.

    Captures are never written to; the case file is where notes live. It names captures and quotes filters: keep it as
    you keep evidence.
    """


@command.command("path")
def path() -> int:
    """Print where the user's own case file is, or would be."""
    from thresher.capture.notes import default_path

    output.line(str(default_path()))
    return 0


@command.command("show")
@_file
@_kind
def show(case_path: str | None, kind: str) -> int:
    """Print the notes, by capture and number of the event in its file."""
    from thresher.capture.cli import case_text

    return _printed(case_path, case_text.notes_json if kind == "json" else case_text.notes_text)


@command.command("journal")
@_file
@_kind
@options.zone
def journal(case_path: str | None, kind: str, zone: str) -> int:
    """Print what was done, oldest first; says (exit code 5) where the journal is not as it was written."""
    from thresher.capture.cli import case_text
    from thresher.capture.timetext import zone as zone_of

    where = zone_of(zone)
    make = case_text.journal_json if kind == "json" else case_text.journal_text
    return _printed(case_path, lambda file: make(file, where))


@command.command("export")
@_file
@options.zone
def export(case_path: str | None, zone: str) -> int:
    """Print everything, notes and journal, as one JSON document."""
    from thresher.capture.cli import case_text
    from thresher.capture.timetext import zone as zone_of

    where = zone_of(zone)
    return _printed(case_path, lambda file: case_text.everything_json(file, where))


def _printed(named: str | None, make: Callable[[CaseFile], Any]) -> int:
    """Print what is made of a case file that is there; 5 where its journal is not as it was written."""
    from pathlib import Path

    from thresher.capture.notes import CaseFile, default_path

    where = Path(named) if named else default_path()
    if not where.exists():
        raise UsageError(f"{where}: there is no such case file; 'thresher mark' or opening a capture makes one")
    file = CaseFile(where)
    try:
        output.write(f"{line}\n" for line in make(file))
        broken = file.first_broken()
    finally:
        file.close()
    if broken is not None:
        output.note(f"{where}: the journal is not as it was written from entry {broken} on")
        return TAMPERED
    return 0
