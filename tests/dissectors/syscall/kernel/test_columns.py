"""The compiler's copy of the kernel's constants is what the script makes of them."""

from __future__ import annotations

import runpy
from pathlib import Path


def test_columns_are_as_generated(root: Path) -> None:
    script = runpy.run_path(str(root / ".ci" / "columns.py"))
    folder = root / "dissectors" / "syscall" / "kernel"
    source = (folder / "columns.py").read_text("utf-8")
    assert script["declarations"](source) == (folder / "columns.pxd").read_text("utf-8"), "run python .ci/columns.py"
