"""Arguments decoded from real captures read as libsinsp prints them, apart from what it looks up in its state."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from thresher.capture.contract import RawEvent
from thresher.dissectors.syscall.arguments import Arguments, read_arguments
from thresher.dissectors.syscall.event_table import event_types
from thresher.dissectors.syscall.names import Names, Tables
from thresher.dissectors.syscall.params import read_block
from thresher.dissectors.syscall.render import Renderer

EVENT_BLOCKS = (0x204, 0x216)
LOOKED_UP = frozenset(("FD", "PID", "UID", "GID", "FDLIST", "FSPATH", "FSRELPATH"))
ZEROS = frozenset(("0", "0(O_NONE)", "0(FUTEX_WAIT)", "0(0s)", "0(<f>/dev/pts/5)"))
"""What libsinsp makes up for arguments that the file does not hold; here they are absent."""


def events(path: Path) -> Iterator[RawEvent]:
    """Rows of a capture, an exit together with its thread's enter of the same call."""
    data = path.read_bytes()
    data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    enters: dict[int, tuple[int, bytes]] = {}
    place = 0
    while place < len(data):
        block_type = int.from_bytes(data[place : place + 4], "little")
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if block_type in EVENT_BLOCKS:
            block = data[place : place + length]
            header = read_block(block)
            kind = event_types()[header.type_id]
            type_id, enter = enters.pop(header.tid, (0, b"")) if kind.direction == "<" else (0, b"")
            if kind.direction == ">" and kind.category & 512:
                enters[header.tid] = header.type_id, block
            yield RawEvent({}, block, enter if type_id + 1 == header.type_id else b"")
        place += length


def oracle(path: Path) -> dict[tuple[str, str, str], str]:
    """(time, processor, thread) to ``evt.args``."""
    with gzip.open(path, "rt", encoding="utf-8", errors="backslashreplace", newline="\n") as lines:
        names = next(lines).rstrip("\n").split("\t")
        keys = [names.index(name) for name in ("evt.rawtime", "evt.cpu", "thread.tid", "evt.args")]
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return {(row[keys[0]], row[keys[1]], row[keys[2]]): row[keys[3]] for row in rows}


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def differing(arguments: Arguments, wanted: str) -> list[str]:
    """Names of the arguments that read differently, without regard to meanings that need the state."""
    renderer = Renderer(arguments, Names({}, arguments, Tables()))
    ours = escaped(renderer.line())
    if ours == wanted:
        return []
    pattern = " ".join(f"{re.escape(item.param.name)}=(.*)" for item in arguments.items)
    theirs = re.fullmatch(pattern, wanted)
    if theirs is None:
        return ["all"]
    wrong = []
    for item, text in zip(arguments.items, theirs.groups(), strict=True):
        mine = escaped(renderer.full(item))
        is_state = item.param.type in LOOKED_UP and mine.split("(")[0] == text.split("(")[0]
        if mine != text and not is_state and item.param.type != "FDLIST" and not (not item.data and text in ZEROS):
            wrong.append(f"{item.param.name}: {mine} for {text}")
    return wrong


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("capture", "least"),
    [
        ("502Error", 18_000),
        ("curl_google", 900),
        ("run_as_user_0_container", 2_700),
        ("test_ipv6_client", 290),
        ("cat_write", 290),
        ("ping_sendto", 1_500),
        ("open-multiple-files", 1_200),
        pytest.param("shop", 150_000, marks=pytest.mark.slow),
    ],
)
def test_arguments_read_as_libsinsp_prints_them(shared: Path, capture: str, least: int) -> None:
    wanted = oracle(shared / "oracle" / f"{capture}.tsv.gz")
    wrong: Counter[str] = Counter()
    compared = 0
    for event in events(shared / "captures" / f"{capture}.scap"):
        arguments = read_arguments(event)
        block = arguments.block
        text = wanted.get((str(block.time_ns), str(block.cpu), str(block.tid)))
        if text is not None:
            compared += 1
            wrong.update(differing(arguments, text))
    assert compared >= least
    assert not wrong
