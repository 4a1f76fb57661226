"""Turns the arguments that strace prints into the parameters of scap's events; stage ①."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from thresher.dissectors.syscall.errors import SIGNALS
from thresher.dissectors.syscall.event_table import event_types
from thresher.dissectors.syscall.texts import strace_values as values
from thresher.dissectors.syscall.texts.addresses import Endpoint, endpoint, sockaddr, socktuple, with_peer
from thresher.dissectors.syscall.texts.blocks import TEXTS, packed
from thresher.dissectors.syscall.texts.call_arguments import ARGUMENTS
from thresher.dissectors.syscall.texts.decorations import connection, local_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.dissectors.syscall.event_table import EventType, Param
    from thresher.dissectors.syscall.texts.strace_lines import Line

Values = dict[str, int | bytes | None]

_SIGNAL_NUMBERS = {name: number for number, name in SIGNALS.items()} | {"SIGIOT": 6, "SIGCLD": 17, "SIGPOLL": 29}
_NUMBERS = {
    "SOCK_STREAM": 1, "SOCK_DGRAM": 2, "SOCK_RAW": 3, "SOCK_RDM": 4, "SOCK_SEQPACKET": 5, "SOCK_PACKET": 10,
    "SOCK_NONBLOCK": 0x800, "SOCK_CLOEXEC": 0x80000,
    "IPPROTO_IP": 0, "IPPROTO_ICMP": 1, "IPPROTO_TCP": 6, "IPPROTO_UDP": 17, "IPPROTO_ICMPV6": 58, "IPPROTO_RAW": 255,
    "NETLINK_ROUTE": 0, "NETLINK_SOCK_DIAG": 4, "NETLINK_XFRM": 6, "NETLINK_AUDIT": 9, "NETLINK_NETFILTER": 12,
    "NETLINK_KOBJECT_UEVENT": 15, "NETLINK_GENERIC": 16,
    "FD_CLOEXEC": 1, "SEEK_SET": 0, "SEEK_CUR": 1, "SEEK_END": 2,
    "S_IFREG": 0o100000, "S_IFDIR": 0o40000, "S_IFCHR": 0o20000, "S_IFBLK": 0o60000, "S_IFIFO": 0o10000,
    "S_IFSOCK": 0o140000, "S_ISUID": 0o4000, "S_ISGID": 0o2000, "S_ISVTX": 0o1000,
    "FUTEX_WAIT": 0, "FUTEX_WAKE": 1,
    "CLOSE_RANGE_UNSHARE": 2, "CLOSE_RANGE_CLOEXEC": 4,
}  # fmt: skip
"""Words that strace prints for arguments whose parameters are plain numbers (the system's headers)."""
_PORT = re.compile(rb"sin6?_port=htons\(([0-9]{1,5})\)")
_INET = re.compile(rb'inet_addr\("([0-9.]{7,15})"\)|inet_pton\(AF_INET6?, "([0-9a-fA-F.:]{2,45})"')
_SUN_PATH = re.compile(rb'sun_path=(@?)("(?:[^"\\]|\\.)*+")', re.DOTALL)
_MASK32 = 0xFFFFFFFF


def encoded(kind: EventType, found: Mapping[str, int | bytes | None]) -> list[bytes]:
    """The parameters of an event in order; those that are not found are absent."""
    return [packed(param.type, found.get(param.name)) for param in kind.params]


def parameters(kind: EventType, line: Line) -> Values:
    """What a call's line says, by the names of its exit event's parameters; ``kind`` is that event."""
    arguments = line.arguments or []
    by_name = _by_name(kind.id)
    found: Values = {}
    for name, argument in zip(ARGUMENTS.get(kind.name, ()), arguments, strict=False):
        if name == "iov":
            found |= _vectors(argument)
        elif name == "message":
            found |= _message(argument)
        elif name in by_name and name != "tuple":
            found[name] = converted(by_name[name], argument)
    special = _SPECIAL.get(kind.name)
    if special is not None:
        found |= special(by_name, arguments, line)
    if kind.params and line.result is not None:
        found[kind.params[0].name] = line.result
    return found


@cache
def _by_name(type_id: int) -> dict[str, Param]:
    return {param.name: param for param in event_types()[type_id].params}


def converted(param: Param, argument: bytes) -> int | bytes | None:
    """One argument as the value of a parameter; None where it is a pointer, or is not understood."""
    if param.type in TEXTS or param.type == "BYTEBUF":
        return values.string(argument)
    if param.type == "FD":
        descriptor = values.descriptor(argument)
        return descriptor.fd if descriptor else None
    if param.type == "SOCKADDR":
        end = address(argument)
        return sockaddr(end) if end is not None else None
    if param.type == "SIGTYPE":
        return _signal(argument)
    if param.type == "RELTIME":
        return _time(argument)
    if "FLAGS" in param.type:
        return flags(param, argument)
    value = _number(argument)
    return value & _MASK32 if value is not None and param.type in ("UID", "GID") else value


def flags(param: Param, argument: bytes) -> int | None:
    """The words of an argument as scap's bits; words that scap has no bit for are left out."""
    names = dict(param.names)
    names.pop("UNKNOWN", None)
    is_known = False
    value = 0
    for word in values.words(argument):
        bit = names.get(word)
        if bit is None and word.endswith(("_CLOEXEC", "_NONBLOCK")):
            bit = names.get(f"O_{word.rpartition('_')[2]}")
        if bit is not None:
            value |= bit
        is_known |= bit is not None or word == "0"
    return value if is_known else None


def address(argument: bytes) -> Endpoint | bytes | None:
    """What a printed socket address says."""
    if path := _SUN_PATH.search(argument):
        return path[1] + (values.string(path[2]) or b"")
    port, host = _PORT.search(argument), _INET.search(argument)
    if not port or not host:
        return None
    return endpoint((host[1] or host[2]).decode(), int(port[1]))


def signal_number(word: str) -> int | None:
    """The number of a signal by name."""
    return _SIGNAL_NUMBERS.get(word)


def _number(argument: bytes) -> int | None:
    value = values.number(argument)
    if value is not None:
        return value
    total = 0
    for word in values.words(argument):
        part = _NUMBERS.get(word)
        if part is None:
            part = values.number(word.encode())
        if part is None:
            return None
        total |= part
    return total


def _signal(argument: bytes) -> int | None:
    word = argument.decode("ascii", "replace")
    return _SIGNAL_NUMBERS.get(word, values.number(argument))


def _time(argument: bytes) -> int | None:
    members = values.members(argument)
    seconds, rest = values.number(members.get(b"tv_sec", b"")), values.number(members.get(b"tv_nsec", b""))
    return seconds * 1_000_000_000 + rest if seconds is not None and rest is not None else None


def _vectors(argument: bytes) -> Values:
    """What a vector of buffers holds, joined."""
    parts = [values.members(element) for element in values.elements(argument)]
    sizes = [values.number(part.get(b"iov_len", b"")) for part in parts]
    data: list[bytes] = []
    for part in parts:
        piece = part.get(b"iov_base", b"")
        text = values.string(piece)
        if text is None:
            break
        data.append(text)
        if values.is_cut(piece):
            break
    size = sum(size for size in sizes if size is not None) if sizes and None not in sizes else None
    return {"data": b"".join(data) if data else None, "size": size}


def _message(argument: bytes) -> Values:
    return _vectors(values.members(argument).get(b"msg_iov", b""))


def _tuple(names: Mapping[str, Param], arguments: Sequence[bytes], line: Line) -> Values:
    """The ends of a transfer: those of the connection, or the own end and the address that was named."""
    descriptor = values.descriptor(arguments[0]) if arguments else None
    decoration = descriptor.decoration if descriptor else None
    is_in = line.name.startswith("recv")
    if both := connection(decoration):
        ends = (both.remote, both.local) if is_in else (both.local, both.remote)
        return {"tuple": socktuple(*ends)}
    own = local_end(decoration)
    named = next((end for argument in arguments[1:] if isinstance(end := address(argument), Endpoint)), None)
    if named is None:
        return {}
    if own is None:
        return {"tuple": with_peer(line.name, named)}
    return {"tuple": socktuple(named, own) if is_in else socktuple(own, named)}


def _accepted(names: Mapping[str, Param], arguments: Sequence[bytes], line: Line) -> Values:
    """The peer is the client; where no decoration tells both ends, the address that the call gave back does."""
    both = connection(line.decoration)
    if both:
        return {"tuple": socktuple(both.remote, both.local)}
    return _to_peer(arguments, line)


def _connected(names: Mapping[str, Param], arguments: Sequence[bytes], line: Line) -> Values:
    descriptor = values.descriptor(arguments[0]) if arguments else None
    both = connection(descriptor.decoration) if descriptor else None
    if both:
        return {"tuple": socktuple(both.local, both.remote)}
    return _to_peer(arguments, line)


def _to_peer(arguments: Sequence[bytes], line: Line) -> Values:
    peer = address(arguments[1]) if len(arguments) > 1 else None
    return {"tuple": with_peer(line.name, peer)} if isinstance(peer, Endpoint) else {}


def _pair(names: Mapping[str, Param], arguments: Sequence[bytes], line: Line) -> Values:
    """The two descriptors that a call wrote into an array, which is its last argument but for flags."""
    for argument in arguments:
        made = [values.descriptor(element) for element in values.elements(argument)]
        if len(made) == 2 and made[0] and made[1]:
            found: Values = {"fd1": made[0].fd, "fd2": made[1].fd}
            if "flags" in names and len(arguments) > 1:
                found["flags"] = flags(names["flags"], arguments[1])
            return found
    return {}


def _socket(names: Mapping[str, Param], arguments: Sequence[bytes], line: Line) -> Values:
    return {"flags": flags(names["flags"], arguments[1]) or 0} if len(arguments) > 1 else {}


def _openat2(names: Mapping[str, Param], arguments: Sequence[bytes], line: Line) -> Values:
    how = values.members(arguments[2]) if len(arguments) > 2 else {}
    plain = zip(("dirfd", "name"), arguments, strict=False)
    found = {name: converted(names[name], argument) for name, argument in plain}
    for name in ("flags", "mode", "resolve"):
        found[name] = converted(names[name], how.get(name.encode(), b""))
    return found


_SPECIAL = {
    "sendto": _tuple,
    "recvfrom": _tuple,
    "sendmsg": _tuple,
    "recvmsg": _tuple,
    "accept": _accepted,
    "accept4": _accepted,
    "connect": _connected,
    "pipe": _pair,
    "pipe2": _pair,
    "socketpair": _pair,
    "socket": _socket,
    "openat2": _openat2,
}
