"""Copies of remote logs are evidence: they are listed and removed, and none is kept where nothing may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from thresher.capture.cli.main import main
from thresher.capture.store import entries, fetched

SPEC = "s3://bucket/AWSLogs"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(entries.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_copy_is_listed_with_what_it_is_of(capsys: pytest.CaptureFixture[str]) -> None:
    (fetched.folder_of(SPEC) / "a.json").write_text("{}")
    (copy,) = fetched.listed()
    assert (copy.spec, copy.size_bytes > 0) == (SPEC, True)
    assert main(["cache", "ls"]) == 0
    assert f"{SPEC} (copy)" in capsys.readouterr().out


@pytest.mark.parametrize("how", [SPEC, "--all"])
def test_a_copy_is_removed_by_its_name_or_with_all(how: str, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (fetched.folder_of(SPEC) / "a.json").write_text("{}")
    assert main(["cache", "rm", how]) == 0
    assert fetched.listed() == []
    assert not list(cache.rglob("a.json"))


def test_nothing_is_fetched_where_nothing_may_be_kept(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--no-cache", "-r", SPEC]) == 2
    assert "thresher fetch s3://bucket/AWSLogs FOLDER" in capsys.readouterr().err
    assert not list(cache.rglob("*.json"))
