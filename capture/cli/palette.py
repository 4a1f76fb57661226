"""The styles that colour rules name, as terminal colours (stage ⑤)."""

from __future__ import annotations

import re
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
"""SGR parameters; styles that are missing here stay plain, the user's own are colours."""

_OWN = re.compile(r"(on )?#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")


def colour(style: str) -> str:
    """What switches a style on, '' for none."""
    parameters = COLOURS.get(style) or ";".join(map(_parameters, _OWN.finditer(style)))
    return f"\x1b[{parameters}m" if parameters else ""


def _parameters(found: re.Match[str]) -> str:
    """A colour of 24 bits."""
    background, *parts = found.groups()
    return ";".join(["48" if background else "38", "2", *(str(int(part, 16)) for part in parts)])
