"""Resolves fields that stand for several, ``fd.ip`` and the common ones, into tests of those; part of stage ④."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from thresher.capture.filter.functions import FUNCTIONS
from thresher.capture.filter.typed import (
    AllOf,
    AnyOf,
    Negation,
    Node,
    OddOf,
    Present,
    Subject,
    Test,
)
from thresher.capture.model import Common, Computed, FieldRef, FieldType, Json, Window

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue

Build: TypeAlias = Callable[[Subject], Node]

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


def over(
    catalogue: Catalogue,
    ref: FieldRef,
    functions: tuple[str, ...],
    build: Build,
    *,
    every: bool,
    wanted: FieldType | None = None,
) -> Node:
    """A test of a field, or of those it stands for.

    Args:
        catalogue: where they are declared.
        ref: the field as written.
        functions: what is made of its values.
        build: makes the test of one field that has a place.
        every: all values have to pass, not only one.
        wanted: type of the common field above, to which values are converted first.
    """
    wanted = wanted or ref.field.type
    if not stands_for_several(ref):
        return build(subject(ref, functions, wanted))
    parts = [
        (present(catalogue, each, wanted), over(catalogue, each, functions, build, every=every, wanted=wanted))
        for each in several(catalogue, ref)
    ]
    if ref.field.either or ref.field.is_list:
        return every_one(parts) if every else AnyOf(tuple(node for _, node in parts))
    return first_present(parts)


def every_one(parts: list[tuple[Node, Node]]) -> Node:
    """All fields that are there pass, and one is there; each given as whether it is there, and its test."""
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


def present(catalogue: Catalogue, ref: FieldRef, wanted: FieldType | None = None) -> Node:
    """Whether the field, or one of those it stands for, has a value that can be converted to the wanted type."""
    wanted = wanted or ref.field.type
    if stands_for_several(ref):
        return AnyOf(tuple(present(catalogue, each, wanted) for each in several(catalogue, ref)))
    return Present(subject(ref, (), wanted))


def subject(ref: FieldRef, functions: tuple[str, ...], wanted: FieldType | None = None) -> Subject:
    """The values of a field with a place, converted to the wanted type and put through functions."""
    result = ref.field.type
    is_list = ref.field.is_list or (isinstance(ref.field.place, Json) and ref.argument is not None)
    steps = list(functions)
    if wanted is not None and wanted is not result:
        if wanted is FieldType.STRING:
            steps.insert(0, TEXT_STEP)
        elif wanted is FieldType.IP and result is FieldType.STRING:
            steps.insert(0, ADDRESS_STEP)
        result = wanted
    for function in functions:
        result = FUNCTIONS[function].gives or result
        is_list = is_list and not FUNCTIONS[function].of_list
    return Subject(ref, tuple(steps), result, is_list)


def lazy_fields(root: Node) -> list[FieldRef]:
    """The fields in a checked tree that have to be built before it runs, each once, in order."""
    found: dict[str, FieldRef] = {}
    for each in subjects(root):
        if isinstance(each.ref.field.place, (Window, Computed)):
            found.setdefault(each.ref.key, each.ref)
    return list(found.values())


def subjects(node: Node) -> Iterator[Subject]:
    """All fields that a checked tree reads."""
    match node:
        case Test():
            yield node.subject
            yield from (operand for operand in node.operands if isinstance(operand, Subject))
        case Present():
            yield node.subject
        case Negation(item):
            yield from subjects(item)
        case AllOf(items) | AnyOf(items) | OddOf(items):
            for item in items:
                yield from subjects(item)
