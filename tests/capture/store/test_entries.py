"""The cache keeps one folder a capture for its user alone, knows a file by what it is, and forgets the oldest first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from thresher.capture.errors import UsageError
from thresher.capture.inputs.locate import InputSet
from thresher.capture.inputs.streams import InputFile
from thresher.capture.store import entries
from thresher.capture.store.entries import Entry, Manifest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(entries.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


def inputs(*paths: Path) -> InputSet:
    return InputSet("spec", tuple(InputFile.of(str(path)) for path in paths))


def made(key: str, size: int = 100_000, used: float = 1.0, spec: str = "a") -> Entry:
    entry = entries.entry(key)
    assert entry.lock is not None
    assert entry.lock.try_take()
    entry.clear()
    entry.spool.write_bytes(os.urandom(size))
    entry.complete(Manifest(spec, str(Path(spec).absolute()), "fake", "digest"))
    os.utime(entry.folder / entries.MANIFEST, (used, used))
    entry.lock.share()
    return entry


KEYS = [f"{number:032x}" for number in range(4)]


def test_a_file_keeps_its_key_when_it_is_renamed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    before = entries.key_of(inputs(tmp_path / "a"))
    (tmp_path / "a").rename(tmp_path / "b")
    assert entries.key_of(inputs(tmp_path / "b")) == before


def test_a_file_with_other_bytes_and_its_old_times_has_another_key(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"content" * 10_000)
    before, times = entries.key_of(inputs(path)), path.stat()
    with path.open("r+b") as file:
        file.write(b"CONTENT")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert entries.key_of(inputs(path)) != before


def test_a_set_of_files_is_known_by_all_of_them(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode())
    both = entries.key_of(inputs(tmp_path / "a", tmp_path / "b"))
    assert both != entries.key_of(inputs(tmp_path / "a"))
    (tmp_path / "b").write_bytes(b"c")
    assert entries.key_of(inputs(tmp_path / "a", tmp_path / "b")) != both


def test_what_is_cached_is_the_users_alone(cache: Path) -> None:
    made(KEYS[0]).close()
    modes = {path.stat().st_mode & 0o077 for path in [cache, *cache.rglob("*")] if path.name != "bytes"}
    assert modes == {0}


def test_an_entry_without_a_manifest_is_not_complete() -> None:
    entry = entries.entry(KEYS[0])
    entry.clear()
    assert entry.manifest() is None
    (entry.folder / entries.MANIFEST).write_text('{"spec": ')
    assert entry.manifest() is None


def test_an_unfinished_entry_goes_when_it_is_closed() -> None:
    entry = entries.entry(KEYS[0])
    assert entry.lock is not None
    assert entry.lock.try_take()
    entry.clear()
    entry.close()
    assert not entry.folder.exists()


def test_entries_are_listed_least_recently_used_first() -> None:
    for key, used in zip(KEYS, (3.0, 1.0, 2.0), strict=False):
        made(key, used=used).close()
    listed = entries.listed()
    assert [each.used for each in listed] == [1.0, 2.0, 3.0]
    assert all(each.size_bytes >= 100_000 for each in listed)
    assert entries.age_days(listed[0], now=86401.0) == 1.0


def test_opening_makes_an_entry_the_most_recent() -> None:
    entry = made(KEYS[0], used=1.0)
    made(KEYS[1], used=2.0).close()
    entry.used()
    assert [each.key for each in entries.listed()] == [KEYS[1], KEYS[0]]


def test_the_least_recently_used_go_until_the_rest_fits() -> None:
    for key, used in zip(KEYS, (1.0, 2.0, 3.0, 4.0), strict=True):
        made(key, used=used).close()
    assert entries.prune(250_000) == KEYS[:2]
    assert [each.key for each in entries.listed()] == KEYS[2:]


def test_an_entry_in_use_is_not_removed() -> None:
    entry = made(KEYS[0])
    assert entries.remove(KEYS[0]) is False
    assert entries.prune(0) == []
    entry.close()
    assert entries.remove(KEYS[0]) is True
    assert entries.listed() == []


@pytest.mark.parametrize("key", ["..", "", "locks", "../../etc", "x" * 32])
def test_only_keys_can_be_removed(key: str) -> None:
    with pytest.raises(UsageError, match="no cache entry"):
        entries.remove(key)


def test_an_entry_is_found_by_the_path_it_was_made_from() -> None:
    made(KEYS[0], used=1.0, spec="a.scap").close()
    made(KEYS[1], used=2.0, spec="a.scap").close()
    assert entries.of_path("a.scap") == KEYS[1]
    assert entries.of_path("b.scap") is None


def test_a_temporary_entry_leaves_nothing() -> None:
    entry = entries.temporary()
    entry.spool.write_bytes(b"evidence")
    assert entry.folder.stat().st_mode & 0o777 == 0o700
    entry.close()
    assert not entry.folder.exists()
