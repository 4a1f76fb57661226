"""The same CloudTrail records in every form in which they reach a responder."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "cloud" / "AWSLogs"


def sample_records(count: int = 20) -> list[bytes]:
    """Records of the sample as they stand in its files, spread over it."""
    texts = [
        text
        for path in sorted(SAMPLES.rglob("*_eu-central-1_*.json.gz"))
        for text in split(gzip.decompress(path.read_bytes()))
    ]
    return texts[:: len(texts) // count][:count]


def split(delivered: bytes) -> list[bytes]:
    """The exact texts of a compact Records file."""
    decoder, text = json.JSONDecoder(), delivered.decode()
    at, found = text.index("[") + 1, []
    while text[at] == "{":
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end].encode())
        at = end + (text[end] == ",")
    return found


def compact(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def delivered(texts: Iterable[bytes]) -> bytes:
    return b'{"Records":[' + b",".join(texts) + b"]}"


def parsed(texts: Iterable[bytes]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in texts]


def members(texts: list[bytes]) -> bytes:
    """Gzip members one after the other, each a delivered file of its own."""
    return gzip.compress(delivered(texts[:7])) + gzip.compress(delivered(texts[7:]))


def looked_up(texts: list[bytes], time: str = "float") -> list[dict[str, Any]]:
    """Results of LookupEvents as boto3 and the AWS CLI write them."""
    return [
        {
            "EventId": record["eventID"],
            "EventName": record["eventName"],
            "ReadOnly": str(record.get("readOnly", "")).lower(),
            "EventTime": 1764000000.0 if time == "float" else record["eventTime"].replace("Z", "+00:00"),
            "EventSource": record["eventSource"],
            "Resources": [{"ResourceType": "AWS::IAM::User", "ResourceName": "x"}],
            "CloudTrailEvent": text.decode(),
        }
        for text, record in zip(texts, parsed(texts), strict=True)
    ]


def on_bus(texts: list[bytes]) -> list[bytes]:
    """EventBridge events, the record in them byte for byte."""
    head = (
        b'{"version":"0","id":"7e","detail-type":"AWS API Call via CloudTrail","source":"aws.iam",'
        b'"account":"111122223333","time":"2026-11-23T06:00:00Z","region":"eu-central-1","resources":[],"detail":'
    )
    return [head + text + b"}" for text in texts]


def log_events(texts: list[bytes]) -> list[dict[str, Any]]:
    return [
        {"id": f"37{number:054}", "timestamp": 1764000000000, "message": t.decode()} for number, t in enumerate(texts)
    ]


def subscription(texts: list[bytes]) -> dict[str, Any]:
    """What CloudWatch Logs sends to a subscriber."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "CloudTrail/logs",
        "logStream": "111122223333_CloudTrail_eu-central-1",
        "subscriptionFilters": ["all"],
        "logEvents": log_events(texts),
    }


def filtered(texts: list[bytes]) -> dict[str, Any]:
    """The answer of FilterLogEvents."""
    events = [
        {"logStreamName": "s", "ingestionTime": 1764000000001, "eventId": "1", **each} for each in log_events(texts)
    ]
    return {"events": events, "searchedLogStreams": []}


def stamped(texts: list[bytes]) -> bytes:
    """Lines of a CloudWatch Logs export."""
    return b"".join(b"2026-11-23T06:%02d:01.123Z " % number + text + b"\n" for number, text in enumerate(texts))


def notification(message: bytes) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": "arn:aws:sns:eu-central-1:1:t",
        "Message": message.decode(),
    }


def queued(bodies: Iterable[bytes]) -> dict[str, Any]:
    """The answer of ReceiveMessage."""
    return {"Messages": [{"MessageId": "1", "ReceiptHandle": "r", "Body": body.decode()} for body in bodies]}


def hits(texts: list[bytes]) -> dict[str, Any]:
    """The answer of a search in Elasticsearch."""
    found = [{"_index": "trail", "_id": str(n), "_score": 1.0, "_source": each} for n, each in enumerate(parsed(texts))]
    shards = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
    total = {"value": len(found), "relation": "eq"}
    return {"took": 3, "timed_out": False, "_shards": shards, "hits": {"total": total, "max_score": 1.0, "hits": found}}


def logstash(texts: list[bytes]) -> bytes:
    """Lines as logstash writes them: the time stands in ``@timestamp`` and not in ``eventTime``."""
    lines = []
    for record in parsed(texts):
        record["@timestamp"] = record.pop("eventTime")
        lines.append(compact({"@version": "1", **record, "tags": ["aws"]}))
    return b"\n".join(lines)


def zipped(files: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return whole.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return whole.getvalue()


def several(texts: list[bytes]) -> dict[str, bytes]:
    """Files as they lie in an export of a bucket."""
    return {
        "AWSLogs/1/CloudTrail/a.json.gz": gzip.compress(delivered(texts[:5])),
        "AWSLogs/1/CloudTrail/b.json": b"\n".join(texts[5:9]),
        "../../etc/c.json": delivered(texts[9:]),
        "README.md": b"# notes",
    }


def table(header: list[str], rows: Iterable[list[Any]], quoting: int = csv.QUOTE_ALL) -> bytes:
    whole = io.StringIO()
    writer = csv.writer(whole, quoting=quoting, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return whole.getvalue().encode()


def lake(texts: list[bytes]) -> bytes:
    """A query result of CloudTrail Lake that selected the whole record."""
    rows = ([record["eventID"], text.decode()] for text, record in zip(texts, parsed(texts), strict=True))
    return table(["eventID", "eventJson"], rows)


def splunk_csv(texts: list[bytes]) -> bytes:
    return table(["_time", "_raw", "source"], (["1764000000", text.decode(), "s3"] for text in texts))


def struct(value: Any) -> str:
    """A struct as Athena prints it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key.lower()}={struct(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(struct, value)) + "]"
    return "null" if value is None else (str(value).lower() if isinstance(value, bool) else str(value))


ATHENA_STRUCTS = ("userIdentity", "resources", "tlsDetails")


def athena(texts: list[bytes]) -> bytes:
    """A query result of the table that AWS documents, whose column names are in lower case."""
    records = parsed(texts)
    columns = list(dict.fromkeys(key for record in records for key in record))

    def cell(record: dict[str, Any], column: str) -> str:
        value = record.get(column)
        if value is None:
            return ""
        if column in ATHENA_STRUCTS:
            return struct(value)
        return (
            compact(value).decode()
            if isinstance(value, dict | list)
            else str(value).replace("True", "true").replace("False", "false")
        )

    return table([column.lower() for column in columns], ([cell(record, c) for c in columns] for record in records))


CONSOLE_COLUMNS = {
    "Event ID": "eventID", "Event time": "eventTime", "Event source": "eventSource", "Event name": "eventName",
    "AWS region": "awsRegion", "Source IP address": "sourceIPAddress", "Error code": "errorCode",
    "Request ID": "requestID", "Event type": "eventType",
}  # fmt: skip


def console(texts: list[bytes]) -> bytes:
    """The console's download of the event history."""
    records = parsed(texts)
    header = [*CONSOLE_COLUMNS, "User name", "AWS access key", "Read-only"]
    rows = [
        [
            *(record.get(name) or "" for name in CONSOLE_COLUMNS.values()),
            record["userIdentity"].get("userName", ""),
            record["userIdentity"].get("accessKeyId", ""),
            str(record.get("readOnly", "")).lower(),
        ]
        for record in records
    ]
    return table(header, rows, csv.QUOTE_MINIMAL)


def parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), whole)
    return whole.getvalue()


def firehose(texts: list[bytes]) -> bytes:
    """Parquet with columns in lower case: the caller as a struct, request and response as JSON text."""
    lowered = []
    for record in parsed(texts):
        row = {}
        for key, value in record.items():
            nested = key in ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails")
            row[key.lower()] = compact(value).decode() if nested and value is not None else _lowered(value)
        lowered.append(row)
    keys = list(dict.fromkeys(key for row in lowered for key in row))
    return parquet([{key: row.get(key) for key in keys} for row in lowered])


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.lower(): _lowered(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_lowered(each) for each in value]
    return value


JSON_FORMS: dict[str, Callable[[list[bytes]], bytes]] = {
    "a delivered file": delivered,
    "a delivered file, gzip": lambda texts: gzip.compress(delivered(texts)),
    "gzip of two members": members,
    "gzip in gzip": lambda texts: gzip.compress(gzip.compress(delivered(texts))),
    "an array": lambda texts: b"[" + b",\n".join(texts) + b"]",
    "one record a line": lambda texts: b"\n".join(texts) + b"\n",
    "one batch a line": lambda texts: delivered(texts[:4]) + b"\n" + delivered(texts[4:]) + b"\n",
    "records without anything between": b"".join,
    "LookupEvents": lambda texts: json.dumps({"Events": looked_up(texts), "NextToken": "x"}, indent=4).encode(),
    "LookupEvents with ISO times": lambda texts: compact({"Events": looked_up(texts, "iso")}),
    "LookupEvents results in an array": lambda texts: compact(looked_up(texts)),
    "LookupEvents results, one a line": lambda texts: b"\n".join(map(compact, looked_up(texts))),
    "EventBridge events, one a line": lambda texts: b"\n".join(on_bus(texts)),
    "EventBridge events in an array": lambda texts: b"[" + b",".join(on_bus(texts)) + b"]",
    "a CloudWatch Logs export": stamped,
    "a CloudWatch Logs export, gzip": lambda texts: gzip.compress(stamped(texts)),
    "what aws logs tail prints": lambda texts: b"".join(
        b"2026-11-23T06:00:01.123000+00:00 111122223333_CloudTrail_eu-central-1 " + text + b"\n" for text in texts
    ),
    "lines of a container runtime": lambda texts: b"".join(
        b"2026-11-23T06:00:01.123456789Z stdout F " + text + b"\n" for text in texts
    ),
    "lines of docker's log": lambda texts: b"\n".join(
        compact({"log": text.decode() + "\n", "stream": "stdout", "time": "2026-11-23T06:00:01Z"}) for text in texts
    ),
    "a CloudWatch Logs subscription": lambda texts: compact(subscription(texts)),
    "subscription messages without anything between": lambda texts: b"".join(
        [compact(subscription(texts[:3])), compact(subscription(texts[3:]))]
    ),
    "a subscription's Lambda event": lambda texts: compact(
        {"awslogs": {"data": base64.b64encode(gzip.compress(compact(subscription(texts)))).decode()}}
    ),
    "FilterLogEvents": lambda texts: json.dumps(filtered(texts), indent=2).encode(),
    "SNS notifications": lambda texts: b"\n".join(compact(notification(text)) for text in texts),
    "an SNS notification of a batch": lambda texts: compact(notification(delivered(texts))),
    "SQS messages": lambda texts: compact(queued(texts)),
    "SQS messages of SNS of EventBridge": lambda texts: compact(
        queued(compact(notification(event)) for event in on_bus(texts))
    ),
    "Elasticsearch hits": lambda texts: compact(hits(texts)),
    "Elasticsearch documents, one a line": lambda texts: b"\n".join(map(compact, hits(texts)["hits"]["hits"])),
    "Elastic documents with the original event": lambda texts: b"\n".join(
        compact({"@timestamp": "2026-11-24T00:00:00Z", "event": {"module": "aws", "original": text.decode()}})
        for text in texts
    ),
    "logstash lines": logstash,
    "Splunk results, one a line": lambda texts: b"\n".join(
        compact({"preview": False, "offset": 0, "result": {"_raw": text.decode(), "_time": "x"}}) for text in texts
    ),
    "Splunk results": lambda texts: compact([{"_raw": text.decode(), "host": "h"} for text in texts]),
    "a console download": lambda texts: json.dumps({"Records": parsed(texts)}, indent=2, ensure_ascii=False).encode(),
    "UTF-8 with a byte order mark": lambda texts: b"\xef\xbb\xbf" + delivered(texts),
    "UTF-16": lambda texts: ("\ufeff" + delivered(texts).decode()).encode("utf-16-le"),
    "UTF-16, high byte first": lambda texts: delivered(texts).decode().encode("utf-16-be"),
    "zip": lambda texts: zipped(several(texts)),
    "tar": lambda texts: tarred(several(texts)),
    "tar, gzip": lambda texts: gzip.compress(tarred(several(texts))),
    "zip in tar": lambda texts: tarred({"inner.zip": zipped(several(texts))}),
    "a Lake result": lake,
    "a Lake result, gzip": lambda texts: gzip.compress(lake(texts)),
    "Splunk CSV": splunk_csv,
}
"""Forms that hold every record as it is, or with its members in another spelling."""

MADE_FORMS: dict[str, Callable[[list[bytes]], bytes]] = {
    "Athena CSV": athena,
    "Parquet of Athena and Firehose": firehose,
}
"""Forms whose rows are taken apart into columns and from which a record is made again."""
