"""AWS on loopback with credentials that are none, for each test of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import moto_server
from tests.builders.aws_stub import Stub, stubbed


@pytest.fixture(autouse=True)
def fake_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in moto_server.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The URL of moto's server, whose buckets are filled."""
    with moto_server.running() as url:
        yield url


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stubbed() as server:
        yield server
