"""``thresher filter`` (stage ⑤): what is known of a display filter: whether it is right, what it does, how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output, saved_filters
from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.case import Case
    from thresher.capture.filter.complete import Suggestion
    from thresher.capture.filter.explain import Condition
    from thresher.capture.filter.surroundings import Surroundings
    from thresher.capture.registry import Catalogue


@click.group("filter")
def command() -> None:
    """Check, explain and complete display filters; list saved ones, import those of Wireshark and Stratoshark."""


@command.command("check")
@click.argument("text", metavar="FILTER")
def check(text: str) -> int:
    """Print the canonical form of FILTER; an error with its place, and exit code 4, where no source understands it."""
    from thresher.capture.filter import canonical, prepare

    around = _users()
    known = _understanding(text, around)
    output.line(canonical(text, known, around))
    for each in prepare(text, known, around=around).warnings:
        output.note(each.message)
    return 0


@command.command("explain")
@options.captures
@options.metadata
@options.no_cache
@options.case_file
@options.quiet
@click.argument("text", metavar="FILTER")
def explain(captures: tuple[str, ...], no_cache: bool, quiet: bool, text: str) -> int:
    """Print the conditions that FILTER is made of, with -r how many events meet each, and the SQL that it becomes."""
    from thresher.capture.cli.opening import damage_code, opened, tell_of_filter
    from thresher.capture.filter.explain import conditions

    if not captures:
        around = _users()
        for each in conditions(text, _understanding(text, around), around):
            output.line(_indented(each))
        return 0
    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        case.check(text)
        if not quiet:
            tell_of_filter(case, text)
        for each in conditions(text, _first_understanding(case, text), case.around):
            output.line(f"{len(case.select(each.text)):>12,}  {_indented(each)}")
        for statement in case.sql(text):
            output.line("")
            output.line(statement)
        return damage_code(case, quiet)


@command.command("complete")
@options.captures
@options.metadata
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


def _users() -> Surroundings:
    """What the user's filters are read in; says what of the configuration file is left out."""
    from thresher.capture.cli.opening import tell_of_configuration
    from thresher.capture.filter import saved

    tell_of_configuration()
    return saved.current().around()


def _understanding(text: str, around: Surroundings) -> Catalogue:
    """The fields of the first source that understands the filter; those of the first one where none does."""
    from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
    from thresher.capture.filter import validate
    from thresher.capture.registry import Catalogue

    known = [Catalogue(dissector(name)) for name in sorted(plugin_names(DISSECTORS), reverse=True)]
    return next((each for each in known if validate(text, each, around=around) is None), known[0])


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
