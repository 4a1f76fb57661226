"""Whatever the inputs are, every whole event comes in and what does not is named."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from tests.builders.fake_dissectors import capture, record
from tests.builders.opened import COUNT, blocks, opened, rows
from thresher.capture.store import entries
from thresher.capture.store.facts import HashState

pytestmark = pytest.mark.usefixtures("fake_plugins")


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
        shared = "SELECT num FROM events WHERE time_ns IN (FROM shared_times) ORDER BY num"
        assert store.cursor().execute(shared).fetchall() == [(0,), (1,)]


def test_records_without_a_time_are_counted_and_do_not_move_the_start(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\n".join([record(0), record(1, at=""), record(2, at="1970-01-01T00:00:00Z")]))
    with opened(tmp_path / "x.json") as store:
        facts = store.facts()
    assert (facts.rows, facts.untimed_rows, facts.start_ns) == (3, 2, facts.end_ns)
