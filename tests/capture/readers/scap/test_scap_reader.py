"""The scap reader gives back what a file says, version by version, and names the byte where it cannot."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import scap as build
from thresher.capture.model import DescriptorEntry, Group, Interface, Machine, Metadata, ProcessEntry, User
from thresher.capture.readers.scap import ScapReader
from thresher.capture.readers.scap.blocks import BLOCK_TYPES, Kind
from thresher.capture.readers.scap.cursor import MalformedBlock

READER = ScapReader()
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
BLOBS = st.binary(max_size=40)
U32 = st.integers(0, 2**32 - 1)
U64 = st.integers(0, 2**64 - 1)
I64 = st.integers(-(2**63), 2**63 - 1)

PROCESS_FIELDS_SINCE = {
    2: ("vm_size", "vm_rss", "vm_swap", "pfmajor", "pfminor"),
    3: ("env",),
    4: ("vtid", "vpid", "cgroups"),
    5: ("root",),
    6: ("sid",),
    7: ("exepath",),
    8: ("vpgid",),
    9: (
        "pidns_start_ns", "tty", "loginuid", "exe_writable", "cap_inheritable", "cap_permitted", "cap_effective",
        "exe_upper_layer", "exe_ino", "exe_ctime_ns", "exe_mtime_ns", "exe_from_memfd", "exe_lower_layer", "pgid",
    ),
}  # fmt: skip
UNSAID = ProcessEntry(0, 0, 0, b"", b"", b"", b"", b"", b"", b"", b"")
NUMBERS = dict.fromkeys(("vm_size", "vm_rss", "vm_swap", "uid", "gid", "loginuid", "tty", "flags"), U32)
LONG = ("pfmajor", "pfminor", "pidns_start_ns", "cap_inheritable", "cap_permitted", "cap_effective", "exe_ino")

processes = st.builds(
    ProcessEntry,
    **dict.fromkeys(("tid", "pid", "ptid", "sid", "vpgid", "pgid", "vtid", "vpid"), I64),
    **dict.fromkeys(("comm", "exe", "exepath", "args", "cwd", "env", "cgroups", "root"), BLOBS),
    **NUMBERS,
    **dict.fromkeys((*LONG, "fdlimit", "exe_ctime_ns", "exe_mtime_ns"), U64),
    **dict.fromkeys(("exe_writable", "exe_upper_layer", "exe_lower_layer", "exe_from_memfd"), st.booleans()),
)


def decoded(file: build.Scap) -> list[Metadata]:
    """The records of the file's last block, body as a walker would hand it over."""
    block = file.parts[-1]
    return READER.decode(int.from_bytes(block[:4], "little"), block[8:-4])


def as_of(entry: ProcessEntry, version: int) -> ProcessEntry:
    """The entry without what this version of the list cannot say."""
    for since, names in PROCESS_FIELDS_SINCE.items():
        if version < since:
            entry = replace(entry, **{name: getattr(UNSAID, name) for name in names})
    return entry


@pytest.mark.parametrize("version", range(1, 10))
@settings(max_examples=10)
@given(entries=st.lists(processes, max_size=3))
def test_process_lists_of_every_version_come_back(version: int, entries: list[ProcessEntry]) -> None:
    assert decoded(build.Scap().processes(entries, version)) == [as_of(entry, version) for entry in entries]


@settings(max_examples=30)
@given(entry=processes)
def test_entries_of_writers_before_0_10_lack_what_was_later_put_in_their_middle(entry: ProcessEntry) -> None:
    names = PROCESS_FIELDS_SINCE[9]
    kept = ("loginuid", "exe_writable", "cap_inheritable", "cap_permitted", "cap_effective")
    expected = replace(entry, **{name: getattr(UNSAID, name) for name in names if name not in kept})
    assert decoded(build.Scap().processes([entry], 9, build.OLD_TAIL)) == [expected]


@settings(max_examples=30)
@given(entry=processes, tail=st.integers(0, build.FULL_TAIL))
def test_a_shorter_tail_leaves_its_missing_members_unsaid(entry: ProcessEntry, tail: int) -> None:
    (found,) = decoded(build.Scap().processes([entry], 9, tail))
    assert isinstance(found, ProcessEntry)
    assert as_of(found, 8) == as_of(entry, 8)
    for name in PROCESS_FIELDS_SINCE[9]:
        assert getattr(found, name) in (getattr(entry, name), getattr(UNSAID, name))


def test_what_newer_writers_append_to_an_entry_is_passed_over() -> None:
    first, second = replace(UNSAID, tid=1), replace(UNSAID, tid=2)
    grown = b""
    for entry in (first, second):
        body = build.process_entry(entry, 9)[4:] + b"newer member"
        grown += struct.pack("<I", len(body) + 4) + body
    assert READER.decode(build.PROCESSES[9], grown) == [first, second]


@given(machine=st.builds(Machine, U32, U64, U64, NAMES, U64, U64))
@pytest.mark.parametrize("historic", [False, True])
def test_the_machine_block_comes_back(machine: Machine, historic: bool) -> None:
    assert decoded(build.Scap().machine(machine, historic=historic)) == [machine]


def interfaces(size: int) -> st.SearchStrategy[Interface]:
    address = st.binary(min_size=size, max_size=size)
    return st.builds(Interface, NAMES, address, address, address, U64)


@pytest.mark.parametrize("version", [1, 2])
@given(entries=st.lists(interfaces(4) | interfaces(16), max_size=4))
def test_interfaces_of_both_families_with_and_without_speed_come_back(version: int, entries: list[Interface]) -> None:
    assert decoded(build.Scap().interfaces(entries, version)) == entries


@pytest.mark.parametrize("version", [1, 2])
@given(entries=st.lists(st.builds(User, U32, U32, NAMES, NAMES, NAMES) | st.builds(Group, U32, NAMES), max_size=5))
def test_users_and_groups_come_back(version: int, entries: list[User | Group]) -> None:
    assert decoded(build.Scap().users(entries, version)) == entries


def descriptors() -> st.SearchStrategy[DescriptorEntry]:
    """Descriptors of thread 7, of every kind."""
    head = (st.just(7), I64, U64)
    port, protocol = st.integers(0, 65535), st.integers(0, 4)

    def address(size: int) -> st.SearchStrategy[bytes]:
        return st.binary(min_size=size, max_size=size)

    def inet(kind: int, size: int) -> st.SearchStrategy[DescriptorEntry]:
        ends = {"source_address": address(size), "target_address": address(size)}
        return st.builds(
            DescriptorEntry, *head, st.just(kind), **ends, source_port=port, target_port=port, l4proto=protocol
        )

    def server(kind: int, size: int) -> st.SearchStrategy[DescriptorEntry]:
        return st.builds(
            DescriptorEntry, *head, st.just(kind), source_address=address(size), source_port=port, l4proto=protocol
        )

    unix = st.builds(DescriptorEntry, *head, st.just(8), BLOBS, source_pointer=U64, target_pointer=U64)
    file = st.builds(DescriptorEntry, *head, st.just(16), BLOBS, open_flags=U32, device=U32)
    named = st.sampled_from((1, 2, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21))
    return (
        inet(3, 4)
        | inet(4, 16)
        | server(5, 4)
        | server(6, 16)
        | unix
        | file
        | st.builds(DescriptorEntry, *head, named, BLOBS)
    )


@pytest.mark.parametrize("version", [1, 2])
@given(entries=st.lists(descriptors(), max_size=5))
def test_descriptors_of_every_kind_come_back(version: int, entries: list[DescriptorEntry]) -> None:
    expected = [entry if version == 2 else replace(entry, device=0) for entry in entries]
    assert decoded(build.Scap().descriptors(7, entries, version)) == expected


def test_a_descriptor_kind_of_the_future_is_kept_where_its_length_is_told() -> None:
    future = DescriptorEntry(7, 3, 9, 77, b"later")
    after = DescriptorEntry(7, 4, 9, 1, b"/etc/passwd")
    assert decoded(build.Scap().descriptors(7, [future, after])) == [replace(future, name=b""), after]


def test_a_descriptor_kind_of_the_future_is_an_error_where_its_length_is_not_told() -> None:
    known = DescriptorEntry(7, 4, 9, 1, b"/etc/passwd")
    with pytest.raises(MalformedBlock, match=r"kind 77 is unknown .* at byte") as caught:
        decoded(build.Scap().descriptors(7, [known, DescriptorEntry(7, 3, 9, 77)], 1))
    assert caught.value.records == [known]


@pytest.mark.parametrize(("current", "historic"), build.HISTORIC.items())
def test_historic_codes_stand_for_the_same_blocks(current: int, historic: int) -> None:
    assert BLOCK_TYPES[historic] == BLOCK_TYPES[current]


@settings(max_examples=30)
@given(entries=st.lists(processes, min_size=1, max_size=3), data=st.data())
def test_a_cut_list_keeps_its_whole_entries_and_names_the_byte(
    entries: list[ProcessEntry], data: st.DataObject
) -> None:
    body = b"".join(build.process_entry(entry, 9) for entry in entries)
    last = len(build.process_entry(entries[-1], 9))
    cut = data.draw(st.integers(len(body) - last + 4, len(body) - 1))
    with pytest.raises(MalformedBlock) as caught:
        READER.decode(build.PROCESSES[9], body[:cut])
    assert caught.value.records == entries[:-1]
    assert len(body) - last <= caught.value.position <= cut
    assert f"at byte {caught.value.position}" in str(caught.value)


@given(
    block_type=st.sampled_from([code for code, known in BLOCK_TYPES.items() if known.kind is not Kind.SECTION]),
    body=st.binary(max_size=300),
)
def test_any_body_gives_records_or_a_value_error(block_type: int, body: bytes) -> None:
    try:
        records = READER.decode(block_type, body)
    except MalformedBlock as error:
        records = error.records
        assert 0 <= error.position <= len(body)  # noqa: PT017
    assert isinstance(records, list)


@pytest.mark.parametrize("block_type", [0x204, 0x216, 0x221, 0x208, 0x0A0D0D0A, 0x999])
def test_blocks_that_are_no_metadata_hold_no_records(block_type: int) -> None:
    assert READER.decode(block_type, b"\xff" * 40) == []


def test_a_capture_is_claimed_with_and_without_options() -> None:
    assert READER.claims(bytes(build.Scap().machine()), "a.scap") == 1.0
    options = build.option(1, b"a comment") + build.option(0, b"")
    assert READER.claims(bytes(build.Scap(section=False).section(options).machine()), "a.scap") == 1.0


def test_a_header_alone_is_claimed_with_less_certainty() -> None:
    assert 0.5 < READER.claims(bytes(build.Scap()), "a.scap") < 1.0


def test_pcapng_is_not_mistaken_for_scap() -> None:
    network = build.Scap(section=False).section(minor=0).block(1, struct.pack("<HHI", 1, 0, 65535))
    assert READER.claims(bytes(network), "a.pcapng") < 0.5


@given(head=st.binary(max_size=200))
def test_other_bytes_are_not_claimed(head: bytes) -> None:
    assert READER.claims(head, "x") == 0.0 or head.startswith(b"\n\r\r\n")
