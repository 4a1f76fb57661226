"""Every field is read from where it lives, each other table joined once."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_naive import address_or_none, raw_values
from tests.builders.filter_world import LAZY, START_NS, World, load, make_world
from thresher.capture.errors import QueryError
from thresher.capture.model import FieldType
from thresher.capture.store.access import Access

if TYPE_CHECKING:
    import duckdb

SEEDS = (1, 4, 9)
SHOWN = [
    *(field.name for field in CATALOGUE if not (field.is_filter_only or field.argument_required or field.is_list)),
    *("evt.arg.fd", "evt.arg.path", "proc.aname[0]", "proc.aname[1]", "proc.aname[3]", "proc.apid[2]", "ct.request.a"),
]
SHOWN = [name for name in SHOWN if name not in ("proc.aname", "proc.apid", "ct.address", "object")]


@cache
def world(seed: int) -> tuple[World, duckdb.DuckDBPyConnection]:
    made = make_world(seed)
    return made, load(made)


def read(seed: int, *names: str) -> list[tuple[Any, ...]]:
    selection = Access(CATALOGUE, LAZY, START_NS).selection()
    columns = [column for name in names for column in selection.add(CATALOGUE.resolve(name))]
    sql = f"SELECT {', '.join(columns)} FROM {selection.source()} ORDER BY e.num"
    return world(seed)[1].execute(sql).fetchall()


def value_of(columns: tuple[Any, ...]) -> Any:
    if len(columns) == 1:
        return columns[0]
    if columns[0] is None:
        return None
    number = columns[0] << 64 | columns[1]
    mapped = ipaddress.IPv6Address(number).ipv4_mapped
    return str(mapped or ipaddress.IPv6Address(number))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SHOWN)
def test_a_value_is_what_the_event_has(name: str, seed: int) -> None:
    made, _ = world(seed)
    ref = CATALOGUE.resolve(name)
    expected = [next((each for each in raw_values(made, row, ref)), None) for row in made.events]
    assert [value_of(row) for row in read(seed, name)] == expected


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["any.ip", "any.user", "ct.names", "evt.tags"])
def test_a_list_has_what_is_there(name: str, seed: int) -> None:
    made, _ = world(seed)
    ref = CATALOGUE.resolve(name)
    fits = address_or_none if ref.field.type is FieldType.IP else str
    expected = [
        [each for each in raw_values(made, row, ref) if each is not None and fits(each) is not None]
        for row in made.events
    ]
    assert [list(row[0] or []) for row in read(seed, name)] == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_a_common_field_shows_the_first_that_is_there_as_text(seed: int) -> None:
    made, _ = world(seed)
    expected = [next(iter(raw_values(made, row, CATALOGUE.resolve("object"))), None) for row in made.events]
    assert [row[0] for row in read(seed, "object")] == expected


def test_all_fields_can_be_read_at_once() -> None:
    assert len(read(1, *SHOWN, "any.ip", "any.user")) == len(world(1)[0].events)


def test_a_table_is_joined_once_however_many_fields_it_has() -> None:
    selection = Access(CATALOGUE, LAZY, START_NS).selection()
    for name in ("proc.name", "proc.pid", "proc.name", "proc.aname[0]", "actor"):
        selection.add(CATALOGUE.resolve(name))
    assert selection.source().count("JOIN") == 1


@pytest.mark.parametrize(("name", "why"), [("fd.ip", "no single value"), ("proc.aname", "needs a level")])
def test_what_has_no_single_value_is_not_shown(name: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        Access(CATALOGUE).selection().add(CATALOGUE.resolve(name))


def test_a_field_that_was_not_computed_says_so() -> None:
    with pytest.raises(QueryError, match=r"evt\.gap.*not been computed"):
        Access(CATALOGUE).selection().add(CATALOGUE.resolve("evt.gap"))


def test_a_json_argument_reaches_sql_only_inside_a_literal() -> None:
    located = Access(CATALOGUE).locate(CATALOGUE.resolve("""ct.request['"a''; DROP TABLE events; --"']"""))
    assert "'/request/a''''; DROP TABLE events; --'" in located.columns[0]
