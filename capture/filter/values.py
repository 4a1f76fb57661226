"""Turns the text of a value into the operand that a field's type and an operator want; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.filter import literals, patterns, times
from thresher.capture.filter.operators import HEX, ORDER, Op
from thresher.capture.filter.regex import check_regex
from thresher.capture.filter.typed import Interval, Pattern, Scalar
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.filter.ast import Range, Reference, Text


def operand(value: Text, field_type: FieldType, op: Op, zone: tzinfo) -> Scalar | Interval | Pattern:
    """One value.

    Raises:
        ValueError: it is not of the type; says why. ``RegexError`` says where in the pattern.
    """
    if field_type is FieldType.STRING:
        return text_operand(value, op)
    if field_type is FieldType.BYTES:
        return bytes_operand(value, op)
    if field_type is FieldType.IP:
        return address_operand(value, op)
    return scalar(value, field_type, zone)


def scalar(value: Text, field_type: FieldType, zone: tzinfo) -> Scalar:
    """One value of a type whose values are numbers."""
    match field_type:
        case FieldType.BOOL:
            return literals.boolean(value.text)
        case FieldType.PORT:
            return literals.port(value.text)
        case FieldType.DURATION:
            return times.duration(value.text)
        case FieldType.TIME:
            return moment(value, zone)
    return literals.integer(value.text)


def moment(value: Text, zone: tzinfo) -> int:
    """A time; a bare number counts nanoseconds since 1970."""
    if not value.quoted:
        try:
            return literals.integer(value.text)
        except ValueError:
            pass
    return times.moment(value.text, zone)


def text_operand(value: Text, op: Op) -> Scalar | Pattern:
    """Text, or the pattern that it spells."""
    if any(0xD800 <= ord(character) <= 0xDFFF for character in value.text):
        raise ValueError("these bytes are not UTF-8 text")
    if op is Op.MATCHES or op is Op.REGEX:
        check_regex(value.text)
        return Pattern(value.text, whole=op is Op.REGEX, ignore_case=op is Op.MATCHES)
    if op is Op.GLOB or op is Op.IGLOB:
        return checked(patterns.glob(value.text), ignore_case=op is Op.IGLOB)
    if op in ORDER and not value.quoted and is_number(value.text):
        raise ValueError(f"text cannot be compared with the number {value.text}; quote it to compare in text order")
    return value.text


def is_number(text: str) -> bool:
    """Whether the text reads as a number or duration."""
    try:
        times.duration(text)
    except ValueError:
        return False
    return True


def checked(regex: str, *, ignore_case: bool = False) -> Pattern:
    """A pattern of our own making over the whole value."""
    check_regex(regex)
    return Pattern(regex, whole=True, ignore_case=ignore_case)


def bytes_operand(value: Text, op: Op) -> bytes:
    """Bytes: hexadecimal where the operator or a missing quote says so, otherwise the text's own."""
    if op in HEX or (not value.quoted and literals.HEX_BYTES.fullmatch(value.text)):
        return literals.hex_bytes(value.text)
    return value.text.encode("utf-8", "surrogateescape")


def address_operand(value: Text, op: Op) -> Scalar | Interval:
    """An address as a number, a CIDR range as an interval."""
    low, high = literals.addresses(value.text)
    if low == high:
        return low
    if op in ORDER:
        raise ValueError(f"'{op.value}' needs a single address, not the range {value.text}")
    return Interval(low, high)


def interval(item: Range, field_type: FieldType, zone: tzinfo) -> Interval:
    """A range of a set.

    Raises:
        ValueError: the type has no order, or the range is empty.
    """
    if field_type in (FieldType.BOOL, FieldType.BYTES):
        raise ValueError(f"values of type {field_type.value} have no ranges")
    low = operand(item.low, field_type, Op.IN, zone)
    high = operand(item.high, field_type, Op.IN, zone)
    if isinstance(low, Interval):
        low = low.low
    if isinstance(high, Interval):
        high = high.high
    if (isinstance(low, str) and isinstance(high, str) and low <= high) or (
        isinstance(low, int) and isinstance(high, int) and low <= high
    ):
        return Interval(low, high)
    raise ValueError(f"the range {item.low.text}..{item.high.text} is empty: its first end is above the second")


def selected(reference: Reference) -> list[Scalar]:
    """The values of a field in the selected event; addresses as numbers, those that are none left out."""
    if reference.ref.field.type is not FieldType.IP:
        return list(reference.values)
    found = []
    for each in reference.values:
        try:
            found.append(literals.addresses(str(each))[0])
        except ValueError:
            continue
    return list(found)


def prefixes(items: Sequence[Text]) -> Pattern:
    """The paths of ``pmatch`` as one pattern.

    Raises:
        ValueError: one of them is no path.
    """
    paths = [str(text_operand(item, Op.PMATCH)) for item in items]
    return checked(patterns.path_prefixes(paths))
