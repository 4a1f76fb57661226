"""Reads the values in a filter as what the field's type wants: numbers, addresses, bytes, booleans; part of stage ④."""

from __future__ import annotations

import ipaddress
import re
from fractions import Fraction

INTEGER = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]{1,32})|0[oO](?P<oct>[0-7]{1,64})|0[bB](?P<bin>[01]{1,64})"
    r"|0(?P<old>[0-7]{1,64})|(?P<dec>0|[1-9][0-9]{0,64}))"
)
WHOLE = re.compile(r"[+-]?[0-9]{1,64}(?P<fraction>\.[0-9]{1,64})?(?P<power>[eE]\+?[0-9]{1,2})?")
HEX_BYTES = re.compile(r"(?:0[xX]|:)?[0-9a-fA-F]{2}(?:[:.-]?[0-9a-fA-F]{2})*")
TRUE = frozenset({"true", "True", "TRUE", "1"})
FALSE = frozenset({"false", "False", "FALSE", "0"})
BASES = {"hex": 16, "oct": 8, "bin": 2, "old": 8, "dec": 10}

LOWEST = -(1 << 63)
HIGHEST = (1 << 64) - 1
MAPPED = 0xFFFF << 32
"""Added to an IPv4 address to make it IPv6."""


def integer(text: str) -> int:
    """A whole number: decimal, ``0x``, ``0o``, ``0b``, octal with a leading zero, or a float without a remainder.

    Raises:
        ValueError: it is none, or does not fit into 64 bits; the message says which.
    """
    match = INTEGER.fullmatch(text)
    if match:
        base = match.lastgroup or "dec"
        number = int(match[base], BASES[base])
        number = -number if match["sign"] == "-" else number
    else:
        number = whole(text)
    if not LOWEST <= number <= HIGHEST:
        raise ValueError(f"{text} does not fit into 64 bits")
    return number


def whole(text: str) -> int:
    """A float in decimal notation that has no remainder: ``1e6``, ``2.50e2``."""
    match = WHOLE.fullmatch(text)
    if match is None or (match["fraction"] is None and match["power"] is None):
        raise ValueError(f"'{text}' is not a whole number")
    number = Fraction(text)
    if number.denominator != 1:
        raise ValueError(f"'{text}' is not a whole number")
    return number.numerator


def port(text: str) -> int:
    """A port number.

    Raises:
        ValueError: it is none.
    """
    try:
        number = integer(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise ValueError(f"'{text}' is not a port number from 0 to 65535")
    return number


def boolean(text: str) -> bool:
    """``true``, ``false``, ``1`` or ``0``.

    Raises:
        ValueError: it is none of them.
    """
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError(f"'{text}' is not true or false")


def addresses(text: str) -> tuple[int, int]:
    """The first and last address of ``10.0.0.1``, ``::1`` or a CIDR range, as 128-bit numbers with IPv4 mapped.

    Bits behind the prefix are ignored, as in Wireshark.

    Raises:
        ValueError: it is no address.
    """
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"'{text}' is not an IP address or CIDR range") from None
    first, last = int(network.network_address), int(network.broadcast_address)
    return (first | MAPPED, last | MAPPED) if network.version == 4 else (first, last)


def hex_bytes(text: str) -> bytes:
    """Bytes in hexadecimal: ``CAFE``, ``ca:fe``, ``ca-fe``, ``ca.fe``, ``:cafe``, ``0xcafe``.

    Raises:
        ValueError: it is no such thing.
    """
    if not HEX_BYTES.fullmatch(text):
        raise ValueError(f"'{text}' is not hexadecimal bytes, as in ca:fe")
    return bytes.fromhex(re.sub("^0[xX]|[:.-]", "", text))
