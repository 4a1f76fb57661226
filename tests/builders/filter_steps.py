"""What functions, slices and arithmetic make of values, said plainly in Python for the naive evaluator of filters."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from typing import Any

from thresher.capture.filter.ast import Arithmetic, Call, Negative, Slice, Text
from thresher.capture.filter.special_addresses import NAMES
from thresher.capture.model import FieldType

NUMBERS = (FieldType.INT, FieldType.UINT, FieldType.PORT)
NETWORKS = {
    "ip_linklocal": ("169.254.0.0/16", "fe80::/10"),
    "ip_multicast": ("224.0.0.0/4", "ff00::/8"),
    "ip_rfc1918": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    "ip_ula": ("fc00::/7",),
}
Side = tuple[list[Any], FieldType]


def results(node: Any, parts: list[Side]) -> Side:
    """The values that a step makes of those of its operands, of which at most one has several."""
    made_of = type_of(node, [type_ for _, type_ in parts])
    if isinstance(node, Call) and (whole := of_list(node, parts)) is not None:
        return whole, made_of
    found: list[Any] = []
    columns = [found_values for found_values, _ in parts]
    for each in combinations(columns):
        value = step(node, each, parts[0][1])
        if value is not None:
            found.append(value)
    return found, made_of


def combinations(columns: list[list[Any]]) -> list[list[Any]]:
    """One row for each value of the operand with several; none where an operand is missing."""
    if not all(columns):
        return []
    longest = max(map(len, columns))
    return [[column[at] if len(column) > 1 else column[0] for column in columns] for at in range(longest)]


def of_list(node: Call, parts: list[Side]) -> list[Any] | None:
    """A function of all values of a list; None where it is applied to each."""
    last = parts[-1][0]
    if node.function == "count":
        return [len(last)] if last else []
    if not is_list(node.arguments[-1]):
        return None
    if node.function in ("min", "max") and len(parts) == 1:
        return [min(last) if node.function == "min" else max(last)] if last else []
    if node.function == "join" and len(parts) == 2:
        return [parts[0][0][0].join(last)] if last and parts[0][0] else []
    return None


def is_list(node: Any) -> bool:
    """Whether an operand is a list field, or made of one."""
    ref = getattr(node, "ref", None)
    if ref is not None:
        return bool(ref.field.is_list) or (ref.field.name == "ct.request" and ref.argument is not None)
    inner = [getattr(node, name) for name in ("base", "item", "left", "right") if hasattr(node, name)]
    return any(map(is_list, [*inner, *getattr(node, "arguments", ())]))


def type_of(node: Any, types: list[FieldType]) -> FieldType:
    """The type of a step's result."""
    if isinstance(node, Arithmetic):
        return arithmetic_type(node.sign, *types)
    if isinstance(node, Slice):
        return types[0]
    if isinstance(node, Call):
        if node.function in ("len", "count"):
            return FieldType.UINT
        if node.function in ("string", "ip_special_name"):
            return FieldType.STRING
        if node.function.startswith("ip_"):
            return FieldType.BOOL
    return FieldType.INT if types[0] in NUMBERS else types[0]


def arithmetic_type(sign: str, left: FieldType, right: FieldType) -> FieldType:
    """The type of arithmetic between two types."""
    if left in NUMBERS and right in NUMBERS:
        return FieldType.INT
    if left is right is FieldType.TIME or (left is right is FieldType.DURATION and sign == "/"):
        return FieldType.DURATION if left is FieldType.TIME else FieldType.INT
    if FieldType.TIME in (left, right):
        return FieldType.TIME
    return left if left is FieldType.BYTES else FieldType.DURATION


def beside(node: Arithmetic, each: Any, other: FieldType) -> FieldType:
    """The type of a constant in arithmetic with a value of type ``other``."""
    if not isinstance(each, Text) or other in NUMBERS or other is FieldType.BYTES:
        return FieldType.INT if other in NUMBERS else other
    if node.sign == "*" or (node.sign == "/" and each.text.isdigit()):
        return FieldType.INT
    if other is FieldType.TIME and node.sign == "-" and each.quoted:
        return FieldType.TIME
    return FieldType.DURATION


def step(node: Any, values: list[Any], type_: FieldType) -> Any:
    """One value out of one of each operand; None where there is none."""
    match node:
        case Arithmetic(sign):
            return calculated(sign, values[0], values[1])
        case Negative():
            return -values[0]
        case Slice(_, parts):
            return sliced(values[0], parts)
    return called(node.function, values, type_)


def calculated(sign: str, left: Any, right: Any) -> Any:
    """Whole-number arithmetic as in C; None for a division by zero and beyond 128 bits."""
    if isinstance(left, bytes):
        if len(left) != len(right) or not left:
            return None
        return bytes(one & other for one, other in zip(left, right, strict=True))
    if sign in "/%" and right == 0:
        return None
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1) if sign in "/%" else 0
    made = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "&": left & right,
        "/": quotient,
        "%": left - quotient * right,
    }[sign]
    return made if -(1 << 127) < made < 1 << 127 else None


def sliced(value: Any, parts: Any) -> Any:
    """Parts of a text or of bytes; None where one of them reaches beyond."""
    found = []
    for part in parts:
        start = part.start if part.start >= 0 else len(value) + part.start
        stop = len(value)
        if part.length is not None:
            stop = start + part.length
        elif part.end is not None:
            stop = (part.end if part.end >= 0 else len(value) + part.end) + 1
        if start < 0 or start >= len(value) or stop > len(value) or stop <= start:
            return None
        found.append(value[start:stop])
    return (b"" if isinstance(value, bytes) else "").join(found)


def called(function: str, values: list[Any], type_: FieldType) -> Any:
    """A function of single values."""
    first = values[0]
    match function:
        case "lower":
            return first.lower()
        case "upper":
            return first.upper()
        case "len":
            return len(first if isinstance(first, bytes) else first.encode())
        case "abs":
            return abs(first)
        case "min" | "max":
            return min(values) if function == "min" else max(values)
        case "basename":
            return first.rsplit("/", 1)[-1]
        case "concat":
            return "".join(values)
        case "join":
            return first.join(values[1:])
        case "b64":
            return decoded(first)
        case "string":
            return text_of(first, type_)
        case "ip_special_name":
            return next((name for network, name in NAMES if within(first, network)), None)
    return any(within(first, network) for network in NETWORKS[function])


def decoded(value: Any) -> Any:
    """What base64 spells."""
    try:
        text = value.decode() if isinstance(value, bytes) else value
        bare = text.rstrip("=")
        if not re.fullmatch("[A-Za-z0-9+/]*", bare) or len(bare) % 4 == 1:
            return None
        data = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        return data if isinstance(value, bytes) else data.decode()
    except (UnicodeDecodeError, binascii.Error):
        return None


def text_of(value: Any, type_: FieldType) -> str:
    """A number, address or truth as text."""
    if type_ is FieldType.BOOL:
        return "true" if value else "false"
    if type_ is not FieldType.IP:
        return str(value)
    address = ipaddress.IPv6Address(value)
    return str(address.ipv4_mapped or address)


def within(address: int, network: str) -> bool:
    """Whether an address, a 128-bit number, is in a range."""
    parsed = ipaddress.ip_network(network)
    low = int(parsed.network_address) | (0xFFFF << 32 if parsed.version == 4 else 0)
    return low <= address < low + parsed.num_addresses


def cell(value: Any) -> str:
    """A value as the list shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.hex() if isinstance(value, bytes) else str(value)


def glob(pattern: str) -> str:
    """A glob as a regular expression of Python's."""
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character)) for character in pattern)
