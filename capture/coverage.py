"""Says what a log covers and where it is silent: absence of evidence made visible (stage ⑤)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import QueryError
from thresher.capture.query.asking import ask
from thresher.capture.store import quoting

if TYPE_CHECKING:
    from thresher.capture.scope import Scope
    from thresher.capture.store.store import Store

HOUR_NS = 3_600 * 10**9


@dataclass(frozen=True, slots=True)
class Part:
    """Records of one kind in one part of the source; ``hours`` are those in which there are any."""

    names: tuple[str | None, ...]
    kind: str | None
    events: int
    first_ns: int
    last_ns: int
    hours: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch without any record of a part; ``after`` and ``before`` are the events around it, by number."""

    names: tuple[str | None, ...]
    from_ns: int
    to_ns: int
    after: int
    before: int


@dataclass(frozen=True, slots=True)
class Switch:
    """An event that stopped, started or changed the recording, or tried to."""

    number: int
    time_ns: int
    what: str
    target: str | None
    actor: str | None
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a log covers.

    Attributes:
        titles: of what parts are told apart by, and of their kinds last.
        delivered_ns: of the file delivered last, None where no file's name tells.
        complete_ns: up to where, as a rule, nothing is still to be delivered.
    """

    titles: tuple[str, ...]
    events: int
    start_ns: int | None
    end_ns: int | None
    parts: list[Part]
    silences: list[Silence]
    switches: list[Switch]
    delivered_ns: int | None
    complete_ns: int | None


def covers(store: Store) -> Coverage:
    """The coverage of a complete store.

    Raises:
        QueryError: its source does not tell.
    """
    scope = store.dissector.scope
    if scope is None:
        raise QueryError(f"{store.spec}: {store.dissector.title} does not tell what it covers")
    events, start, end = ask(store, "SELECT count(*), min(time_ns) FILTER (time_ns > 0), max(time_ns) FROM events")[0]
    delivered = _delivered(store, scope)
    return Coverage(
        (*(title for title, _ in scope.parts), scope.kinds[0]),
        events,
        start,
        end,
        _parts(store, scope),
        _silences(store, scope),
        _switches(store, scope),
        delivered,
        None if delivered is None else delivered - scope.delay_ns,
    )


def _parts(store: Store, scope: Scope) -> list[Part]:
    width = len(scope.parts)
    columns = ", ".join(sql for _, sql in scope.parts)
    rows = ask(
        store,
        f"SELECT {columns}, {scope.kinds[1]}, count(*), min(e.time_ns), max(e.time_ns), "
        f"count(DISTINCT e.time_ns // {HOUR_NS}) FROM events e WHERE e.time_ns > 0 "
        f"GROUP BY ALL ORDER BY {', '.join(f'{place} NULLS LAST' for place in range(1, width + 2))}",
    )
    return [Part(tuple(row[:width]), *row[width:]) for row in rows]


def _silences(store: Store, scope: Scope) -> list[Silence]:
    width = len(scope.parts)
    columns = ", ".join(f"{sql} AS p{place}" for place, (_, sql) in enumerate(scope.parts))
    names = ", ".join(f"p{place}" for place in range(width))
    rows = ask(
        store,
        f"SELECT {names}, before_ns, time_ns, before_number, evt_num FROM (SELECT {columns}, e.time_ns, e.evt_num, "
        f"lag(e.time_ns) OVER part AS before_ns, lag(e.evt_num) OVER part AS before_number FROM events e "
        f"WHERE e.time_ns > 0 WINDOW part AS (PARTITION BY {', '.join(sql for _, sql in scope.parts)} "
        f"ORDER BY e.time_ns, e.num)) WHERE time_ns - before_ns > {scope.silence_ns} ORDER BY before_ns, {names}",
    )
    return [Silence(tuple(row[:width]), *row[width:]) for row in rows]


def _switches(store: Store, scope: Scope) -> list[Switch]:
    rows = ask(
        store,
        f"SELECT e.evt_num, e.time_ns, {scope.what}, {scope.target}, {scope.actor}, {scope.succeeded} FROM events e "
        f"WHERE {scope.switches} AND e.time_ns > 0 ORDER BY e.time_ns, e.num",
    )
    return [Switch(*row) for row in rows]


def _delivered(store: Store, scope: Scope) -> int | None:
    """When the file delivered last was, by the names of the files."""
    found = f"regexp_extract(path, {quoting.text(scope.delivered)}, 1)"
    form = quoting.text(scope.delivered_form)
    newest: int | None = ask(store, f"SELECT epoch_ns(max(try_strptime({found}, {form}))) FROM files")[0][0]
    return newest
