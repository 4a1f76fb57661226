"""The command that prints what a face shows (stage ⑤): 'the command for this'."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_command(
    captures: Sequence[str],
    text: str = "",
    *,
    fields: Sequence[str] = (),
    kind: str = "text",
    zone: str = "UTC",
    time: str = "",
    internal: bool = False,
    cache: bool = True,
    metadata: Sequence[str] = (),
    shifts: Sequence[str] = (),
) -> str:
    """The ``thresher read`` line for a list of events, quoted for a POSIX shell.

    Args:
        captures: as the user named them.
        text: the display filter.
        fields: columns; the default ones where none are named.
        kind: what ``-T`` takes.
        zone: what ``--tz`` takes.
        time: what ``-t`` takes, '' for the default.
        internal: internal events are shown.
        cache: an index is kept.
        metadata: files of ``--metadata``.
        shifts: what ``--shift`` takes.
    """
    words = ["thresher", "read"]
    for capture in captures:
        words += ["-r", capture]
    for path in metadata:
        words += ["--metadata", path]
    for wish in shifts:
        words += ["--shift", wish]
    words += ["-Y", text] if text else []
    words += ["-T", kind] if fields or kind != "text" else []
    for field in fields:
        words += ["-e", field]
    words += ["-t", time] if time else []
    words += ["--tz", zone] if zone != "UTC" else []
    words += ["-n"] if internal else []
    words += [] if cache else ["--no-cache"]
    return shlex.join(words)


def event_command(captures: Sequence[str], evt_num: int, *, dump: bool = False, metadata: Sequence[str] = ()) -> str:
    """The line that prints the details of one event, and its bytes where wanted."""
    words = ["thresher", "read"]
    for capture in captures:
        words += ["-r", capture]
    for path in metadata:
        words += ["--metadata", path]
    words += ["-n", "-V", *(["-x"] if dump else []), "-Y", f"evt.num == {evt_num}"]
    return shlex.join(words)
