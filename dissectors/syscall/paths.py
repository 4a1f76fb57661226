"""Joins a relative path to the folder it starts from, without touching the file system; for rendering in stage ②."""

from __future__ import annotations

import posixpath


def joined(base: str, path: str) -> str:
    """The absolute path that ``path`` means in ``base``; ``.`` and ``..`` are resolved, never above the root."""
    whole = posixpath.normpath(posixpath.join(base or "/", path))
    return "/" + whole.lstrip("/") if whole.startswith("/") else whole
