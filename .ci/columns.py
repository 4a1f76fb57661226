"""Writes the constants of ``columns.py`` where the compiler of the kernel finds them: ``python .ci/columns.py``."""

from __future__ import annotations

import re
from pathlib import Path

KERNEL = Path(__file__).resolve().parents[1] / "dissectors" / "syscall" / "kernel"
CONSTANT = re.compile(r"^([A-Z]\w*) = (-?\d+)(?:  #.*)?$", re.MULTILINE)
LARGEST = 2**31
"""What a C enum holds; larger constants become C's own."""


def declarations(source: str) -> str:
    """The text of ``columns.pxd`` for that of ``columns.py``."""
    constants = CONSTANT.findall(source)
    large = [(name, value) for name, value in constants if abs(int(value)) >= LARGEST]
    small = [(name, value) for name, value in constants if abs(int(value)) < LARGEST]
    lines = ["cdef extern from *:", '    """']
    lines += [f"    #define THRESHER_{name} {value}LL" for name, value in large]
    lines += ['    """']
    lines += [f'    const long long {name} "THRESHER_{name}"' for name, _ in large]
    lines += ["", "cdef enum:"]
    lines += [f"    {name} = {value}" for name, value in small]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (KERNEL / "columns.pxd").write_text(declarations((KERNEL / "columns.py").read_text("utf-8")), "utf-8")
