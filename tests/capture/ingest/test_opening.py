"""A store opens from its cache entry or by reading, and is the same either way."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.builders.fake_dissectors import Fake, capture, record
from thresher.capture.errors import ChangedError, ThresherError, UnreadableError
from thresher.capture.ingest import loader, open_store, opening
from thresher.capture.inputs.locate import locate
from thresher.capture.store import entries
from thresher.capture.store.facts import HashState

if TYPE_CHECKING:
    from thresher.capture.contract import RawEvent
    from thresher.capture.store.store import Store

pytestmark = pytest.mark.usefixtures("fake_plugins")
COUNT = 1000


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(entries.FOLDER, str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path / "cache"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.cap"
    path.write_bytes(capture(COUNT, padding=b"pad"))
    return path


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "packed.cap"
    path.write_bytes(gzip.compress(capture(COUNT, padding=b"pad")))
    return path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json").write_bytes(b"\n".join(record(number) for number in range(100)))
    (folder / "b.json.gz").write_bytes(gzip.compress(b"\n".join(record(number) for number in range(50, 60))))
    return folder


def opened(path: Path, **options: bool) -> Store:
    (inputs,) = locate([str(path)])
    store = open_store(inputs, **options)
    store.wait()
    return store


def rows(store: Store) -> list[tuple[object, ...]]:
    return store.cursor().execute("SELECT * FROM events ORDER BY num").fetchall()


def blocks(events: list[RawEvent]) -> list[bytes]:
    return [event.block for event in events]


@pytest.mark.parametrize("kind", ["plain", "packed", "logs"])
def test_all_ways_to_open_give_the_same(kind: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(kind)
    found = []
    for options in ({}, {}, {"cache": False}, {"background": False}):
        with opened(path, **options) as store:
            facts = store.facts()
            nums = [5, 0, 99]
            assert store.count() == len(rows(store)) == facts.rows == store.progress().rows
            found.append((rows(store), blocks(store.raw(nums)), facts.files, facts.accounting, facts.internal_rows))
    assert found[1:] == found[:-1]


def test_the_second_opening_comes_from_the_cache(plain: Path) -> None:
    with opened(plain) as store:
        assert store.facts().from_cache is False
    with opened(plain) as store:
        assert store.facts().from_cache is True
        assert store.progress().complete


def test_facts_add_up_to_the_size_of_the_file(plain: Path) -> None:
    with opened(plain) as store:
        facts = store.facts()
    account = facts.accounting
    assert account.event_bytes + account.state_bytes + account.damaged_bytes == plain.stat().st_size
    assert (facts.start_ns, facts.end_ns) == (1_000_000_000, 1_000_000_000 + 1000 * (COUNT - 1))
    assert (facts.internal_rows, facts.hostname, facts.hash_state) == (COUNT // 10, "fakehost", HashState.VERIFIED)


@pytest.mark.parametrize("cached", [True, False])
def test_a_store_that_is_closed_leaves_only_its_entry(packed: Path, tmp_path: Path, cached: bool) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    with opened(packed, cache=cached):
        pass
    after = {path.name for path in tmp_path.iterdir()} - before
    assert after == ({"cache"} if cached else set())


def test_a_finished_entry_holds_what_it_should_and_nothing_else(packed: Path, cache: Path) -> None:
    opened(packed).close()
    (key,) = (each.key for each in entries.listed())
    assert {path.name for path in (cache / key).iterdir()} == {"index.duckdb", "bytes", "fields", "manifest.json"}
    assert {path.stat().st_mode & 0o077 for path in (cache / key).iterdir()} == {0}


def test_a_changed_capture_is_noticed_by_an_open_store_and_read_anew_by_the_next(plain: Path) -> None:
    store = opened(plain)
    plain.write_bytes(capture(10))
    assert store.facts().hash_state is HashState.CHANGED
    with pytest.raises(ChangedError, match="changed since it was indexed"):
        store.raw([0])
    assert len(rows(store)) == COUNT
    with opened(plain) as again:
        assert again.count() == 10
    store.close()


def test_a_capture_that_is_gone_can_still_be_listed(plain: Path) -> None:
    opened(plain).close()
    plain.unlink()
    with opened(plain) as store:
        assert len(rows(store)) == COUNT
        assert store.facts().hash_state is HashState.GONE
        with pytest.raises(ChangedError, match="is gone"):
            store.raw([0])
        with pytest.raises(ChangedError, match="is gone"):
            store.ensure(store.catalogue.resolve("evt.padding"))


def test_the_spool_of_a_capture_that_is_gone_still_gives_its_bytes(packed: Path) -> None:
    opened(packed).close()
    packed.unlink()
    with opened(packed) as store:
        assert store.raw([3])[0].block.endswith(b"pad")


def test_a_path_that_never_was_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        opened(tmp_path / "nothing.cap")


def test_an_unknown_format_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\0\1\2\3")
    with pytest.raises(UnreadableError, match="no known format"):
        opened(tmp_path / "x")
    assert entries.listed() == []


@pytest.mark.parametrize("leftover", ["index.duckdb.tmp", "index.duckdb", "manifest.json"])
def test_what_a_killed_ingest_left_is_built_anew(plain: Path, cache: Path, leftover: str) -> None:
    opened(plain).close()
    (key,) = (each.key for each in entries.listed())
    (cache / key / "manifest.json").unlink()
    (cache / key / leftover).write_bytes(b"half of something")
    with opened(plain) as store:
        assert (len(rows(store)), store.facts().from_cache) == (COUNT, False)


def test_a_damaged_index_is_built_anew(plain: Path, cache: Path) -> None:
    opened(plain).close()
    (key,) = (each.key for each in entries.listed())
    (cache / key / "index.duckdb").write_bytes(os.urandom(5000))
    with opened(plain) as store:
        assert (len(rows(store)), store.facts().from_cache) == (COUNT, False)


def test_an_index_of_another_declaration_is_built_anew(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(plain).close()
    monkeypatch.setattr(Fake, "event_columns", (*Fake.event_columns, *Fake.relations[0].columns[1:]))
    with opened(plain) as store:
        assert store.facts().from_cache is False


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
    monkeypatch.setattr(loader, "PATIENCE_SECONDS", 0.1)
    (inputs,) = locate([str(logs)])
    store = open_store(inputs)
    assert gate.inserted.wait(10)
    reading = store.cursor()
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM events").fetchall()
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


def test_without_a_cache_few_events_stay_in_memory_and_many_in_a_temporary_file(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(plain, cache=False) as store:
        assert store.entry is None
    monkeypatch.setattr(opening, "EVENTS_IN_MEMORY", 10)
    with opened(plain, cache=False) as store:
        assert store.entry is not None
        folder = store.entry.folder
        assert len(rows(store)) == COUNT
        assert store.user_connection().execute("SELECT count(*) FROM events").fetchall() == [(COUNT,)]
    assert not folder.exists()


def test_a_pipe_is_read_once_and_its_bytes_are_kept_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writing = threading.Thread(target=lambda: path.write_bytes(gzip.compress(capture(COUNT, padding=b"pad"))))
    writing.start()
    with opened(path) as store:
        writing.join()
        assert len(rows(store)) == COUNT
        assert blocks(store.raw([7]))[0].endswith(b"pad")
        assert store.facts().hash_state is HashState.UNKEPT
    assert entries.listed() == []


def test_a_cut_compressed_capture_keeps_every_whole_event(tmp_path: Path) -> None:
    path = tmp_path / "cut.cap"
    whole = gzip.compress(capture(50_000, padding=os.urandom(20)))
    path.write_bytes(whole[: len(whole) // 2])
    with opened(path) as store:
        facts = store.facts()
    account = facts.accounting
    assert 1000 < facts.rows < 50_000
    assert account.event_bytes + account.state_bytes + account.damaged_bytes == facts.inflated_bytes
    assert any("cut off" in found.what for found in facts.damage)


def test_files_of_another_source_are_named_and_the_rest_is_read(logs: Path) -> None:
    (logs / "c.json").write_bytes(b'{"other": 1}')
    (logs / "d.json").write_bytes(b'{"nobody": 1}')
    (logs / "notes.txt").write_bytes(b"notes")
    with opened(logs) as store:
        skipped = {Path(each.path).name: each.why for each in store.facts().skipped}
        records = {Path(each.path).name: each.records for each in store.facts().files}
    assert skipped == {
        "c.json": "holds other_log records; open it on its own",
        "d.json": "no dissector knows its records",
        "notes.txt": "is in no known format",
    }
    assert records == {"a.json": 100, "b.json.gz": 10, "c.json": 0, "d.json": 0}


def test_records_that_share_their_second_are_marked(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\n".join([record(0), record(1), record(2)]))
    with opened(tmp_path / "x.json") as store:
        marked = store.cursor().execute("SELECT num FROM events WHERE flags & 32 = 32 ORDER BY num").fetchall()
    assert marked == [(0,), (1,)]


def test_records_without_a_time_are_counted_and_do_not_move_the_start(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\n".join([record(0), record(1, at=""), record(2, at="1970-01-01T00:00:00Z")]))
    with opened(tmp_path / "x.json") as store:
        facts = store.facts()
    assert (facts.rows, facts.untimed_rows, facts.start_ns) == (3, 2, facts.end_ns)


def test_the_hash_is_kept_with_the_entry(plain: Path, cache: Path) -> None:
    with opened(plain) as store:
        digest = store.facts().files[0].sha256
    (key,) = (each.key for each in entries.listed())
    assert json.loads((cache / key / "manifest.json").read_text())["files"][0]["sha256"] == digest


def test_opening_a_finished_index_does_not_load_arrow(plain: Path) -> None:
    opened(plain).close()
    code = "import sys, thresher.capture.ingest; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
