"""Messages over several calls, and bytes that only the other end of a connection recorded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from thresher.dissectors.syscall.payload.segments import End, Piece, Segment
from thresher.dissectors.syscall.payload.streams import complete, messages

WEB = End(3, "10.0.0.1:4000->10.0.0.2:80", 1, 1, 4000, 80)
HEAD = b"HTTP/1.0 200 OK\r\nServer: s\r\nContent-Type: a/b\r\n\r\n"


def moved(num: int, data: bytes, snaplen: int = 10_000, length: int | None = None) -> Segment:
    kept = data[:snaplen]
    return Segment(num, num, True, len(data) if length is None else length, kept, [Piece(len(kept), num)])


def lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def said(segments: list[Segment], end: End = WEB) -> dict[tuple[int, str], tuple[object, int]]:
    return {(one.num, one.item.field): (one.item.value, one.source) for one in messages(end, segments)}


def test_a_head_written_line_by_line_is_one_message() -> None:
    found = said([moved(num, line) for num, line in enumerate(lines(HEAD))])
    assert found[0, "http.response.code"] == (200, 0)
    assert found[0, "http.server"] == ("s", 1)
    assert found[1, "http.server"] == ("s", 1)
    assert (1, "http.response.code") not in found
    assert (0, "http.truncated") not in found


def test_a_head_read_byte_by_byte_is_one_message() -> None:
    found = said([moved(num, HEAD[num : num + 1]) for num in range(len(HEAD))])
    assert found[0, "http.content_type"] == ("a/b", HEAD.index(b"a/b"))


def test_what_follows_a_cut_call_is_not_taken_for_its_rest() -> None:
    found = said([moved(0, HEAD, snaplen=20), moved(1, b"Content-Type: x/y\r\n\r\n")])
    assert found[0, "http.truncated"] == (True, 0)
    assert not any(field == "http.content_type" for _, field in found)


def test_each_message_of_a_connection_is_found() -> None:
    found = said([moved(0, HEAD), moved(1, b"body"), moved(2, HEAD)])
    assert {num for num, field in found if field == "http.response"} == {0, 2}


def test_a_reader_knows_what_the_writer_recorded() -> None:
    written = [moved(num, line) for num, line in enumerate(lines(HEAD))]
    read = [moved(9, HEAD, snaplen=20)]
    complete(written, read)
    assert read[0].data == HEAD
    found = said(read)
    assert found[9, "http.response.code"] == (200, 9)
    assert found[9, "http.content_type"] == ("a/b", 2)
    assert (9, "http.truncated") not in found


def test_the_writer_knows_what_readers_recorded() -> None:
    written = [moved(0, HEAD, snaplen=5)]
    complete(written, [moved(7, HEAD[:30]), moved(8, HEAD[30:])])
    assert (written[0].data, written[0].source_of(2), written[0].source_of(40)) == (HEAD, 0, 8)


def test_bytes_that_contradict_each_other_are_not_joined() -> None:
    written = [moved(0, b"X" + HEAD[1:])]
    read = [moved(1, HEAD, snaplen=20)]
    complete(written, read)
    assert read[0].data == HEAD[:20]


def test_nothing_is_joined_where_nothing_could_be_compared() -> None:
    read = [moved(1, b"", length=len(HEAD))]
    complete([moved(0, HEAD)], read)
    assert read[0].data == b""


def test_datagrams_are_messages_each() -> None:
    end = End(3, "10.0.0.1:4000->10.0.0.2:53", 2, 1, 4000, 53)
    query = b"\0\7\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"
    found = said([moved(0, query), moved(1, query, snaplen=14)], end)
    assert found[0, "dns.qry.name"] == ("a", 0)
    assert (0, "dns.truncated") not in found
    assert found[1, "dns.truncated"] == (True, 1)


def test_nothing_is_dns_at_other_ports() -> None:
    query = b"\0\7\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"
    assert said([moved(0, query)]) == {}


@given(st.lists(st.binary(max_size=30), max_size=12), st.lists(st.integers(1, 60), max_size=12), st.integers(0, 20))
def test_completed_bytes_are_those_of_the_stream(parts: list[bytes], cuts: list[int], snaplen: int) -> None:
    stream = b"".join(parts)
    written = [moved(num, part) for num, part in enumerate(parts) if part]
    read, at = [], 0
    for num, length in enumerate(cuts):
        if stream[at : at + length]:
            read.append(moved(100 + num, stream[at : at + length], snaplen))
        at += length
    complete(written, read)
    at = 0
    for segment in read:
        assert segment.data == stream[at : at + len(segment.data)]
        assert snaplen == 0 or segment.is_whole
        at += segment.length
