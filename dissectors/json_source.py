"""What JSON sources share that are declared as data alone: their bytes, and details from their fields (stage ②)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from thresher.capture.contract import Lookup, RawEvent, RecordDissector
from thresher.capture.model import ByteSource, Column, Field, Json, Node, Value
from thresher.dissectors.json_spans import spans
from thresher.dissectors.json_tree import Group, field_groups, field_lines, names_of, record_node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.dissectors.json_spans import Span

_KEY = re.compile(r'"([^"]*)"|([^.\[\]"]+)')
"""A step of a path."""


class JsonSource(RecordDissector):
    """A source whose subclass holds nothing but data and how its records are known.

    Attributes:
        groups: branches of the details tree, with the fields of each.
        delivery: the fields that say where a record was found.
    """

    groups: ClassVar[Sequence[Group]] = ()
    delivery: ClassVar[Sequence[Field]]

    def sources(self, event: RawEvent) -> list[ByteSource]:
        """The record's own text."""
        return [ByteSource("Record", event.block, "json")]

    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        """Declared fields by subject, where the record is kept, and the record member by member."""
        record = spans(event.block)
        paths = self._paths()
        branches = field_groups(self.groups, values, lambda name, _: located(record, paths.get(name)))
        names = names_of(self.fields, {path: name for name, path in paths.items()})
        return [*branches, kept_place(event, values, self.delivery, lookup), record_node(record, names, "Record")]

    def _paths(self) -> dict[str, str]:
        """Fields that are one member of the record, and its path."""
        stored = {column: path for column, _, path in self.stored}
        found = {}
        for field in self.fields:
            if isinstance(field.place, Json) and field.place.path and not field.is_list:
                found[field.name] = field.place.path
            elif isinstance(field.place, Column) and field.place.name in stored:
                found[field.name] = stored[field.place.name]
        return found


def located(record: Span, path: str | None) -> Span | None:
    """The bytes of a member; none for values that are made of several."""
    span: Span | None = record if path is not None else None
    for quoted, plain in _KEY.findall(path or ""):
        span = next((child for child in span.children if child.key == (quoted or plain)), None) if span else None
    return span


def kept_place(event: RawEvent, values: Mapping[str, Value], delivery: Sequence[Field], lookup: Lookup) -> Node:
    """Where the record is kept: what a report cites.

    Args:
        event: the event.
        values: the values of its fields.
        delivery: the source's fields of ``generic_fields.delivery``.
        lookup: the store.
    """
    row = event.row
    paths = lookup.rows("SELECT path FROM files WHERE file_id = ?", (row.get("file_id"),))
    path = str(paths[0][0]) if paths else ""
    lines = [
        Node("file", path),
        Node("offset", f"{row.get('offset_bytes')!s} in the uncompressed file"),
        Node("length", f"{row.get('length_bytes')!s} bytes"),
        *field_lines(delivery, _told(values)),
    ]
    return Node("Stored in", path, end=len(event.block), children=lines)


def _told(values: Mapping[str, Value]) -> dict[str, Value]:
    """What is told of a delivery beside its place: copies only where there are several."""
    last = {name: name.rpartition(".")[2] for name in values}
    is_copied = any(last[name] == "copies" and value != 1 for name, value in values.items())
    wanted = {"wrapping", "sameid", "repeated", *(("copies", "places") if is_copied else ())}
    return {name: value for name, value in values.items() if last[name] in wanted}
