"""A store can be used while it loads, and an ingest that ends early leaves nothing half made."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from thresher.capture.errors import ThresherError
from thresher.capture.ingest import loader, open_store
from thresher.capture.inputs.locate import locate
from thresher.capture.store import entries
from thresher.capture.store.facts import HashState

if TYPE_CHECKING:
    from thresher.capture.store.store import Store

from tests.builders.opened import COUNT, blocks, opened, rows

pytestmark = pytest.mark.usefixtures("fake_plugins")


def test_a_second_opening_waits_for_the_first_to_finish(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    finish = loader.Loader._finish

    def held(self: loader.Loader) -> None:
        go_on.wait(10)
        finish(self)

    monkeypatch.setattr(loader.Loader, "_finish", held)
    (inputs,) = locate([str(plain)])
    first = open_store(inputs)
    found: list[Store] = []
    second = threading.Thread(target=lambda: found.append(open_store(inputs)))
    second.start()
    second.join(0.2)
    assert found == []
    go_on.set()
    second.join(10)
    assert found[0].facts().from_cache
    for store in (first, *found):
        store.close()


READ_BESIDE = """
import sys, duckdb
print(duckdb.connect(sys.argv[1], read_only=True).execute("SELECT count(*) FROM events").fetchall())
"""


def test_another_process_can_read_the_index_of_an_open_store(plain: Path) -> None:
    with opened(plain) as store:
        assert store.index is not None
        command = [sys.executable, "-c", READ_BESIDE, str(store.index)]
        assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == f"[({COUNT},)]\n"


class Gate:
    """Lets the dissector go on batch by batch."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inserted = threading.Event()
        self.go_on = threading.Event()
        insert = loader.Loader._insert

        def held(gate: loader.Loader, item: object) -> None:
            insert(gate, item)  # type: ignore[arg-type]
            self.inserted.set()
            self.go_on.wait(10)

        monkeypatch.setattr("thresher.capture.dissection.FIRST_BATCH", 100)
        monkeypatch.setattr("thresher.capture.dissection.BATCH", 200)
        monkeypatch.setattr(loader.Loader, "_insert", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch)
    yield gate
    gate.go_on.set()


def test_queries_answer_while_the_store_is_loading(plain: Path, gate: Gate) -> None:
    (inputs,) = locate([str(plain)])
    store = open_store(inputs)
    assert gate.inserted.wait(10)
    cursor = store.cursor()
    early = cursor.execute("SELECT max(num) + 1 FROM events").fetchall()
    assert early == [(100,)]
    assert store.progress().complete is False
    assert store.facts().hash_state is HashState.PENDING
    assert blocks(store.raw([99]))[0].endswith(b"pad")
    table = store.ensure(store.catalogue.resolve("evt.step"))
    assert store.cursor().execute(f"SELECT count(*) FROM {table}").fetchall() == [(99,)]
    gate.go_on.set()
    store.wait()
    assert cursor.execute("SELECT count(*) FROM events").fetchall() == [(COUNT,)]
    table = store.ensure(store.catalogue.resolve("evt.step"))
    for each in (cursor, store.cursor()):
        assert each.execute(f"SELECT count(*) FROM {table}").fetchall() == [(COUNT - 1,)]
    store.close()


def test_a_result_that_is_being_read_does_not_stop_the_ingest(plain: Path, gate: Gate) -> None:
    (inputs,) = locate([str(plain)])
    store = open_store(inputs)
    assert gate.inserted.wait(10)
    half_read = store.cursor().execute("SELECT * FROM events")
    half_read.fetchone()
    gate.go_on.set()
    store.wait()
    assert (store.count(), store.index is not None) == (COUNT, True)
    assert len(half_read.fetchall()) == 99
    store.close()


def test_a_store_that_cannot_be_finished_is_served_but_not_kept(
    logs: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader.Loader, "_checkpoint", lambda _: False)
    (inputs,) = locate([str(logs)])
    store = open_store(inputs)
    assert gate.inserted.wait(10)
    gate.go_on.set()
    store.wait()
    assert len(rows(store)) == 110
    assert store.facts().notes == (loader.NOT_FINISHED,)
    store.close()
    assert entries.listed() == []


def test_closing_gives_loading_up_and_keeps_nothing(plain: Path, gate: Gate) -> None:
    (inputs,) = locate([str(plain)])
    store = open_store(inputs)
    assert gate.inserted.wait(10)
    gate.go_on.set()
    store.close()
    assert entries.listed() == []


def test_what_ends_an_ingest_is_raised_by_waiting_and_what_was_loaded_stays(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: loader.Loader) -> None:
        raise duckdb.IOException("no space left")

    monkeypatch.setattr(loader.Loader, "_finish", fails)
    (inputs,) = locate([str(plain)])
    store = open_store(inputs)
    with pytest.raises(ThresherError, match="cannot be written: no space left"):
        store.wait()
    assert (len(rows(store)), store.progress().complete) == (COUNT, True)
    assert isinstance(store.progress().error, ThresherError)
    store.close()
    assert entries.listed() == []
