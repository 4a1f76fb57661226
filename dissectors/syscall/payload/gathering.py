"""Makes the fields of all protocols for all events of a capture in one pass; part of stage ②."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from thresher.capture.evidence import Proven
from thresher.dissectors.syscall.fields.payload import LISTS
from thresher.dissectors.syscall.payload.answered import Answers
from thresher.dissectors.syscall.payload.conversations import said, speaking

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup
    from thresher.capture.evidence import OnProgress
    from thresher.capture.model import Value
    from thresher.dissectors.syscall.payload.streams import Said


def gather(lookup: Lookup, on_progress: OnProgress) -> Iterator[Proven]:
    """Every value; see ``Dissector.gather``."""
    known = speaking(lookup, lambda part: on_progress(part / 2))
    answers: list[Said] = []

    def heard() -> Iterator[Said]:
        for each in said(lookup, known, lambda part: on_progress(0.5 + part / 2)):
            if each.protocol == "dns":
                answers.append(each)
            yield each

    yield from one_each(heard())
    yield from Answers(lookup, answers).proven()


def one_each(found: Iterable[Said]) -> Iterator[Proven]:
    """One value for each event and field: the first that was said, or a list of all."""
    firsts: set[tuple[int, str]] = set()
    lists: dict[tuple[int, str], tuple[list[Any], int]] = {}
    for each in found:
        key = each.num, each.item.field
        if each.item.field in LISTS:
            lists.setdefault(key, ([], each.source))[0].append(each.item.value)
        elif key not in firsts:
            firsts.add(key)
            yield Proven(each.item.field, each.num, each.item.value, each.source)
    for (num, field), (values, source) in lists.items():
        yield Proven(field, num, _distinct(values), source)


def _distinct(values: list[Any]) -> Value:
    """Values each once, in order."""
    return list(dict.fromkeys(values))
