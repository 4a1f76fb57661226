"""The styles that colour rules name, as terminal colours (stage ⑤)."""

from __future__ import annotations

from typing import Final

COLOURS: Final = {
    "error": "31",
    "failure": "31",
    "warning": "33",
    "execution": "1;32",
    "process": "32",
    "network": "36",
    "file": "34",
    "change": "35",
    "muted": "2",
}
"""SGR parameters; names of the palette that are missing here stay plain."""


def colour(style: str) -> str:
    """What switches a style on, '' for none."""
    parameters = COLOURS.get(style)
    return f"\x1b[{parameters}m" if parameters else ""
