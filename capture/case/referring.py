"""Writes what the selected event holds in place of each ``$field`` of a filter (stage ⑤)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError

if TYPE_CHECKING:
    from thresher.capture.case.case import Case
    from thresher.capture.filter.ast import Reference
    from thresher.capture.filter.surroundings import Surroundings


def for_any_event(around: Surroundings) -> Surroundings:
    """The same, but whatever is selected: ``$field`` is understood and has no value yet."""
    return replace(around, selected=lambda ref: None)


def judged(case: Case, text: str) -> str:
    """The canonical form of a filter that may have ``$field``, whatever is selected when it is put in force.

    Raises:
        FilterError: no source understands it.
    """
    from thresher.capture.case.fields import FieldSet

    if "$" not in text:
        return case.check(text)
    return FieldSet(case.stores).canonical(text, case.zone, for_any_event(case.around))


def written_out(case: Case, text: str, position: int | None) -> str:
    """The filter with values in place of fields of the selected event, so that it stays the same when that changes.

    Args:
        case: has the event and judges the filter.
        text: as typed.
        position: of the selected event in the case's order, None where there is none.

    Raises:
        FilterError: the filter is wrong, no event is selected, or the event has not one value for such a field.
    """
    if "$" not in text or not text.strip():
        return text
    judged(case, text)
    out, done = [], 0
    for reference in _references(case, text):
        start, end = reference.span
        out += [text[done:start], _value(case, text, reference, position)]
        done = end
    return "".join([*out, text[done:]])


def _references(case: Case, text: str) -> list[Reference]:
    """Those of the first source that understands the filter, in the order of the text, each place once."""
    from thresher.capture.filter.parser import read

    around = for_any_event(case.around)
    for store in case.stores:
        try:
            found = {each.span: each for each in _within(read(text, store.catalogue, around))}
        except FilterError:
            continue
        return [found[span] for span in sorted(found) if text[span[0] : span[0] + 1] == "$"]
    return []


def _within(node: object) -> Iterator[Reference]:
    from thresher.capture.filter.ast import Reference

    if isinstance(node, Reference):
        yield node
    elif isinstance(node, (tuple, list)):
        for each in node:
            yield from _within(each)
    elif is_dataclass(node):
        for part in fields(node):
            yield from _within(getattr(node, part.name))


def _value(case: Case, text: str, reference: Reference, position: int | None) -> str:
    from thresher.capture.filter.value_text import literal

    key = reference.ref.key
    if position is None:
        raise FilterError(f"no event is selected to take '{key}' from", text, *reference.span)
    ((value,),) = case.rows([position], [key])
    if isinstance(value, list) and len(value) > 1:
        raise FilterError(f"'{key}' has {len(value)} values in the selected event", text, *reference.span)
    written = literal(value, reference.ref.field)
    if written is None:
        raise FilterError(f"the selected event has no '{key}'", text, *reference.span)
    return written
