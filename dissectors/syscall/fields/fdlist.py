"""Fields of the descriptors that poll and ppoll wait for; made from the bytes on first use; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Computed, Field, FieldType


def _list(name: str, title: str, what: str, example: str) -> Field:
    return Field(
        f"fdlist.{name}",
        FieldType.STRING,
        title,
        f"{what} of the descriptors that poll or ppoll was given, joined with commas.",
        Computed("polled"),
        example=f"fdlist.{name} {example}",
    )


DESCRIPTOR_LIST_FIELDS: tuple[Field, ...] = (
    _list("nums", "Polled FDs", "Numbers", 'startswith "3,"'),
    _list("names", "Polled names", "Names", 'contains "->10.0.0.1:443"'),
    _list("cips", "Polled clients", "Client addresses", 'contains "10.0.0.1"'),
    _list("sips", "Polled servers", "Server addresses", 'contains "10.0.0.1"'),
    _list("cports", "Polled client ports", "Client ports", 'contains "40022"'),
    _list("sports", "Polled server ports", "Server ports", 'contains "443"'),
)
