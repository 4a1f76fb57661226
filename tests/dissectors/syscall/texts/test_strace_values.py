"""Arguments that strace prints are split at once where they can be, as they are token by token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.dissectors.syscall.texts.strace_values import split, split_by_token

PIECES = (
    b'"a, (b"', b'"', b"\\", b"3</etc/a,b>", b"AT_FDCWD</x>", b"5<TCP:[1.2.3.4:5->6.7.8.9:10]>", b"1<<3", b"/*, ) */",
    b"/*", b"*/", b",", b", ", b"(", b")", b"[", b"]", b"{", b"}", b"st_mode=S_IFREG|0644", b"<", b">", b"=", b"...",
    b" ", b"0x7f", b"\n", b"/",
)  # fmt: skip


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=24), start=st.integers(0, 3))
def test_both_ways_find_the_same(pieces: list[bytes], start: int) -> None:
    text = b"".join(pieces)
    assert split(text, start) == split_by_token(text, start)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (b'3</a,b>, "x)", {st_mode=S_IFREG|0644, st_size=3, ...}, 0) = 0', [b"3</a,b>", b'"x)"', None, b"0"]),
        (b'[{iov_base="a", iov_len=1}, {iov_base="b", iov_len=1}], 2) = 2', [None, b"2"]),
        (b") = 0", []),
    ],
)
def test_structures_are_one_argument(text: bytes, items: list[bytes | None]) -> None:
    found = split(text)
    assert [item for item in found.items if item[:1] not in b"[{"] == [item for item in items if item is not None]
    assert (len(found.items), text[found.end : found.end + 1]) == (len(items), b")")
