"""The SQL of ``around`` and ``first``: the numbers of the rows that they hold of; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.filter.typed import FirstOf, Key, Nearby
from thresher.capture.store import quoting
from thresher.capture.store.homes import EVENTS

if TYPE_CHECKING:
    from thresher.capture.store.access import Access, Selection

LEAST, MOST = -(1 << 63), (1 << 63) - 1
EVENTS_E = f"{EVENTS} AS e"
TIME = "CASE WHEN e.time_ns > 0 THEN e.time_ns END"
"""NULL where a record has no time."""


def rows_sql(
    node: Nearby | FirstOf, condition: str, access: Access, *, in_time_order: bool, others: str | None = None
) -> str:
    """A SELECT of ``num``.

    Args:
        node: what is asked.
        condition: SQL over ``e`` that it is a match.
        access: the store's fields.
        in_time_order: events are shown by time, not by number.
        others: table of stretches ``low`` to ``high`` around matches in other sources, for ``around`` without a scope.
    """
    if isinstance(node, FirstOf):
        return first_sql(node, condition, access, in_time_order=in_time_order)
    found = nearby_sql(node, condition, access)
    return (
        found if others is None else f"{found} UNION ALL {inside_sql('e.num AS num, e.time_ns AS t', EVENTS_E, others)}"
    )


def own_stretches_sql(node: Nearby, condition: str) -> str:
    """A SELECT of the stretches of time around the matches in one source, for the others."""
    matches = f"SELECT e.time_ns AS t FROM {EVENTS_E} WHERE {condition} AND e.time_ns > 0"
    return stretches_sql(matches, [], node.within_ns)


def first_sql(node: FirstOf, matched: str, access: Access, *, in_time_order: bool) -> str:
    """The first row of each value; one pass that keeps a row a value."""
    selection = access.selection()
    columns = keys(selection, node.by)
    order = f"row(coalesce({TIME}, {MOST}), e.num)" if in_time_order else "e.evt_num"
    there = " AND ".join(f"({column}) IS NOT NULL" for column in columns)
    return (
        f"SELECT arg_min(e.num, {order}) AS num FROM {selection.source()} WHERE {matched} AND {there} "
        f"GROUP BY {', '.join(columns)}"
    )


def nearby_sql(node: Nearby, matched: str, access: Access) -> str:
    """The rows in the stretches of time around the matches, which are joined where they touch.

    A match without a time, or without a value of the scope, is around itself only.
    """
    selection = access.selection()
    columns = keys(selection, node.scope) if node.scope else ()
    names = [f"k{at}" for at in range(len(columns))]
    wanted = ", ".join(("e.num AS num", f"{TIME} AS t", *(f"{c} AS {n}" for c, n in zip(columns, names, strict=True))))
    source = selection.source()
    there = " AND ".join(f"{name} IS NOT NULL" for name in ("t", *names))
    same = "".join(f"a.{name} = i.{name} AND " for name in names)
    return (
        f"WITH m AS MATERIALIZED (SELECT {wanted} FROM {source} WHERE {matched}), "
        f"i AS ({stretches_sql(f'SELECT * FROM m WHERE {there}', names, node.within_ns)}) "
        f"SELECT num FROM m WHERE NOT ({there}) UNION ALL {inside_sql(wanted, source, 'i', same)}"
    )


def inside_sql(wanted: str, source: str, stretches: str, same: str = "") -> str:
    """A SELECT of the rows inside of disjoint stretches: each row needs only the last that began before it."""
    rows = f"SELECT {wanted} FROM {source} WHERE e.time_ns > 0"
    return f"SELECT a.num FROM ({rows}) AS a ASOF JOIN {stretches} AS i ON {same}a.t >= i.low WHERE a.t <= i.high"


def stretches_sql(matches: str, names: list[str], within_ns: int) -> str:
    """The stretches ``low`` to ``high`` around times ``t``, disjoint for each key."""
    listed = "".join(f", {name}" for name in names)
    grouped = f"PARTITION BY {', '.join(names)} " if names else ""
    window = f"OVER ({grouped}ORDER BY t)"
    apart = f"t - lag(t) {window} > {quoting.number(2 * within_ns)}"
    begun = f"SELECT t{listed}, coalesce({apart}, TRUE)::INTEGER AS b FROM (SELECT DISTINCT t{listed} FROM ({matches}))"
    numbered = f"SELECT t{listed}, sum(b) {window} AS g FROM ({begun})"
    within = quoting.number(within_ns)
    return (
        f"SELECT greatest(min(t)::HUGEINT - {within}, {LEAST}::HUGEINT)::BIGINT AS low, "
        f"least(max(t)::HUGEINT + {within}, {MOST}::HUGEINT)::BIGINT AS high{listed} "
        f"FROM ({numbered}) GROUP BY g{listed}"
    )


def keys(selection: Selection, key: Key) -> tuple[str, ...]:
    """The columns that hold the value to group by."""
    return selection.add(key.ref)
