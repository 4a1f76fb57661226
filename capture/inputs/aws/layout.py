"""How CloudTrail lays its files out in a bucket, and which of them can hold events of a time (stage ①)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FOLDERS = (
    "CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Aggregated", "CloudTrail-Digest",
    "CloudTrail-Lake",
)  # fmt: skip
"""Below an account: events, insights, network activity, aggregated events, digests; Lake keeps query results."""

ACCOUNT = re.compile(r"\d{12}\Z")
YEAR = re.compile(r"20\d\d\Z")
_KEY_TIME = re.compile(r"_(\d{8}T\d{4})(\d\d)?Z(?:_|\.)")

DEFAULT_SLACK_HOURS = 24.0
"""AWS delivers within minutes as a rule; additions and delayed events come days later."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is asked for, UTC; None is open.

    Attributes:
        slack: how long after an event its file may have been delivered.
    """

    since: datetime | None = None
    until: datetime | None = None
    slack: timedelta = timedelta(hours=DEFAULT_SLACK_HOURS)

    def takes(self, key: str) -> bool:
        """Whether the file of this key can hold such events; a file whose name tells no time can.

        The name tells when the file was delivered: never before the events in it.
        """
        found = _KEY_TIME.search(key)
        if found is None:
            return True
        try:
            delivered = datetime.strptime(found[1], "%Y%m%dT%H%M").replace(tzinfo=UTC)
        except ValueError:
            return True
        if self.since is not None and delivered < self.since - timedelta(minutes=1):
            return False
        return self.until is None or delivered <= self.until + self.slack

    def first_day(self) -> str:
        """Below a folder of years, keys before this hold nothing; '' for all."""
        return f"{self.since - timedelta(days=1):%Y/%m/%d}" if self.since else ""

    def after_last_day(self) -> str:
        """Below a folder of years, keys from this on hold nothing; '' for all."""
        return f"{self.until + self.slack + timedelta(days=1):%Y/%m/%d}" if self.until else ""


def is_trail_folder(parent: str, name: str) -> bool:
    """Whether a folder in a bucket can lead to CloudTrail's files; an account has folders of other services too."""
    above = parent.rstrip("/").rpartition("/")[2]
    return not ACCOUNT.match(above) or name in FOLDERS


def place(key: str) -> tuple[str, str, str]:
    """Account, folder and region that a key tells, each '' where it does not."""
    parts = key.split("/")
    for at, part in enumerate(parts[:-3]):
        if ACCOUNT.match(part) and parts[at + 1] in FOLDERS:
            return part, parts[at + 1], parts[at + 2]
    return "", "", ""
