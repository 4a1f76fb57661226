"""``thresher read`` (stage ⑤): events to stdout as text or data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from datetime import tzinfo

    from thresher.capture.case import Case, Positions
    from thresher.capture.cli.text_list import TextList
    from thresher.capture.export import Column

INSPECTED = 256
"""Events whose details are made at once."""

KINDS = ("text", "fields", "json", "ndjson", "csv", "parquet", "arrow")
IGNORED = "frame.ignored"
"""Ignored events are shown by a filter that names this."""

TABLES = ("parquet", "arrow")
"""Kinds that are no text."""


@dataclass(frozen=True, slots=True)
class Request:
    """What ``read`` was asked for."""

    filter: str
    kind: str
    fields: Sequence[str]
    settings: Sequence[str]
    first: int | None
    most: int | None
    details: bool
    dump: bool
    time: str
    zone: tzinfo
    internal: bool
    colour: str
    quiet: bool
    follow: bool
    print_format: str | None = None


@click.command("read", context_settings={"ignore_unknown_options": False})
@options.captures
@options.language
@options.metadata
@options.shift
@click.option(
    "-Y",
    "--filter",
    "filter_text",
    default="",
    metavar="FILTER",
    help="Display filter; words behind the options are one too.",
)
@click.option(
    "-T",
    "--type",
    "kind",
    type=click.Choice(KINDS),
    help="text (default), fields, json, ndjson, csv, parquet, arrow (a stream).",
)
@click.option(
    "-e",
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD",
    help="A field to print; repeatable. 'thresher fields' lists them.",
)
@click.option(
    "-E",
    "--option",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="For -T fields: header=y|n, separator=/t|/s|c, aggregator=c, occurrence=a|f|l, quote=d|s|n.",
)
@click.option(
    "-p",
    "--print",
    "print_format",
    metavar="FORMAT",
    help="Print as sysdig: '*%evt.num %20proc.name %evt.arg[0]'; * prints rows that lack a field; -pc, -pk.",
)
@click.option(
    "-c",
    "--count",
    "first",
    type=click.IntRange(min=0),
    metavar="N",
    help="Look at the first N events only, before the filter (as tshark); for the first N matches: -a events:N.",
)
@click.option("-a", "--autostop", metavar="events:N", help="Stop after N events that match.")
@click.option("-V", "--details", is_flag=True, help="Print the details tree of each event.")
@click.option("-x", "--hex", "dump", is_flag=True, help="Print the bytes of each event.")
@click.option(
    "-w",
    "--write",
    "target",
    metavar="OUT",
    help="Write the events themselves: .scap (opens in sysdig too), .json for logs, each also .gz or .zst; or their "
    "fields: .parquet, .arrow. OUT.json beside it says what it was derived from.",
)
@click.option(
    "--with",
    "extra",
    multiple=True,
    type=click.Choice(("ancestors",)),
    help="For -w OUT.scap, beside what the events need: ancestors whole instead of by name only.",
)
@click.option("--force", is_flag=True, help="For -w: replace OUT; never the input.")
@click.option(
    "-t",
    "--time",
    default="r",
    metavar="FORMAT",
    help="Time column of text: r (default), a, ad, adoy, d, dd, e, u, ud, udoy; digits as in ad.3.",
)
@options.zone
@click.option(
    "-n", "--internal", is_flag=True, help="With the recorder's bookkeeping (user, group, container, procinfo events)."
)
@click.option("--sql", is_flag=True, help="Print the SQL of the filter instead of events.")
@click.option(
    "--color",
    "--colour",
    "colour",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colour text rows.",
)
@options.follow
@options.no_cache
@options.case_file
@options.quiet
@click.argument("words", nargs=-1)
def command(
    captures: tuple[str, ...],
    filter_text: str,
    kind: str | None,
    fields: tuple[str, ...],
    settings: tuple[str, ...],
    print_format: str | None,
    first: int | None,
    autostop: str | None,
    details: bool,
    dump: bool,
    target: str | None,
    extra: tuple[str, ...],
    force: bool,
    time: str,
    zone: str,
    internal: bool,
    sql: bool,
    colour: str,
    follow: bool,
    no_cache: bool,
    quiet: bool,
    words: tuple[str, ...],
) -> int:
    """Print the events of captures that match a filter.

    thresher read -r shop.scap -T fields -e evt.num -e proc.name 'evt.type == "execve"'

    Without -r the words are the captures. Data goes to stdout, everything else to stderr. JSON: an absent field has no
    key, integers beyond 2^53 are strings, times ISO 8601, durations nanoseconds, bytes hex digits.
    """
    from thresher.capture.cli.opening import damage_code, opened
    from thresher.capture.timetext import zone as zone_of

    named, text = _captures_and_filter(captures, filter_text, words)
    request = Request(
        filter=text,
        kind=kind or ("fields" if fields else "text"),
        fields=fields,
        settings=settings,
        first=first,
        most=_most(autostop),
        details=details,
        dump=dump,
        time=time,
        zone=zone_of(zone),
        internal=internal,
        colour=colour,
        quiet=quiet,
        follow=follow and not sql,
        print_format=print_format,
    )
    _refuse_contradictions(request, target)
    with opened(named, cache=not no_cache, quiet=quiet, follow=request.follow) as case:
        case.zone = request.zone
        if target is not None and not sql:
            _write(case, request, target, extra, force)
        else:
            _print(case, request, sql)
        return damage_code(case, quiet)


def _captures_and_filter(captures: Sequence[str], text: str, words: Sequence[str]) -> tuple[Sequence[str], str]:
    """What the words behind the options are: captures where none were named, otherwise a filter too."""
    if not captures:
        return words, text
    more = " ".join(words)
    return captures, f"({text}) and ({more})" if text and more else more or text


def _write(case: Case, request: Request, target: str, extra: Sequence[str], force: bool) -> None:
    from thresher.capture.cli.writing import Wish, write

    wish = Wish(target, request.kind, request.filter, extra, force, request.quiet)
    write(case, _chosen(case, request), _names(case, request), wish)


def _refuse_contradictions(request: Request, target: str | None) -> None:
    from thresher.capture.timetext import time_format

    time_format(request.time)
    inspects = request.details or request.dump or target is not None
    if request.print_format is not None and (request.fields or request.kind != "text" or inspects):
        raise UsageError("-p prints lines of its own; it goes with neither -T, -e, -V, -x nor -w")
    if request.kind == "fields" and not request.fields:
        raise UsageError("-T fields needs -e FIELD; 'thresher fields' lists them")
    if request.follow and request.first is not None:
        raise UsageError("-c looks at events that are there; with -f use -a events:N")
    if request.follow and (target is not None or request.kind in TABLES):
        raise UsageError("-f prints events as they come; files and tables are written of what is complete")


def _most(autostop: str | None) -> int | None:
    if autostop is None:
        return None
    what, _, number = autostop.partition(":")
    if what not in ("events", "packets") or not number.isdecimal():
        raise UsageError(f"-a {autostop}: use -a events:N")
    return int(number)


def _print(case: Case, request: Request, sql: bool) -> None:
    if sql:
        output.write(f"{statement};\n" for statement in case.sql(request.filter))
    elif request.kind in TABLES:
        from thresher.capture.cli.writing import write_rows

        write_rows(case, _chosen(case, request), _names(case, request), request.kind)
    elif request.follow:
        _print_as_they_come(case, request)
    else:
        output.write(_pieces(case, request, [_chosen(case, request)]))
    _note_left_out(case, request)


def _note_left_out(case: Case, request: Request) -> None:
    """Say how many events the list is silent about, and what deserves a word about the filter."""
    from thresher.capture.cli.opening import tell_of_filter

    if not request.quiet:
        tell_of_filter(case, request.filter)
    ignored = case.notes.ignored()
    if ignored and not request.quiet and IGNORED not in request.filter:
        output.note(f"{ignored:,} ignored events are left out; the filter {IGNORED} shows them")
    hidden = case.hidden()
    if hidden and not request.internal and not request.quiet:
        output.note(f"{hidden:,} internal events are left out; -n prints them too")


def _names(case: Case, request: Request) -> list[str]:
    """The fields asked for, or the default columns."""
    return list(request.fields) or [column.field for column in case.columns()]


def _chosen(case: Case, request: Request) -> Positions:
    """The events asked for."""
    from thresher.capture.cli.interrupting import interruptible

    with interruptible() as cancel:
        positions = case.select(request.filter, internal=request.internal, cancel=cancel)
    case.notes.log("filter", {"filter": request.filter, "as": request.kind, "events": len(positions)})
    if request.first is not None:
        looked_at = case.select("", internal=request.internal)[: request.first]
        positions = positions[positions <= looked_at[-1]] if len(looked_at) else positions[:0]
    return positions if request.most is None else positions[: request.most]


def _print_as_they_come(case: Case, request: Request) -> None:
    """Print events until the sources end, there are enough of them, or an interrupt, which ends well."""
    from thresher.capture.case import arrivals, stop_following
    from thresher.capture.cli.interrupting import ending

    def parts() -> Iterator[Positions]:
        left = request.most
        for found in arrivals(case, request.filter, internal=request.internal):
            yield found[:left]
            left = None if left is None else max(left - len(found), 0)
            if left == 0:
                return

    with ending(partial(stop_following, case)):
        output.write(_pieces(case, request, parts()), at_once=True)
        stop_following(case)
        case.wait()


def _pieces(case: Case, request: Request, parts: Iterable[Positions]) -> Iterator[str]:
    """The events as text, those of each part as soon as it is there."""
    if request.print_format is not None:
        from thresher.capture.cli.data_rows import batches
        from thresher.capture.cli.print_format import parse

        form = parse(request.print_format, case.field)
        return form.lines(batches(case, parts, form.names), request.zone)
    if request.kind != "text":
        return _data(case, request, parts)
    if request.details or request.dump:
        return _inspected(case, request, parts)
    return _lines(case, request, parts)


def _lines(case: Case, request: Request, parts: Iterable[Positions]) -> Iterator[str]:
    listing: TextList | None = None
    for positions in parts:
        if len(positions):
            listing = listing or _list(case, request)
            yield from listing.text(positions)


def _list(case: Case, request: Request) -> TextList:
    from thresher.capture.cli.text_list import TextList, TimeStyle
    from thresher.capture.model import ListColumn
    from thresher.capture.timetext import time_format

    name, digits = time_format(request.time)
    columns = [ListColumn(field, field, 0) for field in request.fields] or case.columns()
    return TextList(case, columns, TimeStyle(name, digits, request.zone), output.wants_colour(request.colour))


def _data(case: Case, request: Request, parts: Iterable[Positions]) -> Iterator[str]:
    from thresher.capture import export
    from thresher.capture.cli.data_rows import labelled

    names = _names(case, request)
    if request.kind == "fields":
        found = [case.field(name) for name in names]
        columns = [export.Column(name, field.type, field.is_list) for name, field in zip(names, found, strict=True)]
        return _fields(case, request, parts, columns)
    make = {"csv": export.as_csv, "json": export.as_json, "ndjson": export.as_ndjson}[request.kind]
    return make(*labelled(case, parts, names), request.zone)


def _fields(case: Case, request: Request, parts: Iterable[Positions], columns: list[Column]) -> Iterator[str]:
    from thresher.capture import export
    from thresher.capture.cli.data_rows import batches
    from thresher.capture.query import Separated

    names = [column.name for column in columns]
    chosen = export.fields_options(request.settings)
    if not chosen.quote and isinstance(parts, list):
        (positions,) = parts
        render = export.fields_writer(columns, chosen, request.zone)
        lines = case.lines(positions, names, Separated(chosen.separator), render)
        if lines is not None:
            return chain([export.fields_header(columns, chosen)], lines)
    return export.as_fields(columns, batches(case, parts, names), chosen, request.zone)


def _inspected(case: Case, request: Request, parts: Iterable[Positions]) -> Iterator[str]:
    for positions in parts:
        if len(positions):
            yield from _inspected_part(case, request, positions)


def _inspected_part(case: Case, request: Request, positions: Positions) -> Iterator[str]:
    from thresher.capture.cli.detail_text import dumps, tree

    listing = None if request.details else _list(case, request)
    for start in range(0, len(positions), INSPECTED):
        chosen = positions[start : start + INSPECTED]
        shown = [[]] * len(chosen) if listing is None else [[line] for line in next(listing.lines(chosen))]
        for lines, (nodes, sources) in zip(shown, case.inspect(chosen), strict=True):
            parts = [
                *lines,
                *(tree(nodes) if request.details else ()),
                *(["", *dumps(sources)] if request.dump else ()),
            ]
            yield "\n".join([*parts, "", ""])
