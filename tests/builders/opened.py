"""Opens a capture until it is complete, and reads what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thresher.capture.ingest import open_store
from thresher.capture.inputs.locate import locate

if TYPE_CHECKING:
    from thresher.capture.contract import RawEvent
    from thresher.capture.store.store import Store


COUNT = 1000


def opened(path: Path, **options: bool) -> Store:
    (inputs,) = locate([str(path)])
    store = open_store(inputs, **options)
    store.wait()
    return store


def rows(store: Store) -> list[tuple[object, ...]]:
    return store.cursor().execute("SELECT * FROM events ORDER BY num").fetchall()


def blocks(events: list[RawEvent]) -> list[bytes]:
    return [event.block for event in events]
