"""A capture in which a name is looked up, a page is asked for, and only one end recorded all of the response."""

from __future__ import annotations

from pathlib import Path

from tests.builders import scap as build
from tests.builders.entries import process
from tests.builders.kernel_story import Story
from thresher.capture.model import Interface

CLIENT, SERVER = 10, 20
RESPONSE = b"HTTP/1.0 200 OK\r\nContent-Type: a/b\r\ntext/plain: Server\r\n\r\n"
WEB = build.tuple_of("10.0.0.1", 4000, "10.0.0.2", 80)
RESOLVER = build.tuple_of("10.0.0.1", 5000, "10.0.0.9", 53)
QUERY = b"\0\7\1\0\0\1\0\0\0\0\0\0\3web\7example\0\0\1\0\1"
ANSWER = b"\0\7\x81\x80\0\1\0\1\0\0\0\0" + QUERY[12:] + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\n\0\0\2"


def story(tmp_path: Path) -> Path:
    """A client resolves a name, connects, asks, and reads a response of which only the server recorded the end."""
    network = Interface("eth0", b"\n\0\0\1", b"\xff\xff\xff\0", b"\n\0\0\xff")
    told = Story([process(1, 0, b"init"), process(CLIENT), process(SERVER)], others=[network])
    told.did("socket", CLIENT, fd=3, domain=2, type=2, proto=17)
    told.did("connect", CLIENT, res=0, tuple=RESOLVER, fd=3)
    told.did("sendto", CLIENT, res=len(QUERY), data=QUERY, fd=3, size=len(QUERY))
    told.did("recvfrom", CLIENT, res=len(ANSWER), data=ANSWER, fd=3, size=512)
    told.did("socket", CLIENT, fd=4, domain=2, type=1, proto=6)
    told.did("connect", CLIENT, res=0, tuple=WEB, fd=4)
    told.did("accept4", SERVER, fd=5, tuple=WEB)
    request = b"GET /a HTTP/1.1\r\nHost: web.example\r\n\r\n"
    told.did("write", CLIENT, res=len(request), data=request, fd=4, size=len(request))
    told.did("read", SERVER, res=len(request), data=request, fd=5, size=4096)
    for part in (RESPONSE[:17], RESPONSE[17:]):
        told.did("write", SERVER, res=len(part), data=part, fd=5, size=len(part))
    told.did("read", CLIENT, res=len(RESPONSE), data=RESPONSE[:20], fd=4, size=4096)
    path = tmp_path / "story.scap"
    path.write_bytes(bytes(told))
    return path
