"""A stream is put together from the calls at its ends: direction, order, which end tells it, what is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.escape import escape
from thresher.capture.follow import End, Line, Piece, Stream, assemble, hex_lines, text_lines

ENDS = [End(4, "a->b", ["curl (1)"]), End(9, "a->b", ["httpd (2)"])]


def piece(position: int, end: int, is_out: bool, data: bytes, moved: int | None = None) -> Piece:
    return Piece(position, position + 1, position, end, is_out, "x (1)", len(data) if moved is None else moved, data)


def told(*pieces: Piece, ends: int = 2) -> Stream:
    return assemble(4, ENDS[:ends], pieces)


def text(lines: list[Line]) -> list[tuple[str, int]]:
    return [(line.text, line.direction) for line in lines]


def test_what_the_first_end_says_and_the_second_hears_is_the_first_direction() -> None:
    asked, heard = told(piece(0, 0, True, b"hi")), told(piece(0, 1, False, b"hi"))
    assert [stream.pieces[0].direction for stream in (asked, heard)] == [0, 0]
    assert (asked.directions[0].source, asked.directions[0].target) == (0, None)
    assert (heard.directions[0].source, heard.directions[0].target) == (None, 1)


def test_what_the_second_end_says_is_the_second_direction() -> None:
    assert told(piece(0, 1, True, b"hi"), piece(1, 0, False, b"hi")).pieces[0].direction == 1


def test_a_single_end_says_in_the_first_direction_and_hears_in_the_second() -> None:
    stream = told(piece(0, 0, True, b"ask"), piece(1, 0, False, b"answer"), ends=1)
    assert [each.direction for each in stream.pieces] == [0, 1]
    assert stream.data(1) == b"answer"


def test_each_byte_is_told_once_by_the_writer_where_both_ends_hold_as_much() -> None:
    stream = told(piece(0, 0, True, b"hi"), piece(1, 1, False, b"h"), piece(2, 1, False, b"i"))
    assert [(each.position, each.data) for each in stream.pieces] == [(0, b"hi")]
    assert stream.directions[0].other_calls == 2


def test_the_end_with_more_captured_bytes_tells_a_direction() -> None:
    stream = told(piece(0, 0, True, b"ab", 6), piece(1, 1, False, b"abc"), piece(2, 1, False, b"def"))
    assert stream.data() == b"abcdef"
    assert stream.directions[0].missing == 0


def test_the_ends_of_an_old_pipe_that_cannot_be_told_apart_are_one_direction() -> None:
    ends = [End(1), End(2), End(3)]
    stream = assemble(1, ends, [piece(0, 2, True, b"abc"), piece(1, 0, False, b"abc")])
    assert stream.data(0) == b"abc"
    assert not stream.data(1)


def test_bytes_that_were_moved_and_not_captured_are_said_where_they_are_missing_and_in_sum() -> None:
    stream = told(piece(0, 0, True, b"ab", 10), piece(1, 0, True, b"cd"))
    assert text(list(text_lines(stream))) == [("ab", 0), ("[8 more bytes not captured]", 0), ("cd", 0)]
    assert "8 of 12 bytes of the first direction" in stream.notes[0]


def test_ends_that_disagree_are_said() -> None:
    stream = told(piece(0, 0, True, b"abc"), piece(1, 1, False, b"a"))
    assert "one end moved 3 bytes, the other 1" in stream.notes[0]


def test_text_is_escaped_and_joined_over_calls() -> None:
    stream = told(piece(0, 0, True, b"\xc3"), piece(1, 0, True, b"\xa4\x1b[2J\r\nx"))
    assert text(list(text_lines(stream))) == [("ä\\x1b[2J", 0), ("x", 0)]


def test_a_turn_begins_a_new_line_and_each_line_names_its_event() -> None:
    stream = told(piece(0, 0, True, b"a\nb"), piece(1, 0, True, b"c\n"), piece(2, 1, True, b"d"))
    assert [(line.text, line.position) for line in text_lines(stream)] == [("a", 0), ("bc", 0), ("d", 2)]


def test_a_hex_dump_counts_the_bytes_of_each_direction() -> None:
    stream = told(piece(0, 0, True, bytes(17)), piece(1, 1, True, b"A"), piece(2, 0, True, b"B"))
    assert [line.text.split()[0] for line in hex_lines(stream)] == ["00000000", "00000010", "00000000", "00000011"]


@given(st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.binary(max_size=40), st.integers(0, 9)), max_size=12))
def test_every_captured_byte_of_the_telling_end_is_shown_once_in_both_forms(
    calls: list[tuple[int, bool, bytes, int]],
) -> None:
    pieces = [piece(at, end, out, data, len(data) + more) for at, (end, out, data, more) in enumerate(calls)]
    stream = assemble(4, ENDS, pieces)
    for index, direction in enumerate(stream.directions):
        assert direction.captured == len(stream.data(index))
        assert direction.captured >= direction.other_captured
        assert direction.missing >= 0
    shown = b"".join(bytes.fromhex(line.text[10:58].replace(" ", "")) for line in hex_lines(stream) if not line.is_note)
    assert shown == stream.data()
    assert all(escape(line.text) == line.text for line in text_lines(stream))
