"""Makes CloudTrail records of table rows that hold them in columns: JSON text like CloudTrail's own (stage ①)."""

from __future__ import annotations

import datetime
import json
import re
from typing import TYPE_CHECKING, Any

from thresher.dissectors.cloudtrail.tables import names, ocsf
from thresher.dissectors.cloudtrail.tables.struct_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MADE = "record made from the columns of the row"
TAKEN = "row"
ENOUGH = 3
"""Columns of a table that must be members of a record for its rows to be records."""

_JSON_TEXT = frozenset({"requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"})
_STRUCTS = frozenset({"userIdentity", "resources", "tlsDetails", "addendum", "insightDetails", "eventContext"})
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.0+)?(\.\d+)?(?: ?UTC| ?Z)?\Z")


def is_table_of_records(columns: Iterable[str]) -> bool:
    """Whether rows with these columns hold CloudTrail records, as JSON or in parts."""
    listed = list(columns)
    plain = {names.plain(column) for column in listed}
    if "classuid" in plain or plain & {"eventjson", "cloudtrailevent"} or {"raw", "time"} <= plain or plain == {"raw"}:
        return True
    named = {names.member(column) for column in listed} - {""}
    return len(named) >= ENOUGH and bool(named & {"eventName", "eventTime", "eventID"})


def record(cells: Mapping[str, Any]) -> tuple[str, str] | None:
    """The record in a row as JSON, and how it came about; None where the row holds none.

    Args:
        cells: column to value: text, or of Parquet numbers, times, structs and lists.
    """
    for column, value in cells.items():
        if names.plain(column) in names.TEXTS and isinstance(value, str) and (text := value.strip()).startswith("{"):
            return text, TAKEN
    if cells.get("class_uid") is not None:
        if (raw := ocsf.original(cells)) is not None:
            return raw, TAKEN
        made = ocsf.record(cells)
        return (_json(made), ocsf.MADE) if made else None
    found: dict[str, Any] = {}
    for column, value in cells.items():
        path = names.member(column)
        if path and value is not None and value != "":
            _put(found, path, _value(path, value))
    return (_json(found), MADE) if "eventName" in found or len(found) >= ENOUGH else None


def _put(found: dict[str, Any], path: str, value: Any) -> None:
    if value is None:
        return
    first, _, rest = path.partition(".")
    if rest:
        found.setdefault(first, {})[rest] = value
    else:
        found[first] = value


def _value(path: str, value: Any) -> Any:
    """A cell as the record's member."""
    if path == "eventTime":
        return _time(value)
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        decoded = _decoded(value)
        if decoded is not None:
            return decoded
        if path in _STRUCTS:
            return _spelled(parse(value.strip()), path)
        return value
    if isinstance(value, str) and path in _JSON_TEXT and value == "null":
        return None
    return _spelled(value, path) if path in _STRUCTS else value


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _spelled(value: Any, inside: str) -> Any:
    """A struct with its members named as CloudTrail names them, absent ones left out."""
    if isinstance(value, dict):
        return {names.spelled(k, inside): _spelled(v, inside) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_spelled(element, inside) for element in value]
    return value


def _time(value: Any) -> Any:
    """A time as CloudTrail writes it; anything that is none stays as it is."""
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.UTC) if value.tzinfo else value
        return f"{value:%Y-%m-%dT%H:%M:%S}" + (f".{value.microsecond:06}" if value.microsecond else "") + "Z"
    found = _TIME.match(value) if isinstance(value, str) else None
    return f"{found[1]}T{found[2]}{found[3] or ''}Z" if found else value


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date):
        return _time(value) if isinstance(value, datetime.datetime) else value.isoformat()
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
