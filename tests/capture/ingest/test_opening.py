"""A store opens from its cache entry or by reading, and is the same either way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.fake_dissectors import Fake, capture
from tests.builders.opened import COUNT, blocks, opened, rows
from thresher.capture.errors import ChangedError, UnreadableError
from thresher.capture.ingest import opening
from thresher.capture.store import entries
from thresher.capture.store.facts import HashState

pytestmark = pytest.mark.usefixtures("fake_plugins")


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


def test_the_hash_is_kept_with_the_entry(plain: Path, cache: Path) -> None:
    with opened(plain) as store:
        digest = store.facts().files[0].sha256
    (key,) = (each.key for each in entries.listed())
    assert json.loads((cache / key / "manifest.json").read_text())["files"][0]["sha256"] == digest


def test_opening_a_finished_index_does_not_load_arrow(plain: Path) -> None:
    opened(plain).close()
    code = "import sys, thresher.capture.ingest; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
