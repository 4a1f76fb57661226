"""Finds readers ①, dissectors ② and views ⑤ by entry point, ours like a stranger's; loads only what is asked for."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from thresher.capture.contract import CONTRACT_VERSION, Dissector, Reader
from thresher.capture.errors import PluginError, UsageError

READERS = "thresher.readers"
DISSECTORS = "thresher.dissectors"
VIEWS = "thresher.views"


def plugin_names(group: str) -> list[str]:
    """The names registered in an entry point group, sorted, without importing any of them."""
    return sorted(entry.name for entry in entry_points(group=group))


@cache
def dissector(name: str) -> Dissector:
    """The dissector of this name.

    Raises:
        UsageError: there is none.
        PluginError: it cannot be imported, or was written for another contract.
    """
    found = _load(DISSECTORS, name)
    if not isinstance(found, Dissector):
        raise PluginError(f"{name}: the entry point is no Dissector")
    return found


@cache
def readers() -> tuple[Reader, ...]:
    """All readers; one that breaks its contract is an error that names it."""
    found = tuple(_load(READERS, name) for name in plugin_names(READERS))
    for reader in found:
        if not isinstance(reader, Reader):
            raise PluginError(f"{reader!r}: the entry point is no Reader")
    return found


def _load(group: str, name: str) -> Any:
    entry = _entry(group, name)
    try:
        made = entry.load()()
    except Exception as error:
        raise PluginError(f"{name} ({entry.value}): cannot be loaded: {error}") from error
    if made.contract != CONTRACT_VERSION:
        raise PluginError(f"{name} ({entry.value}): written for contract {made.contract}, this is {CONTRACT_VERSION}")
    return made


def _entry(group: str, name: str) -> EntryPoint:
    found = [entry for entry in entry_points(group=group) if entry.name == name]
    if not found:
        raise UsageError(f"no {group.removeprefix('thresher.').removesuffix('s')} named '{name}' is installed")
    return found[0]
