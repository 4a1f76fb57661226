"""Any stretch of the uncompressed bytes can be read again, while spooling and after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.errors import ChangedError
from thresher.capture.inputs.spool import FRAME, FileBytes, MissingBytes, Spool, SpoolWriter
from thresher.capture.inputs.streams import InputFile

DATA = os.urandom(FRAME * 2 + 12345)


def spooled(path: Path, step: int = 300_000) -> SpoolWriter:
    writer = SpoolWriter(path)
    for start in range(0, len(DATA), step):
        writer.append(DATA[start : start + step])
    return writer


@given(offset=st.integers(0, len(DATA) + 10), length=st.integers(0, 2 * FRAME))
def test_every_stretch_of_a_spool_is_the_streams(
    tmp_path_factory: pytest.TempPathFactory, offset: int, length: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "whole-spool"
    if not path.exists():
        spooled(path).finish()
    spool = Spool(path)
    assert spool.read_at(offset, length) == DATA[offset : offset + length]
    spool.close()


@pytest.mark.parametrize("step", [1000, 300_000, FRAME, 5 * FRAME])
def test_an_unfinished_spool_gives_all_that_was_appended(tmp_path: Path, step: int) -> None:
    writer = spooled(tmp_path / "spool", step)
    assert writer.bytes.read_at(0, len(DATA)) == DATA
    assert writer.bytes.read_at(len(DATA) - 10, 100) == DATA[-10:]
    writer.close()
    writer.bytes.close()


def test_an_empty_spool_can_be_read_again(tmp_path: Path) -> None:
    SpoolWriter(tmp_path / "spool").finish()
    assert Spool(tmp_path / "spool").read_at(0, 10) == b""


def test_a_spool_is_the_users_alone(tmp_path: Path) -> None:
    spooled(tmp_path / "spool").finish()
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 30, FRAME])
def test_a_cut_spool_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "spool"
    spooled(path).finish()
    os.truncate(path, path.stat().st_size - cut)
    with pytest.raises(ChangedError, match="damaged"):
        Spool(path)


def test_a_damaged_frame_is_reported_and_others_still_come(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    spooled(path).finish()
    raw = bytearray(path.read_bytes())
    raw[:64] = bytes(64)
    path.write_bytes(raw)
    spool = Spool(path)
    assert spool.read_at(FRAME, 100) == DATA[FRAME : FRAME + 100]
    with pytest.raises(ChangedError, match="damaged"):
        spool.read_at(0, 10)


def file_bytes(path: Path) -> FileBytes:
    path.write_bytes(DATA)
    return FileBytes(InputFile.of(str(path)))


def test_a_plain_file_is_read_in_place(tmp_path: Path) -> None:
    source = file_bytes(tmp_path / "capture")
    assert source.read_at(1000, 50) == DATA[1000:1050]
    assert source.read_at(len(DATA) - 5, 50) == DATA[-5:]


def test_a_file_that_was_written_to_is_refused(tmp_path: Path) -> None:
    source = file_bytes(tmp_path / "capture")
    with (tmp_path / "capture").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ChangedError, match="changed since it was indexed"):
        source.read_at(0, 10)


def test_a_file_that_was_removed_stays_readable_while_it_is_open(tmp_path: Path) -> None:
    source = file_bytes(tmp_path / "capture")
    (tmp_path / "capture").unlink()
    assert source.read_at(0, 10) == DATA[:10]


def test_missing_bytes_say_what_is_missing() -> None:
    with pytest.raises(ChangedError, match=r"a\.scap: is gone"):
        MissingBytes("a.scap", "is gone").read_at(0, 1)
