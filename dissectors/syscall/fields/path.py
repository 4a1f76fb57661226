"""Fields of the paths that a call names; made from its bytes on first use; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Computed, Field, FieldType


def _path(name: str, title: str, description: str, probe: str, example: str) -> Field:
    return Field(name, FieldType.STRING, title, description, Computed(probe), example=example)


PATH_FIELDS: tuple[Field, ...] = (
    _path(
        "fs.path.name",
        "Path",
        "Full path of the one file that the call works on, also where the call failed.",
        "path",
        'fs.path.name startswith "/etc"',
    ),
    _path(
        "fs.path.nameraw",
        "Path as given",
        "Path of the one file that the call works on, as the program gave it.",
        "raw path",
        'fs.path.nameraw == "../shadow"',
    ),
    _path(
        "fs.path.source",
        "Source path",
        "Full path of the first of the two files of a rename, link, symlink or mount: what is renamed or linked to, "
        "the symbolic link itself, the device.",
        "path",
        'fs.path.source endswith ".tmp"',
    ),
    _path(
        "fs.path.sourceraw",
        "Source path as given",
        "Path of the first of the two files of a call, as the program gave it.",
        "raw path",
        'fs.path.sourceraw == "proc"',
    ),
    _path(
        "fs.path.target",
        "Target path",
        "Full path of the second of the two files of a rename, link, symlink or mount: the new name, what the symbolic "
        "link leads to, the mount point.",
        "path",
        'fs.path.target == "/etc/ld.so.preload"',
    ),
    _path(
        "fs.path.targetraw",
        "Target path as given",
        "Path of the second of the two files of a call, as the program gave it.",
        "raw path",
        'fs.path.targetraw == "new"',
    ),
)
