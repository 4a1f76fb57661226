"""Answers the names that users of Wireshark and Falco have in their fingers; data of stage ④."""

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
    "ipv6": ("write fd.ip exists",),
    "ip.proto": ("write fd.l4proto, as in fd.l4proto == tcp",),
    "ip.version": ("write fd.type == ipv4 or fd.type == ipv6",),
    "ip.host": ("fd.sip.name and fd.cip.name are what DNS answered", "any.ip is any address of the event"),
    "tcp.stream": ("write fd.stream",),
    "udp.stream": ("write fd.stream",),
    "tcp.payload": ("evt.buffer holds what was read or written",),
    "udp.payload": ("evt.buffer holds what was read or written",),
    "dns": ("write dns.id exists",),
    "http": ("write http.request or http.response",),
    "tls": ("write tls.record.version exists",),
    "ssl": ("write tls.record.version exists",),
    "frame.pkt_len": ("evt.rawres of a read or write counts its bytes",),
    "frame.cap_len": ("len(evt.buffer) counts the bytes that were captured",),
    "frame.time_utc": ("write evt.time",),
    "frame.time_delta_displayed": ("evt.deltatime is since the event before in the capture",),
    "frame.coloring_rule.name": ("write the rule's filter itself",),
    "sysdig.event_type": ("write evt.type and the name of the call",),
    "sysdig.cpu": ("write evt.cpu",),
    "sysdig.tid": ("write thread.tid",),
    "container": ("Falco's macro of this name is container.id != host",),
    "spawned_process": ("Falco's macro of this name is evt.type in (execve, execveat)",),
    "open_read": ("Falco's macro of this name is evt.is_open_read = true and fd.typechar = f",),
    "open_write": ("Falco's macro of this name is evt.is_open_write = true and fd.typechar = f",),
    "falcoevents.id": ("leave it out; fields such as ct.name are of one kind of source only",),
    "falcobridge.id": ("leave it out; fields such as ct.name are of one kind of source only",),
}
"""Names that mean none of our fields exactly, and what comes close: for system calls, for other sources."""

PACKETS = frozenset({"arp", "eth", "icmp", "icmpv6", "ip", "ipv6", "sll", "tcp", "udp", "vlan", "wlan"})
"""Protocols that are known only by what a descriptor says of a connection."""


def alias(name: str, catalogue: Catalogue) -> str:
    """The name of our field where the name is Wireshark's, otherwise the name itself."""
    if name not in ALIASES or catalogue.get(name) is not None:
        return name
    return next((each for each in ALIASES[name] if catalogue.get(each) is not None), name)


def hint(name: str, catalogue: Catalogue) -> str:
    """What to write instead of a name of Wireshark's; empty where that is not known."""
    clauses = HINTS.get(name, ())
    if not clauses:
        return _hint_by_parts(name, catalogue)
    return clauses[0] if catalogue.get("fd.name") is not None or len(clauses) == 1 else clauses[1]


def _hint_by_parts(name: str, catalogue: Catalogue) -> str:
    """The same for names that are made by a pattern."""
    match name.split("."):
        case ["sysdig", "param", call, argument]:
            return f"write evt.arg.{argument}, and evt.type == {call} where the call matters"
        case [*parts, "v4" | "v6" as kind] if catalogue.get(".".join(parts)) is not None:
            every, field = "0.0.0.0/0", ".".join(parts)
            return f"write {field}; {'' if kind == 'v4' else 'not '}{field} == {every} is its IP{kind} alone"
        case ["_ws", "col", _]:
            return 'frame contains "…" searches the columns of the list'
        case [protocol, *_] if protocol in PACKETS:
            return "events have no packets; fd.ip, fd.port and fd.l4proto say what is known of a connection"
    return ""
