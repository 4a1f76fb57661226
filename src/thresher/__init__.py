"""Thresher: opens what a machine or a cloud account did; ``thresher.open(path)`` is the way in from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture import *  # noqa: F403


def __getattr__(name: str) -> object:
    """The public names of ``thresher.capture``, imported on first use (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("thresher")
    if name.startswith("__"):
        raise AttributeError(f"module 'thresher' has no attribute '{name}'")
    from importlib import import_module  # "from thresher import capture" would ask this function for "capture"

    return getattr(import_module("thresher.capture"), name)
