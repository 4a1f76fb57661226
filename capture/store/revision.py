"""What decides which rows come out of the same bytes: the installed readers and dissectors (stage ③)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from thresher.capture.discovery import DISSECTORS, READERS

SOURCES = (".py", ".pxd", ".json", ".so")


@cache
def revision() -> str:
    """A digest that changes with every plugin that is installed, updated or edited.

    An index made by other code may hold other rows; it is made again rather than believed.
    """
    digest = hashlib.sha256()
    for group in (READERS, DISSECTORS):
        for entry in sorted(entry_points(group=group), key=lambda found: (found.name, found.value)):
            digest.update(f"{entry.name}={entry.value}\0".encode())
            for path, size, changed_ns in _files(entry.module):
                digest.update(f"{path} {size} {changed_ns}\0".encode())
    return digest.hexdigest()


def _spec(module: str) -> ModuleSpec | None:
    """Where a module is; ``find_spec`` alone would import the packages above it."""
    top, *rest = module.split(".")
    spec = find_spec(top)
    for part in rest:
        if spec is None:
            return None
        spec = PathFinder.find_spec(f"{spec.name}.{part}", spec.submodule_search_locations)
    return spec


def _files(module: str) -> Iterator[tuple[str, int, int]]:
    """Name, size and change time of a plugin's files, without importing it."""
    try:
        spec = _spec(module)
    except ImportError:
        return
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent
    found = folder.rglob("*") if spec.submodule_search_locations else [Path(spec.origin)]
    for path in sorted(found):
        if path.suffix in SOURCES:
            status = path.stat()
            yield str(path.relative_to(folder)), status.st_size, status.st_mtime_ns
