"""Takes notices of delivered files from a queue, fetches the files, and deletes only what is safely kept (stage ①)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_plus

from thresher.capture.errors import UsageError
from thresher.capture.inputs.aws.account import explained
from thresher.capture.inputs.aws.manifest import Fetched, Manifest, local
from thresher.capture.inputs.aws.s3 import Bucket, Listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.inputs.aws.s3 import Report

BATCH = 10
WAIT_SECONDS = 2
VISIBILITY_SECONDS = 300
"""How long a message that is being worked on stays hidden from others who read the queue."""
MAX_WRAPPINGS = 4
RECORD = "eventVersion"


class Notice(NamedTuple):
    """What a message says.

    Attributes:
        objects: bucket and key of each file that it names.
        has_records: it carries records itself.
        is_test: it says only that the queue works.
    """

    objects: list[tuple[str, str]]
    has_records: bool = False
    is_test: bool = False


def notice(body: str, depth: int = 0) -> Notice:
    """Read a message, bare or wrapped by SNS: notices of S3, EventBridge and CloudTrail's own; keys are decoded."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return Notice([])
    if not isinstance(content, dict):
        return Notice([])
    if content.get("Event") == "s3:TestEvent":
        return Notice([], is_test=True)
    if isinstance(message := content.get("Message"), str) and depth < MAX_WRAPPINGS:
        return notice(message, depth + 1)
    if isinstance(bucket := content.get("s3Bucket"), str):
        keys = content.get("s3ObjectKey")
        return Notice([(bucket, key) for key in keys if isinstance(key, str)] if isinstance(keys, list) else [])
    return _of_events(content)


def _of_events(content: dict[str, Any]) -> Notice:
    detail = content.get("detail")
    if isinstance(detail, dict) and content.get("source") == "aws.s3":
        bucket, key = _text(detail, "bucket", "name"), _text(detail, "object", "key")
        return Notice([(bucket, key)] if bucket and key else [])
    records = content.get("Records")
    if not isinstance(records, list):
        return Notice([], has_records=RECORD in content or isinstance(detail, dict))
    objects = [
        (bucket, unquote_plus(key))
        for each in records
        if isinstance(each, dict) and each.get("eventSource") == "aws:s3"
        if (bucket := _text(each, "s3", "bucket", "name")) and (key := _text(each, "s3", "object", "key"))
    ]
    return Notice(objects, has_records=bool(records) and not objects)


def _text(content: Any, *path: str) -> str:
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, str) else ""


class Queue:
    """A queue that is the user's to take from.

    Args:
        client: of SQS.
        url: the queue's.
        bucket_of: the bucket of a name.
        deletes: whether messages whose files are kept are deleted.
    """

    def __init__(self, client: Any, url: str, bucket_of: Callable[[str], Bucket], *, deletes: bool) -> None:
        self._client = client
        self._url = url
        self._bucket_of = bucket_of
        self._deletes = deletes
        self._buckets: dict[str, Bucket] = {}
        self._seen: set[str] = set()

    def fetch(self, manifest: Manifest, report: Report, on_progress: Callable[[Report], None]) -> None:
        """Take messages until none is left; Ctrl-C keeps what has come.

        Raises:
            UnreadableError: AWS refuses.
        """
        with explained(self._url):
            try:
                while messages := self._received():
                    for message in messages:
                        self._take(message, manifest, report)
                        on_progress(report)
            except KeyboardInterrupt:
                report.was_interrupted = True

    def _received(self) -> list[dict[str, Any]]:
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=WAIT_SECONDS,
            VisibilityTimeout=VISIBILITY_SECONDS,
        )
        return [each for each in answer.get("Messages", []) if each["MessageId"] not in self._seen]

    def _take(self, message: dict[str, Any], manifest: Manifest, report: Report) -> None:
        self._seen.add(message["MessageId"])
        found = notice(message["Body"])
        is_kept = found.is_test
        if found.objects:
            copies = [self._is_copied(bucket, key, manifest, report) for bucket, key in found.objects]
            is_kept = all(copies)
        elif found.has_records:
            self._keep_body(message, manifest, report)
            is_kept = True
        elif not found.is_test:
            report.problems.append(f"message {message['MessageId']}: names no file and holds no record; it is left")
        if is_kept and self._deletes:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def _is_copied(self, bucket: str, key: str, manifest: Manifest, report: Report) -> bool:
        if bucket not in self._buckets:
            self._buckets[bucket] = self._bucket_of(bucket)
        listed = Listed(bucket, key, 0, "")
        report.count(listed)
        known = manifest.entries.get(listed.url)
        if known is not None and not known.error and (manifest.folder / known.path).is_file():
            report.known += 1
            return True
        entry = self._buckets[bucket].fetch(listed, manifest)
        if entry.error:
            report.problems.append(f"{entry.source}: {entry.error}")
            return False
        report.fetched += 1
        report.fetched_bytes += entry.size
        return True

    def _keep_body(self, message: dict[str, Any], manifest: Manifest, report: Report) -> None:
        data = message["Body"].encode("utf-8", "surrogatepass")
        path = local("messages", f"{message['MessageId']}.json")
        digest = hashlib.sha256(data).hexdigest()
        source = f"{self._url}#{message['MessageId']}"
        manifest.keep(data, manifest.folder / path, Fetched(source, str(path), size=len(data), sha256=digest))
        report.found += 1
        report.fetched += 1
        report.fetched_bytes += len(data)


def url_of(client: Any, name: str) -> str:
    """The URL of a queue that is named by its name or its URL without the scheme.

    Raises:
        UnreadableError: there is none.
        UsageError: nothing is named.
    """
    if not name:
        raise UsageError("name the queue, as in sqs://trail-notices")
    if "/" in name:
        return f"https://{name}"
    with explained(f"sqs://{name}"):
        return str(client.get_queue_url(QueueName=name)["QueueUrl"])
