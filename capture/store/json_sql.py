"""Texts out of JSON records as SQL values of a field's type; what does not fit the type is NULL; part of stage ③."""

from __future__ import annotations

from thresher.capture.model import FieldType
from thresher.capture.store import address_sql

SQL_TYPES = {
    FieldType.INT: "BIGINT",
    FieldType.UINT: "UBIGINT",
    FieldType.BOOL: "BOOLEAN",
    FieldType.PORT: "USMALLINT",
    FieldType.DURATION: "BIGINT",
}


def typed(text: str, field_type: FieldType) -> tuple[str, ...]:
    """The columns of one value: two for an address, otherwise one."""
    if field_type is FieldType.IP:
        pair = address_sql.pair(text)
        return f"({pair})[1]", f"({pair})[2]"
    return (of_type(text, field_type),)


def typed_list(texts: str, field_type: FieldType) -> str:
    """The values of a list; addresses stay text."""
    if field_type is FieldType.STRING:
        return texts
    if field_type is FieldType.IP:
        return f"list_filter({texts}, LAMBDA a : {address_sql.pair('a')} IS NOT NULL)"
    return f"list_filter(list_transform({texts}, LAMBDA v : {of_type('v', field_type)}), LAMBDA v : v IS NOT NULL)"


def of_type(text: str, field_type: FieldType) -> str:
    """One value that is not an address."""
    if field_type is FieldType.STRING:
        return text
    if field_type is FieldType.TIME:
        return time_ns(text)
    if field_type is FieldType.BYTES:
        return f"encode({text})"
    return f"try_cast({text} AS {SQL_TYPES[field_type]})"


def time_ns(text: str) -> str:
    """ISO 8601 as nanoseconds since 1970; without a zone it is UTC.

    The fraction is read apart: TIMESTAMPTZ ends at microseconds, and TIMESTAMP_NS ignores the zone.
    """
    zoned = r"CASE WHEN regexp_matches(t, '([Zz]|[+-]\d\d:?\d\d)$') THEN t ELSE t || 'Z' END"
    whole = rf"try_cast(regexp_replace({zoned}, '\.\d+', '') AS TIMESTAMPTZ)"
    fraction = r"coalesce(try_cast(rpad(regexp_extract(t, '\.(\d{1,9})', 1), 9, '0') AS BIGINT), 0)"
    return f"list_transform([{text}], LAMBDA t : epoch_ns({whole}) + {fraction})[1]"
