"""Answers the field names that users of Wireshark have in their fingers; data of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue

ALIASES: dict[str, tuple[str, ...]] = {
    "ip.addr": ("fd.ip", "any.ip"),
    "ipv6.addr": ("fd.ip", "any.ip"),
    "frame.number": ("evt.num",),
    "frame.time": ("evt.time",),
    "frame.time_epoch": ("evt.time",),
    "frame.time_relative": ("evt.reltime",),
    "frame.time_delta": ("evt.deltatime",),
}
"""Names that mean exactly one of our fields: the first that the source has."""

HINTS: dict[str, tuple[str, ...]] = {
    "ip.src": ("fd.cip is the client, fd.lip the side of this machine", "any.ip is any address of the event"),
    "ip.dst": ("fd.sip is the server, fd.rip the other side", "any.ip is any address of the event"),
    "tcp.port": ("write fd.port, and fd.l4proto == tcp where the protocol matters",),
    "tcp.srcport": ("fd.cport is the client's, fd.lport that of this machine",),
    "tcp.dstport": ("fd.sport is the server's, fd.rport that of the other side",),
    "udp.port": ("write fd.port, and fd.l4proto == udp where the protocol matters",),
    "udp.srcport": ("fd.cport is the client's, fd.lport that of this machine",),
    "udp.dstport": ("fd.sport is the server's, fd.rport that of the other side",),
    "frame.len": ("evt.rawres of a read or write counts its bytes; evt.buffer[0:16] are the first",),
    "frame.protocols": ("evt.type is the kind of an event, evt.category its class",),
    "data": ("evt.buffer holds what was read or written",),
    "data.data": ("evt.buffer holds what was read or written",),
    "tcp": ("write fd.l4proto == tcp",),
    "udp": ("write fd.l4proto == udp",),
    "ip": ("write fd.ip exists",),
    "dns": ("write fd.port == 53",),
    "http": ('write evt.buffer contains "HTTP/"',),
}
"""Names that mean none of our fields exactly, and what comes close: for system calls, for other sources."""


def alias(name: str, catalogue: Catalogue) -> str:
    """The name of our field where the name is Wireshark's, otherwise the name itself."""
    if name not in ALIASES or catalogue.get(name) is not None:
        return name
    return next((each for each in ALIASES[name] if catalogue.get(each) is not None), name)


def hint(name: str, catalogue: Catalogue) -> str:
    """What to write instead of a name of Wireshark's; empty where that is not known."""
    clauses = HINTS.get(name, ())
    if not clauses:
        return ""
    return clauses[0] if catalogue.get("fd.name") is not None or len(clauses) == 1 else clauses[1]
