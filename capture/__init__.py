"""A capture, from bytes to answers (stages ①–⑤); the public API, each name imported on first use.

import thresher

with thresher.open("shop.scap") as capture:
curls = capture.filter("proc.name == 'curl'").select("evt.num", "fd.name")
print(curls.count(), curls.arrow())
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.case.capture import Capture, Event, open
    from thresher.capture.errors import (
        Cancelled,
        ChangedError,
        FilterError,
        PluginError,
        QueryError,
        ThresherError,
        UnreadableError,
        UsageError,
    )
    from thresher.capture.model import Field, FieldType

__all__ = [
    "Cancelled",
    "Capture",
    "ChangedError",
    "Event",
    "Field",
    "FieldType",
    "FilterError",
    "PluginError",
    "QueryError",
    "ThresherError",
    "UnreadableError",
    "UsageError",
    "open",
]

_MODULES = {
    "Capture": "thresher.capture.case.capture",
    "Event": "thresher.capture.case.capture",
    "open": "thresher.capture.case.capture",
    "Field": "thresher.capture.model",
    "FieldType": "thresher.capture.model",
}


def __getattr__(name: str) -> object:
    """A public name, from the module it lives in (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'thresher.capture' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_MODULES.get(name, "thresher.capture.errors")), name)
