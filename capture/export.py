"""Rows as data in text form (stage ⑤): fields, JSON, JSON lines, CSV; an event a line, nothing a terminal acts on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted_json
from typing import Any, Final

from thresher.capture.errors import UsageError
from thresher.capture.escape import escape
from thresher.capture.model import FieldType, Value
from thresher.capture.timetext import iso

FORMATS: Final = ("fields", "json", "ndjson", "csv")
SAFE_INTEGER: Final = 2**53
"""Integers of this size and beyond are strings in JSON: many readers hold numbers as doubles."""

REMEMBERED: Final = 8192
"""Texts of a column whose written form is kept."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell."""

Convert = Callable[[Any], str]
Rows = Iterable[Sequence[tuple[Value, ...]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: the field's name as asked for, what its values are, whether they are lists."""

    name: str
    type: FieldType
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class FieldsOptions:
    """What ``-E`` sets for ``fields``.

    Attributes:
        header: a first line with the field names.
        separator: between columns.
        aggregator: between the values of a list.
        occurrence: ``a`` all values of a list, ``f`` the first, ``l`` the last.
        quote: around every value, or empty.
    """

    header: bool = False
    separator: str = "\t"
    aggregator: str = ","
    occurrence: str = "a"
    quote: str = ""


def fields_options(settings: Sequence[str]) -> FieldsOptions:
    """The options that ``-E`` values such as ``separator=,`` ask for.

    Raises:
        UsageError: an option or its value is unknown.
    """
    chosen: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        read = _SETTINGS.get(name)
        if read is None or not equals:
            raise UsageError(f"unknown -E option '{setting}'; use {', '.join(f'{known}=' for known in _SETTINGS)}")
        chosen[name] = read(name, value)
    return FieldsOptions(**chosen)


def _choice(**choices: object) -> Callable[[str, str], object]:
    def read(name: str, value: str) -> object:
        if value not in choices:
            raise UsageError(f"-E {name}={value} is none of {', '.join(choices)}")
        return choices[value]

    return read


def _character(name: str, value: str) -> str:
    found = {"/t": "\t", "/s": " ", "\\t": "\t"}.get(value, value)
    if len(found) != 1:
        raise UsageError(f"-E {name} takes /t, /s or one character, not '{value}'")
    return found


_SETTINGS: Final[dict[str, Callable[[str, str], object]]] = {
    "header": _choice(y=True, n=False),
    "separator": _character,
    "aggregator": _character,
    "occurrence": _choice(a="a", f="f", l="l"),
    "quote": _choice(d='"', s="'", n=""),
}


def as_fields(columns: Sequence[Column], batches: Rows, options: FieldsOptions, zone: tzinfo = UTC) -> Iterator[str]:
    r"""One line an event: missing values empty; tab, line feed, backslash escaped; bytes as hex digits; ns integers."""
    write = fields_writer(columns, options, zone)
    yield fields_header(columns, options)
    for batch in batches:
        yield "".join(write(batch))


def fields_header(columns: Sequence[Column], options: FieldsOptions) -> str:
    """The line with the names of the fields, where the options ask for it."""
    between, edge = f"{options.quote}{options.separator}{options.quote}", f"{options.quote}\n"
    return f"{options.quote}{between.join(column.name for column in columns)}{edge}" if options.header else ""


def fields_writer(
    columns: Sequence[Column], options: FieldsOptions, zone: tzinfo = UTC
) -> Callable[[Sequence[tuple[Value, ...]]], list[str]]:
    """What makes rows to the lines of ``as_fields``, one each, with its line feed."""
    quote = options.quote
    between, edge = f"{quote}{options.separator}{quote}", f"{quote}\n"

    def text(value: str) -> str:
        shown = escape(value, backslash=True)
        return shown.replace(quote, f"\\{quote}") if quote else shown

    converts = [_listed(column, _plain(column.type, zone, text), options) for column in columns]

    def write(batch: Sequence[tuple[Value, ...]]) -> list[str]:
        return [f"{quote}{between.join(line)}{edge}" for line in zip(*_converted(batch, converts, ""), strict=True)]

    return write


def as_csv(columns: Sequence[Column], batches: Rows, zone: tzinfo = UTC) -> Iterator[str]:
    """RFC 4180 with a header; cells a spreadsheet would run get a leading apostrophe, controls are escaped."""
    options = FieldsOptions()
    converts = [_csv_cell(_listed(column, _plain(column.type, zone, escape), options), column) for column in columns]
    yield ",".join(_csv_quoted(column.name) for column in columns) + "\r\n"
    for batch in batches:
        if batch:
            yield "".join([",".join(line) + "\r\n" for line in zip(*_converted(batch, converts, ""), strict=True)])


def as_ndjson(columns: Sequence[Column], batches: Rows, zone: tzinfo = UTC) -> Iterator[str]:
    """A JSON object a line, ASCII only; an absent value has no key."""
    for lines in _json_lines(columns, batches, zone):
        yield "".join([f"{line}\n" for line in lines])


def as_json(columns: Sequence[Column], batches: Rows, zone: tzinfo = UTC) -> Iterator[str]:
    """One JSON array of the objects of ``as_ndjson``, one a line."""
    before = "[\n"
    for lines in _json_lines(columns, batches, zone):
        if lines:
            yield before + ",\n".join(lines)
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _json_lines(columns: Sequence[Column], batches: Rows, zone: tzinfo) -> Iterator[list[str]]:
    converts = [_json_member(column, zone) for column in columns]
    for batch in batches:
        lines = zip(*_converted(batch, converts, ""), strict=True)
        yield ["{" + ",".join([member for member in line if member]) + "}" for line in lines]


def _converted(batch: Sequence[tuple[Value, ...]], converts: Sequence[Convert], missing: str) -> list[list[str]]:
    """The batch by columns, each value as text."""
    by_column = zip(*batch, strict=True)
    return [
        [missing if value is None else convert(value) for value in values]
        for values, convert in zip(by_column, converts, strict=False)
    ]


def _plain(kind: FieldType, zone: tzinfo, text: Callable[[str], str]) -> Convert:
    """Single values of a type as plain text."""
    if kind in (FieldType.INT, FieldType.UINT, FieldType.PORT, FieldType.DURATION):
        return str
    if kind is FieldType.TIME:
        return lambda value: iso(value, zone)
    if kind is FieldType.BOOL:
        return lambda value: "true" if value else "false"

    def other(value: object) -> str:
        if isinstance(value, bytes):
            return value.hex()
        return text(value if isinstance(value, str) else str(value))

    return other


def remembered(convert: Convert) -> Convert:
    """The same for values that come again and again, as names of processes and calls do."""
    return lru_cache(maxsize=REMEMBERED, typed=True)(convert)


def _listed(column: Column, convert: Convert, options: FieldsOptions) -> Convert:
    """Lists joined, or the one value that is wanted of them."""
    if not column.is_list:
        return remembered(convert) if column.type is FieldType.STRING else convert
    if options.occurrence == "a":
        return lambda values: options.aggregator.join([convert(value) for value in values if value is not None])
    place = 0 if options.occurrence == "f" else -1
    return lambda values: convert(values[place]) if values else ""


def _csv_cell(convert: Convert, column: Column) -> Convert:
    if column.type in (FieldType.STRING, FieldType.BYTES) or column.is_list:
        return lambda value: _csv_quoted(_tamed(convert(value)) if isinstance(value, str | list) else convert(value))
    return convert


def _tamed(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _csv_quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell


def _json_member(column: Column, zone: tzinfo) -> Convert:
    key = quoted_json(column.name) + ":"
    convert = _json_value(column.type, zone)
    if column.is_list:

        def members(values: Any) -> str:
            shown = [text for value in values if value is not None and (text := convert(value))]
            return f"{key}[{','.join(shown)}]"

        return members

    def member(value: object) -> str:
        shown = convert(value)
        return f"{key}{shown}" if shown else ""

    return remembered(member) if column.type is FieldType.STRING else member


def _json_value(kind: FieldType, zone: tzinfo) -> Convert:
    """Single values of a type as JSON; '' where JSON has no word for them."""
    if kind is FieldType.TIME:
        return lambda value: f'"{iso(value, zone)}"'

    def convert(value: object) -> str:
        if isinstance(value, str):
            return quoted_json(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value) if -SAFE_INTEGER < value < SAFE_INTEGER else f'"{value}"'
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else ""
        return quoted_json(value.hex()) if isinstance(value, bytes) else quoted_json(str(value))

    return convert
