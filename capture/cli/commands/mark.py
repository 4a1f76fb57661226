"""``thresher mark`` (stage ⑤): writes marks, comments, tags, time references and ignored events into the case file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import QueryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.case import Case

MOST = 100_000
"""Events that one filter may note: notes are for people, and kept in memory."""


@click.command("mark")
@click.argument("capture", metavar="CAPTURE")
@click.argument("numbers", nargs=-1, metavar="[NUM]...")
@click.option("-Y", "--filter", "text", default="", metavar="FILTER", help="The events that match, beside those named.")
@click.option("--comment", metavar="TEXT", help="Say this about the events, in place of what was said.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Give the events this tag; repeatable.")
@click.option("--ref", "is_reference", is_flag=True, help="Make them time references: relative times begin anew there.")
@click.option("--ignore", "ignored", is_flag=True, help="Leave them out of lists and counts.")
@click.option("--remove", is_flag=True, help="Take away what is named, for a comment with any text; alone, the mark.")
@options.no_cache
@options.case_file
@options.quiet
def command(
    capture: str,
    numbers: tuple[str, ...],
    text: str,
    comment: str | None,
    tags: tuple[str, ...],
    is_reference: bool,
    ignored: bool,
    remove: bool,
    no_cache: bool,
    quiet: bool,
) -> int:
    """Mark events of a capture in the case file, by number; with other options note those instead of the mark.

    thresher mark shop.scap 143138 143150 --comment 'reverse shell' --tag c2

    The capture is not written to. Notes are kept by its SHA-256: they are there again wherever the same bytes are
    opened, under whatever name, and never on another file. In filters and -e they are frame.marked, frame.comment,
    frame.ref_time, frame.ignored and tag.
    """
    from thresher.capture.case.noting import change_of
    from thresher.capture.cli.opening import opened

    if not numbers and not text:
        raise UsageError("name events by number, or with -Y FILTER")
    change = change_of(comment, tags, reference=is_reference, ignore=ignored, remove=remove)
    with opened([capture], cache=not no_cache, quiet=quiet) as case:
        positions = _positions(case, numbers, text)
        case.notes.change(positions, change)
        if not quiet:
            events = "1 event" if len(positions) == 1 else f"{len(positions):,} events"
            output.note(f"noted on {events} in {case.notes.path}")
    return 0


def _positions(case: Case, numbers: Sequence[str], text: str) -> list[int]:
    """Where the events stand that are meant.

    Raises:
        UsageError: a number is none, or the capture is several.
        QueryError: there is no such event, or nothing or too much matches.
    """
    from thresher.capture.case.noting import positions_of

    wrong = next((number for number in numbers if not number.isdecimal()), None)
    if wrong is not None:
        raise UsageError(f"'{wrong}' is no event number")
    found = positions_of(case, [int(number) for number in numbers])
    if text:
        matches = case.select(text, internal=True)
        if not 0 < len(matches) <= MOST:
            raise QueryError(f"{len(matches):,} events match; notes are written on 1 to {MOST:,} at once")
        found += matches.tolist()
    return list(dict.fromkeys(found))
