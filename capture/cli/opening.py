"""Opens captures for a command (stage ⑤): waits, with progress on a terminal; says what was damaged; exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import output
from thresher.capture.cli.options import METADATA, SHIFTS
from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from thresher.capture.case import Case
    from thresher.capture.filter.saved import Saved

DAMAGED = 5
SHOWN_DAMAGE = 5
"""Places of damage that are told one by one."""

STEP_S = 0.2


@contextmanager
def opened(captures: Sequence[str], *, cache: bool, quiet: bool = False, follow: bool = False) -> Iterator[Case]:
    """The captures, loaded to the end; with ``follow`` while they are still being loaded, files as long as they grow.

    Raises:
        UsageError: none were named.
        UnreadableError: one cannot be read.
    """
    from thresher.capture.case import open_case
    from thresher.capture.case.shifting import told
    from thresher.capture.cli.options import chosen_case, chosen_dialect
    from thresher.capture.filter import saved

    if not captures:
        raise UsageError("no capture named; say which with -r CAPTURE")
    beside = metadata_files()
    opening = open_case(
        captures, cache=cache, follow=follow, case_file=chosen_case(), metadata=beside, shifts=given_shifts()
    )
    with output.notes_from_log(), opening as case:
        case.around = replace(case.around, dialect=chosen_dialect())
        if not follow:
            _wait(case, quiet)
            case.notes.refresh()
        if not quiet:
            for note in (note for store in case.stores for note in store.supplied_notes()):
                output.note(note)
            for store, label in zip(case.stores, case.labels(), strict=True):
                if store.shift_ns:
                    output.note(told(store, label))
            tell_of_configuration(saved.current())
        yield case


def given_shifts() -> tuple[str, ...]:
    """What the command was given with ``--shift``."""
    context = click.get_current_context(silent=True)
    found: tuple[str, ...] = context.meta.get(SHIFTS, ()) if context is not None else ()
    return found


def metadata_files() -> tuple[str, ...]:
    """The files that the command was given with ``--metadata``."""
    context = click.get_current_context(silent=True)
    found: tuple[str, ...] = context.meta.get(METADATA, ()) if context is not None else ()
    return found


def tell_of_configuration(found: Saved) -> None:
    """Say what of the configuration file's filters is left out, and why."""
    for problem in found.problems:
        output.note(problem)


def tell_of_filter(case: Case, text: str) -> None:
    """Say what deserves a word about a filter that is right."""
    from thresher.capture.case.noticing import notices

    for each in notices(case, text):
        output.note(each)


def _wait(case: Case, quiet: bool) -> None:
    if not quiet and sys.stderr.isatty():
        _show_progress(case)
    case.wait()


def _show_progress(case: Case) -> None:
    shown = False
    while not case.wait_for(STEP_S):
        now = case.progress()
        share = " (-f prints events as they come)" if now.is_live else f", {now.fraction:.0%}"
        sys.stderr.write(f"\r\x1b[Kreading: {now.rows:,} events{share}")
        sys.stderr.flush()
        shown = True
    if shown:
        sys.stderr.write("\r\x1b[K")


def damage_code(case: Case, quiet: bool = False) -> int:
    """0, or 5 where a capture is damaged; says where."""
    facts = [store.facts() for store in case.stores]
    found = [damage for each in facts for damage in each.damage]
    if found and not quiet:
        for damage in found[:SHOWN_DAMAGE]:
            output.note(
                f"{damage.path}: {damage.length:,} bytes from offset {damage.offset:,} are unreadable: {damage.what}"
            )
        if len(found) > SHOWN_DAMAGE:
            output.note(f"{len(found) - SHOWN_DAMAGE:,} more damaged places; 'thresher info' lists them all")
    return DAMAGED if found else 0
