"""A gzip stream that breaks gives everything before the place where it breaks (stage ①)."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pytest

from thresher.capture.inputs.streams import InputFile, InputStream

LINES = b"".join(b'{"number":%d,"random":"%x"}\n' % (n, random.Random(n).getrandbits(64)) for n in range(40_000))
PACKED = gzip.compress(LINES, mtime=0)


def read(folder: Path, data: bytes) -> tuple[bytes, list[str]]:
    path = folder / "x.gz"
    path.write_bytes(data)
    stream = InputStream(InputFile.of(str(path)))
    found = b"".join(stream.chunks())
    stream.close()
    return found, [damage.what for damage in stream.damage]


def test_a_wrong_checksum_costs_nothing_and_is_told(tmp_path: Path):
    data = bytearray(PACKED)
    data[-6] ^= 1
    found, said = read(tmp_path, bytes(data))
    assert found == LINES
    assert "corrupt" in said[0]


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_all_is_there_up_to_where_the_bytes_are_wrong(share: float, tmp_path: Path):
    at = int(len(PACKED) * share)
    whole = zlib.decompressobj(31).decompress(PACKED[: at - 64])
    found, said = read(tmp_path, PACKED[:at] + bytes(64) + PACKED[at + 64 :])
    assert found.startswith(whole[: -(1 << 16)] if len(whole) > 1 << 16 else b"")
    assert said


def test_bytes_behind_the_last_member_do_not_cost_it(tmp_path: Path):
    found, said = read(tmp_path, PACKED + b"garbage")
    assert found == LINES
    assert said == ["bytes that are no gzip follow its last member"]
