"""A comparison with a value on screen as filter text (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.filter.value_text import literal

if TYPE_CHECKING:
    from thresher.capture.model import Field, Value


def clause(name: str, value: Value, field: Field | None, operator: str) -> str | None:
    """``name operator value``; None where there is no value, or none that the filter can write.

    ``!=`` is written as a negation, so that events without the field stay.
    """
    if not name:
        return None
    written = literal(value, field)
    if written is None:
        return None
    return f"{name} == {written}" if operator == "==" else f"not {name} == {written}"
