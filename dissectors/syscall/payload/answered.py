"""Gives addresses the names that DNS answers in the capture gave them, event by event; part of stage ②.

An event takes the last answer before it that its own process read; where there is none, the last that any process did.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.evidence import Proven
from thresher.dissectors.syscall.payload.items import CUT

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup
    from thresher.capture.model import Value
    from thresher.dissectors.syscall.payload.streams import Said

Address = tuple[int, int]
SIDES = {
    "fd.cip.name": "f.cip_{}",
    "fd.sip.name": "f.sip_{}",
    "fd.lip.name": "CASE WHEN f.client_is_local THEN f.cip_{0} ELSE f.sip_{0} END",
    "fd.rip.name": "CASE WHEN f.client_is_local THEN f.sip_{0} ELSE f.cip_{0} END",
}
"""Fields to the address that they name, its two halves."""
_MAPPED = 0xFFFF << 32
_ADDRESSES = ("dns.a", "dns.aaaa")
_AT_ONCE = 100_000
_DESCRIPTORS_AT_ONCE = 2_000


class _Answer(NamedTuple):
    order: int
    name: str
    num: int


class Answers:
    """The DNS answers of a capture."""

    def __init__(self, lookup: Lookup, said: Iterable[Said]) -> None:
        names: dict[int, str] = {}
        addresses: dict[int, list[Address]] = {}
        for each in said:
            value = each.item.value
            if each.item.field == "dns.qry.name" and isinstance(value, str) and not value.endswith(CUT):
                names[each.num] = value
            elif each.item.field in _ADDRESSES:
                addresses.setdefault(each.num, []).append(_halves(str(value)))
        self._lookup = lookup
        self._by_address: dict[Address, list[_Answer]] = {}
        self._by_process: dict[tuple[Address, Value], list[_Answer]] = {}
        self._add(names, addresses)

    def _add(self, names: dict[int, str], addresses: dict[int, list[Address]]) -> None:
        wanted = sorted(names.keys() & addresses.keys())
        for start in range(0, len(wanted), _AT_ONCE):
            listed = ", ".join(map(str, wanted[start : start + _AT_ONCE]))
            for num, order, pid in self._lookup.rows(
                "SELECT e.num, e.evt_num, p.pid FROM events AS e LEFT JOIN processes AS p USING (proc_id) "
                f"WHERE e.num IN ({listed}) ORDER BY e.evt_num"
            ):
                if isinstance(num, int) and isinstance(order, int):
                    answer = _Answer(order, names[num], num)
                    for address in addresses[num]:
                        self._by_address.setdefault(address, []).append(answer)
                        self._by_process.setdefault((address, pid), []).append(answer)

    def proven(self) -> Iterator[Proven]:
        """The names of all addresses of all events that have any."""
        addresses = sorted(self._by_address)
        if not addresses:
            return
        listed = ", ".join(f"({high}::UBIGINT, {low}::UBIGINT)" for high, low in addresses)
        columns = ", ".join(f"{sql.format('hi')}, {sql.format('lo')}" for sql in SIDES.values())
        sides: dict[Value, dict[str, tuple[Value, Value]]] = {}
        for fd_id, *halves in self._lookup.rows(
            f"SELECT f.fd_id, {columns} FROM fds AS f WHERE f.type_id IN (3, 4) AND f.role <> 0 "
            f"AND ((f.cip_hi, f.cip_lo) IN ({listed}) OR (f.sip_hi, f.sip_lo) IN ({listed}))"
        ):
            sides[fd_id] = dict(zip(SIDES, zip(halves[::2], halves[1::2], strict=True), strict=True))
        fd_ids = list(sides)
        for start in range(0, len(fd_ids), _DESCRIPTORS_AT_ONCE):
            yield from self._of_descriptors(fd_ids[start : start + _DESCRIPTORS_AT_ONCE], sides)

    def _of_descriptors(
        self, fd_ids: list[Value], sides: dict[Value, dict[str, tuple[Value, Value]]]
    ) -> Iterator[Proven]:
        for num, order, fd_id, pid in self._lookup.rows(
            "SELECT e.num, e.evt_num, e.fd_id, p.pid FROM events AS e LEFT JOIN processes AS p USING (proc_id) "
            f"WHERE e.fd_id IN ({', '.join(map(str, fd_ids))})"
        ):
            if not (isinstance(num, int) and isinstance(order, int)):
                continue
            for field, (high, low) in sides[fd_id].items():
                answer = self._last(high, low, pid, order)
                if answer is not None:
                    yield Proven(field, num, answer.name, answer.num)

    def _last(self, high: Value, low: Value, pid: Value, order: int) -> _Answer | None:
        if not (isinstance(high, int) and isinstance(low, int)):
            return None
        for answers in (self._by_process.get(((high, low), pid)), self._by_address.get((high, low))):
            place = bisect_right(answers, (order, chr(0x10FFFF))) if answers else 0
            if answers and place:
                return answers[place - 1]
        return None


def _halves(address: str) -> Address:
    found = ip_address(address)
    number = int(found) | _MAPPED if found.version == 4 else int(found)
    return number >> 64, number & 0xFFFF_FFFF_FFFF_FFFF
