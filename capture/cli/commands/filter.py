"""``thresher filter`` (stage ⑤): what is known of a display filter: whether it is right, what it does, how to go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output, saved_filters
from thresher.capture.cli.filter_export import convert, rule
from thresher.capture.cli.filter_reading import understanding, users
from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.case import Case
    from thresher.capture.filter.complete import Suggestion
    from thresher.capture.filter.explain import Condition
    from thresher.capture.registry import Catalogue


@click.group("filter")
def command() -> None:
    """Check, explain, complete and convert display filters; list saved ones, import those of other programs."""


command.add_command(convert)
command.add_command(rule)


@command.command("check")
@options.language
@click.argument("text", metavar="FILTER")
def check(text: str) -> int:
    """Print the canonical form of FILTER; an error with its place, and exit code 4, where no source understands it."""
    from thresher.capture.filter import canonical, prepare

    around = users()
    known = understanding(text, around)
    output.line(canonical(text, known, around))
    for each in prepare(text, known, around=around).warnings:
        output.note(each.message)
    return 0


@command.command("explain")
@options.captures
@options.language
@options.metadata
@options.shift
@options.no_cache
@options.case_file
@options.quiet
@click.argument("text", metavar="FILTER")
def explain(captures: tuple[str, ...], no_cache: bool, quiet: bool, text: str) -> int:
    """Print the conditions that FILTER is made of, with -r how many events meet each, and the SQL that it becomes."""
    from thresher.capture.cli.opening import damage_code, opened, tell_of_filter
    from thresher.capture.filter.dialects import Dialect
    from thresher.capture.filter.explain import conditions

    if not captures:
        around = users()
        for each in conditions(text, understanding(text, around), around):
            output.line(_indented(each))
        return 0
    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        case.check(text)
        if not quiet:
            tell_of_filter(case, text)
        found = conditions(text, _first_understanding(case, text), case.around)
        statements = case.sql(text)
        case.around = replace(case.around, dialect=Dialect.AUTO)  # canonical texts are in either
        for each in found:
            output.line(f"{len(case.select(each.text)):>12,}  {_indented(each)}")
        for statement in statements:
            output.line("")
            output.line(statement)
        return damage_code(case, quiet)


@command.command("complete")
@options.captures
@options.language
@options.metadata
@options.shift
@options.no_cache
@options.case_file
@click.option("--cursor", type=click.IntRange(min=0), help="Place of the cursor; the end of FILTER by default.")
@click.option("-T", "--type", "kind", type=click.Choice(("text", "ndjson")), default="text", help="text or ndjson.")
@click.argument("text", metavar="FILTER")
def complete(captures: tuple[str, ...], no_cache: bool, cursor: int | None, kind: str, text: str) -> int:
    """Print what can stand at the cursor of an unfinished FILTER, best first, with values that occur in the capture.

    Text: what to insert, its kind, and its count or type and meaning, separated by tabs.
    """
    from thresher.capture.cli.opening import opened
    from thresher.capture.filter import saved

    with opened(captures, cache=not no_cache, quiet=True) as case:
        completer = case.completer(saved.current().offered())
        at = len(text) if cursor is None else cursor
        found = completer.complete(text, at)
        while completer.is_counting:
            found = completer.complete(text, at)
    output.write(_records(found) if kind == "ndjson" else _lines(found))
    return 0


command.add_command(saved_filters.import_command)
command.add_command(saved_filters.list_command)


def _indented(condition: Condition) -> str:
    return escape("  " * condition.depth + condition.label)


def _first_understanding(case: Case, text: str) -> Catalogue:
    """The same of the sources of a case."""
    from thresher.capture.case.fields import FieldSet
    from thresher.capture.filter import validate

    fields = FieldSet(case.stores)
    known = [fields.catalogue(at) for at in range(len(case.stores))]
    return next((each for each in known if validate(text, each, around=case.around) is None), known[0])


def _lines(found: list[Suggestion]) -> Iterator[str]:
    for each in found:
        said = "  ".join(part for part in (each.type, each.text) if part)
        count = f"{'≥ ' if each.at_least else ''}{each.count:,}" if each.count is not None else said
        yield f"{escape(each.insert)}\t{each.kind}\t{escape(count)}\n"


def _records(found: list[Suggestion]) -> Iterator[str]:
    import json
    from dataclasses import asdict

    for each in found:
        yield json.dumps(asdict(each)) + "\n"
