"""A capture is taken in piece by piece, as many rows at a time as are wanted."""

from __future__ import annotations

import pytest

from tests.builders.kernel_story import Story
from thresher.capture.readers.scap import ScapReader
from thresher.dissectors.syscall.replaying import Replaying

EVENTS = 100


def recorded() -> bytes:
    story = Story()
    for fd in range(EVENTS):
        story.touched(fd)
    return bytes(story)


def begun() -> Replaying:
    return Replaying(ScapReader(), "capture", "interpreted")


@pytest.mark.parametrize("most", [1, 7, 99])
def test_no_more_rows_wait_than_were_asked_for(most: int) -> None:
    data, dissection = recorded(), begun()
    used, nums = 0, []
    while used < len(data):
        used += dissection.feed(memoryview(data)[used:], used, most, True)
        assert dissection.pending_rows() <= most
        nums += dict(dissection.take(most))["events"]["num"].to_pylist()
    assert nums == list(range(EVENTS))


def test_part_of_a_block_waits_for_the_rest() -> None:
    data, dissection = recorded(), begun()
    used = dissection.feed(data[:-3], 0, 1000, False)
    assert dissection.accounting.event_blocks == EVENTS - 1
    assert not dissection.damage
    assert dissection.feed(data[used:], used, 1000, True) == len(data) - used
    assert dissection.accounting.event_blocks == EVENTS


def test_nothing_new_gives_no_events() -> None:
    data, dissection = recorded(), begun()
    dissection.feed(data, 0, 1000, True)
    dissection.take(1000)
    assert "events" not in dict(dissection.take(1000))


def test_what_the_caller_does_with_its_bytes_later_changes_nothing() -> None:
    story = Story()
    story.did("openat", fd=3, dirfd=-100, name="/etc/passwd", flags=1)
    data, dissection = bytearray(bytes(story)), begun()
    dissection.feed(memoryview(bytes(data)), 0, 1000, True)
    data[:] = bytes(len(data))
    assert dict(dissection.finish())["fds"]["name"].to_pylist() == ["/etc/passwd"]


def test_the_seed_of_the_maps_does_not_show() -> None:
    tables = []
    for _ in range(2):
        dissection = begun()
        dissection.feed(recorded(), 0, 1000, True)
        tables.append(dissection.finish())
    assert all(one[0] == two[0] and one[1].equals(two[1]) for one, two in zip(*tables, strict=True))
