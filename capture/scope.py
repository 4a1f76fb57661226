"""Declares how a source's records tell what was recorded at all, and what was not (stage ②)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What the records of a source cover; SQL is over the event row ``e``.

    Attributes:
        parts: title and SQL of what a source records apart, as account and region, coarsest first.
        kinds: title and SQL of the kind of records within a part.
        switches: condition that is true of events that stop, start or change the recording.
        what: what was done to the recording, as text.
        target: what of it, and ``actor`` who did it.
        succeeded: whether it was.
        delivered: regular expression of RE2 whose first group in a file's path is when it was delivered.
        delivered_form: the same as ``strptime`` reads it, UTC.
        delay_ns: how long deliveries take at most, as a rule.
        silence_ns: silence of a part that is worth telling.
    """

    parts: tuple[tuple[str, str], ...]
    kinds: tuple[str, str]
    switches: str
    what: str
    target: str
    actor: str
    succeeded: str
    delivered: str
    delivered_form: str
    delay_ns: int
    silence_ns: int
