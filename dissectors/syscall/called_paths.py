"""The paths that calls name: which argument is which path, and its full form at the event; stage ②.

Which calls have which: libsinsp, sinsp_filtercheck_fspath.cpp; here creat, mknod and failed calls have theirs, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from thresher.dissectors.syscall import params
from thresher.dissectors.syscall.arguments import current_type, decoded
from thresher.dissectors.syscall.event_table import event_types
from thresher.dissectors.syscall.names import read_names
from thresher.dissectors.syscall.paths import joined
from thresher.dissectors.syscall.render import ABSENT, Renderer

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import Value

SINGLE = {
    "open": "name", "openat": "name", "openat2": "name", "open_by_handle_at": "path", "creat": "name",
    "mkdir": "path", "mkdirat": "path", "rmdir": "path", "unlink": "path", "unlinkat": "name",
    "chmod": "filename", "fchmod": "fd", "fchmodat": "filename", "chown": "path", "lchown": "path", "fchown": "fd",
    "fchownat": "pathname", "umount": "name", "umount2": "name", "mknod": "path", "mknodat": "path",
}  # fmt: skip
"""Calls on one file to the argument that names it."""

PAIRS = {
    "rename": ("oldpath", "newpath"), "renameat": ("oldpath", "newpath"), "renameat2": ("oldpath", "newpath"),
    "link": ("oldpath", "newpath"), "linkat": ("oldpath", "newpath"), "symlink": ("linkpath", "target"),
    "symlinkat": ("linkpath", "target"), "mount": ("dev", "dir"),
}  # fmt: skip
"""Calls on two files to the arguments that name the first and the second."""

OTHERS = {
    "stat": "path", "lstat": "path", "stat64": "path", "lstat64": "path", "newfstatat": "path", "access": "name",
    "chroot": "path",
}  # fmt: skip
"""Calls that only look at a file, which have an ``evt.abspath`` but no ``fs.path``."""


@cache
def argument_of(field_name: str, argument: str | None) -> dict[str, str]:
    """Calls that have the field to the argument it is made of."""
    place = {"src": 0, "source": 0, "dst": 1, "dest": 1, "target": 1}.get(argument or "")
    if field_name == "evt.abspath" and place is None:
        first = {name: names[0] for name, names in PAIRS.items()}
        return {**SINGLE, **OTHERS, **first} if argument is None else {}
    if field_name.startswith("fs.path.name"):
        return SINGLE
    if place is None:
        place = 0 if "source" in field_name else 1
    return {name: names[place] for name, names in PAIRS.items()}


@cache
def types(field_name: str, argument: str | None) -> frozenset[int]:
    """Event types that can have the field."""
    calls = argument_of(field_name, argument)
    found = set()
    for kind in event_types():
        current = current_type(kind.id) or kind
        if kind.direction == "<" and (kind.name in calls or current.name in calls):
            found.add(kind.id)
    return frozenset(found)


def values(field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
    """The field of each event; None where it has none, or the recorder kept none."""
    calls, is_raw = argument_of(field_name, argument), field_name.endswith("raw")
    readable = [(place, event, found) for place, event in enumerate(events) if (found := decoded(event)) is not None]
    names = read_names(lookup, [event for _, event, _ in readable], [found for _, _, found in readable])
    made: list[Value] = [None] * len(events)
    for (place, _, found), each in zip(readable, names, strict=True):
        wanted = calls.get(found.kind.name) if found.kind is not None else None
        item = found.find(wanted) if wanted is not None else None
        if item is None or not item.data:
            continue
        if item.param.type in ("FD", "FD32"):
            number = params.integer(item.param.type, item.data)
            descriptor = each.descriptor(number) if number is not None else None
            made[place] = descriptor.name or None if descriptor is not None else None
            continue
        plain, full = Renderer(found, each).both(item)
        made[place] = _path(plain, full, is_raw)
    return made


def _path(plain: str, full: str, is_raw: bool) -> str | None:
    if plain == ABSENT or not plain:
        return None
    if is_raw:
        return plain
    return full or (joined("/", plain) if plain.startswith("/") else plain)
