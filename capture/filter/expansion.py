"""Resolves fields that stand for several, ``fd.ip`` and the common ones, into tests of those; part of stage ④."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from thresher.capture.filter.typed import (
    AllOf,
    AnyOf,
    Applied,
    FirstOf,
    Key,
    Nearby,
    Negation,
    Node,
    OddOf,
    Present,
    Subject,
    Test,
    Value,
    subjects,
    values,
)
from thresher.capture.model import Argument, Common, Computed, FieldRef, FieldType, Json, Replay, Window

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue

Build: TypeAlias = Callable[[Value], Node]

TEXT_STEP = "text"
ADDRESS_STEP = "address"


def stands_for_several(ref: FieldRef) -> bool:
    """Whether other fields have to be asked for this one's values."""
    return bool(ref.field.either) or isinstance(ref.field.place, Common)


def several(catalogue: Catalogue, ref: FieldRef) -> list[FieldRef]:
    """The fields that it stands for."""
    place = ref.field.place
    names = ref.field.either or (place.names if isinstance(place, Common) else ())
    return [catalogue.resolve(name) for name in names]


def subject(ref: FieldRef, wanted: FieldType | None = None) -> Value:
    """The values of a field, converted to the type of the common field above."""
    has_path = isinstance(ref.field.place, Json) and ref.argument is not None
    is_list = ref.field.is_list or (has_path and ref.field.argument is not Argument.INDEX)
    own = ref.field.type
    if wanted is None or wanted is own or stands_for_several(ref):
        return Subject(ref, wanted or own, is_list)
    if wanted is FieldType.STRING:
        return Applied(TEXT_STEP, (Subject(ref, own, is_list),), wanted, is_list)
    if wanted is FieldType.IP and own is FieldType.STRING:
        return Applied(ADDRESS_STEP, (Subject(ref, own, is_list),), wanted, is_list)
    return Subject(ref, wanted, is_list)


def replaced(value: Value, old: Subject, new: Value) -> Value:
    """A value made of another field."""
    if value == old:
        return new
    if not isinstance(value, Applied):
        return value
    arguments = tuple(replaced(each, old, new) for each in value.arguments)
    is_list = not value.whole and any(each.is_list for each in arguments)
    return replace(value, arguments=arguments, is_list=is_list)


def over(catalogue: Catalogue, value: Value, build: Build, *, every: bool) -> Node:
    """A test of a value, or of those it stands for.

    Args:
        catalogue: where they are declared.
        value: as written; at most one field in it stands for several.
        build: makes the test of a value of which all fields have a place.
        every: all values have to pass, not only one.
    """
    leaf = next((each for each in subjects(value) if stands_for_several(each.ref)), None)
    if leaf is None:
        return build(value)
    parts: list[tuple[Node, Node, Node]] = []
    for ref in several(catalogue, leaf.ref):
        own = subject(ref, leaf.type)
        made = replaced(value, leaf, own)
        parts.append((present(catalogue, own), present(catalogue, made), over(catalogue, made, build, every=every)))
    if leaf.ref.field.either or leaf.ref.field.is_list:
        tests = [(made, node) for _, made, node in parts]
        return every_one(tests) if every else AnyOf(tuple(node for _, node in tests))
    return first_present([(there, node) for there, _, node in parts])


def every_one(parts: list[tuple[Node, Node]]) -> Node:
    """All values that are there pass, and one is there; each given as whether it is there, and its test."""
    conditions = tuple(AnyOf((Negation(there), node)) for there, node in parts)
    return AllOf((AnyOf(tuple(there for there, _ in parts)), *conditions))


def first_present(parts: list[tuple[Node, Node]]) -> Node:
    """The first field that is there passes; each given as whether it is there, and its test."""
    alternatives: list[Node] = []
    absent: list[Node] = []
    for there, node in parts:
        alternatives.append(AllOf((*absent, node)) if absent else node)
        absent.append(Negation(there))
    return AnyOf(tuple(alternatives))


def present(catalogue: Catalogue, value: Value) -> Node:
    """Whether there is a value; of a field that stands for several, in one of those."""
    return over(catalogue, value, Present, every=False)


def lazy_fields(root: Node) -> list[FieldRef]:
    """The fields in a checked tree that have to be built before it runs, each once, in order."""
    found: dict[str, FieldRef] = {}
    for each in fields(root):
        if isinstance(each.ref.field.place, (Window, Replay, Computed)):
            found.setdefault(each.ref.key, each.ref)
    return list(found.values())


def fields(node: Node) -> Iterator[Subject]:
    """All fields that a checked tree reads."""
    match node:
        case Test() | Present():
            for value in values(node):
                yield from subjects(value)
        case Negation(item):
            yield from fields(item)
        case AllOf(items) | AnyOf(items) | OddOf(items):
            for item in items:
                yield from fields(item)
        case Nearby(item, _, scope):
            yield from fields(item)
            yield from scope.parts if scope else ()
        case FirstOf(item, by):
            yield from fields(item)
            yield from by.parts


def key(catalogue: Catalogue, ref: FieldRef) -> Key:
    """A field to group events by, with the fields behind it."""
    return Key(ref, tuple(own_subjects(catalogue, ref)))


def own_subjects(catalogue: Catalogue, ref: FieldRef) -> Iterator[Subject]:
    """The fields with a place of their own that a field's value is made of."""
    if not stands_for_several(ref):
        yield Subject(ref, ref.field.type, ref.field.is_list)
        return
    for each in several(catalogue, ref):
        yield from own_subjects(catalogue, each)
