"""Finds CloudTrail's files in a bucket and copies them, many at once and never the same one twice (stage ①)."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from thresher.capture.errors import UnreadableError
from thresher.capture.inputs.aws.account import CONNECTIONS, explained, reason
from thresher.capture.inputs.aws.layout import YEAR, Window, is_trail_folder, place
from thresher.capture.inputs.aws.manifest import Fetched, Manifest, as_text, local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAX_OBJECT_BYTES = 8 << 30
_AHEAD = 4 * CONNECTIONS
META = ".meta.json"


class Listed(NamedTuple):
    """An object as a listing or a notice names it."""

    bucket: str
    key: str
    size: int
    etag: str
    modified: str = ""
    version: str = ""

    @property
    def url(self) -> str:
        """As users name it."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(slots=True)
class Report:
    """What a fetch did.

    Attributes:
        found: objects that were asked for; ``found_bytes`` is their size.
        fetched, fetched_bytes: copied in this run.
        known: that were there already.
        problems: what could not be listed or copied, and why.
        left_out: folders of other services, which are passed over.
        places: accounts, folders and regions, with how many objects each has.
    """

    found: int = 0
    found_bytes: int = 0
    fetched: int = 0
    fetched_bytes: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    places: dict[tuple[str, str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    was_interrupted: bool = False

    def count(self, listed: Listed) -> None:
        """Add an object that was found."""
        self.found += 1
        self.found_bytes += listed.size
        where = place(listed.key)
        self.places[where] = self.places.get(where, 0) + 1


class Bucket:
    """A bucket in its own region.

    Args:
        client: of S3, in the bucket's region.
        name: the bucket's.
    """

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def objects(self, prefix: str, window: Window, report: Report) -> Iterator[Listed]:
        """All objects below what a prefix names that can hold events of the window.

        A folder that may not be listed is reported, and the others go on.
        """
        waiting = [(prefix, not prefix.endswith("/") and bool(prefix))]
        while waiting:
            here, is_name = waiting.pop()
            folders: list[str] = []
            for page in self._pages(here, report):
                folders += [each["Prefix"] for each in page.get("CommonPrefixes", ())]
                yield from (each for each in self._taken(page, window) if not is_name or each.key == here)
            if is_name:
                waiting += [(each, False) for each in folders if each == f"{here}/"]
            elif any(YEAR.match(_name(each)) for each in folders):
                yield from self._dated(here, window, report)
            else:
                waiting += [(each, False) for each in reversed(self._chosen(here, folders, report))]

    @staticmethod
    def _chosen(here: str, folders: list[str], report: Report) -> list[str]:
        chosen = [each for each in folders if is_trail_folder(here, _name(each))]
        report.left_out += [each for each in folders if each not in chosen]
        return chosen

    def _dated(self, here: str, window: Window, report: Report) -> Iterator[Listed]:
        """The objects below a folder of years, without reading the listing of other days."""
        first, end = window.first_day(), window.after_last_day()
        for page in self._pages(here, report, Delimiter="", StartAfter=here + first if first else ""):
            for listed in self._taken(page, window):
                if end and listed.key >= here + end and YEAR.match(listed.key[len(here) :][:4]):
                    return
                yield listed

    def _taken(self, page: dict[str, Any], window: Window) -> Iterator[Listed]:
        for each in page.get("Contents", ()):
            if each["Size"] > 0 and not each["Key"].endswith("/") and window.takes(each["Key"]):
                modified = as_text(each.get("LastModified"))
                yield Listed(self.name, each["Key"], each["Size"], each["ETag"].strip('"'), modified)

    def _pages(self, prefix: str, report: Report, **options: str) -> Iterator[dict[str, Any]]:
        from botocore.exceptions import ClientError

        asked = {"Bucket": self.name, "Prefix": prefix, "Delimiter": "/", **options}
        try:
            yield from self.client.get_paginator("list_objects_v2").paginate(**{k: v for k, v in asked.items() if v})
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "AccessDenied" or not prefix:
                raise
            report.problems.append(f"s3://{self.name}/{prefix}: {reason(error)[0]}")

    def fetch(self, listed: Listed, manifest: Manifest) -> Fetched:
        """Copy one object with its own metadata; what goes wrong stands in the entry's ``error``."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            if listed.size > MAX_OBJECT_BYTES:
                return self._failed(listed, manifest, f"is larger than {MAX_OBJECT_BYTES:,} bytes")
            answer = self.client.get_object(Bucket=self.name, Key=listed.key)
            data = answer["Body"].read()
        except ClientError as error:
            return self._failed(listed, manifest, "; ".join(filter(None, reason(error))))
        except (BotoCoreError, OSError) as error:
            return self._failed(listed, manifest, f"broke off: {error}")
        if len(data) != answer["ContentLength"]:
            return self._failed(listed, manifest, f"broke off after {len(data):,} of {answer['ContentLength']:,} bytes")
        return self._kept(listed, manifest, answer, data)

    def _kept(self, listed: Listed, manifest: Manifest, answer: dict[str, Any], data: bytes) -> Fetched:
        path = local(self.name, listed.key)
        metadata = dict(answer.get("Metadata") or {})
        entry = Fetched(
            listed.url,
            str(path),
            answer["ETag"].strip('"'),
            answer.get("VersionId") or "",
            as_text(answer.get("LastModified")),
            len(data),
            hashlib.sha256(data).hexdigest(),
            metadata or None,
        )
        if metadata:
            beside = manifest.folder / path.with_name(path.name + META)
            beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            told = {"bucket": self.name, "key": listed.key, "etag": entry.etag, "metadata": metadata}
            beside.write_text(json.dumps(told, indent=1), "utf-8")
        manifest.keep(data, manifest.folder / path, entry)
        return entry

    def _failed(self, listed: Listed, manifest: Manifest, error: str) -> Fetched:
        entry = Fetched(listed.url, etag=listed.etag, error=error)
        manifest.add(entry)
        return entry


def _name(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2]


def copied(
    bucket: Bucket, found: Iterable[Listed], folder: Path, report: Report, on_progress: Callable[[Report], None]
) -> Report:
    """Copy objects into a folder, several at once; Ctrl-C keeps what has come and ends after what is under way.

    Args:
        bucket: where they are.
        found: the objects, listed while others are copied.
        folder: holds the copies and the manifest.
        report: is filled in.
        on_progress: called after each object.
    """
    manifest = Manifest(folder)
    stop = threading.Event()
    wanted = _unknown(found, manifest, report)
    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="thresher-fetch") as pool:
        running: set[Future[Fetched | None]] = set()
        try:
            while running | (more := {pool.submit(_one, bucket, listed, manifest, stop)
                                      for listed in islice(wanted, _AHEAD - len(running))}):  # fmt: skip
                done, running = wait(running | more, return_when=FIRST_COMPLETED)
                _tell(done, report, on_progress)
        except KeyboardInterrupt:
            stop.set()
            report.was_interrupted = True
            _tell(wait(running)[0], report, on_progress)
    return report


def _unknown(found: Iterable[Listed], manifest: Manifest, report: Report) -> Iterator[Listed]:
    """The objects that are not in the folder yet, all of them counted."""
    for listed in found:
        report.count(listed)
        if manifest.has(listed.url, listed.etag, listed.version or _known_version(manifest, listed)):
            report.known += 1
        else:
            yield listed


def _known_version(manifest: Manifest, listed: Listed) -> str:
    """A listing tells no versions: the ETag decides."""
    known = manifest.entries.get(listed.url)
    return known.version if known else ""


def _one(bucket: Bucket, listed: Listed, manifest: Manifest, stop: threading.Event) -> Fetched | None:
    return None if stop.is_set() else bucket.fetch(listed, manifest)


def _tell(done: Iterable[Future[Fetched | None]], report: Report, on_progress: Callable[[Report], None]) -> None:
    for future in done:
        entry = future.result()
        if entry is None:
            continue
        if entry.error:
            report.problems.append(f"{entry.source}: {entry.error}")
        else:
            report.fetched += 1
            report.fetched_bytes += entry.size
        on_progress(report)


def bucket_of(client_of: Callable[[str], Any], name: str) -> Bucket:
    """The bucket, reached in its own region.

    Args:
        client_of: makes a client of S3 for a region, '' for the default one.
        name: the bucket's.

    Raises:
        UnreadableError: there is no such bucket, or AWS cannot be reached.
    """
    from botocore.exceptions import ClientError

    with explained(f"s3://{name}"):
        client = client_of("")
        try:
            told = client.head_bucket(Bucket=name)
        except ClientError as error:
            told = error.response
            status = told.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == 404:
                raise UnreadableError(f"s3://{name}", "there is no bucket of this name") from error
            if status not in (301, 400, 403):
                raise
        region = told.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region", "")
    return Bucket(client_of(region) if region and region != client.meta.region_name else client, name)
