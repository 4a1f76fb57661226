"""Writes what ``read`` found to a file, or as a table to stdout (stage ⑤)."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thresher.capture.case.tables import write_table
from thresher.capture.cli import output
from thresher.capture.cli.data_rows import labelled
from thresher.capture.errors import UsageError
from thresher.capture.saving.save import TABLES, save
from thresher.capture.saving.target import check_target, write_sidecar, written

if TYPE_CHECKING:
    from typing import IO

    from thresher.capture.case import Case, Positions


@dataclass(frozen=True, slots=True)
class Wish:
    """Where to write, and how."""

    target: str
    kind: str
    filter: str
    extra: Sequence[str]
    force: bool
    quiet: bool


def write(case: Case, positions: Positions, names: Sequence[str], wish: Wish) -> None:
    """Write events, or their fields, to a file; says on stderr how many.

    Raises:
        UsageError: the file must not be written, or its name does not say what to write.
    """
    path = Path(wish.target)
    kind = TABLES.get(path.suffix)
    if kind is None:
        if wish.kind != "text":
            raise UsageError(f"-w {path}: -T {wish.kind} goes to stdout; write it with '> {path}'")
        counts = save(case.stores, case.parts(positions), path, wish.filter, extra=wish.extra, force=wish.force)
        state = f", and {counts.state:,} that only carry state they need" if counts.state else ""
        said = f"{counts.events:,} events{state}"
    else:
        if wish.kind not in ("text", "fields", kind):
            raise UsageError(f"-w {path}: the name says {kind}, -T says {wish.kind}")
        check_target(path, case.stores, wish.force)
        with written(path) as file:
            _rows(case, positions, names, kind, file)
        facts = {"filter": wish.filter, "events": len(positions), "fields": list(names)}
        write_sidecar(path, case.stores, facts)
        said = f"{len(positions):,} events"
    with path.open("rb") as made:
        digest = hashlib.file_digest(made, "sha256").hexdigest()
    where = str(path.absolute())
    case.notes.log("write", {"to": where, "sha256": digest, "filter": wish.filter, "events": len(positions)})
    if not wish.quiet:
        output.note(f"{path}: {said}")


def write_rows(case: Case, positions: Positions, names: Sequence[str], kind: str) -> None:
    """Write the fields of events to stdout.

    Raises:
        UsageError: stdout is a terminal.
    """
    if sys.stdout.isatty():
        raise UsageError(f"{kind} is nothing for a terminal; send it to a file or another program")
    _rows(case, positions, names, kind, sys.stdout.buffer)


def _rows(case: Case, positions: Positions, names: Sequence[str], kind: str, file: IO[bytes]) -> None:
    columns, rows = labelled(case, [positions], names)
    write_table(file, kind, [(column.name, column) for column in columns], rows)
