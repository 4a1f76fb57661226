"""Takes the records of the Linux audit log apart: type, event, fields; stage ①.

Format: audit-userspace's documentation and the kernel's kernel/audit.c and auditsc.c.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEAD = re.compile(
    rb"(?:node=(\S{1,255}) )?type=([A-Z][A-Z0-9_]{1,39}|UNKNOWN\[[0-9]{1,5}\]) "
    rb"msg=audit\(([0-9]{1,11})\.([0-9]{3}):([0-9]{1,20})\): ?"
)
INTERPRETED = re.compile(rb"(?:node=\S+ )?type=[A-Z]\w+ msg=audit\([0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} ")
"""As ``ausearch -i`` prints: times of the reader's zone, numbers replaced by words."""
_FIELD = re.compile(rb"([A-Za-z_][A-Za-z0-9_\-]*(?:\[[0-9]+\])?)=(\"[^\"]*\"|'[^']*'|[^\s'\"]\S*|)")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+\Z")
_ARGUMENT = re.compile(rb"a([0-9]{1,6})(?:\[([0-9]{1,6})\])?\Z")
ENRICHED = b"\x1d"
"""Stands before the words that auditd adds to a record."""
_ABSENT = frozenset({b"(null)", b"(none)", b"?", b""})


class NoRecord(ValueError):
    """A line that is no record; says what is wrong with it."""


@dataclass(slots=True)
class Record:
    """One record of an audit event.

    Attributes:
        node: the machine, where records of several are collected.
        serial: number of the event that the record belongs to.
        words: what auditd added, in which names stand for numbers.
    """

    type: str
    node: str
    time_ns: int
    serial: int
    fields: dict[bytes, bytes] = field(default_factory=dict)
    words: dict[bytes, bytes] = field(default_factory=dict)

    def text(self, name: str) -> bytes | None:
        """A field that a program chose: in quotes, or in hexadecimal digits where it is not plain."""
        value = self.fields.get(name.encode(), b"")
        if value[:1] in (b'"', b"'"):
            return value[1:-1]
        if value in _ABSENT or not _HEX.match(value):
            return None
        return bytes.fromhex(value.decode())

    def number(self, name: str, base: int = 10) -> int | None:
        """A field that is a number."""
        value = self.fields.get(name.encode(), b"")
        try:
            return int(value, base)
        except ValueError:
            return None

    def word(self, name: str) -> str:
        """A field that is a word, '' where it is not there."""
        value = self.fields.get(name.encode(), b"")
        return "" if value in _ABSENT else value.decode("utf-8", "backslashreplace").strip("\"'")


def read_record(line: bytes) -> Record:
    """What a line says.

    Raises:
        NoRecord: it does not begin as records do.
    """
    head = _HEAD.match(line)
    if not head:
        raise NoRecord("it does not begin with a type and audit(time:serial) (the log itself, or ausearch --raw)")
    plain, _, added = line[head.end() :].partition(ENRICHED)
    return Record(
        head[2].decode(),
        (head[1] or b"").decode("utf-8", "backslashreplace"),
        int(head[3]) * 1_000_000_000 + int(head[4]) * 1_000_000,
        int(head[5]),
        dict(_FIELD.findall(plain)),
        dict(_FIELD.findall(added)),
    )


def arguments(records: list[Record]) -> list[bytes] | None:
    """The arguments of an exec from its EXECVE records; None where some are missing."""
    counts = [count for record in records if (count := record.number("argc")) is not None]
    pieces: dict[tuple[int, int], bytes] = {}
    for record in records:
        for name in record.fields:
            found = _ARGUMENT.match(name)
            if found:
                value = record.text(name.decode())
                quoted = record.fields[name]
                pieces[int(found[1]), int(found[2] or 0)] = quoted.strip(b'"') if value is None else value
    whole: dict[int, bytes] = {}
    for (place, _), piece in sorted(pieces.items()):
        whole[place] = whole.get(place, b"") + piece
    if not counts or counts[0] != len(whole) or list(whole) != list(range(len(whole))):
        return None
    return list(whole.values())
