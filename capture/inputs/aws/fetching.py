"""Reads what ``s3://``, ``cloudtrail://`` and ``sqs://`` name, and brings it into a folder (stage ①)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from thresher.capture.errors import UnreadableError, UsageError
from thresher.capture.inputs.aws import public_keys
from thresher.capture.inputs.aws.account import Access, explained
from thresher.capture.inputs.aws.layout import Window
from thresher.capture.inputs.aws.lookup import INTERVAL_SECONDS, Query, answers, attribute
from thresher.capture.inputs.aws.manifest import Manifest
from thresher.capture.inputs.aws.s3 import Bucket, Report, bucket_of, copied
from thresher.capture.inputs.aws.sqs import Queue, url_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMES = ("s3://", "cloudtrail://", "sqs://")
SECONDS_PER_REQUEST = 0.08
"""About what S3 takes to answer, for the estimate of a dry run."""
BYTES_PER_SECOND = 20 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch and how.

    Attributes:
        spec: the URL that the user named.
        window: the time of the events.
        accounts: for LookupEvents and for roles with ``{account}`` in them; none for that of the credentials.
        lookup: ``ATTRIBUTE=VALUE`` for LookupEvents.
        is_queue_mine: the user says that the queue may be taken from.
        deletes: delete messages whose files are kept.
        lookup_interval_s: least time between two requests of LookupEvents.
    """

    spec: str
    access: Access = field(default_factory=Access)
    window: Window = field(default_factory=Window)
    accounts: tuple[str, ...] = ()
    lookup: str = ""
    is_queue_mine: bool = False
    deletes: bool = False
    lookup_interval_s: float = INTERVAL_SECONDS


def is_remote(spec: str) -> bool:
    """Whether a specification names something that must be fetched."""
    return spec.startswith(SCHEMES)


def fetch(wanted: Wanted, folder: Path, on_progress: Callable[[Report], None]) -> Report:
    """Bring everything into the folder that is not there yet.

    Raises:
        UsageError: the specification or an option is wrong.
        UnreadableError: AWS refuses; what had come is kept.
    """
    scheme, _, rest = wanted.spec.partition("://")
    if scheme == "s3":
        return _from_bucket(wanted, rest, folder, on_progress)
    if scheme == "cloudtrail":
        return _from_lookup(wanted, rest, folder, on_progress)
    if scheme == "sqs":
        return _from_queue(wanted, rest, folder, on_progress)
    raise UsageError(f"'{wanted.spec}' names no source; sources begin with {', '.join(SCHEMES)}")


def planned(wanted: Wanted) -> Report:
    """What a fetch from S3 would find, listed and not copied.

    Raises:
        UsageError: the source is not in S3: only a bucket can be listed.
        UnreadableError: AWS refuses.
    """
    if not wanted.spec.startswith("s3://"):
        raise UsageError("--dry-run lists a bucket; LookupEvents and queues tell only by being read")
    report = Report()
    bucket, prefix = _bucket(wanted, wanted.spec.removeprefix("s3://"))
    with explained(wanted.spec):
        for listed in bucket.objects(prefix, wanted.window, report):
            report.count(listed)
    return report


def seconds(report: Report) -> float:
    """About how long copying what a plan found will take."""
    return max(report.found * SECONDS_PER_REQUEST / 16, report.found_bytes / BYTES_PER_SECOND)


def _account(wanted: Wanted) -> str:
    return wanted.accounts[0] if len(wanted.accounts) == 1 else ""


def _bucket(wanted: Wanted, rest: str) -> tuple[Bucket, str]:
    name, _, prefix = rest.partition("/")
    if not name:
        raise UsageError("name the bucket, as in s3://bucket/AWSLogs/")
    return bucket_of(_s3(wanted), name), prefix


def _s3(wanted: Wanted) -> Callable[[str], Any]:
    return lambda region: wanted.access.client("s3", region or wanted.access.region or "us-east-1", _account(wanted))


def _from_bucket(wanted: Wanted, rest: str, folder: Path, on_progress: Callable[[Report], None]) -> Report:
    report = Report()
    bucket, prefix = _bucket(wanted, rest)
    with explained(wanted.spec):
        copied(bucket, bucket.objects(prefix, wanted.window, report), folder, report, on_progress)
    if not report.found and not report.was_interrupted:
        why = "; ".join(report.problems[:3]) or "nothing there can hold events of this time"
        raise UnreadableError(wanted.spec, why, "" if report.problems else "look at the prefix, --since and --until")
    if not (wanted.access.is_anonymous or report.was_interrupted):
        report.notes += public_keys.save(
            folder, lambda region: wanted.access.client("cloudtrail", region, _account(wanted), attempts=2)
        )
    return report


def _from_lookup(wanted: Wanted, rest: str, folder: Path, on_progress: Callable[[Report], None]) -> Report:
    asked = attribute(wanted.lookup) if wanted.lookup else None
    region = rest.strip("/")
    if not region:
        raise UsageError("name a region or all of them, as in cloudtrail://eu-central-1 or 'cloudtrail://*'")
    report, manifest = Report(), Manifest(folder)
    regions = wanted.access.regions() if region == "*" else [region]
    if not wanted.accounts or wanted.access.role_arn:
        accounts = wanted.accounts or ("",)
    else:
        raise UsageError("--account needs --role-arn with {account} in it: credentials are those of one account")
    failed: UnreadableError | None = None
    for account in accounts:
        for name in regions:
            query = Query(name, account, wanted.window, asked, wanted.lookup_interval_s)
            try:
                with explained(f"cloudtrail://{name}"):
                    client = wanted.access.client("cloudtrail", name, account)
                answers(client, query, manifest, report, on_progress)
            except UnreadableError as error:
                failed = error
                report.problems.append(str(error))
            except KeyboardInterrupt:
                report.was_interrupted = True
                return report
    if failed is not None and len(report.problems) == len(accounts) * len(regions):
        raise failed
    return report


def _from_queue(wanted: Wanted, rest: str, folder: Path, on_progress: Callable[[Report], None]) -> Report:
    if not wanted.is_queue_mine:
        raise UsageError(
            "reading a queue hides its messages from whoever else reads it; say --queue-is-mine if nobody does"
        )
    report = Report()
    with explained(wanted.spec):
        client = wanted.access.client("sqs", wanted.access.region or "us-east-1", _account(wanted))
    queue = Queue(
        client,
        url_of(client, rest.strip("/")),
        lambda name: bucket_of(_s3(wanted), name),
        deletes=wanted.deletes,
    )
    queue.fetch(Manifest(folder), report, on_progress)
    return report
