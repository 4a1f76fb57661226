"""Saves the public keys that digests were signed with, so that a copy can be verified without AWS later (stage ①)."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from thresher.capture.inputs.aws.account import reason
from thresher.capture.inputs.aws.manifest import Manifest, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME = "public-keys.json"
_DIGEST = re.compile(r"_CloudTrail-Digest_(?P<region>[a-z0-9-]+)_.*?(?P<time>\d{8}T\d{4})(?:\d\d)?Z[^/]*\Z")
_HOME = re.compile(r"_(?P<home>[a-z]{2}(?:-[a-z]+)+-\d)_\d{8}T\d{4,6}Z")
_MARGIN = timedelta(days=1)
_MOST_PAGES = 100
_MOST_SIGNERS = 500
"""Names of objects are whatever somebody called them: they do not make this ask without end."""
_Span = tuple[datetime, datetime]


def save(folder: Path, client_of: Callable[[str], Any]) -> list[str]:
    """Ask each region that signed digests in a folder for its keys, and keep them beside the digests.

    A key is its region's; the digests of an organisation are signed by the trail's home region, which their names tell.
    AWS answers to whoever may call ``cloudtrail:ListPublicKeys``, whichever account the digests are of.

    Args:
        folder: that has been fetched into.
        client_of: makes a client of CloudTrail for a region.

    Returns:
        For each region that did not answer, why.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    problems: list[str] = []
    for (place, region), (first, last) in sorted(_signers(Manifest(folder)).items())[:_MOST_SIGNERS]:
        try:
            found = list(_keys(client_of(region), first - _MARGIN, last + _MARGIN))
        except (ClientError, BotoCoreError) as error:
            why = reason(error)[0] if isinstance(error, ClientError) else str(error)
            problems.append(f"the public keys of {region} could not be saved, so that signatures stay unchecked: {why}")
        else:
            _keep(folder / place / NAME, found)
    return problems


def _signers(manifest: Manifest) -> dict[tuple[str, str], _Span]:
    """The regions that signed the digests in the folder, where those are kept, and of which time they are."""
    spans: dict[tuple[str, str], _Span] = {}
    for entry in manifest.entries.values():
        found = _DIGEST.search(entry.source)
        if found is None or entry.error or not entry.path:
            continue
        try:
            time = datetime.strptime(found["time"], "%Y%m%dT%H%M").replace(tzinfo=UTC)
        except ValueError:
            continue
        place = str(PurePosixPath(entry.path).parents[3]) if entry.path.count("/") > 3 else "."
        home = _HOME.search(entry.source)
        for region in {found["region"], home["home"] if home else found["region"]}:
            first, last = spans.get((place, region), (time, time))
            spans[place, region] = (min(first, time), max(last, time))
    return spans


def _keys(client: Any, first: datetime, last: datetime) -> Iterator[dict[str, str]]:
    asked: dict[str, Any] = {"StartTime": first, "EndTime": last}
    for _ in range(_MOST_PAGES):
        page = client.list_public_keys(**asked)
        for key in page.get("PublicKeyList", ()):
            yield {
                "Value": base64.b64encode(key["Value"]).decode(),
                "ValidityStartTime": as_text(key.get("ValidityStartTime")),
                "ValidityEndTime": as_text(key.get("ValidityEndTime")),
                "Fingerprint": str(key["Fingerprint"]),
            }
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]


def _keep(path: Path, found: list[dict[str, str]]) -> None:
    """Write the keys in the form of AWS's own answer, together with those that are there already."""
    known: list[dict[str, str]] = []
    if path.exists():
        try:
            known = json.loads(path.read_text("utf-8"))["PublicKeyList"]
        except (ValueError, KeyError, TypeError):
            known = []
    every = {key["Fingerprint"]: key for key in [*known, *found] if "Fingerprint" in key}
    if every:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(json.dumps({"PublicKeyList": list(every.values())}, indent=1), "utf-8")
