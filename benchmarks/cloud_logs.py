"""Makes big CloudTrail logs out of a small one: every copy has ids, keys, addresses, accounts and times of its own."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import captures

SOURCES = (captures.ROOT.parent / "shared" / "cloudtrail" / "invictus", captures.ROOT / "samples" / "cloud")
PER_FILE = 5_000
REGIONS = ("us-east-1", "eu-central-1", "eu-west-1", "ap-southeast-2")
_VARIED = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?P<key>(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,17})"
    r"|(?P<address>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b)|(?P<region>us-east-1)|(?P<account>\b\d{12}\b)"
    r"|(?P<object>\b(?:i|vpc|subnet|sg|vol|snap|ami|eni|rtb|igw|nat)-[0-9a-f]{8,17}\b)"
)
MOST_RECORDS = 3
"""An identifier in more records than this belongs to a run or session, not to a request."""
_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def logs(events: int, per_file: int = PER_FILE) -> Path:
    """A folder of gzip files with that many events, made once."""
    folder = captures.BIG / f"cloudtrail_{events}_{per_file}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        texts = Varied(next(path for path in SOURCES if path.exists()))
        for start in range(0, events, per_file):
            made = ",".join(texts.record(number) for number in range(start, min(start + per_file, events)))
            name = f"111122223333_CloudTrail_us-east-1_{start:08}.json.gz"
            (part / name).write_bytes(gzip.compress(f'{{"Records":[{made}]}}'.encode(), 6, mtime=0))
        part.rename(folder)
    return folder


class Varied:
    """The records of a log as texts with places that differ from copy to copy; the same number gives the same text."""

    def __init__(self, folder: Path) -> None:
        self._parts: list[tuple[list[str], list[tuple[str, str]]]] = []
        for path in sorted(folder.rglob("*.json*")):
            data = path.read_bytes()
            text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            self._parts += [_cut(json.dumps(each, separators=(",", ":"))) for each in json.loads(text)["Records"]]
        counted = Counter(each for _, varied in self._parts for each in set(varied))
        self._recurring = {each for each, count in counted.items() if count > MOST_RECORDS}

    def record(self, number: int) -> str:
        """Copy ``number`` of the endless log."""
        copy, index = divmod(number, len(self._parts))
        plain, varied = self._parts[index]
        chance = random.Random(number)
        made: dict[tuple[str, str], str] = {}
        pieces = [plain[0]]
        for (kind, text), behind in zip(varied, plain[1:], strict=True):
            if (kind, text) not in made:
                seed = random.Random(f"{text} {copy}") if (kind, text) in self._recurring else chance
                made[kind, text] = _other(kind, text, copy, seed)
            pieces += [made[kind, text], behind]
        return "".join(pieces)


def _cut(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The text around what varies, and what varies there."""
    plain, varied, at = [], [], 0
    for match in re.finditer(f"{_VARIED.pattern}|(?P<time>{_TIME.pattern})", text):
        plain.append(text[at : match.start()])
        varied.append((str(match.lastgroup), match.group()))
        at = match.end()
    return [*plain, text[at:]], varied


def _other(kind: str, text: str, copy: int, chance: random.Random) -> str:
    """What stands there in this copy: identifiers of requests are new each time, of principals once a copy."""
    if kind == "uuid":
        made = f"{chance.getrandbits(128):032x}"
        return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"
    if kind == "time":
        then = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) + timedelta(hours=copy)
        return then.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.md5(f"{text}{copy}".encode(), usedforsecurity=False)
    if kind == "key":
        return text[:4] + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte & 31] for byte in digest.digest())
    if kind == "address":
        return f"{198 + copy % 4}.51.{digest.digest()[0]}.{digest.digest()[1] or 1}"
    if kind == "region":
        return REGIONS[copy % len(REGIONS)]
    if kind == "account":
        return f"{int(digest.hexdigest(), 16) % 40 + 111122223333}"
    return f"{text.partition('-')[0]}-{digest.hexdigest()[:17]}"
