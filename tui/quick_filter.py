"""A comparison with a value on screen as filter text (stage ⑤)."""

from __future__ import annotations

from thresher.capture.filter.value_text import literal
from thresher.capture.model import Field, FieldType, Value
from thresher.capture.timetext import iso


def clause(name: str, value: Value, field: Field | None, operator: str) -> str | None:
    """``name operator value``; None where there is no value, or none that the filter can write.

    ``!=`` is written as a negation, so that events without the field stay.
    """
    if not name:
        return None
    if field is not None and field.type is FieldType.TIME and isinstance(value, int):
        written: str | None = f'"{iso(value)}"'
    else:
        written = literal(value, field)
    if written is None:
        return None
    return f"{name} == {written}" if operator == "==" else f"not {name} == {written}"
