"""Fields of the event's times and durations, in the parts and spellings that filters ask for; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Field, FieldType, Sql, Window
from thresher.dissectors.syscall.event_table import TypeFlag

_SECOND = 1_000_000_000
_KNOWN = "CASE WHEN e.time_ns > 0 THEN {} END"
"""Recorders stamp some bookkeeping with zero."""

_DELTA = f"e.time_ns - lag({_KNOWN.format('e.time_ns')} IGNORE NULLS) OVER (ORDER BY e.evt_num)"
_WAITING = f"(SELECT t.flags & {int(TypeFlag.WAITS)} <> 0 FROM event_types t WHERE t.type_id = e.type_id)"


# What DuckDB's %n writes before more text is broken (2.0): digits are lost, a NUL is added
_NANOSECONDS = f"lpad((e.time_ns % {_SECOND})::VARCHAR, 9, '0')"
_WHOLE_SECOND = "strftime(make_timestamp_ns(e.time_ns), '%Y-%m-%dT%H:%M:%S')"
_ISO_8601 = _KNOWN.format(f"concat({_WHOLE_SECOND}, '.', {_NANOSECONDS}, 'Z')")


def _text(form: str) -> Sql:
    return Sql(_KNOWN.format(f"strftime(make_timestamp_ns(e.time_ns), '{form}')"))


def _clock(name: str, title: str, description: str, form: str, example: str) -> Field:
    return Field(name, FieldType.STRING, title, description, _text(form), example=example)


def _part(name: str, title: str, description: str, expression: str, example: str, deprecated: str = "") -> Field:
    return Field(name, FieldType.UINT, title, description, Sql(expression), example=example, deprecated=deprecated)


EVENT_TIME_FIELDS: tuple[Field, ...] = (
    _clock(
        "evt.time.s",
        "Time (s)",
        "Time of day in UTC without the part below a second, as text.",
        "%H:%M:%S",
        'evt.time.s == "07:10:37"',
    ),
    Field(
        "evt.time.iso8601",
        FieldType.STRING,
        "Time (ISO 8601)",
        "Date and time in UTC as ISO 8601 text with nine digits and zone.",
        Sql(_ISO_8601),
        example='evt.time.iso8601 startswith "2026-11-23T07:1"',
    ),
    _clock(
        "evt.datetime.s",
        "Date and time (s)",
        "Date and time of day in UTC without the part below a second, as text.",
        "%Y-%m-%d %H:%M:%S",
        'evt.datetime.s == "2026-11-23 07:10:37"',
    ),
    _part(
        "evt.rawtime.s",
        "Raw time (s)",
        "When the event happened, in whole seconds since 1970 in UTC.",
        f"e.time_ns // {_SECOND}",
        "evt.rawtime.s == 1700000000",
    ),
    _part(
        "evt.rawtime.ns",
        "Raw time (ns)",
        "Part of the event's time below a second, in nanoseconds.",
        f"e.time_ns % {_SECOND}",
        "evt.rawtime.ns < 1000",
    ),
    _part(
        "evt.reltime.s",
        "Since start (s)",
        "Time since the first event of the capture, in whole seconds.",
        f"CASE WHEN e.time_ns >= :start_ns THEN (e.time_ns - :start_ns) // {_SECOND} END",
        "evt.reltime.s == 12",
    ),
    _part(
        "evt.reltime.ns",
        "Since start (ns)",
        "Part below a second of the time since the first event of the capture, in nanoseconds.",
        f"CASE WHEN e.time_ns >= :start_ns THEN (e.time_ns - :start_ns) % {_SECOND} END",
        "evt.reltime.ns < 1000",
    ),
    Field(
        "evt.deltatime",
        FieldType.DURATION,
        "Since last",
        "Time since the event before it in the capture, whoever made it, in nanoseconds.",
        Window(_KNOWN.format(_DELTA)),
        aliases=("frame.time_delta",),
        example="evt.deltatime > 1s",
    ),
    Field(
        "evt.deltatime.s",
        FieldType.INT,
        "Since last (s)",
        "Time since the event before it in the capture, in whole seconds.",
        Window(_KNOWN.format(f"({_DELTA}) // {_SECOND}")),
        example="evt.deltatime.s > 0",
    ),
    Field(
        "evt.deltatime.ns",
        FieldType.INT,
        "Since last (ns)",
        "Part below a second of the time since the event before it in the capture, in nanoseconds.",
        Window(_KNOWN.format(f"({_DELTA}) % {_SECOND}")),
        example="evt.deltatime.ns > 500000000",
    ),
    _part(
        "evt.latency.s",
        "Latency (s)",
        "Time from entering the call to leaving it, in whole seconds.",
        f"e.latency_ns // {_SECOND}",
        "evt.latency.s > 0",
    ),
    _part(
        "evt.latency.ns",
        "Latency (ns)",
        "Part below a second of the time from entering the call to leaving it, in nanoseconds.",
        f"e.latency_ns % {_SECOND}",
        "evt.latency.ns > 500000000",
    ),
    Field(
        "evt.latency.human",
        FieldType.STRING,
        "Latency (text)",
        "Time from entering the call to leaving it, with a unit that suits it, as in '10.3ms'.",
        Sql(
            "CASE WHEN e.latency_ns IS NULL THEN NULL WHEN e.latency_ns < 1000 THEN e.latency_ns || 'ns' "
            "WHEN e.latency_ns < 1000000 THEN printf('%.2fus', e.latency_ns / 1e3) "
            "WHEN e.latency_ns < 1000000000 THEN printf('%.2fms', e.latency_ns / 1e6) "
            "ELSE printf('%.2fs', e.latency_ns / 1e9) END"
        ),
        deprecated="evt.latency",
        example='evt.latency.human endswith "ms"',
    ),
    _part(
        "evt.latency.quantized",
        "Latency (power)",
        "Power of ten of the call's latency in nanoseconds: 6 from one millisecond on, 9 from one second on.",
        "CASE WHEN e.latency_ns > 0 THEN floor(log10(e.latency_ns))::UBIGINT WHEN e.latency_ns = 0 THEN 0 END",
        "evt.latency.quantized >= 6",
        deprecated="evt.latency",
    ),
    Field(
        "evt.wait_latency",
        FieldType.DURATION,
        "Wait latency",
        "Time that a waiting call such as poll or nanosleep took, in nanoseconds.",
        Sql(f"CASE WHEN {_WAITING} THEN e.latency_ns END"),
        deprecated="evt.latency with evt.is_wait",
        example="evt.wait_latency > 1s",
    ),
)
