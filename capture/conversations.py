"""What else belongs to an event, as a source declares it: filters with the event's own values in them (stage ②)."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True, slots=True)
class Conversation:
    """A way of putting events together.

    Attributes:
        name: a word to ask for it by.
        title: what people call it.
        filter: a display filter in which ``{field}`` stands for the value that the event has of the field.
    """

    name: str
    title: str
    filter: str

    def fields(self) -> list[str]:
        """The fields whose values stand in the filter, each once; an event that lacks one has no such conversation."""
        return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.filter) if name))

    def filled(self, literals: dict[str, str]) -> str:
        """The filter with values in it, as the filter language writes them."""
        parts = Formatter().parse(self.filter)
        return "".join(text + (literals[name] if name else "") for text, name, _, _ in parts)


def of_fields(names: tuple[str, ...]) -> Conversation:
    """The events that have the same values of all these fields."""
    return Conversation("conversation", "Conversation", " and ".join(f"{name} == {{{name}}}" for name in names))
