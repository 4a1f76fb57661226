"""What moto lacks of AWS, on loopback: LookupEvents in pages, throttling, refusals, a bucket with a closed folder."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 50
LISTING = (
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>{}'
    "</ListBucketResult>"
)
DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class Stub(ThreadingHTTPServer):
    """Answers as it is told to.

    Attributes:
        events: what LookupEvents pages through.
        throttled: how many of the next requests are refused for coming too fast.
        refusal: error code that every request gets, '' for none.
        asked: the bodies of the requests to LookupEvents.
        agents: the user agents of all requests to LookupEvents.
        signed: whether each request to the bucket was signed.
        objects: what the bucket holds instead of its two folders: key to content and metadata.
        keys: what ListPublicKeys answers.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.events: list[dict[str, Any]] = []
        self.throttled = 0
        self.refusal = ""
        self.asked: list[dict[str, Any]] = []
        self.agents: list[str] = []
        self.signed: list[bool] = []
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.keys: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Stub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def answer(self, status: int, body: str | bytes, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def refused(self, code: str) -> None:
        self.answer(400, json.dumps({"__type": code, "message": "refused by the stub"}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        self.server.agents.append(self.headers["User-Agent"])
        if self.server.throttled:
            self.server.throttled -= 1
            self.refused("ThrottlingException")
        elif self.server.refusal:
            self.refused(self.server.refusal)
        elif self.headers["X-Amz-Target"].endswith("ListPublicKeys"):
            self.server.asked.append(body)
            self.answer(200, json.dumps({"PublicKeyList": self.server.keys}), Content_Type="application/x-amz-json-1.1")
        else:
            self.server.asked.append(body)
            start = int(body.get("NextToken", "0"))
            page: dict[str, Any] = {"Events": self.server.events[start : start + PAGE]}
            if start + PAGE < len(self.server.events):
                page["NextToken"] = str(start + PAGE)
            self.answer(200, json.dumps(page), Content_Type="application/x-amz-json-1.1")

    def of_objects(self, key: str, is_listing: bool) -> None:
        if is_listing:
            listed = "".join(
                f"<Contents><Key>{key}</Key><Size>{len(data)}</Size><ETag>&quot;e&quot;</ETag></Contents>"
                for key, (data, _) in self.server.objects.items()
            )
            self.answer(200, LISTING.format(listed))
            return
        data, metadata = self.server.objects[key]
        self.answer(200, data, ETag='"e"', **{f"x-amz-meta-{name}": value for name, value in metadata.items()})

    def do_HEAD(self) -> None:
        self.answer(200, "", x_amz_bucket_region="us-east-1")

    def do_GET(self) -> None:
        self.server.signed.append("Authorization" in self.headers)
        asked = parse_qs(urlsplit(self.path).query)
        prefix = asked.get("prefix", [""])[0]
        if self.server.objects:
            self.of_objects(urlsplit(self.path).path.lstrip("/").partition("/")[2], "list-type" in asked)
        elif "list-type" not in asked:
            self.answer(200, '{"Records":[]}', ETag='"e"')
        elif prefix == "closed/":
            self.answer(403, DENIED)
        elif prefix == "":
            folders = "".join(f"<CommonPrefixes><Prefix>{n}/</Prefix></CommonPrefixes>" for n in ("closed", "open"))
            self.answer(200, LISTING.format(folders))
        else:
            key = f"<Contents><Key>{prefix}a.json</Key><Size>14</Size><ETag>&quot;e&quot;</ETag></Contents>"
            self.answer(200, LISTING.format(key))


@contextmanager
def stubbed() -> Iterator[Stub]:
    """A stub that serves in threads of its own."""
    with Stub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
