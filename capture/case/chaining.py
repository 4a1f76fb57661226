"""From an event to the filter that finds all that was done with or through its credential (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.case.case import Case


def chain_of(case: Case, position: int) -> tuple[str, str] | None:
    """The chain field and the event's credential: used, handed out, or used as another account's record of it says.

    None where the event has none.
    """
    store, _ = case.number(position)
    declared = case.stores[store].dissector.credentials
    if declared is None:
        return None
    values = case.rows([position], list(declared.fields))[0]
    key = next((value for value in values if isinstance(value, str) and value), None)
    if key is None:
        (chain,) = case.rows([position], [declared.chain])[0]
        key = chain[-1] if isinstance(chain, list) else None
    return None if key is None else (declared.chain, key)
