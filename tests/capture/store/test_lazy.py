"""A field that is made on first use holds the events that have it, is kept, and fails event by event."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders.fake_dissectors import Fake, capture
from thresher.capture.errors import Cancelled, QueryError
from thresher.capture.ingest import open_store
from thresher.capture.inputs.locate import locate
from thresher.capture.store import computing, entries
from thresher.capture.store.cancel import Cancel

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import Value
    from thresher.capture.store.store import Store

pytestmark = pytest.mark.usefixtures("fake_plugins")
COUNT = 600


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(entries.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


def opened(folder: Path, cached: bool = True) -> Store:
    path = folder / "a.cap"
    if not path.exists():
        path.write_bytes(capture(COUNT, padding=b"pad"))
    (inputs,) = locate([str(path)])
    return open_store(inputs, background=False, cache=cached)


def values(store: Store, name: str, cancel: Cancel | None = None) -> list[tuple[object, ...]]:
    table = store.ensure(store.catalogue.resolve(name), cancel=cancel)
    return store.cursor().execute(f"SELECT * FROM {table} ORDER BY num").fetchall()


def kept(cache: Path) -> list[str]:
    return [path.suffix for path in cache.glob("*/fields/*")]


@pytest.mark.parametrize("cached", [True, False])
class TestEitherWay:
    def test_a_window_covers_all_events(self, tmp_path: Path, cached: bool) -> None:
        with opened(tmp_path, cached) as store:
            assert values(store, "evt.step") == [(num, 1) for num in range(1, COUNT)]

    def test_a_computed_field_covers_its_types_without_those_that_fail(self, tmp_path: Path, cached: bool) -> None:
        with opened(tmp_path, cached) as store:
            expected = [(num, "pad") for num in range(COUNT) if num % 3 != 1 and num != 6]
            assert values(store, "evt.padding") == expected
            assert store.facts().notes == ("evt.padding could not be made for 1 events",)

    def test_an_address_is_two_halves(self, tmp_path: Path, cached: bool) -> None:
        with opened(tmp_path, cached) as store:
            assert values(store, "evt.address") == [(num, 0, 0xFFFF_0A00_0000 + num) for num in range(256)]

    def test_the_second_asking_builds_nothing(
        self, tmp_path: Path, cached: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with opened(tmp_path, cached) as store:
            first = values(store, "evt.padding")
            monkeypatch.setattr(Fake, "compute", None)
            assert values(store, "evt.padding") == first

    def test_progress_ends_with_one(self, tmp_path: Path, cached: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(computing, "EVENTS_AT_ONCE", 100)
        told: list[float] = []
        with opened(tmp_path, cached) as store:
            store.ensure(store.catalogue.resolve("evt.address"), told.append)
        assert told == sorted(told)
        assert (len(told) > 5, told[-1]) == (True, 1.0)

    def test_cancelling_keeps_nothing_and_the_next_asking_builds_it(
        self, tmp_path: Path, cache: Path, cached: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(computing, "EVENTS_AT_ONCE", 50)
        cancel = Cancel()
        with opened(tmp_path, cached) as store:
            with pytest.raises(Cancelled):
                store.ensure(store.catalogue.resolve("evt.padding"), lambda _: cancel.cancel(), cancel)
            assert kept(cache) == []
            assert len(values(store, "evt.padding")) == COUNT * 2 // 3 - 1

    def test_values_that_do_not_fit_are_left_out(
        self, tmp_path: Path, cached: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def compute(
            self: Fake, name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup
        ) -> list[Value]:
            return ["\ud800" if event.row["num"] == 3 else 7 if event.row["num"] == 5 else "fits" for event in events]

        monkeypatch.setattr(Fake, "compute", compute)
        with opened(tmp_path, cached) as store:
            assert [num for num, _ in values(store, "evt.padding")[:4]] == [0, 2, 6, 8]
            assert store.facts().notes == ("evt.padding could not be made for 2 events",)


def test_a_field_is_kept_in_a_file_of_its_own_and_found_again(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as store:
        first = values(store, "evt.padding")
    assert kept(cache) == [".duckdb"]
    monkeypatch.setattr(Fake, "compute", None)
    with opened(tmp_path) as store:
        assert values(store, "evt.padding") == first


def test_two_threads_that_ask_at_once_build_it_once(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    run = computing.Computing.run

    def counted(self: computing.Computing, *arguments: object) -> None:
        built.append(threading.current_thread().name)
        run(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(computing.Computing, "run", counted)
    with opened(tmp_path) as store:
        threads = [threading.Thread(target=values, args=(store, "evt.padding")) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(built), kept(cache)) == (1, [".duckdb"])


def test_an_older_cursor_sees_a_field_that_is_built_later(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        cursor = store.cursor()
        table = store.ensure(store.catalogue.resolve("evt.step"))
        assert cursor.execute(f"SELECT count(*) FROM {table}").fetchall() == [(COUNT - 1,)]


def test_a_stored_field_is_not_built(tmp_path: Path) -> None:
    with opened(tmp_path) as store, pytest.raises(QueryError, match="is stored"):
        store.ensure(store.catalogue.resolve("evt.value"))
