"""Chooses the scanner of stage ③: the compiled one where a fresh build is there; otherwise DuckDB does its work."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from thresher.capture.store.members.digest import digest

if TYPE_CHECKING:
    from types import ModuleType

COMPILED = "thresher._scanner_compiled.scanner"
VARIABLE = "THRESHER_KERNEL"
"""Environment variable that says ``interpreted`` where nothing compiled is to run."""


def load() -> ModuleType | None:
    """The compiled scanner; None where there is none or it is not wanted: interpreted it is slower than DuckDB."""
    return None if os.environ.get(VARIABLE) == "interpreted" or unusable() else import_module(COMPILED)


@cache
def unusable() -> str:
    """Why the compiled scanner cannot be used, '' where it can: nothing built, or built from other sources."""
    try:
        built = import_module(COMPILED).SOURCE_DIGEST
    except (ImportError, AttributeError):
        return "it is not built; install again with a C compiler and Python's headers present"
    return "" if built == digest() else "it was built from other sources; run 'make kernel' or install again"
