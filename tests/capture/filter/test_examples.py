"""The filters that our own sources give as examples and colour their rows by are valid."""

from __future__ import annotations

import pytest

from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
from thresher.capture.filter import canonical, parse, render
from thresher.capture.registry import Catalogue

SOURCES = plugin_names(DISSECTORS)


@pytest.mark.parametrize("source", SOURCES)
def test_the_example_of_every_field_is_a_filter(source: str) -> None:
    catalogue = Catalogue(dissector(source))
    for field in catalogue:
        if field.example:
            form = canonical(field.example, catalogue)
            assert render(parse(form, catalogue)) == form


@pytest.mark.parametrize("source", SOURCES)
def test_every_colour_rule_is_a_filter(source: str) -> None:
    found = dissector(source)
    catalogue = Catalogue(found)
    assert found.colour_rules
    for rule in found.colour_rules:
        assert canonical(rule.filter, catalogue)
