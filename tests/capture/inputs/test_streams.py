"""A file comes out uncompressed, hashed as it lies on disk, and damage costs only what is damaged."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from pathlib import Path

import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.errors import ChangedError, UnreadableError
from thresher.capture.inputs import inflate
from thresher.capture.inputs.streams import InputFile, InputStream, open_stream, peek

TEXT = b"".join(b"line %d of a capture\n" % number for number in range(200_000))
COMPRESS = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress, "lz4": lz4.frame.compress}
KINDS = sorted(COMPRESS)


def stream_of(folder: Path, data: bytes, max_inflate: int = 1 << 40) -> InputStream:
    path = folder / "input"
    path.write_bytes(data)
    return open_stream(InputFile.of(str(path)), max_inflate)


def read(stream: InputStream) -> bytes:
    data = b"".join(stream.chunks())
    stream.close()
    return data


def test_a_plain_file_comes_out_as_it_is(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, TEXT)
    assert read(stream) == TEXT
    assert (stream.compression, stream.damage) == ("", [])


@pytest.mark.parametrize("kind", KINDS)
def test_compression_is_told_by_content(tmp_path: Path, kind: str) -> None:
    stream = stream_of(tmp_path, COMPRESS[kind](TEXT))
    assert read(stream) == TEXT
    assert (stream.compression, stream.members, stream.damage) == (kind, 1, [])


@pytest.mark.parametrize("kind", KINDS)
def test_all_members_are_inflated(tmp_path: Path, kind: str) -> None:
    compress = COMPRESS[kind]
    stream = stream_of(tmp_path, compress(TEXT) + compress(b"") + compress(b"the end"))
    assert read(stream) == TEXT + b"the end"
    assert (stream.members, stream.damage) == (3, [])


@pytest.mark.parametrize("kind", ["", *KINDS])
def test_the_digest_is_of_the_bytes_on_disk(tmp_path: Path, kind: str) -> None:
    data = COMPRESS[kind](TEXT) if kind else TEXT
    stream = stream_of(tmp_path, data)
    read(stream)
    assert stream.digest == hashlib.sha256(data).hexdigest()
    assert stream.consumed_bytes == len(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_stream_gives_what_inflates_and_says_so(tmp_path: Path, kind: str) -> None:
    data = COMPRESS[kind](os.urandom(3 << 20))
    stream = stream_of(tmp_path, data[: len(data) * 2 // 3])
    got = read(stream)
    assert 1 << 20 < len(got) < 3 << 20
    assert [(found.offset, "cut off" in found.what) for found in stream.damage] == [(len(got), True)]


def test_a_corrupt_stream_gives_what_came_before_and_hashes_the_rest(tmp_path: Path) -> None:
    noise = os.urandom(4 << 20)
    data = bytearray(gzip.compress(noise))
    data[len(data) // 2 : len(data) // 2 + 4096] = bytes(4096)
    stream = stream_of(tmp_path, bytes(data))
    got = read(stream)
    assert got[: 1 << 20] == noise[: 1 << 20]
    assert len(stream.damage) == 1
    assert stream.digest == hashlib.sha256(data).hexdigest()


def test_bytes_behind_the_last_member_are_damage(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, gzip.compress(TEXT) + b"something else")
    assert read(stream) == TEXT
    assert "follow its last member" in stream.damage[0].what


@pytest.mark.parametrize("count", [1, 3, 4, 100_000, 1_000_000])
def test_zeros_behind_the_last_member_are_padding(tmp_path: Path, count: int) -> None:
    data = gzip.compress(TEXT) + bytes(count)
    stream = stream_of(tmp_path, data)
    assert read(stream) == TEXT
    assert stream.damage == []
    assert stream.digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_inflating_is_bounded(tmp_path: Path, kind: str) -> None:
    stream = stream_of(tmp_path, COMPRESS[kind](bytes(64 << 20)), max_inflate=8 << 20)
    assert len(read(stream)) <= 8 << 20
    assert "--max-inflate" in stream.damage[0].what


def test_the_head_is_handed_out_again(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, gzip.compress(TEXT))
    assert stream.head() == TEXT[: 64 << 10]
    assert read(stream) == TEXT


def test_without_the_fast_library_gzip_comes_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "_gzip_library", zlib)
    assert read(stream_of(tmp_path, gzip.compress(TEXT) + gzip.compress(TEXT))) == TEXT + TEXT


def test_peeking_reads_only_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(TEXT)
    assert peek(InputFile.of(str(path))) == TEXT[: 64 << 10]


def test_a_file_that_changed_since_it_was_found_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"one")
    found = InputFile.of(str(path))
    path.write_bytes(b"another")
    with pytest.raises(ChangedError, match="changed"):
        open_stream(found)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        InputFile.of(str(tmp_path / "nothing"))


@given(data=st.binary(max_size=400), kind=st.sampled_from(["", *KINDS]), cut=st.integers(0, 400))
def test_any_bytes_end_in_bytes_or_damage(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: str, cut: int
) -> None:
    made = (COMPRESS[kind](data) if kind else data)[:cut] + data[cut:]
    stream = stream_of(tmp_path_factory.mktemp("any"), made)
    got = read(stream)
    assert stream.inflated_bytes == len(got)
    assert stream.digest == hashlib.sha256(made).hexdigest()
