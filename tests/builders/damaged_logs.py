"""Kinds of damage that logs are found with: each is five records and what happened to them."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from tests.builders import log_forms
from tests.builders.log_forms import compact, delivered

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = log_forms.sample_records(20)[::4]
WHOLE = delivered(TEXTS)
PACKED = gzip.compress(WHOLE, mtime=0)


class Kind(NamedTuple):
    """One kind of damage.

    Attributes:
        title: what happened.
        kept: how many events are there.
        says: a part of what the user is told, '' where nothing needs saying.
        files: name to content; one file is opened by its name, several as a folder.
    """

    title: str
    kept: int
    says: str
    files: Callable[[], dict[str, bytes]]


def one(data: bytes, name: str = "log.json") -> Callable[[], dict[str, bytes]]:
    return lambda: {name: data}


def with_record(text: bytes) -> Callable[[], dict[str, bytes]]:
    """The records, with this one in their midst."""
    return one(delivered([*TEXTS[:3], text, *TEXTS[3:]]))


def with_member(value: bytes) -> bytes:
    """The first record with a member more and an identity of its own."""
    head = b'{"extra":' + value + b","
    return head + TEXTS[0][1:].replace(b'"eventID":"', b'"eventID":"x')


def random_zip(**info: object) -> bytes:
    """An archive with the records, its member's header changed."""
    whole = bytearray(log_forms.zipped({"a.json": WHOLE}))
    for name, mask in (("flag_bits", 1),):
        if name in info:
            for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
                whole[whole.index(mark) + at] |= mask
    return bytes(whole)


def bomb(members: int = 2, size: int = 40 << 20) -> bytes:
    """Members of spaces, which deflate to a thousandth."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.json", WHOLE)
        for number in range(members):
            archive.writestr(f"{number + 1}.json", b"[" + b" " * size)
    return whole.getvalue()


def nested(depth: int) -> bytes:
    data = WHOLE
    for level in range(depth):
        data = log_forms.zipped({f"{level}.zip" if level else "log.json": data})
    return data


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


CONTROL = {**log_forms.subscription(TEXTS), "messageType": "CONTROL_MESSAGE"}
CONTROL["logEvents"] = [{"id": "", "timestamp": 0, "message": "CWL CONTROL MESSAGE: Checking health of destination."}]
LOST = [*log_forms.looked_up(TEXTS)]
LOST[2] = {**LOST[2], "CloudTrailEvent": "not JSON"}
TIMELESS = TEXTS[0].replace(b'"eventTime":"2', b'"eventTime":"yesterday, 2').replace(b'"eventID":"', b'"eventID":"x')

KINDS: tuple[Kind, ...] = (
    Kind("gzip that is cut off", 5, "the gzip stream is cut off", one(PACKED[:-8], "log.json.gz")),
    Kind("gzip that is cut off in the first block", 0, "holds nothing readable: the gzip stream is cut off", one(PACKED[:12], "log.json.gz")),
    Kind("gzip with bytes of something else behind it", 5, "bytes that are no gzip follow its last member", one(PACKED + b"garbage", "log.json.gz")),
    Kind("gzip padded with zeros, as on tapes", 5, "", one(PACKED + b"\0" * 512, "log.json.gz")),
    Kind("gzip of several members", 5, "", one(gzip.compress(WHOLE[:100]) + gzip.compress(WHOLE[100:]), "log.json.gz")),
    Kind("gzip whose checksum is wrong", 5, "the gzip stream is corrupt", one(flipped(PACKED, len(PACKED) - 6), "log.json.gz")),
    Kind("gzip in gzip", 5, "", one(gzip.compress(PACKED), "log.json.gz")),
    Kind("gzip without its ending", 5, "", one(PACKED, "log.json")),
    Kind("plain text named as gzip", 5, "", one(WHOLE, "log.json.gz")),
    Kind("a log named as a picture", 5, "", one(WHOLE, "log.png")),
    Kind("an HTML page instead of the log", 0, "it looks like HTML or XML", one(b"<!DOCTYPE html><html><body>Sign in</body></html>")),
    Kind("an error of S3 instead of the log", 0, "it looks like HTML or XML", one(b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')),
    Kind("an HTML page beside logs", 5, "in no known format", lambda: {"a.json": WHOLE, "b.json": b"<html></html>"}),
    Kind("an empty file", 0, "it is empty", one(b"")),
    Kind("an empty file beside logs, as S3 marks folders", 5, "is empty", lambda: {"a.json": WHOLE, "folder": b""}),
    Kind("an empty list", 0, "holds no records", one(b'{"Records":[]}')),
    Kind("notes and scripts beside logs", 5, "in no known format", lambda: {"a.json": WHOLE, "README.md": b"# Logs\n", "get.py": b"import os\n"}),
    Kind("a file of zeros, as a disk that was full leaves", 0, "it starts with the bytes 00 00", one(b"\0" * 4096)),
    Kind("zeros behind the log", 5, "not a JSON object", one(WHOLE + b"\0" * 512)),
    Kind("a byte order mark", 5, "", one(b"\xef\xbb\xbf" + WHOLE)),
    Kind("UTF-16, as PowerShell writes", 5, "", one(WHOLE.decode().encode("utf-16"))),
    Kind("UTF-16 that is cut within a letter", 4, "a record without an end", one(WHOLE.decode().encode("utf-16")[:-203])),
    Kind("line ends of Windows", 5, "", one(b"\r\n".join(TEXTS) + b"\r\n")),
    Kind("the last record is cut off", 4, "a record without an end", one(WHOLE[:-200])),
    Kind("the list is never closed", 5, "the file ends inside its list of records", one(WHOLE[:-2])),
    Kind("a comma behind the last record", 5, "", one(WHOLE[:-2] + b",]}")),
    Kind("no comma between two records", 5, "", one(b'{"Records":[' + b" ".join(TEXTS) + b"]}")),
    Kind("the list in an object too many", 5, "", one(b'{"data":' + WHOLE + b"}")),
    Kind("lists in lists", 5, "", one(b"[[" + b"],[".join(TEXTS) + b"]]")),
    Kind("a record that is null", 5, "not a JSON object", with_record(b"null")),
    Kind("a text instead of a record", 5, "not a JSON object", with_record(b'"record"')),
    Kind("single quotes, as Python prints", 5, "a record that is not valid JSON", with_record(b"{'eventVersion': '1.08'}")),
    Kind("a comment", 5, "a record that is not valid JSON", with_record(b'{"eventVersion":/* x */"1.08"}')),
    Kind("NaN", 5, "a record that is not valid JSON", with_record(b'{"eventVersion":NaN}')),
    Kind("a number with 400 digits", 6, "", with_record(with_member(b"9" * 400))),
    Kind("the number 1e999", 6, "", with_record(with_member(b"1e999"))),
    Kind("a text of 2 MB", 6, "", with_record(with_member(b'"' + b"x" * 2_000_000 + b'"'))),
    Kind("a text of 17 MB", 5, "a record of more than 16,777,216 bytes", with_record(with_member(b'"' + b"x" * (17 << 20) + b'"'))),
    Kind("nested 300 deep", 5, "a record nested 301 deep, more than 256", with_record(with_member(b"[" * 300 + b"]" * 300))),
    Kind("nested 100,000 deep", 5, "nested 100,001 deep", with_record(with_member(b"[" * 100_000 + b"]" * 100_000))),
    Kind("100,000 lists that are never closed", 5, "", with_record(b'{"eventVersion":' + b"[" * 100_000)),
    Kind("a name twice in a record", 6, "", with_record(with_member(b'1,"extra":2'))),
    Kind("a raw NUL in a text", 5, "a record that is not valid JSON", with_record(with_member(b'"a\0b"'))),
    Kind("an escaped NUL in a text", 6, "", with_record(with_member(b'"a\\u0000b"'))),
    Kind("half of a surrogate pair", 6, "broken text in a record is shown as U+FFFD", with_record(with_member(b'"\\ud800"'))),
    Kind("bytes that are no UTF-8", 6, "broken text in a record is shown as U+FFFD", with_record(with_member(b'"\xff\xfe"'))),
    Kind("a time that is none", 6, "", with_record(TIMELESS)),
    Kind("other lines between records", 5, "not a JSON object", one(b"started\n" + b"\n-- note --\n".join(TEXTS))),
    Kind("a merge mark in the middle of a record", 4, "a record", one(WHOLE.replace(TEXTS[2], TEXTS[2][:300] + b"\n<<<<<<< HEAD\n" + TEXTS[2][300:]))),
    Kind("the same file twice", 5, "5 records are copies of others", lambda: {"a.json": WHOLE, "b.json": WHOLE}),
    Kind("a record that somebody changed, beside the original", 6, "1 identity stands on records with different content", with_record(TEXTS[0].replace(b'"eventName":"', b'"eventName":"X'))),
    Kind("LookupEvents with an event that is no JSON", 5, "", one(compact({"Events": LOST}))),
    Kind("a control message of CloudWatch Logs", 0, "no dissector knows its records", one(compact(CONTROL))),
    Kind("a CSV row with cells missing", 5, "a row of 1 cells under 2 columns", one(log_forms.lake(TEXTS) + b'"x"\r\n', "result.csv")),
    Kind("CSV that is cut off in quotes", 4, "quotes are not closed", one(log_forms.lake(TEXTS)[:-100], "result.csv")),
    Kind("Parquet that is cut off", 0, "Parquet", one(log_forms.firehose(TEXTS)[:-100], "x.parquet")),
    Kind("Parquet of something else", 0, "no table of CloudTrail records", one(log_forms.parquet([{"a": 1, "b": 2}]), "x.parquet")),
    Kind("zip that is cut off", 0, "the zip archive is damaged", one(log_forms.zipped({"a.json": WHOLE})[:-30], "logs.zip")),
    Kind("zip with a password", 0, "is encrypted: unpack it with its password", one(random_zip(flag_bits=1), "logs.zip")),
    Kind("zip with names that lead elsewhere", 5, "", one(log_forms.zipped({"../../etc/cron.d/x": WHOLE}), "logs.zip")),
    Kind("a zip bomb", 5, "inflates to more than 250 times its", one(bomb(), "logs.zip")),
    Kind("zips five deep", 0, "archives are read 3 deep; unpack this one", one(nested(5), "logs.zip")),
    Kind("tar that is cut off", 5, "", one(log_forms.tarred({"a.json": WHOLE, "b.json": WHOLE})[: len(WHOLE) + 2000], "logs.tar")),
)  # fmt: skip
