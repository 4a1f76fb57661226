r"""Reads the values that strace prints: ``"a\n"...``, ``3</etc/passwd>``, ``O_RDWR|O_CLOEXEC``, ``{a=1}``; stage ①.

Nothing here raises for text of any form: what is not of the form asked for is None.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

AT_FDCWD = -100
_STRING = rb'"(?:[^"\\]|\\.)*+"'
DECORATION = rb"<(?!<)(?:->|[^<>]|<[^<>]*+>)*+>"
_COMMENT = rb"/\*.{0,256}?\*/"
"""Bounded, so that many that do not end take no time."""
_TOKEN = re.compile(
    _STRING + rb"|" + _COMMENT + rb"|(?:(?<=[0-9])|(?<=AT_FDCWD))" + DECORATION + rb"|[()\[\]{},]",
    re.DOTALL,
)
_PLAIN = (
    rb'(?:[^"()\[\]{},</]++|' + _STRING + rb"|" + _COMMENT + rb"|(?:(?<=[0-9])|(?<=AT_FDCWD))" + DECORATION + rb"|[</])"
)
_IN_ONE = rb"[(\[{](?:" + _PLAIN + rb"|,)*+[)\]}]"
_IN_TWO = rb"[(\[{](?:" + _PLAIN + rb"|,|" + _IN_ONE + rb")*+[)\]}]"
_ITEM = re.compile(rb"(?:" + _PLAIN + rb"|" + _IN_TWO + rb")*+", re.DOTALL)
"""What stands between two commas, brackets two deep included: the same as token by token in half the time."""
_WHOLE_STRING = re.compile(rb"(" + _STRING + rb")(\.\.\.)?\Z", re.DOTALL)
_DESCRIPTOR = re.compile(rb"(-?[0-9]{1,10}|AT_FDCWD)(" + DECORATION + rb")?\Z", re.DOTALL)
_NUMBER = re.compile(rb"(-?(?:0x[0-9a-fA-F]{1,16}|[0-9]{1,20}))(?:" + DECORATION + rb"|\s.*)?\Z", re.DOTALL)
_SHIFT = re.compile(rb"([0-9]{1,19})<<([0-9]{1,2})\Z")
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f", b"a": b"\a", b"b": b"\b", b"e": b"\x1b"}
_MEMBER = re.compile(rb"\s*([a-z_0-9]{1,64})=(.*)\Z", re.DOTALL)
_OPEN, _CLOSE = b"([{", b")]}"
DEEPEST = 64
_MOST_DIGITS = 20
_BEGIN_DESCRIPTORS = frozenset(bytes([code]) for code in b"-0123456789A")


class Descriptor(NamedTuple):
    """A descriptor as an argument or result, with what strace wrote in angle brackets behind it."""

    fd: int
    decoration: bytes | None


class Parts(NamedTuple):
    """What stands between commas, and where the bracket around it closes; -1 where it does not."""

    items: list[bytes]
    end: int


def split(text: bytes, start: int = 0) -> Parts:
    """The values from ``start`` to the bracket that closes what was opened before it."""
    items: list[bytes] = []
    begin = start
    while found := _ITEM.match(text, begin):
        end = found.end()
        mark = text[end : end + 1]
        if mark == b",":
            items.append(found[0].strip())
            begin = end + 1
        elif not mark or mark in _CLOSE:
            return Parts(_with_last(items, found[0]), end if mark else -1)
        else:
            break
    return split_by_token(text, start)


def split_by_token(text: bytes, start: int = 0) -> Parts:
    """The same for what is nested deeper, or is not closed."""
    items: list[bytes] = []
    depth = 0
    begin = start
    for token in _TOKEN.finditer(text, start):
        mark = token[0]
        if len(mark) > 1:
            continue
        if mark in _OPEN:
            depth += 1
            if depth > DEEPEST:
                break
        elif mark in _CLOSE:
            if depth == 0:
                return Parts(_with_last(items, text[begin : token.start()]), token.start())
            depth -= 1
        elif depth == 0 and mark == b",":
            items.append(text[begin : token.start()].strip())
            begin = token.end()
    return Parts(_with_last(items, text[begin:]), -1)


def _with_last(items: list[bytes], last: bytes) -> list[bytes]:
    last = last.strip()
    return [*items, last] if last or items else []


def string(value: bytes) -> bytes | None:
    """The bytes of a quoted string, as far as strace printed them."""
    found = _WHOLE_STRING.match(value)
    return _ESCAPE.sub(_unescaped, found[1][1:-1]) if found else None


def is_cut(value: bytes) -> bool:
    """Whether a string was longer than strace printed it."""
    return value.endswith(b'"...')


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1] == b"x" and len(code) == 3:
        return bytes([int(code[1:], 16)])
    if code[:1].isdigit():
        return bytes([int(code, 8) & 0xFF])
    return _NAMED.get(code, code)


def descriptor(value: bytes) -> Descriptor | None:
    """A descriptor with its decoration."""
    return _descriptor(value) if value[:1] in _BEGIN_DESCRIPTORS else None


@lru_cache(4096)
def _descriptor(value: bytes) -> Descriptor | None:
    found = _DESCRIPTOR.match(value)
    if not found:
        return None
    fd = AT_FDCWD if found[1] == b"AT_FDCWD" else int(found[1])
    return Descriptor(fd, unescaped(found[2][1:-1]) if found[2] else None)


def unescaped(decoration: bytes) -> bytes:
    """What stands in angle brackets, without strace's escapes."""
    return _ESCAPE.sub(_unescaped, decoration) if b"\\" in decoration else decoration


def number(value: bytes) -> int | None:
    """A number in the base it is written in; NULL is 0."""
    if value == b"NULL":
        return 0
    if value.isdigit() and value[:1] != b"0" and len(value) <= _MOST_DIGITS:
        return int(value)
    if b"<<" in value and (shift := _SHIFT.match(value)):
        return int(shift[1]) << int(shift[2])
    found = _NUMBER.match(value)
    if not found:
        return None
    digits = found[1]
    try:
        if digits.lstrip(b"-")[:2] == b"0x":
            return int(digits, 16)
        is_octal = digits[:1] == b"0" and len(digits) > 1
        return int(digits, 8) if is_octal else int(digits)
    except ValueError:
        return None


def words(value: bytes) -> list[str]:
    """The flags of a value, each as it is written."""
    return [word.strip().decode("ascii", "replace") for word in value.partition(b"/*")[0].split(b"|") if word.strip()]


def members(value: bytes) -> dict[bytes, bytes]:
    """The members of a structure by name; those without one are left out."""
    if value[:1] != b"{":
        return {}
    found = (_MEMBER.match(item) for item in split(value, 1).items)
    return {member[1]: member[2].strip() for member in found if member}


def elements(value: bytes) -> list[bytes]:
    """The elements of an array."""
    return split(value, 1).items if value[:1] == b"[" else []
