"""The details tree of a JSON record: declared fields in groups, then the record, each with its bytes (stage ②)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from thresher.capture.model import Argument, Field, FieldType, Json, Node, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from thresher.dissectors.json_spans import Span

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_]+\Z")
_SECOND = 1_000_000_000
REPEATED = "repeated: fields and filters read the first of this name"


@dataclass(frozen=True, slots=True)
class Group:
    """A branch of the tree: its title and its fields."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """How a JSON source spells paths as fields.

    Attributes:
        members: dotted path to the field declared for exactly it.
        trees: dotted path of a subtree to the field that takes paths below it; the empty path is the record's own.
    """

    members: Mapping[str, str]
    trees: Mapping[str, str]

    def of(self, path: Sequence[str]) -> str:
        """The filterable key for a path of member names, empty where a name cannot be written in one."""
        dotted = ".".join(path)
        if dotted in self.members:
            return self.members[dotted]
        if dotted in self.trees:
            return self.trees[dotted]
        if not path or not all(_PLAIN_KEY.match(key) for key in path):
            return ""
        for length in range(len(path) - 1, -1, -1):
            tree = self.trees.get(".".join(path[:length]))
            if tree is not None:
                return ".".join((tree, *path[length:]))
        return ""


def names_of(fields: Iterable[Field], columns: Mapping[str, str]) -> Names:
    """The spellings that fields declare by where they live.

    Args:
        fields: all fields of the source.
        columns: dotted path to the name of the field whose column holds it.
    """
    members = dict(columns)
    trees: dict[str, str] = {}
    for field in fields:
        if isinstance(field.place, Json):
            if field.argument is Argument.PATH:
                trees[field.place.path or ""] = field.name
            elif field.place.path is not None:
                members.setdefault(field.place.path, field.name)
    return Names(members, trees)


def field_groups(
    groups: Sequence[Group], values: Mapping[str, Value], locate: Callable[[str, Value], Span | None]
) -> list[Node]:
    """One branch a group that has values; a line's bytes are those that ``locate`` finds for its field and value."""
    branches = []
    for group in groups:
        lines = [
            _line(field, values[field.name], locate(field.name, values[field.name]))
            for field in group.fields
            if values.get(field.name) is not None
        ]
        if lines:
            start = min((line.start for line in lines if line.end), default=0)
            end = max((line.end for line in lines if line.end), default=0)
            branches.append(Node(group.title, start=start, end=end, children=lines))
    return branches


def field_lines(fields: Iterable[Field], values: Mapping[str, Value]) -> list[Node]:
    """A line for each of these fields that has a value; they have no bytes in the record."""
    return [_line(field, values[field.name], None) for field in fields if values.get(field.name) is not None]


def _line(field: Field, value: Value, span: Span | None) -> Node:
    start, end = (span.start, span.end) if span else (0, 0)
    if span and span.kind == "v" and isinstance(field.place, Json) and isinstance(value, str):
        value = span.value  # a number as it is written
    return Node(field.name, shown(field.type, value), field.name, value, start=start, end=end)


def record_node(span: Span, names: Names, title: str) -> Node:
    """The record as it is written, every member with its bytes."""
    node = Node(title, _outline(span), start=span.start, end=span.end)
    node.children = _children(span, names, ())
    return node


def _children(span: Span, names: Names, path: tuple[str, ...]) -> list[Node]:
    nodes: list[Node] = []
    seen: set[str] = set()
    for child in span.children:
        # Filters go through arrays by themselves: elements are addressed by the array's path.
        below = path if span.kind == "[" else (*path, child.key)
        field = names.of(below)
        if child.kind in "{[":
            node = Node(child.key, _outline(child), field, start=child.start, end=child.end)
            node.children = _children(child, names, below)
        else:
            value = None if child.kind == "v" and child.value == "null" else child.value
            node = Node(child.key, child.value, field, value, start=child.start, end=child.end)
        if child.key in seen:
            node.origin = REPEATED
        seen.add(child.key)
        nodes.append(node)
    return nodes


def _outline(span: Span) -> str:
    if span.kind == "v":
        return span.value
    count = len(span.children)
    what = "element" if span.kind == "[" else "member"
    return f"{count} {what}{'' if count == 1 else 's'}"


def shown(type_: FieldType, value: Value) -> str:
    """A value as one line of text; times in UTC."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_ is FieldType.TIME and isinstance(value, int):
        return _time_text(value)
    if type_ is FieldType.DURATION and isinstance(value, int):
        return f"{value / _SECOND:.9f} s"
    return str(value)


def _time_text(time_ns: int) -> str:
    seconds, rest = divmod(time_ns, _SECOND)
    try:
        whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return f"{time_ns} ns since 1970"
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
