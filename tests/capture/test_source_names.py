"""Sources are cited by short names that no other one has."""

from __future__ import annotations

import pytest

from thresher.capture.source_names import labels


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("/a/shop.scap", "shop"),
        ("shop.scap.gz", "shop"),
        ("logs/cloud/", "cloud"),
        ("logs/*", "logs"),
        ("/", "/"),
        ("-", "stdin"),
    ],
)
def test_a_source_is_called_by_its_last_name(spec: str, name: str) -> None:
    assert labels([spec]) == [name]


def test_sources_of_one_folder_are_numbered() -> None:
    assert labels(["ev/shop.scap", "ev", "ev"]) == ["shop", "ev#1", "ev#2"]
