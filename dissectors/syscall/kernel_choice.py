"""Chooses the kernel of stage ②: compiled where a fresh build is there, otherwise the same files interpreted."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from thresher.capture.errors import UsageError
from thresher.dissectors.syscall.kernel_digest import digest, folder, module_names

if TYPE_CHECKING:
    from types import ModuleType

Kind = Literal["compiled", "interpreted"]

INTERPRETED = "thresher.dissectors.syscall.kernel"
COMPILED = "thresher._kernel_compiled"
VARIABLE = "THRESHER_KERNEL"
"""Environment variable that forces a kind: ``compiled`` or ``interpreted``."""


class KernelError(UsageError):
    """A kernel that was asked for by name is not there, or was built from other sources."""


def load(kind: str | None = None) -> ModuleType:
    """The kernel package, with all its modules imported: ``load().replay`` is the entry.

    Args:
        kind: ``compiled`` or ``interpreted``; None takes what ``kind()`` says.

    Raises:
        KernelError: no such kind, or the compiled kernel was asked for and cannot be used; says why.
    """
    chosen = kind or _chosen()
    if chosen == "interpreted":
        return _package(INTERPRETED)
    if chosen != "compiled":
        raise KernelError(f"{VARIABLE}: '{chosen}' is neither 'compiled' nor 'interpreted'")
    why = unusable()
    if why:
        raise KernelError(f"the compiled kernel cannot be used: {why}")
    return _package(COMPILED)


def kind() -> Kind:
    """Which kernel ``load()`` gives here.

    Raises:
        KernelError: the environment forces a kernel that cannot be used.
    """
    return "compiled" if load().__name__ == COMPILED else "interpreted"


@cache
def unusable() -> str:
    """Why the compiled kernel cannot be used, '' where it can: nothing built, or built from other sources."""
    for name in module_names(folder()):
        try:
            built = import_module(f"{COMPILED}.{name}").SOURCE_DIGEST
        except (ImportError, AttributeError):
            return f"{name} is not built; install again with a C compiler and Python's headers present"
        if built != digest(folder(), name):
            return f"{name} was built from other sources; run 'make kernel' or install again"
    return ""


def _chosen() -> str:
    forced = os.environ.get(VARIABLE, "")
    return forced or ("interpreted" if unusable() else "compiled")


@cache
def _package(name: str) -> ModuleType:
    for module in module_names(folder()):
        import_module(f"{name}.{module}")
    return import_module(name)
