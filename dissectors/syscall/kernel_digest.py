"""Which modules the kernel of stage ② has, and which sources a build is of; setup.py runs it, so it imports nothing."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

NOT_COMPILED = ("__init__", "cython_stub", "columns", "loads")
"""Modules of the folder that only the interpreted kernel has; the compiled one takes their ``.pxd`` files."""


def folder() -> Path:
    """Where the kernel's sources are."""
    return Path(__file__).resolve().parent / "kernel"


def module_names(sources: Path) -> list[str]:
    """The modules that are compiled, sorted."""
    return sorted(path.stem for path in sources.glob("*.py") if path.stem not in NOT_COMPILED)


def digest(sources: Path, name: str) -> str:
    """SHA-256 of what decides how module ``name`` compiles: its text and all declarations."""
    text = sha256()
    for path in (sources / f"{name}.py", *sorted(sources.glob("*.pxd"))):
        text.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return text.hexdigest()
