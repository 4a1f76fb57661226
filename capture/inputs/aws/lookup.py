"""Asks LookupEvents, which knows the last 90 days of management events, region by region (stage ①)."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thresher.capture.errors import UsageError
from thresher.capture.inputs.aws.account import explained
from thresher.capture.inputs.aws.manifest import Fetched, Manifest, as_text, hash_of, local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from thresher.capture.inputs.aws.layout import Window
    from thresher.capture.inputs.aws.s3 import Report

ATTRIBUTES = (
    "EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId",
)  # fmt: skip
"""What LookupEvents can be asked for, one at a time (AWS, LookupAttribute)."""
INTERVAL_SECONDS = 0.5
"""AWS grants an account two requests a second in each region."""


def attribute(text: str) -> dict[str, str]:
    """``AccessKeyId=AKIA…`` as the API wants it.

    Raises:
        UsageError: there is no such attribute.
    """
    name, equals, value = text.partition("=")
    known = {each.lower(): each for each in ATTRIBUTES}
    if not equals or name.lower() not in known or not value:
        raise UsageError(f"--lookup takes ATTRIBUTE=VALUE, not '{text}'; the attributes are {', '.join(ATTRIBUTES)}")
    return {"AttributeKey": known[name.lower()], "AttributeValue": value}


@dataclass(slots=True)
class Query:
    """One question to one account and region.

    Attributes:
        account: '' for that of the credentials.
        lookup: from ``attribute``, None for all events.
        interval_s: least time between two requests.
    """

    region: str
    account: str
    window: Window
    lookup: dict[str, str] | None = None
    interval_s: float = INTERVAL_SECONDS

    @property
    def name(self) -> str:
        """The question as it stands in the manifest; a page's name has its number behind it."""
        asked = json.dumps([self.lookup, as_text(self.window.since), as_text(self.window.until)])
        return f"cloudtrail://{self.region}/{self.account or 'own'}/{hash_of(asked):016x}"


def answers(
    client: Any, query: Query, manifest: Manifest, report: Report, on_progress: Callable[[Report], None]
) -> None:
    """Write the answer page by page; a run that was ended goes on where it stopped.

    Raises:
        UnreadableError: AWS refuses.
    """
    report.known += _done(query, manifest)[0]
    with explained(f"cloudtrail://{query.region}"):
        for number, token, page in _pages(client, query, manifest):
            events = page.get("Events", [])
            data = gzip.compress(json.dumps({"Events": events}, default=as_text).encode(), mtime=0)
            path = local(query.name.removeprefix("cloudtrail://"), f"{number:06}.json.gz")
            digest = hashlib.sha256(data).hexdigest()
            source = f"{query.name}#{number:06}"
            manifest.keep(
                data, manifest.folder / path, Fetched(source, str(path), size=len(data), sha256=digest, next=token)
            )
            report.found += len(events)
            report.fetched += 1
            report.fetched_bytes += len(data)
            on_progress(report)


def _pages(client: Any, query: Query, manifest: Manifest) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Number, where the next page begins ('' behind the last), and answer, of the pages that are not there yet."""
    number, token = _done(query, manifest)
    if number and not token:
        return
    pause = 0.0
    while True:
        time.sleep(max(0.0, pause - time.monotonic()))
        pause = time.monotonic() + query.interval_s
        page = client.lookup_events(**_asked(query, token))
        number, token = number + 1, page.get("NextToken", "")
        yield number, token, page
        if not token:
            return


def _done(query: Query, manifest: Manifest) -> tuple[int, str]:
    """How many pages an earlier run has kept, and where it would have gone on."""
    pages = [each for source, each in manifest.entries.items() if source.startswith(f"{query.name}#")]
    if not pages:
        return 0, ""
    last = max(pages, key=lambda each: each.source)
    return int(last.source.rpartition("#")[2]), last.next


def _asked(query: Query, token: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"MaxResults": 50}
    if query.window.since is not None:
        asked["StartTime"] = query.window.since
    if query.window.until is not None:
        asked["EndTime"] = query.window.until
    if query.lookup is not None:
        asked["LookupAttributes"] = [query.lookup]
    if token:
        asked["NextToken"] = token
    return asked
