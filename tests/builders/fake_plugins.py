"""Installs the fake readers and dissectors instead of the built-in ones, for one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders.fake_dissectors import Fake, FakeLog, FakeReader, LineReader, OtherLog
from thresher.capture import discovery


@dataclass(frozen=True)
class FakeEntryPoint:
    """As much of an entry point as discovery uses."""

    name: str
    group: str
    made: Callable[[], Any]
    value: str = "tests"

    def load(self) -> Callable[[], Any]:
        return self.made


INSTALLED = [
    FakeEntryPoint("fake_blocks", discovery.READERS, FakeReader),
    FakeEntryPoint("fake_lines", discovery.READERS, LineReader),
    FakeEntryPoint("fake", discovery.DISSECTORS, Fake),
    FakeEntryPoint("fake_log", discovery.DISSECTORS, FakeLog),
    FakeEntryPoint("other_log", discovery.DISSECTORS, OtherLog),
]


def forget() -> None:
    discovery.dissector.cache_clear()
    discovery.readers.cache_clear()


@pytest.fixture
def fake_plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the fakes are installed."""
    forget()
    monkeypatch.setattr(discovery, "entry_points", lambda group: [each for each in INSTALLED if each.group == group])
    yield
    forget()
