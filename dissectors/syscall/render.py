"""Renders arguments as sysdig prints them: a plain text, and what it stands for in parentheses (stage ②).

``fd=3(<4t>127.0.0.1:40022->127.0.0.1:8088) flags=4097(O_RDONLY|O_CLOEXEC) res=-2(ENOENT) ptid=4169(bash)``.
Formats: libsinsp, event.cpp, get_param_as_str.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from thresher.dissectors.syscall import params
from thresher.dissectors.syscall.arguments import Argument, Arguments
from thresher.dissectors.syscall.clock import clock_text
from thresher.dissectors.syscall.errors import ERRORS, SIGNALS
from thresher.dissectors.syscall.event_table import Param, syscall_names
from thresher.dissectors.syscall.paths import joined
from thresher.dissectors.syscall.texts.said import said

if TYPE_CHECKING:
    from thresher.dissectors.syscall.names import Descriptor, Names

ABSENT = "<NA>"
MALFORMED = "<INVALID>"
_NULL_KINDS = frozenset(("BYTEBUF", "SOCKTUPLE", "FDLIST", "CHARBUFARRAY", "CHARBUF_PAIR_ARRAY", "DYN"))
AT_FDCWD = -100
DECIMAL, HEXADECIMAL, PADDED, OCTAL = 1, 2, 3, 6
"""``Param.base``."""
_UNIX, _INET, _INET6 = 1, 2, 10
_PRINTABLE = bytes(byte if 0x20 <= byte < 0x7F else ord(".") for byte in range(256))

_Rendered = tuple[str, str]
"""Plain text, and its meaning, empty where it has none."""


class Renderer:
    """Renders the arguments of one row."""

    def __init__(self, arguments: Arguments, names: Names) -> None:
        self.arguments = arguments
        self._names = names

    def line(self) -> str:
        """All arguments, as ``evt.args`` has them; of generic calls what a text says, as they are not recorded."""
        kind = self.arguments.kind
        if kind is None:
            return ""
        if kind.name == "syscall":
            return said(self.arguments.block.data)
        return " ".join(f"{item.param.name}={self.full(item)}" for item in self.arguments.items)

    def full(self, item: Argument) -> str:
        """Plain text with its meaning in parentheses."""
        return full_text(*self.both(item))

    def short(self, item: Argument) -> str:
        """The meaning where there is one, else the plain text: what ``evt.arg`` has."""
        plain, meaning = self.both(item)
        return meaning or plain

    def both(self, item: Argument) -> _Rendered:
        """Plain text and meaning of an argument."""
        kind = item.param.type
        if not item.data:
            return ("NULL" if kind in _NULL_KINDS else ABSENT), ""
        if kind == "DYN":
            return self._dynamic(item)
        if kind in params.INTEGERS:
            number = params.integer(kind, item.data)
            return (MALFORMED, "") if number is None else self._number(item, number)
        return self._other(item)

    def _number(self, item: Argument, number: int) -> _Rendered:
        kind = item.param.type
        if kind == "FD" and self._is_plain_result(item):
            return self._result(number)
        special = _SPECIAL.get(kind)
        if special is not None:
            return special(self, number)
        if kind in params.FLAGS:
            return str(number), flag_names(item.param, number)
        if kind in params.ENUMS:
            return str(number), "|".join(word for word, value in item.param.names if value == number)
        if kind == "MODE":
            return based(number, item.param.base, len(item.data)), mode_names(item.param, number)
        return based(number, item.param.base, len(item.data)), ""

    def _is_plain_result(self, item: Argument) -> bool:
        """Whether a result declared as a descriptor is one: that of fcntl is only where it duplicates."""
        kind = self.arguments.kind
        if kind is None or kind.name != "fcntl" or item.param.name != "res":
            return False
        command = self.arguments.find("cmd")
        return command is None or not is_copying(self.both(command)[1])

    def _other(self, item: Argument) -> _Rendered:
        kind = item.param.type
        if kind in params.TEXTS:
            return self._text(item)
        if kind == "SOCKADDR":
            return address(item.data), ""
        if kind == "SOCKTUPLE":
            return tuple_text(item.data), ""
        if kind == "FDLIST":
            return self._descriptors(item.data), ""
        if kind in params.ARRAYS:
            return ".".join(params.text(part) for part in item.data.rstrip(b"\0").split(b"\0")), ""
        if kind in ("IPV4ADDR", "IPV6ADDR"):
            return packed_address(item.data), ""
        return item.data.translate(_PRINTABLE).decode("ascii"), ""

    def _text(self, item: Argument) -> _Rendered:
        if item.data == params.LEGACY_NULL:
            return ABSENT, ""
        path = params.text(item.data)
        if item.param.type == "CHARBUF" or not path or path.startswith("/"):
            return path, ""
        base = self._base(item.param)
        return path, joined(base, path) if base is not None else ""

    def _base(self, param: Param) -> str | None:
        """The folder a relative path starts from; None where it is not known."""
        kind = self.arguments.kind
        if param.type != "FSRELPATH" or kind is None or not 0 <= param.dirfd < len(kind.params):
            return self._names.cwd()
        base = self.arguments.find(kind.params[param.dirfd].name)
        number = params.integer("FD", base.data) if base is not None else None
        if number is None or number == AT_FDCWD:
            return self._names.cwd()
        descriptor = self._names.descriptor(number)
        return descriptor.name or None if descriptor is not None else None

    def _descriptor(self, number: int) -> _Rendered:
        return str(number), descriptor_meaning(number, self._names.descriptor(number) if number >= 0 else None)

    def _descriptors(self, data: bytes) -> str:
        if len(data) < 2:
            return MALFORMED
        count = min(int.from_bytes(data[:2], "little"), (len(data) - 2) // 10)
        parts = []
        for place in range(2, 2 + 10 * count, 10):
            number, events = struct.unpack_from("<qh", data, place)
            found = self._names.descriptor(number)
            parts.append(f"{number}:{found.letters[:1] if found is not None else '?'}{events & 0xFFFFFFFF:x}")
        return " ".join(parts)

    def _result(self, number: int) -> _Rendered:
        return str(number), ERRORS.get(-number, "") if number < 0 else ""

    def _thread(self, number: int) -> _Rendered:
        return str(number), self._names.thread(number) or ""

    def _user(self, number: int) -> _Rendered:
        return str(number), "<NONE>" if number < 0 else self._names.user(number) or ABSENT

    def _group(self, number: int) -> _Rendered:
        return str(number), "<NONE>" if number < 0 else self._names.group(number) or ABSENT

    def _signal(self, number: int) -> _Rendered:
        return str(number), SIGNALS.get(number, "")

    def _signals(self, number: int) -> _Rendered:
        return " ".join(SIGNALS[bit + 1] for bit in range(31) if number >> bit & 1), ""

    def _call(self, number: int) -> _Rendered:
        names = syscall_names()
        return (str(number), names[number]) if number < len(names) else ("<unknown syscall>", "")

    def _duration(self, number: int) -> _Rendered:
        return ("none", "") if number == 2**64 - 1 else (str(number), f"{number / 1e9:g}s")

    def _time(self, number: int) -> _Rendered:
        return clock_text(number), ""

    def _dynamic(self, item: Argument) -> _Rendered:
        choices = item.param.dynamic
        if item.data[0] >= len(choices):
            return "INVALID DYNAMIC PARAMETER", ""
        chosen = replace(choices[item.data[0]], base=item.param.base)
        if chosen.type == "DYN":
            return "INVALID DYNAMIC PARAMETER", ""
        return self.both(Argument(chosen, item.data[1:]))


_SPECIAL: dict[str, Callable[[Renderer, int], _Rendered]] = {
    "FD": Renderer._descriptor,
    "FD32": Renderer._descriptor,
    "ERRNO": Renderer._result,
    "PID": Renderer._thread,
    "PID32": Renderer._thread,
    "UID": Renderer._user,
    "GID": Renderer._group,
    "SIGTYPE": Renderer._signal,
    "SIGSET": Renderer._signals,
    "SYSCALLID": Renderer._call,
    "RELTIME": Renderer._duration,
    "ABSTIME": Renderer._time,
}


def is_copying(command: str) -> bool:
    """Whether a command of fcntl copies a descriptor."""
    return command.startswith("F_DUPFD")


def full_text(plain: str, meaning: str) -> str:
    """Plain text with its meaning, where it has one, in parentheses."""
    return f"{plain}({meaning})" if meaning else plain


def descriptor_meaning(number: int, found: Descriptor | None) -> str:
    """What a descriptor number stands for, or the error it is; empty where neither is known."""
    if number == AT_FDCWD:
        return "AT_FDCWD"
    if number < 0:
        return ERRORS.get(-number, "")
    return f"<{found.letters}>{found.name}" if found is not None else ""


def based(number: int, base: int, size: int) -> str:
    """A number in its base; negative ones and those of 32 bits and more as two's complement, as printf does."""
    bits = 8 * size
    if base == HEXADECIMAL:
        return f"{number & (1 << bits) - 1:X}"
    if base == OCTAL:
        octal = f"{number & (1 << bits) - 1:o}"
        return octal if octal == "0" else f"0{octal}"
    if size >= 4 and number >> bits - 1 == 1:
        number -= 1 << bits
    return f"{number:09d}" if base == PADDED else str(number)


def flag_names(param: Param, number: int) -> str:
    """Names of the flags that are set, in the table's order; a name that covers several bits uses them up."""
    words = []
    left = number
    for word, value in param.names:
        if (value == 0 and number == 0) or (value and left and left & value == value):
            words.append(word)
            left &= ~value
            if value == number:
                break
    return "|".join(words)


def mode_names(param: Param, number: int) -> str:
    """Names of the permission bits that are set."""
    words = []
    left = number
    for word, value in param.names:
        if value == number:
            words.append(word)
            break
        if value and left & value == value:
            words.append(word)
            left &= ~value
    return "|".join(words)


def packed_address(data: bytes) -> str:
    """An address of 4 or 16 bytes in network order."""
    if len(data) == 4:
        return str(IPv4Address(data))
    return str(IPv6Address(data)) if len(data) == 16 else MALFORMED


def address(data: bytes) -> str:
    """A socket address: a path, or address and port."""
    family = data[0]
    if family == _UNIX:
        return params.text(data[1:])
    size = {_INET: 4, _INET6: 16}.get(family)
    if size is None:
        return f"family {family}"
    if len(data) < size + 3:
        return MALFORMED
    return f"{packed_address(data[1 : 1 + size])}:{int.from_bytes(data[1 + size : 3 + size], 'little')}"


def tuple_text(data: bytes) -> str:
    """Both ends of a connection; a pair of IPv4 addresses in IPv6 form is written as IPv4."""
    family = data[0]
    if family == _UNIX:
        if len(data) < 17:
            return MALFORMED
        source, target = struct.unpack_from("<QQ", data, 1)
        return f"{source:x}->{target:x} {params.text(data[17:])}"
    size = {_INET: 4, _INET6: 16}.get(family)
    if size is None:
        return f"family {family}"
    if len(data) < 2 * size + 5:
        return MALFORMED
    form = struct.Struct(f"<{size}sH{size}sH")
    source_ip, source_port, target_ip, target_port = form.unpack_from(data, 1)
    if _is_mapped(source_ip) and _is_mapped(target_ip):
        source_ip, target_ip = source_ip[12:], target_ip[12:]
    return f"{packed_address(source_ip)}:{source_port}->{packed_address(target_ip)}:{target_port}"


def _is_mapped(packed: bytes) -> bool:
    return len(packed) == 16 and packed.startswith(bytes(10) + b"\xff\xff")
