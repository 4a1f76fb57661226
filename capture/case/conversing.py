"""The filters for what belongs to an event (stage ⑤): its thread, process, container, stream, user, access key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.conversations import of_fields
from thresher.capture.filter.value_text import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.case.case import Case
    from thresher.capture.conversations import Conversation
    from thresher.capture.store.store import Store


class Offer(NamedTuple):
    """A conversation that an event belongs to: a word for it, what people call it, and its filter."""

    name: str
    title: str
    filter: str


def conversations(case: Case, position: int) -> list[Offer]:
    """The conversations that an event belongs to, as its source declares them, the narrowest first."""
    store = case.stores[case.store_of([position])[0]]
    declared = _declared(store)
    names = list(dict.fromkeys(name for each in declared for name in each.fields()))
    values = dict(zip(names, case.rows([position], names)[0], strict=True))
    literals: dict[str, str] = {}
    for name, value in values.items():
        written = literal(value, store.catalogue.resolve(name).field)
        if written is not None:
            literals[name] = written
    return [
        Offer(each.name, each.title, each.filled(literals))
        for each in declared
        if all(name in literals for name in each.fields())
    ]


def _declared(store: Store) -> Sequence[Conversation]:
    dissector = store.dissector
    if dissector.conversations or not dissector.conversation:
        return dissector.conversations
    return (of_fields(dissector.conversation),)
