"""Takes records out of what other services wrap around them: messages, search results, exported events (stage ①)."""

from __future__ import annotations

import base64
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from thresher.capture.contract import Records
from thresher.capture.pieces import Pieces
from thresher.capture.readers.json_logs.lists import WRAPPER
from thresher.capture.readers.json_logs.scan import MAX_RECORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MAX_WRAPPINGS = 6
"""An SQS message in which an SNS message holds an EventBridge event has three."""
JOIN = " › "

_MARKS = re.compile(
    rb'"(?:detail|CloudTrailEvent|message|_source|_raw|result|Message|Body|body|Sns|event|awslogs|kinesis|log|Records)"\s*:'
)
_PLAIN = re.compile(rb'\{\s*"eventVersion"\s*:')
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)

Members: TypeAlias = "Mapping[str, msgspec.Raw]"


class Inner(NamedTuple):
    """What was found in an envelope.

    Attributes:
        text: the record, or a further envelope.
        wrapping: what was around it.
        offset, length: its bytes in the envelope; escaped text with its quotes.
        is_verbatim: it stands there as it is, so that what is in it has a place of its own.
    """

    text: bytes
    wrapping: str
    offset: int
    length: int
    is_verbatim: bool


class _Kind(NamedTuple):
    """An envelope: the member that holds the record, and members of which one must stand beside it."""

    wrapping: str
    member: str
    beside: tuple[str, ...] = ()


KINDS: tuple[_Kind, ...] = (
    _Kind("LookupEvents result", "CloudTrailEvent"),
    _Kind("EventBridge event", "detail", ("detail-type",)),
    _Kind("CloudWatch Logs event", "message", ("timestamp", "logStreamName", "ingestionTime", "eventId")),
    _Kind("SNS notification", "Message", ("TopicArn", "Type", "Timestamp")),
    _Kind("SNS record", "Sns", ("EventSource", "EventSubscriptionArn")),
    _Kind("SQS message", "Body", ("MessageId", "ReceiptHandle", "MD5OfBody")),
    _Kind("SQS record", "body", ("messageId", "receiptHandle")),
    _Kind("Elasticsearch hit", "_source", ("_index", "_id", "_score", "sort")),
    _Kind("Elastic event", "event", ("@timestamp",)),
    _Kind("Splunk result", "result", ("preview", "offset", "lastrow")),
    _Kind("Splunk event", "_raw"),
    _Kind("container log line", "log", ("stream", "time")),
    _Kind("Lambda event", "awslogs"),
    _Kind("Kinesis record", "kinesis", ("eventSource", "eventID")),
)
"""Told by members of the object, never by the place where the file was found."""
_PACKED = {"awslogs", "kinesis"}
"""Their member ``data`` is base64, usually of gzip."""
_LISTS = ("Records", "Events", "events", "logEvents", "Messages")


def unwrapped(batches: Iterable[Records]) -> Iterator[Records]:
    """The same records, those in envelopes taken out; what holds no record stands as it is."""
    for batch in batches:
        if _is_plain(batch.texts):
            yield batch
        else:
            yield from _regrouped(batch)


def _is_plain(texts: Sequence[bytes]) -> bool:
    """Whether nothing is to be taken out of any of them; all pieces of one buffer begin alike."""
    if isinstance(texts, Pieces):
        end = int(texts.starts[-1] + texts.lengths[-1])
        return bool(_PLAIN.match(texts[0])) or not _MARKS.search(texts.data, int(texts.starts[0]), end)
    return all(map(_PLAIN.match, texts)) or not any(map(_MARKS.search, texts))


def _regrouped(batch: Records) -> Iterator[Records]:
    """Batches of records that were wrapped alike, in the order of the file."""
    group = _Group("")
    for text, offset in zip(batch.texts, map(int, batch.offsets), strict=True):
        for found in _opened(Inner(text, "", 0, len(text), True)):
            if found.wrapping != group.wrapping:
                if group.texts:
                    yield group.records(batch.file_id)
                group = _Group(found.wrapping)
            group.texts.append(found.text)
            group.offsets.append(offset + found.offset)
            group.lengths.append(found.length)
    if group.texts:
        yield group.records(batch.file_id)


class _Group:
    def __init__(self, wrapping: str) -> None:
        self.wrapping = wrapping
        self.texts: list[bytes] = []
        self.offsets: list[int] = []
        self.lengths: list[int] = []

    def records(self, file_id: int) -> Records:
        return Records(file_id, self.texts, self.offsets, self.wrapping, self.lengths)


def _opened(outer: Inner, depth: int = 0) -> list[Inner]:
    """The records in a text, itself where it is one or where nothing can be taken out of it."""
    if depth >= MAX_WRAPPINGS or (depth == 0 and not _MARKS.search(outer.text)):
        return [outer]
    found = [each for inner in _inside(outer.text, depth) for each in _opened(inner, depth + 1)]
    return [_placed(outer, inner) for inner in found] or [outer]


def _placed(outer: Inner, inner: Inner) -> Inner:
    """The inner record with its place and wrappings as seen from outside."""
    wrapping = JOIN.join(filter(None, (outer.wrapping, inner.wrapping)))
    if not outer.is_verbatim:
        return Inner(inner.text, wrapping, outer.offset, outer.length, False)
    return Inner(inner.text, wrapping, outer.offset + inner.offset, inner.length, inner.is_verbatim)


def _inside(text: bytes, depth: int) -> list[Inner]:
    """What an envelope holds, empty where it is none."""
    try:
        members = _MEMBERS.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return []
    if "eventName" in members and "eventSource" in members and "kinesis" not in members:
        return []
    for kind in KINDS:
        if kind.member in members and (not kind.beside or not members.keys().isdisjoint(kind.beside)):
            return _content(text, kind, bytes(members[kind.member]))
    return _elements(text, members) if depth else _deeper(text, members)


def _deeper(text: bytes, members: Members) -> list[Inner]:
    """A list of records that somebody put into one more object."""
    for name, raw in members.items():
        value = bytes(raw)
        if WRAPPER.match(value):
            return [Inner(value, f"member {name[:60]}", text.find(value), len(value), True)]
    return []


def _content(text: bytes, kind: _Kind, value: bytes) -> list[Inner]:
    offset = text.find(value)
    if kind.member in _PACKED:
        data = _unpacked(value)
        return [Inner(data, kind.wrapping, offset, len(value), False)] if data else []
    if value.startswith(b"{"):
        inner = _member_of_member(kind, value)
        return [inner._replace(offset=offset + inner.offset)] if inner else []
    record = _escaped(value)
    return [Inner(record, kind.wrapping, offset, len(value), False)] if record else []


def _member_of_member(kind: _Kind, value: bytes) -> Inner | None:
    """What is inside an object: the record itself, or for some kinds one of its members."""
    deeper = {"event": "original", "Sns": "Message", "result": "_raw"}.get(kind.member)
    if deeper is None:
        return Inner(value, kind.wrapping, 0, len(value), True)
    members = _MEMBERS.decode(value)
    if deeper not in members:
        return Inner(value, kind.wrapping, 0, len(value), True) if kind.member == "result" else None
    string = bytes(members[deeper])
    record = _escaped(string)
    return Inner(record, kind.wrapping, value.find(string), len(string), False) if record else None


def _escaped(value: bytes) -> bytes:
    """The object in a JSON string, empty where it holds none."""
    if not value.startswith(b'"'):
        return b""
    try:
        text = _TEXT.decode(value).strip().encode()
    except (msgspec.DecodeError, UnicodeEncodeError):
        return b""
    return text if text.startswith(b"{") and _is_object(text) else b""


def _is_object(text: bytes) -> bool:
    try:
        _MEMBERS.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _unpacked(value: bytes) -> bytes:
    """The object in a member ``data`` of base64, inflated within bounds; empty where there is none."""
    try:
        data = base64.b64decode(_TEXT.decode(bytes(_MEMBERS.decode(value)["data"])), validate=True)
        if data.startswith(b"\x1f\x8b"):
            data = zlib.decompressobj(31).decompress(data, MAX_RECORD_BYTES)
    except (msgspec.DecodeError, KeyError, ValueError, zlib.error):
        return b""
    return data.strip() if _is_object(data.strip()) else b""


def _elements(text: bytes, members: Members) -> list[Inner]:
    """The elements of a list of records that came in a message."""
    found: list[Inner] = []
    for name in _LISTS:
        if name not in members or not bytes(members[name]).startswith(b"["):
            continue
        value = bytes(members[name])
        at = text.find(value)
        for raw in _ELEMENTS.decode(value):
            element = bytes(raw)
            at = text.find(element, at)
            if element.startswith(b"{"):
                found.append(Inner(element, "", at, len(element), True))
            at += len(element)
        break
    return found
