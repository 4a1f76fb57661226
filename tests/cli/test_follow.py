"""``thresher follow``: text, hex, raw and JSON of one stream, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = str(Path(__file__).parents[2] / "samples" / "shop" / "shop.scap")


def follow(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "thresher", "follow", "-r", SHOP, *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def test_text_tells_both_directions_apart_and_marks_gaps() -> None:
    done = follow("143384")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert "Node 0: bash (4431), id (4432), uname (4433), cat (4434), ls (4435)" in lines
    assert "uid=0(root) gid=0(root) groups=0(root)" in lines
    assert "\tuname -a" in lines
    assert "[57 more bytes not captured]" in lines
    assert b"419 of 991 bytes of the first direction were not captured" in done.stderr


def test_raw_writes_the_bytes_of_one_direction_as_they_are() -> None:
    typed = follow("-T", "raw", "--direction", "1", "-q", "143384")
    assert typed.stdout.startswith(b"id\nuname -a\ncat /srv/shop/secrets.env\n")
    assert not typed.stderr


def test_hex_and_json_hold_the_same_bytes() -> None:
    raw = follow("-T", "raw", "-q", "143384").stdout
    found = json.loads(follow("-T", "json", "143384").stdout)
    assert b"".join(bytes.fromhex(piece["data"]) for piece in found["pieces"]) == raw
    dump = follow("-T", "hex", "-q", "143384").stdout.decode().splitlines()
    rows = [line.strip() for line in dump if line.strip()[:8].isalnum() and line.strip()[8:10] == "  "]
    assert b"".join(bytes.fromhex(row[10:58].replace(" ", "")) for row in rows) == raw


def test_a_filter_follows_the_first_match_and_says_that_there_are_more() -> None:
    done = follow("-Y", 'proc.name == "curl" and evt.flow == "out" and fd.sport == 8088')
    assert b"events of several streams match" in done.stderr
    assert b" HTTP/1.1" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("5", "--stream", "3"), ("-Y", "evt.num == 1", "7")])
def test_exactly_one_thing_is_followed(arguments: tuple[str, ...]) -> None:
    done = follow(*arguments)
    assert done.returncode == 2
    assert b"say what to follow" in done.stderr


def test_an_event_without_a_stream_is_an_error_of_the_query() -> None:
    done = follow("1")
    assert (done.returncode, done.stdout) == (4, b"")
    assert b"works on no open file that is known" in done.stderr
