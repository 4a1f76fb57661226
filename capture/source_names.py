"""Short names of a case's sources (stage ⑤), as people cite events: ``shop:143138``."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def labels(specs: Sequence[str]) -> list[str]:
    """For each input as named a short name that no other one has.

    ``captures/shop.scap`` is ``shop``, ``-`` is ``stdin``; names that would be alike are numbered from 1.
    """
    names = [_name(spec) for spec in specs]
    seen: Counter[str] = Counter()
    total = Counter(names)
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name}#{seen[name]}" if total[name] > 1 else name)
    return found


def _name(spec: str) -> str:
    if spec == "-":
        return "stdin"
    path = PurePath(spec.rstrip("/*") or spec)
    return (path.name.split(".")[0] or path.name) if path.name else spec
