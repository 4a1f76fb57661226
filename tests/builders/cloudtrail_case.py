"""CloudTrail files opened as every face opens them, beside the same records parsed by Python (stages ①–④)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.builders.cloudtrail_walk import time_ns
from thresher.capture.case import open_case

if TYPE_CHECKING:
    from thresher.capture.case import Case


class Opened:
    """A case and the records in the order in which it should show them.

    Attributes:
        case: opened without a cache, complete.
        records: by event time, then by place in the files.
        numbers: the expected evt.num of each: its ordinal over all files in the order of their paths.
    """

    def __init__(self, folder: Path) -> None:
        self.case: Case = open_case([str(folder)], cache=False, background=False)
        texts = [_inflated(path) for path in sorted(folder.rglob("*.json*"))]
        parsed = [json.loads(text) for text in texts]
        flat = [record for content in parsed for record in _listed(content)]
        order = sorted(range(len(flat)), key=lambda place: (time_ns(flat[place]), place))
        self.records: list[dict[str, Any]] = [flat[place] for place in order]
        self.numbers = [place + 1 for place in order]
        self._positions = list(range(len(flat)))

    def values(self, field: str) -> list[Any]:
        """One field of all events in the shown order."""
        return [row[0] for row in self.case.rows(self._positions, [field])]

    def chosen(self, text: str) -> list[int]:
        """Places in ``records`` that a display filter selects."""
        return [int(position) for position in self.case.select(text)]


def _inflated(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _listed(content: Any) -> list[dict[str, Any]]:
    return content["Records"] if isinstance(content, dict) else content
