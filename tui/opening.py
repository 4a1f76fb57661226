"""What a screen is given when it begins (stage ⑤), and how the command that prints the same is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.tui.times import zone_word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Start:
    """How the events screen begins.

    Attributes:
        names: what is being opened, as the user named it.
        zone: of the times.
        text: the display filter.
        internal: whether internal events are shown.
        go_to: an event number or a time.
        cache: whether an index is kept.
        metadata: files that say more of what is opened.
        shifts: what is added to the times of sources.
    """

    names: tuple[str, ...]
    zone: tzinfo
    text: str = ""
    internal: bool = False
    go_to: str = ""
    cache: bool = True
    metadata: tuple[str, ...] = ()
    shifts: tuple[str, ...] = ()


def commands(start: Start, specs: Sequence[str], text: str, internal: bool, number: tuple[int, int] | None) -> str:
    """The command lines that print the list and the event on screen, one below the other.

    Args:
        start: how the screen began.
        specs: of the sources that came of what was named.
        text: the filter in force.
        internal: whether internal events are shown.
        number: store and number of the event under the cursor.
    """
    from thresher.capture.command_line import event_command, read_command

    lines = [
        read_command(
            start.names,
            text,
            zone=zone_word(start.zone),
            internal=internal,
            cache=start.cache,
            metadata=start.metadata,
            shifts=start.shifts,
        )
    ]
    if number is not None:
        lines.append(event_command([specs[number[0]]], number[1], dump=True, metadata=start.metadata))
    return "\n\n".join(lines)
