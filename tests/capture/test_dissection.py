"""A dissector sees every byte once and in order, and what goes wrong in it costs only what it must."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fake_dissectors import BLOCK, Fake, FakeLog, FakeReader, OtherLog, block, capture, record
from tests.builders.fake_plugins import fake_plugins
from thresher.capture import dissection
from thresher.capture.dissection import BlockRun, claimant, record_dissectors

__all__ = ["fake_plugins"]


class Pieces:
    """A stream of given chunks."""

    path = "pieces"

    def __init__(self, chunks: list[bytes], error: Exception | None = None) -> None:
        self._chunks = chunks
        self._error = error

    def chunks(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._error:
            raise self._error


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def run(chunks: list[bytes], fails_at: int | None = None, error: Exception | None = None) -> tuple[list[int], BlockRun]:
    dissector = Fake()
    dissector.fails_at = fails_at  # type: ignore[misc]
    made = BlockRun(dissector, FakeReader(), Pieces(chunks, error))
    values = [
        value
        for batches in made.batches()
        for table, batch in batches
        if table == "events"
        for value in batch.column("value").to_pylist()
    ]
    return values, made


@given(count=st.integers(0, 60), size=st.integers(8, 200), padding=st.integers(0, 40))
def test_how_the_stream_is_cut_makes_no_difference(count: int, size: int, padding: int) -> None:
    values, made = run(cut(capture(count, padding=bytes(padding)), size))
    assert values == list(range(count))
    assert made.damage == []


def test_batches_have_the_size_that_the_store_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "FIRST_BATCH", 10)
    monkeypatch.setattr(dissection, "BATCH", 40)
    made = BlockRun(Fake(), FakeReader(), Pieces(cut(capture(125), 333)))
    sizes = [batch.num_rows for batches in made.batches() for table, batch in batches if table == "events"]
    assert sizes == [10, 40, 40, 35]


def test_a_cut_capture_keeps_every_whole_event() -> None:
    data = capture(10)
    values, made = run([data[:-5]])
    assert values == list(range(9))
    assert [(found.offset, found.length) for found in made.damage] == [(len(data) - BLOCK.size, BLOCK.size - 5)]


@pytest.mark.parametrize("size", [20, 100, 10_000])
def test_a_dissector_that_fails_keeps_what_it_made_and_accounts_for_the_rest(size: int) -> None:
    data = capture(50)
    values, made = run(cut(data, size), fails_at=30)
    failure = made.failure
    assert failure is not None
    assert values == list(range(len(values)))
    assert "the fake was told to fail" in failure.what
    assert failure.offset + failure.length == len(data)


def test_a_stream_that_fails_keeps_what_came_before() -> None:
    values, made = run(cut(capture(50), 100), error=OSError("the disk is on fire"))
    assert values == list(range(len(values)))
    assert len(values) > 40
    assert made.failure is not None
    assert "the disk is on fire" in made.failure.what


def test_a_block_larger_than_anything_is_damage_and_not_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "MOST_HELD", 4000)
    data = capture(2) + BLOCK.pack(b"EV", 65_535, 0, 2) + bytes(20_000)
    values, made = run(cut(data, 100))
    assert values == [0, 1]
    assert made.failure is not None
    assert made.failure.offset + made.failure.length == len(data)


def test_joining_a_large_block_is_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[int] = []
    feed = Fake().begin(FakeReader(), "x").__class__.feed

    def counting(self: object, chunk: memoryview, *rest: object) -> int:
        fed.append(len(chunk))
        return feed(self, chunk, *rest)

    monkeypatch.setattr("tests.builders.fake_dissectors.FakeDissection.feed", counting)
    values, _ = run(cut(capture(1) + block(0, 1, bytes(60_000)), 100))
    assert values == [0, 1]
    assert sum(fed) < 4 * 60_000


@pytest.mark.usefixtures("fake_plugins")
def test_all_record_dissectors_are_found() -> None:
    problems: list[str] = []
    assert {type(found) for found in record_dissectors(problems)} == {FakeLog, OtherLog}
    assert problems == []


def test_records_go_to_the_dissector_that_is_surest() -> None:
    candidates = [FakeLog(), OtherLog()]
    assert claimant([record(1)], candidates) is candidates[0]
    assert claimant([b'{"other": 1}'], candidates) is candidates[1]


def test_a_later_record_can_tell_what_the_first_does_not() -> None:
    candidates = [FakeLog(), OtherLog()]
    assert claimant([b"{}", b"no json", b"[1]", b"[" * 100_000, record(1)], candidates) is candidates[0]


def test_records_that_nobody_knows_belong_to_nobody() -> None:
    assert claimant([b"{}"], [FakeLog(), OtherLog()]) is None
