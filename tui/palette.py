"""Colours as data (stage ⑤): the themes, and what the style names of colour rules look like in each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style

if TYPE_CHECKING:
    from textual.theme import Theme


class Look(NamedTuple):
    """Foreground in the dark and in the light theme, and attributes that carry the meaning without colour."""

    dark: str
    light: str
    attributes: str = ""


ROWS: dict[str, Look] = {
    "alarm": Look("#ff7a85", "#b3001b", "bold"),
    "notice": Look("#ffd166", "#7a5200", "bold"),
    "exec": Look("#a6e36e", "#2f6b00", "bold"),
    "process": Look("#7fd08a", "#1d6b34"),
    "net": Look("#82b7ff", "#0b4fb3"),
    "net_read": Look("#7fe3ee", "#00626e"),
    "net_write": Look("#63c7ff", "#005a94"),
    "file": Look("#d9b98a", "#6f4a12"),
    "file_read": Look("#e6cfa3", "#6b5320"),
    "file_write": Look("#f4a56b", "#8f4300"),
    "close": Look("#8f99a8", "#5d6674"),
    "dim": Look("#8f99a8", "#5d6674"),
    "unfinished": Look("#8f99a8", "#5d6674", "italic"),
    "internal": Look("#8f99a8", "#5d6674", "italic"),
    "cloud_error": Look("#ff7a85", "#b3001b", "bold"),
    "cloud_denied": Look("#ff9f6e", "#94360a", "bold"),
    "cloud_alarm": Look("#ff7a85", "#b3001b", "bold"),
    "cloud_identity": Look("#d7a6ff", "#6a1b9a"),
    "cloud_write": Look("#f4a56b", "#8f4300"),
    "cloud_read": Look("#d3d9e3", "#30363f"),
    "cloud_login": Look("#a6e36e", "#2f6b00"),
}
"""Every contrast is at least 4.5 to 1 on the theme's background."""

BARS = {
    "all": Look("#5b8def", "#3367c9"),
    "failed": Look("#c08a62", "#94551c"),
    "mark": Look("#ffd166", "#7a5200", "bold"),
}
"""The timeline: all events, the failed ones among them, and where the cursor stands."""


@cache
def row_style(name: str, dark: bool) -> Style:
    """How a row of this style is drawn: colours that the user chose as they are; unknown names leave it plain."""
    if "#" in name:
        return Style.parse(name)
    return _style(ROWS.get(name), dark)


@cache
def bar_style(name: str, dark: bool) -> Style:
    """How a part of the timeline is drawn."""
    return _style(BARS[name], dark)


def _style(look: Look | None, dark: bool) -> Style:
    if look is None:
        return Style.null()
    return Style.parse(f"{look.attributes} {look.dark if dark else look.light}".strip())


def themes() -> tuple[Theme, Theme]:
    """The dark theme, which is the default, and the light one."""
    from textual.theme import Theme

    dark = Theme(
        name="thresher-dark",
        primary="#5b8def",
        secondary="#7fe3ee",
        accent="#ffd166",
        warning="#ffd166",
        error="#ff7a85",
        success="#a6e36e",
        foreground="#e3e7ee",
        background="#12161d",
        surface="#171c25",
        panel="#202735",
        dark=True,
    )
    light = Theme(
        name="thresher-light",
        primary="#3367c9",
        secondary="#00626e",
        accent="#7a5200",
        warning="#7a5200",
        error="#b3001b",
        success="#2f6b00",
        foreground="#1b2028",
        background="#fbfbf9",
        surface="#f1f2f0",
        panel="#e2e5ea",
        dark=False,
    )
    return dark, light
