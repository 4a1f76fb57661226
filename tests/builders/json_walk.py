"""What fields of JSON sources should be, by walking the record in Python, whatever dissectors declare."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PATHS = Path(__file__).parents[1] / "golden" / "json_field_paths.tsv"
STEP = re.compile(r'"([^"]*)"(\[\])?|([^.\[\]"]+)(\[\d*\])?')


def paths(prefix: str) -> dict[str, str]:
    """The fields that are members of the record, and where upstream reads them."""
    rows = (line.split("\t") for line in PATHS.read_text("utf-8").splitlines())
    return {name: path for name, path in rows if name.startswith(prefix)}


def walk(record: Any, path: str) -> list[Any]:
    """All values that a path leads to, arrays at its end spread."""
    found = [record]
    for quoted, _, plain, index in STEP.findall(path):
        found = [value[quoted or plain] for value in found if isinstance(value, dict) and (quoted or plain) in value]
        if index == "[]":
            found = [each for value in found if isinstance(value, list) for each in value]
        elif index:
            found = [
                value[int(index[1:-1])] for value in found if isinstance(value, list) and len(value) > int(index[1:-1])
            ]
    return [each for value in found for each in (value if isinstance(value, list) else [value]) if each is not None]


def text(value: Any) -> str:
    """A JSON value as text: strings as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
