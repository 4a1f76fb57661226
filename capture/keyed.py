"""Fields made once for each value that events share, an address or a credential, not once an event (stages ②③)."""

from __future__ import annotations

from dataclasses import dataclass

from thresher.capture.model import Field, FieldType, Window


@dataclass(frozen=True, slots=True)
class Keyed(Window):
    """A value of something that many events name; built for all of it on first use.

    Attributes:
        expression: a SELECT of ``key`` and ``value`` over the store's tables; each key once.
        link: SQL over the event row ``e`` that gives the key, NULL where the event names none.
    """

    link: str


@dataclass(frozen=True, slots=True)
class Told(Keyed):
    """What the dissector tells of every key at once, from all of the store; see ``Dissector.tell``.

    ``expression`` names what it is to tell; keys are whole numbers.
    """


@dataclass(frozen=True, slots=True)
class OfAddress(Keyed):
    """What the user's own files say of an address; see ``capture.addresses`` for ``fact``.

    ``expression`` is a SELECT of every ``key`` there is, an address as text or a text that is none.
    """

    fact: str


_FACTS = (
    ("network", FieldType.STRING, "network", "Label of the narrowest range in the configuration's [networks]"),
    ("country", FieldType.STRING, "country", "Country code, from the configuration's address databases,"),
    ("city", FieldType.STRING, "city", "City, from the configuration's address databases,"),
    ("asn", FieldType.UINT, "AS number", "Number of the operator, from the configuration's address databases,"),
    ("org", FieldType.STRING, "operator", "Operator's name, from the configuration's address databases,"),
)


def address_fields(prefix: str, titled: str, text: str) -> tuple[Field, ...]:
    """What is known of an address from outside the log: the user's label for its network, its country and operator.

    Args:
        prefix: of the names, as ``ct.src``.
        titled: what the address is of, for titles and descriptions.
        text: SQL over ``e`` that gives the address as text; anything that is no address has no facts.
    """
    keys = f"SELECT DISTINCT {text} AS key FROM events e"
    return tuple(
        Field(
            f"{prefix}.{fact}",
            type_,
            f"{titled} {title}",
            f"{says} of the {titled.lower()} address.",
            OfAddress(keys, text, fact),
        )
        for fact, type_, title, says in _FACTS
    )
