"""``thresher fields`` (stage ⑤): what filters and output can name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.model import Field

SUFFIX = {"none": "", "index": "[N]", "name": "[NAME]", "path": ".PATH"}


@click.command("fields")
@options.captures
@options.metadata
@click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)
@options.no_cache
@options.case_file
@click.argument("pattern", default="")
def command(captures: tuple[str, ...], kind: str, no_cache: bool, pattern: str) -> int:
    """List the fields whose name, title or description contains PATTERN.

    Without -r those of all sources, with it those of the captures. Text: name, type, sources and description,
    separated by tabs.
    """
    found = _of_captures(captures, not no_cache, pattern) if captures else _of_all(pattern)
    if not found:
        raise QueryError(f"no field contains '{pattern}'; 'thresher fields' lists all")
    output.write(f"{line}\n" for line in (_json(found) if kind == "json" else _text(found)))
    return 0


def _of_all(pattern: str) -> dict[str, tuple[Field, list[str]]]:
    from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
    from thresher.capture.registry import Catalogue

    found: dict[str, tuple[Field, list[str]]] = {}
    for name in plugin_names(DISSECTORS):
        for field in Catalogue(dissector(name)).search(pattern):
            found.setdefault(field.name, (field, []))[1].append(name)
    return found


def _of_captures(captures: tuple[str, ...], cache: bool, pattern: str) -> dict[str, tuple[Field, list[str]]]:
    from thresher.capture.cli.opening import opened

    found: dict[str, tuple[Field, list[str]]] = {}
    with opened(captures, cache=cache) as case:
        for source in {store.dissector.name: store for store in case.stores}.values():
            for field in source.catalogue.search(pattern):
                found.setdefault(field.name, (field, []))[1].append(source.dissector.name)
    return found


def _text(found: dict[str, tuple[Field, list[str]]]) -> Iterator[str]:
    for field, sources in found.values():
        kind = f"list of {field.type.value}" if field.is_list else field.type.value
        remarks = " For filters only." if field.is_filter_only else ""
        remarks += f" Deprecated: {field.deprecated}" if field.deprecated else ""
        yield f"{spelling(field)}\t{kind}\t{','.join(sources)}\t{field.description}{remarks}"


def _json(found: dict[str, tuple[Field, list[str]]]) -> Iterator[str]:
    yield json.dumps([_record(field, sources) for field, sources in found.values()], indent=2)


def _record(field: Field, sources: list[str]) -> dict[str, object]:
    record: dict[str, object] = {
        "name": field.name,
        "type": field.type.value,
        "is_list": field.is_list,
        "argument": field.argument.value,
        "argument_required": field.argument_required,
        "is_filter_only": field.is_filter_only,
        "title": field.title,
        "description": field.description,
        "aliases": list(field.aliases),
        "sources": sources,
    }
    if field.deprecated:
        record["deprecated"] = field.deprecated
    if field.example:
        record["example"] = field.example
    return record


def spelling(field: Field) -> str:
    """The name with what may follow it: ``proc.aname[N]``."""
    return field.name + SUFFIX[field.argument.value]
