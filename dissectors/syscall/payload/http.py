"""Reads the head of an HTTP/1 message: start line and header lines, and what is wrong in them; part of stage ②.

The rule: bytes are HTTP if they begin with a method of ``METHODS``, one space, a target without spaces that begins as
one (``/``, ``*``, a scheme, or a host and port behind CONNECT), and `` HTTP/1.x`` at the line's end; or with
``HTTP/1.x``, one space, and a status of three digits. Where the bytes end within the first line they are if all that is
there fits. A method alone does not suffice. Syntax and errors: RFC 9110 and 9112.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from thresher.dissectors.syscall.payload.items import CUT, Item, Protocol, text

METHODS = (
    b"GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH "
    b"REPORT PURGE SUBSCRIBE NOTIFY M-SEARCH"
).split()
LONGEST_HEAD = 32 << 10
"""Bytes of a head that are looked at; servers refuse longer ones."""
_MOST_LINES = 200

_REQUEST = re.compile(rb"(?:%s) +(\S+) (HTTP/1\.[0-9])\r?\Z" % b"|".join(METHODS))
_STATUS = re.compile(rb"(HTTP/1\.[0-9]) ([1-9][0-9][0-9])(?: (.*?))?\r?\Z", re.DOTALL)
_TARGET = re.compile(rb"/|\*|[A-Za-z][A-Za-z0-9+.-]*:(?:/|\Z)")
_AUTHORITY = re.compile(rb"[A-Za-z0-9.\-_\[\]:%]+\Z")
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_NUMBER = re.compile(rb"[0-9]{1,18}\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_VERSION = b"HTTP/1."

HEADERS = {
    b"host": "http.host",
    b"user-agent": "http.user_agent",
    b"content-type": "http.content_type",
    b"content-length": "http.content_length",
    b"transfer-encoding": "http.transfer_encoding",
    b"server": "http.server",
    b"location": "http.location",
    b"referer": "http.referer",
    b"authorization": "http.authorization",
    b"cookie": "http.cookie",
    b"set-cookie": "http.set_cookie",
    b"x-forwarded-for": "http.x_forwarded_for",
}
"""Names of header lines to their fields."""

LENGTH = "http.content_length"
MALFORMED = "http.malformed"
TRUNCATED = "http.truncated"


class _Line(NamedTuple):
    """A line without its ending, where it starts, and whether its ending is there."""

    data: bytes
    start: int
    ended: bool

    @property
    def end(self) -> int:
        return self.start + len(self.data)


def begins(data: bytes) -> bool:
    """See ``Protocol.begins``."""
    line, found, _ = data[:LONGEST_HEAD].partition(b"\n")
    if not line:
        return False
    if line.startswith(_VERSION[: len(line)]):
        return _begins_status(line, bool(found))
    method, space, rest = line.partition(b" ")
    if not space:
        return not found and any(known.startswith(method) for known in METHODS)
    if method not in METHODS:
        return False
    if found:
        request = _REQUEST.match(line)
        return request is not None and _is_target(method, request[1])
    target, _, version = rest.partition(b" ")
    return (not rest or _is_target(method, target)) and (_VERSION + b"1\r").startswith(version[:7])


def _begins_status(line: bytes, ended: bool) -> bool:
    if ended:
        return _STATUS.match(line) is not None
    return re.match(rb"[0-9]?(?: (?:[1-9][0-9]{0,2}(?:[ \r].*)?)?)?\Z", line[len(_VERSION) :], re.DOTALL) is not None


def _is_target(method: bytes, target: bytes) -> bool:
    if method == b"CONNECT":
        return _AUTHORITY.match(target) is not None
    return _TARGET.match(target) is not None and _CONTROL.search(target) is None


def is_complete(data: bytes) -> bool:
    """Whether the empty line behind the head is there, or the head is longer than any is."""
    return len(data) >= LONGEST_HEAD or re.search(rb"\n\r?\n", data) is not None


def read(data: bytes, is_cut: bool) -> list[Item]:
    """The values of a head; see ``Protocol.read``."""
    if not begins(data):
        return []
    lines = list(_lines(data[:LONGEST_HEAD]))
    items = _start_line(lines[0])
    if not items:
        return []
    items += read_lines(lines[1:])
    if is_cut:
        items.append(Item(TRUNCATED, True, 0, len(data)))
        return items
    return items + [Item(MALFORMED, what, 0, lines[0].end) for what in _missing(items)]


def _lines(data: bytes) -> Iterator[_Line]:
    """The lines of a head, without the empty one that ends it."""
    at = 0
    for _ in range(_MOST_LINES):
        if at >= len(data):
            return
        newline = data.find(b"\n", at)
        end = len(data) if newline < 0 else newline
        line = data[at:end]
        line = line[:-1] if line.endswith(b"\r") else line
        if not line and newline >= 0 and at:
            return
        yield _Line(line, at, newline >= 0)
        at = end + 1


def _start_line(line: _Line) -> list[Item]:
    status = _STATUS.match(line.data)
    if status is not None and (line.ended or len(line.data) > status.end(2)):
        items = [
            Item("http.response", True, line.start, line.end),
            Item("http.response.version", text(status[1]), *status.span(1)),
            Item("http.response.code", int(status[2]), *status.span(2)),
        ]
        if status[3]:
            phrase = text(status[3]) + ("" if line.ended else CUT)
            items.append(Item("http.response.phrase", phrase, *status.span(3)))
        return items
    return [] if line.data.startswith(_VERSION) else _request_line(line)


def _request_line(line: _Line) -> list[Item]:
    method, space, rest = line.data.partition(b" ")
    if not space or not rest:
        return []
    target, blank, version = rest.lstrip(b" ").partition(b" ")
    start = line.end - len(rest.lstrip(b" "))
    items = [
        Item("http.request", True, line.start, line.end),
        Item("http.request.method", text(method), 0, len(method)),
        Item("http.request.uri", text(target) + ("" if blank else CUT), start, start + len(target)),
    ]
    if line.ended:
        items.append(Item("http.request.version", text(version), line.end - len(version), line.end))
    return items


def read_lines(lines: list[_Line]) -> list[Item]:
    """The values of header lines, and what is wrong in each."""
    items: list[Item] = []
    for line in lines:
        name, colon, value = line.data.partition(b":")
        what = _wrong(name, colon, line)
        if what:
            items.append(Item(MALFORMED, what, line.start, line.end))
        if not colon:
            continue
        stripped = value.strip(b" \t")
        if line.ended and _CONTROL.search(stripped):
            items.append(Item(MALFORMED, f"control character in the value of '{text(name)}'", line.start, line.end))
        field = HEADERS.get(name.strip(b" \t").lower())
        if field is not None and stripped:
            start = line.start + len(name) + 1 + value.index(stripped)
            items += _header(field, stripped, start, line.ended)
    return items


def _header(field: str, value: bytes, start: int, ended: bool) -> list[Item]:
    end = start + len(value)
    if field != LENGTH:
        return [Item(field, text(value) + ("" if ended else CUT), start, end)]
    if not ended:
        return []
    if _NUMBER.match(value):
        return [Item(field, int(value), start, end)]
    return [Item(MALFORMED, f"Content-Length is no number: '{text(value[:80])}'", start, end)]


def _wrong(name: bytes, colon: bytes, line: _Line) -> str:
    """What is wrong in a header line; '' where nothing is, or where too little of it is there to say."""
    shown = text(line.data[:80])
    if line.data[:1] in (b" ", b"\t"):
        return f"header line continues the one before it: '{shown}'" if line.ended else ""
    if not colon:
        return f"header line without a colon: '{shown}'" if line.ended else ""
    if not name:
        return f"header line without a name: '{shown}'"
    if name[-1:] in (b" ", b"\t"):
        return f"space before the colon of a header line: '{shown}'"
    if _TOKEN.match(name) is None:
        return f"no header can be called '{text(name[:80])}': '{shown}'"
    return ""


def _missing(items: list[Item]) -> Iterator[str]:
    """What is wrong in a whole head but in no line of it."""
    values: dict[str, set[object]] = {}
    for item in items:
        values.setdefault(item.field, set()).add(item.value)
    if len(values.get(LENGTH, ())) > 1:
        yield "several different Content-Length lines"
    if LENGTH in values and "http.transfer_encoding" in values:
        yield "both Content-Length and Transfer-Encoding"
    if "HTTP/1.1" in values.get("http.request.version", ()) and "http.host" not in values:
        yield "no Host in a request of HTTP/1.1"
    if len(values.get("http.host", ())) > 1:
        yield "several different Host lines"


HTTP = Protocol("http", begins, is_complete, read)
