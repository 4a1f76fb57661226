"""Following a credential on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.test_samples import opened

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_credential_of_an_event_filters_to_all_done_with_or_through_it(root: Path) -> None:
    async with opened([str(root / "samples" / "cloud" / "AWSLogs")]) as screen:
        await screen.press("colon")
        await screen.type("1021")
        await screen.press("K")
        assert screen.has('ct.chain.keys == "AKIAIOSFODNN7EXAMPLE"')
        assert screen.has("214")
