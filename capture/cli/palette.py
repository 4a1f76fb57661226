"""The styles that colour rules name, as terminal colours (stage ⑤)."""

from __future__ import annotations

from typing import Final

COLOURS: Final = {
    "alarm": "1;31",
    "exec": "1;32",
    "process": "32",
    "net": "1;36",
    "net_write": "36",
    "net_read": "36",
    "file": "1;33",
    "file_write": "33",
    "file_read": "33",
    "close": "2",
    "dim": "2",
    "cloud_alarm": "1;31",
    "cloud_denied": "31",
    "cloud_error": "33",
    "cloud_login": "1;36",
    "cloud_identity": "1;35",
    "cloud_write": "35",
}
"""SGR parameters; styles that are missing here stay plain."""


def colour(style: str) -> str:
    """What switches a style on, '' for none."""
    parameters = COLOURS.get(style)
    return f"\x1b[{parameters}m" if parameters else ""
