"""Lines in sysdig's format language, as ``read -p '*%evt.num %10proc.name'`` (stage ⑤)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import FormatError, QueryError
from thresher.capture.escape import escape
from thresher.capture.model import FieldType
from thresher.capture.timetext import moment

if TYPE_CHECKING:
    from datetime import tzinfo

    from thresher.capture.model import Field, Value

MISSING = "<NA>"
_START = "*%evt.num %evt.outputtime %evt.cpu "
_END = "%proc.name (%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info"
PRESETS = {
    "c": f"{_START}%container.name (%container.id) {_END}",
    "container": f"{_START}%container.name (%container.id) {_END}",
    "k": f"{_START}%k8s.pod.name (%container.id) {_END}",
    "kubernetes": f"{_START}%k8s.pod.name (%container.id) {_END}",
}
"""sysdig's ready-made formats (sysdig.cpp)."""
_SAME = {"evt.outputtime": "evt.time", "evt.info": "evt.args"}
"""Fields that sysdig has for its own lines only."""
_WIDTH = re.compile(r"\[([0-9]{1,4})\]|([0-9]{1,4})")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)*(?:\[[^\]\s]{0,200}\])?")
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """A field of a format.

    Attributes:
        width: cells that its text is filled up or cut to; 0 for its own.
        before: plain text in front of it.
    """

    field: Field
    name: str
    width: int
    before: str


@dataclass(frozen=True, slots=True)
class PrintFormat:
    """A format that has been read.

    Attributes:
        prints_all: whether rows that lack a field are printed, with ``<NA>`` in its place.
        after: plain text behind the last field.
    """

    tokens: tuple[Token, ...]
    after: str
    prints_all: bool

    @property
    def names(self) -> list[str]:
        """The fields to be read."""
        return [token.name for token in self.tokens]

    def lines(self, batches: Iterable[Sequence[tuple[Value, ...]]], zone: tzinfo) -> Iterator[str]:
        """A line, or what the format makes of it, for each row that is to be printed."""
        writers = [_writer(token, zone) for token in self.tokens]
        for batch in batches:
            yield "".join(self._line(row, writers) for row in batch)

    def _line(self, row: tuple[Value, ...], writers: Sequence[Callable[[Value], str]]) -> str:
        if not self.prints_all and any(value is None for value in row):
            return ""
        parts = [
            token.before + _fitted(MISSING if value is None else write(value), token.width)
            for token, value, write in zip(self.tokens, row, writers, strict=True)
        ]
        return f"{''.join(parts)}{self.after}\n"


def parse(text: str, field: Callable[[str], Field]) -> PrintFormat:
    """Read a format or the name of a preset.

    Args:
        text: plain text with ``%field``, ``%20field`` or ``%[20]field``; ``%%`` is a percent sign; an asterisk in
            front prints rows that lack fields too.
        field: the field of a name; raises ``QueryError``.

    Raises:
        FormatError: a field is unknown or a percent sign begins none, with its place.
    """
    text = PRESETS.get(text, text)
    at = 1 if text.startswith("*") else 0
    tokens: list[Token] = []
    plain: list[str] = []
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in _ESCAPES:
            plain.append(_ESCAPES[text[at + 1]])
            at += 2
        elif text.startswith("%%", at):
            plain.append("%")
            at += 2
        elif text[at] == "%":
            token, at = _token(text, at, "".join(plain), field)
            tokens.append(token)
            plain.clear()
        else:
            plain.append(text[at])
            at += 1
    return PrintFormat(tuple(tokens), "".join(plain), text.startswith("*"))


def _token(text: str, at: int, before: str, field: Callable[[str], Field]) -> tuple[Token, int]:
    start = at + 1
    width = _WIDTH.match(text, start)
    if width:
        start = width.end()
    found = _NAME.match(text, start)
    if not found:
        raise FormatError("no field begins behind this %", text, at, at + 1, "%% prints a percent sign")
    name, known = _longest(found[0], text, start, field)
    size = int(width[1] or width[2]) if width else 0
    return Token(known, _SAME.get(name, name), size, before), start + len(name)


def _longest(name: str, text: str, start: int, field: Callable[[str], Field]) -> tuple[str, Field]:
    """The longest beginning that is a field: what follows it is plain text, as in ``%proc.names``."""
    first: QueryError | None = None
    for end in range(len(name), 0, -1):
        try:
            return name[:end], field(_SAME.get(name[:end], name[:end]))
        except QueryError as error:
            first = first or error
    raise FormatError(str(first), text, start, start + len(name)) from first


def _fitted(text: str, width: int) -> str:
    return text.ljust(width)[:width] if width else text


def _writer(token: Token, zone: tzinfo) -> Callable[[Value], str]:
    """How sysdig prints a value of this field; controls are escaped."""
    kind = token.field.type
    if token.field.is_list:
        return lambda value: escape(",".join(map(str, value if isinstance(value, list) else [value])))
    if kind is FieldType.BOOL:
        return lambda value: "true" if value else "false"
    if kind is FieldType.BYTES:
        return lambda value: _printable(value) if isinstance(value, bytes) else str(value)
    if kind is FieldType.TIME:
        pattern = "a" if token.field.name == "evt.time" else "ad"
        return lambda value: moment(value, pattern, zone, 9) if isinstance(value, int) else str(value)
    return lambda value: escape(str(value))


def _printable(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)
