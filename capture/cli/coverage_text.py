"""What ``coverage`` prints (stage ⑤), as text and as JSON, and the one line of it that ``info`` has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from thresher.capture.escape import escape
from thresher.capture.timetext import duration, iso, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from thresher.capture.coverage import Coverage

SHOWN = 20
NOT_TOLD = "(not told)"


def as_json(found: Coverage, zone: tzinfo) -> str:
    """One JSON object."""

    def time(time_ns: int | None) -> str | None:
        return None if time_ns is None else iso(time_ns, zone)

    def named(names: Sequence[str | None]) -> dict[str, str | None]:
        return dict(zip(found.titles, names, strict=False))

    record = {
        "events": found.events,
        "start": time(found.start_ns),
        "end": time(found.end_ns),
        "last_delivery": time(found.delivered_ns),
        "complete_up_to": time(found.complete_ns),
        "parts": [
            {
                **named((*part.names, part.kind)),
                "events": part.events,
                "first": time(part.first_ns),
                "last": time(part.last_ns),
                "hours": part.hours,
            }
            for part in found.parts
        ],
        "silences": [
            {
                **named(each.names),
                "from": time(each.from_ns),
                "to": time(each.to_ns),
                "after_event": each.after,
                "before_event": each.before,
            }
            for each in found.silences
        ],
        "switches": [
            {
                "event": each.number,
                "time": time(each.time_ns),
                "what": each.what,
                "target": each.target,
                "actor": each.actor,
                "succeeded": each.succeeded,
            }
            for each in found.switches
        ],
    }
    return json.dumps(record, indent=2)


def as_text(found: Coverage, zone: tzinfo) -> Iterator[str]:
    """The lines for people."""
    if found.start_ns is None or found.end_ns is None:
        yield "no events with a time"
        return
    plural = "" if found.events == 1 else "s"
    yield f"{found.events:,} event{plural}, {_time(found.start_ns, zone)} to {_time(found.end_ns, zone)}"
    if found.complete_ns is not None and found.delivered_ns is not None:
        late = f"last delivery {_time(found.delivered_ns, zone)}, less the time that deliveries take"
        yield f"complete up to {_time(found.complete_ns, zone)} as a rule: {late}"
    else:
        yield "complete up to when is not known: no file's name tells when it was delivered"
    yield ""
    yield from _table(found, zone)
    yield ""
    yield f"Silences over an hour of {' and '.join(found.titles[:-1])}: {len(found.silences) or 'none'}"
    for silence in found.silences[:SHOWN]:
        where = " ".join(name or NOT_TOLD for name in silence.names)
        length = duration(silence.to_ns - silence.from_ns)
        between = f"between events {silence.after} and {silence.before}"
        yield escape(f"  {_time(silence.from_ns, zone)}  {length:>8}  {where}, {between}")
    yield from _rest(len(found.silences))
    yield f"Events that stop, start or change the recording: {len(found.switches) or 'none'}"
    for switch in found.switches[:SHOWN]:
        ended = "" if switch.succeeded else "  (failed)"
        who = f" by {switch.actor}" if switch.actor else ""
        what = f"{switch.what} {switch.target or ''}{who}{ended}"
        yield escape(f"  {switch.number:>7} {_time(switch.time_ns, zone)}  {what}")
    yield from _rest(len(found.switches))


def _table(found: Coverage, zone: tzinfo) -> Iterator[str]:
    rows = [(*found.titles, "events", "first", "last", "hours with events")]
    for part in found.parts:
        names = (name or NOT_TOLD for name in (*part.names, part.kind))
        times = (_time(part.first_ns, zone), _time(part.last_ns, zone))
        rows.append((*names, f"{part.events:,}", *times, str(part.hours)))
    widths = [max(len(escape(row[place])) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(f"{escape(cell):<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _rest(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  … and {count - SHOWN:,} more; -T json has all"


def _time(time_ns: int, zone: tzinfo) -> str:
    return moment(time_ns, "ad", zone, 0)


def in_short(found: Coverage, zone: tzinfo) -> str:
    """One line for ``info``."""
    distinct = [len({part.names[place] for part in found.parts}) for place in range(len(found.titles) - 1)]
    kinds = [f"{count} {title}{'s' * (count != 1)}" for count, title in zip(distinct, found.titles, strict=False)]
    until = f", complete up to {_time(found.complete_ns, zone)}" if found.complete_ns is not None else ""
    silent = f"{len(found.silences):,} silences over an hour" if found.silences else "no silence over an hour"
    switched = f"{len(found.switches):,} events that change the recording" if found.switches else "recording unchanged"
    return f"{', '.join(kinds)}{until}; {silent}, {switched}; see 'thresher coverage'"
