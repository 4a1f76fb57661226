"""What is left of a damaged capture: every whole event before and after the damage, and a report that says where."""

from __future__ import annotations

import struct

import pytest

from tests.builders.entries import process
from tests.builders.kernel_laws import checked
from tests.builders.kernel_story import KINDS, Story, Told
from tests.builders.scap import Scap, event_body, newest
from tests.builders.scap_mutation import EVENT_TYPES, blocks_of

EVENTS = 8


def small() -> bytes:
    story = Story([process(10)])
    for fd in range(EVENTS):
        story.did("openat", fd=fd, dirfd=-100, name=f"/f{fd}", flags=1)
    return bytes(story)


def is_event(block: bytes) -> bool:
    return int.from_bytes(block[:4], "little") in EVENT_TYPES


def names(told: Told) -> list[str]:
    return [row["name"] for row in told.tables.get("fds", [])]


def test_a_capture_cut_at_any_byte_keeps_every_whole_event() -> None:
    data = small()
    starts, ends, at = [0], [], 0
    for block in blocks_of(data):
        at += len(block)
        starts.append(at)
        if is_event(block):
            ends.append(at)
    assert len(ends) == EVENTS
    for cut in range(len(data)):
        outcome = checked(data[:cut], KINDS)
        assert outcome.accounting.event_blocks == sum(end <= cut for end in ends), cut
        last = max(start for start in starts if start <= cut)
        reported = [(one.offset, one.length) for one in outcome.damage]
        assert reported == ([] if last == cut else [(last, cut - last)]), cut


@pytest.mark.parametrize("noise", [b"\0" * 100, b"\xff" * 7, b"not a block at all, but text", b"\x16\x02\0\0\xff"])
def test_events_before_and_after_noise_are_kept(noise: bytes) -> None:
    blocks = blocks_of(small())
    before, after = b"".join(blocks[:-4]), b"".join(blocks[-4:])
    told = Told(before + noise + after)
    assert names(told) == [f"/f{fd}" for fd in range(EVENTS)]
    (damage,) = told.outcome.damage
    assert (damage.offset, damage.length) == (len(before), len(noise))
    assert told.outcome.accounting.damaged_bytes == len(noise)


@pytest.mark.parametrize("length", [0, 4, 11, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_block_of_impossible_length_costs_only_itself(length: int) -> None:
    blocks = blocks_of(small())
    place = len(blocks) - 4
    blocks[place] = blocks[place][:4] + struct.pack("<I", length) + blocks[place][8:]
    told = Told(b"".join(blocks))
    assert names(told) == [f"/f{fd}" for fd in range(EVENTS) if fd != EVENTS - 4]
    assert [one.offset for one in told.outcome.damage] == [len(b"".join(blocks[:place]))]


def test_both_lengths_of_a_block_must_be_the_same() -> None:
    blocks = blocks_of(small())
    place = len(blocks) - 2
    blocks[place] = blocks[place][:-4] + struct.pack("<I", 4)
    told = Told(b"".join(blocks))
    assert names(told) == [f"/f{fd}" for fd in range(EVENTS) if fd != EVENTS - 2]


def test_parameters_that_do_not_fit_leave_a_row_and_a_report() -> None:
    story = Story([process(10)])
    kind = newest("close", "<")
    body = bytearray(event_body(kind, [bytes(8), bytes(8)], time_ns=1, tid=10))
    struct.pack_into("<H", body, 2 + 26, 60_000)
    offset = story.size
    story.block(0x216, bytes(body))
    story.events += 1
    after = story.did("openat", fd=3, dirfd=-100, name="/x", flags=1)
    told = story.told()
    assert told.called(1) == "close"
    assert told[1]["res"] is None
    assert told.fd(after)["name"] == "/x"
    (damage,) = told.outcome.damage
    assert (damage.offset, damage.length) == (offset, 0)
    assert "parameters" in damage.what


def test_a_list_that_cannot_be_read_is_reported_and_the_events_are_kept() -> None:
    scap = Scap()
    offset = scap.size
    scap.block(0x215, b"\xff" * 40)
    scap.event("close", {"res": 0, "fd": 3}, time_ns=1, tid=10)
    outcome = checked(bytes(scap), KINDS)
    assert outcome.accounting.event_blocks == 1
    assert [one.offset for one in outcome.damage] == [offset]


def test_a_damaged_section_header_costs_what_it_says_and_no_event() -> None:
    data = bytearray(small())
    for place in range(28):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        outcome = checked(bytes(broken), KINDS)
        assert outcome.accounting.event_blocks == EVENTS, place


def test_nothing_at_all_is_a_capture_without_events() -> None:
    outcome = checked(b"", KINDS)
    assert outcome.accounting.event_blocks == 0
    assert not outcome.damage


def test_noise_alone_is_all_damage() -> None:
    outcome = checked(b"\xaa" * 1000, KINDS)
    assert outcome.accounting.damaged_bytes == 1000
    assert [(one.offset, one.length) for one in outcome.damage] == [(0, 1000)]


@pytest.mark.parametrize("kept", [1, 2])
def test_few_events_between_noise_and_a_cut_are_kept(kept: int) -> None:
    blocks = blocks_of(small())
    told = Told(b"".join(blocks[:-4]) + b"noise" + b"".join(blocks[-4 : kept - 4]) + blocks[-1][:30])
    assert names(told) == [f"/f{fd}" for fd in range(EVENTS - 4 + kept)]
    assert [one.length for one in told.outcome.damage] == [5, 30]
