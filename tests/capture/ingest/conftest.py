"""Fake formats, a cache of its own and small inputs for each test of this folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.builders.fake_dissectors import capture, record
from tests.builders.fake_plugins import fake_plugins
from tests.builders.opened import COUNT
from thresher.capture.store import entries

__all__ = ["fake_plugins"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(entries.FOLDER, str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path / "cache"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.cap"
    path.write_bytes(capture(COUNT, padding=b"pad"))
    return path


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "packed.cap"
    path.write_bytes(gzip.compress(capture(COUNT, padding=b"pad")))
    return path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json").write_bytes(b"\n".join(record(number) for number in range(100)))
    (folder / "b.json.gz").write_bytes(gzip.compress(b"\n".join(record(number) for number in range(50, 60))))
    return folder
