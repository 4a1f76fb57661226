"""Colours can be told from the background, and every style that a dissector names is known."""

from __future__ import annotations

import pytest
from textual.color import Color

from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
from thresher.tui.palette import BARS, ROWS, themes

DARK, LIGHT = themes()


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_can_be_read_on_either_background(name: str) -> None:
    assert contrast(ROWS[name].dark, DARK.background or "") >= 4.5
    assert contrast(ROWS[name].light, LIGHT.background or "") >= 4.5


@pytest.mark.parametrize("name", sorted(BARS))
def test_a_bar_can_be_told_from_the_background(name: str) -> None:
    assert contrast(BARS[name].dark, DARK.surface or "") >= 3
    assert contrast(BARS[name].light, LIGHT.surface or "") >= 3


@pytest.mark.parametrize("name", plugin_names(DISSECTORS))
def test_every_style_that_a_dissector_names_is_known(name: str) -> None:
    assert {rule.style for rule in dissector(name).colour_rules} <= set(ROWS)


def test_alarms_are_told_without_colour_too() -> None:
    assert all("bold" in ROWS[name].attributes for name in ROWS if "alarm" in name or "error" in name)
