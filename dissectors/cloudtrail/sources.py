"""What the source of a call is: an address, a service, or AWS itself (stage ②)."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\Z")
_HALF = (1 << 64) - 1
_MAPPED = 0xFFFF_0000_0000


def source_row(text: str) -> tuple[str, int | None, int | None, str]:
    """The row of ``addresses`` for a source as a record spells it; only addresses have halves."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return text, None, None, _kind(text)
    number = int(address) if isinstance(address, IPv6Address) else _MAPPED | int(address)
    return text, number >> 64, number & _HALF, "address"


def _kind(text: str) -> str:
    if text.startswith("AWS Internal"):
        return "internal"
    return "service" if _HOST_NAME.match(text) else "other"
