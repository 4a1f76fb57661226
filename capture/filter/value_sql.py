"""The SQL of a value: a field, and what functions, slices and arithmetic make of it; part of stage ④."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from thresher.capture.filter import expansion, special_addresses
from thresher.capture.filter.typed import Applied, Constant, Subject, Value, subjects
from thresher.capture.model import FieldType
from thresher.capture.store import address_sql, quoting
from thresher.capture.store.access import text_of

if TYPE_CHECKING:
    from thresher.capture.filter.ast import Part
    from thresher.capture.filter.typed import Scalar

Read: TypeAlias = Callable[[Subject], Sequence[str]]
"""The columns of a field: the high and low half of a single address, otherwise one."""

HALF = (1 << 64) - 1
SHORT = 256
"""Characters of an address in SQL up to which it is repeated."""
WHOLE = "x"
"""Name of an element inside the lambda of a function that takes a whole list."""


def value_sql(value: Value, read: Read, element: str = "") -> tuple[str, ...]:
    """The columns of a value; where it has a list, of the element of this name in a lambda.

    Whatever cannot be computed is NULL: no slice or division makes a query fail.
    """
    match value:
        case Subject():
            return element_sql(value, element) if value.is_list else tuple(read(value))
        case Constant():
            return constant_sql(value)
    if value.whole:
        return (whole_sql(value, read),)
    columns = [value_sql(each, read, element) for each in value.arguments]
    return applied_sql(value, columns)


def element_sql(subject: Subject, variable: str) -> tuple[str, ...]:
    """One element of a list as columns; addresses in lists are text."""
    if subject.ref.field.type is FieldType.IP:
        pair = address_sql.pair(variable)
        return f"({pair})[1]", f"({pair})[2]"
    return (variable,)


def list_column(value: Value, read: Read) -> str:
    """The column of the one list in a value."""
    leaf = next(each for each in subjects(value) if each.is_list)
    return read(leaf)[0]


def values_sql(value: Value, read: Read, variable: str) -> str:
    """The elements of a value's list from which there is a value, as they are in the list."""
    made = value_sql(value, read, variable)[0]
    return f"list_filter({list_column(value, read)}, LAMBDA {variable} : ({made}) IS NOT NULL)"


def constant_sql(constant: Constant) -> tuple[str, ...]:
    """A constant's columns."""
    if constant.type is FieldType.IP:
        if not isinstance(constant.value, int):
            return "NULL::UBIGINT", "NULL::UBIGINT"
        return quoting.number(constant.value >> 64), quoting.number(constant.value & HALF)
    if constant.value is None:
        return (f"NULL::{'VARCHAR' if constant.type is FieldType.STRING else 'BIGINT'}",)
    return (scalar_sql(constant.value),)


def scalar_sql(value: Scalar) -> str:
    """A literal."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return quoting.number(value)
    if isinstance(value, bytes):
        return f"unhex({quoting.text(value.hex())})"
    return quoting.text(value)


def whole_sql(value: Applied, read: Read) -> str:
    """A function of all values of a list."""
    listed = value.arguments[-1]
    kept = values_sql(listed, read, WHOLE)
    if value.step == "count":
        return f"nullif(len({kept}), 0)"
    made = f"list_transform({kept}, LAMBDA {WHOLE} : {value_sql(listed, read, WHOLE)[0]})"
    if value.step == "join":
        separator = value_sql(value.arguments[0], read)[0]
        return f"(CASE WHEN len({kept}) > 0 THEN array_to_string({made}, {separator}) END)"
    return f"list_{value.step}({made})"


def applied_sql(value: Applied, columns: list[tuple[str, ...]]) -> tuple[str, ...]:
    """A step over the columns of its arguments."""
    first, argument = columns[0], value.arguments[0]
    singles = [each[0] for each in columns]
    match value.step:
        case expansion.TEXT_STEP | "string":
            return (text_of(first, argument.type),)
        case expansion.ADDRESS_STEP:
            pair = address_sql.pair(first[0])
            return f"({pair})[1]", f"({pair})[2]"
        case "len":
            return (f"octet_length({first[0] if argument.type is FieldType.BYTES else f'encode({first[0]})'})",)
        case "slice":
            return (slice_sql(first[0], argument.type, value.parts),)
        case "min" | "max":
            there = " AND ".join(f"({each}) IS NOT NULL" for each in singles)
            made = f"{'least' if value.step == 'min' else 'greatest'}({', '.join(map(wide, singles))})"
            return (f"(CASE WHEN {there} THEN {made} END)",)
        case "abs":
            return (f"abs({wide(first[0])})",)
        case "negative":
            return (f"(-({wide(first[0])}))",)
        case "+" | "-" | "*" | "/" | "%" | "&":
            sign = "//" if value.step == "/" else value.step
            return (f"TRY({wide(singles[0])} {sign} {wide(singles[1])})",)
        case "mask":
            return (mask_sql(singles[0], singles[1]),)
        case "b64":
            return (base64_sql(first[0], argument.type),)
        case "basename":
            return (f"list_extract(string_split({first[0]}, '/'), -1)",)
        case "join":
            return (f"({f' || {singles[0]} || '.join(singles[1:])})",)
        case "concat":
            return (f"({' || '.join(singles)})",)
        case "ip_special_name":
            return (of_address(first, special_name_sql),)
    if value.step in special_addresses.SETS:
        ranges = [special_addresses.ends(each) for each in special_addresses.SETS[value.step]]
        return (of_address(first, lambda pair: disjunction([address_within(pair, *ends) for ends in ranges])),)
    return (f"{value.step}({first[0]})",)


def wide(column: str) -> str:
    """A number with room for what arithmetic makes of it."""
    return f"({column})::HUGEINT"


def mask_sql(value: str, mask: str) -> str:
    """The bits that two equally long runs of bytes have in common."""
    fits = f"octet_length({value}) = octet_length({mask}) AND octet_length({mask}) > 0"
    return f"(CASE WHEN {fits} THEN (({value})::BIT & ({mask})::BIT)::BLOB END)"


def base64_sql(value: str, type_: FieldType) -> str:
    """What base64 spells, with or without its padding; NULL where it is none, or no text."""
    text = f"TRY(decode({value}))" if type_ is FieldType.BYTES else value
    bare = f"rtrim({text}, '=')"
    padded = f"{bare} || repeat('=', (4 - length({bare}) % 4) % 4)"
    data = f"TRY(from_base64({padded}))"
    return data if type_ is FieldType.BYTES else f"TRY(decode({data}))"


def of_address(address: Sequence[str], build: Callable[[Sequence[str]], str]) -> str:
    """What is made of an address that its SQL names often; an address that is computed itself is computed once."""
    if sum(map(len, address)) <= SHORT:
        return build(address)
    return f"list_transform([[{', '.join(address)}]], LAMBDA a : {build(('a[1]', 'a[2]'))})[1]"


@lru_cache(maxsize=16)
def special_name_sql(address: Sequence[str]) -> str:
    """The name of the special range that an address is in."""
    cases = " ".join(
        f"WHEN {address_within(address, *special_addresses.ends(network))} THEN {quoting.text(name)}"
        for network, name in special_addresses.NAMES
    )
    return f"(CASE {cases} END)"


# --- slices ---


def slice_sql(value: str, type_: FieldType, parts: Sequence[Part]) -> str:
    """Parts of a text or of bytes, one behind the other; NULL where one of them reaches beyond the value."""
    found = [part_sql(value, type_, part) for part in parts]
    return found[0] if len(found) == 1 else f"({' || '.join(found)})"


def part_sql(value: str, type_: FieldType, part: Part) -> str:
    """One part."""
    of_text = type_ is FieldType.STRING
    size = f"{'length' if of_text else 'octet_length'}({value})"
    start = str(part.start) if part.start >= 0 else f"({size} - {-part.start})"
    conditions = [f"{size} > {part.start}" if part.start >= 0 else f"{size} >= {-part.start}"]
    if part.length is not None:
        stop = f"{start} + {part.length}"
        conditions.append(f"{stop} <= {size}")
    elif part.end is None:
        stop = size
    elif part.end >= 0:
        stop = f"{part.end + 1}"
        conditions += [f"{size} > {part.end}", f"{start} <= {part.end}"]
    else:
        stop = f"({size} - {-part.end - 1})"
        conditions.append(f"{start} < {stop}")
    cut = f"substring({value}, {start} + 1, {stop} - {start})" if of_text else f"({value})[{start} + 1 : {stop}]"
    return f"(CASE WHEN {' AND '.join(conditions)} THEN {cut} END)"


# --- addresses ---


def address_within(value: Sequence[str], low: int, high: int) -> str:
    """Whether an address, as high and low half, is between two addresses."""
    upper, lower = value
    low_high, high_high = low >> 64, high >> 64
    if low_high == high_high:
        if low == high:
            return f"({upper} = {quoting.number(low_high)} AND {lower} = {quoting.number(low & HALF)})"
        ends = f"{quoting.number(low & HALF)} AND {quoting.number(high & HALF)}"
        return f"({upper} = {quoting.number(low_high)} AND {lower} BETWEEN {ends})"
    return f"({address_order(value, '>=', low)} AND {address_order(value, '<=', high)})"


def address_order(value: Sequence[str], operator: str, bound: int) -> str:
    """An order of addresses."""
    upper, lower = value
    strict = operator[0]
    first, second = quoting.number(bound >> 64), quoting.number(bound & HALF)
    return f"({upper} {strict} {first} OR ({upper} = {first} AND {lower} {operator} {second}))"


def disjunction(parts: Sequence[str]) -> str:
    """One of several conditions."""
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
