"""``thresher follow`` (stage ⑤): what was said on the stream of an event, in order."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from datetime import tzinfo

    from thresher.capture.case import Case
    from thresher.capture.follow import Stream
    from thresher.capture.store.cancel import Cancel

KINDS = ("text", "hex", "raw", "json")


@click.command("follow")
@options.captures
@options.metadata
@options.shift
@click.option("-Y", "--filter", "filter_text", default="", metavar="FILTER", help="The first event that matches.")
@click.option("--stream", type=click.IntRange(min=0), metavar="N", help="The stream with this number (fd.stream).")
@click.option("-T", "--type", "kind", type=click.Choice(KINDS), default="text", help="text (default), hex, raw, json.")
@click.option(
    "--direction", type=click.Choice(("0", "1")), help="Only what node 0 said, or node 1; both where left out."
)
@options.zone
@click.option(
    "--color",
    "--colour",
    "colour",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colour the directions: auto (default), always, never.",
)
@options.no_cache
@options.case_file
@options.quiet
@click.argument("event", type=click.IntRange(min=1), required=False, metavar="[EVENT]")
def command(
    captures: tuple[str, ...],
    filter_text: str,
    stream: int | None,
    kind: str,
    direction: str | None,
    zone: str,
    colour: str,
    no_cache: bool,
    quiet: bool,
    event: int | None,
) -> int:
    """Print what was said on one open file, connection or pipe: every process that held it, both ends where recorded.

    Name an event, a filter or a stream: thresher follow -r shop.scap 143384

    Data of the second direction stands behind a tab. text escapes what a terminal would act on; raw writes the captured
    bytes as they are. What the calls moved and the recorder did not keep is said where it is missing.
    """
    from thresher.capture.cli.interrupting import interruptible
    from thresher.capture.cli.opening import damage_code, opened
    from thresher.capture.timetext import zone as zone_of

    if sum(given is not None for given in (event, stream, filter_text or None)) != 1:
        raise UsageError("say what to follow: an event number, a filter with -Y, or --stream N")
    if kind == "raw" and sys.stdout.isatty():
        raise UsageError("raw bytes do not go to a terminal; write them to a file, or use -T hex")
    only = None if direction is None else int(direction)
    where = zone_of(zone)
    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        if len(case.stores) != 1:
            raise UsageError(f"follow works on one capture, these are {len(case.stores)}; name one with -r")
        with interruptible() as cancel:
            found = _found(case, event, filter_text, stream, cancel, quiet)
        _print(found, case, kind, only, where, output.wants_colour(colour))
        if not quiet and kind != "json":
            for note in found.notes:
                output.note(note)
        return damage_code(case, quiet)


def _found(case: Case, event: int | None, filter_text: str, number: int | None, cancel: Cancel, quiet: bool) -> Stream:
    """The stream that was asked for."""
    from thresher.capture.case.following import declared, follow, named

    if number is None:
        number = named(case, event, [filter_text], cancel)
        field = declared(case, 0).stream
        if event is None and not quiet and len(case.top(field, filter_text, 2)) > 1:
            output.note(f"events of several streams match; this is the first, {field} {number}")
    return follow(case, number, cancel=cancel)


def _print(found: Stream, case: Case, kind: str, only: int | None, where: tzinfo, colour: bool) -> None:
    from thresher.capture.case.following import declared
    from thresher.capture.cli.follow_text import as_json, as_lines

    field = declared(case, 0).stream
    if kind == "raw":
        sys.stdout.flush()
        sys.stdout.buffer.write(found.data(only))
        sys.stdout.buffer.flush()
    elif kind == "json":
        output.line(as_json(found, field, only, where))
    else:
        output.write(f"{line}\n" for line in as_lines(found, field, kind, only, colour))
