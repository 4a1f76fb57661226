"""An index is made again when the code that would make it is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from thresher.capture.store import revision as module
from thresher.capture.store.revision import revision


@pytest.fixture(autouse=True)
def forgotten() -> None:
    revision.cache_clear()


def test_stays_while_nothing_changes() -> None:
    first = revision()
    revision.cache_clear()
    assert revision() == first


def test_changes_with_a_plugin_s_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "plugin.py"
    source.write_text("rows = 1\n")

    def files(name: str) -> list[tuple[str, int, int]]:
        status = source.stat()
        return [(name, status.st_size, status.st_mtime_ns)]

    monkeypatch.setattr(module, "_files", files)
    before = revision()
    source.write_text("rows = 10\n")
    revision.cache_clear()
    assert revision() != before


def test_needs_no_plugin_to_be_imported() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from thresher.capture.store.revision import revision; revision();"
        "print([name for name in sys.modules if name.startswith('thresher.dissectors.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
