"""A part of a capture shows the same as the whole, says where it comes from, and is never written over evidence."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builders.old_capture import old_capture
from tests.builders.web_story import RESPONSE, story
from thresher.capture.case import Case, open_case
from thresher.capture.cli.main import main
from thresher.capture.errors import UsageError
from thresher.capture.evidence import Gathered
from thresher.capture.query.inspecting import is_printable
from thresher.capture.saving.save import save
from thresher.capture.saving.target import digest

APART = frozenset(("evt.num", "evt.gap", "fd.stream", "fd.open_id", "proc.pcmdline"))
"""Fields that count or compare what was left out, or tell of parents that go along as bare entries."""
SEEN = (
    "evt.reltime",
    "evt.deltatime",
    "container.first_seen",
    "container.last_seen",
    "thread.exectime",
    "thread.totexectime",
)
"""Beginnings of the names of those that measure from what was left out."""
ANCESTORS = ("proc.aname[1]", "proc.apid[1]", "proc.aname[2]")


def opened(path: Path) -> Case:
    return open_case([str(path)], background=False, cache=False)


def fields(case: Case) -> list[str]:
    found = [field for field in case.fields() if is_printable(field) and not isinstance(field.place, Gathered)]
    names = [field.name for field in found if field.name not in APART and not field.name.startswith(SEEN)]
    return [*names, *ANCESTORS]


def saved(case: Case, text: str, target: Path) -> Case:
    save(case.stores, case.parts(case.select(text)), target, text)
    return opened(target)


def differing(whole: Case, part: Case, text: str) -> set[str]:
    """Fields that any of the events shows differently; names of left-out processes in arguments apart."""
    names = fields(whole)
    expected, found = whole.rows(whole.select(text), names), part.rows(part.select(), names)
    assert len(expected) == len(found) > 0
    return {
        name
        for one, other in zip(expected, found, strict=True)
        for name, value, again in zip(names, one, other, strict=True)
        if value != again and not (name == "evt.args" and str(value).startswith("next="))
    }


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.scap"
    path.write_bytes(bytes(old_capture()))
    return path


@pytest.mark.parametrize(
    "text", ["evt.num > 3", "evt.type == read", "proc.name == nginx", "evt.latency > 0", "fd.num == 3"]
)
def test_events_of_old_captures_show_the_same(old: Path, text: str, tmp_path: Path) -> None:
    whole = opened(old)
    assert differing(whole, saved(whole, text, tmp_path / "part.scap"), text) == set()


@pytest.mark.parametrize("text", ["evt.num == 12", "proc.pid == 20", "evt.type == recvfrom"])
def test_events_of_new_captures_show_the_same(text: str, tmp_path: Path) -> None:
    whole = opened(story(tmp_path))
    assert differing(whole, saved(whole, text, tmp_path / "part.scap"), text) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [("shop", 'proc.name == "sqlite3" or fd.port == 4444'), ("shop", 'fd.name contains "secrets"'),
     ("shop", "proc.pid == 4465"), ("502Error", "fd.port == 80"), ("502Error", 'proc.name == "haproxy"'),
     ("502Error", "container.id != host")],
)  # fmt: skip
@pytest.mark.oracle
def test_events_of_recordings_show_the_same(name: str, text: str, shared: Path, tmp_path: Path) -> None:
    whole = opened(shared / f"captures/{name}.scap")
    assert differing(whole, saved(whole, text, tmp_path / "part.scap"), text) == set()


@pytest.mark.parametrize(
    ("text", "wanted"), [("fd.port == 80", "fd.port=80"), ('proc.name == "python"', "proc.name=python")]
)
@pytest.mark.oracle
@pytest.mark.skipif(shutil.which("sysdig") is None, reason="sysdig is not installed")
def test_sysdig_prints_the_same_of_a_part(text: str, wanted: str, shared: Path, tmp_path: Path) -> None:
    source = shared / "captures/502Error.scap"
    saved(opened(source), text, tmp_path / "part.scap")
    line = "*%evt.rawtime %evt.cpu %thread.tid %evt.type %proc.name %proc.pid %fd.name %fd.type %evt.args"
    found, expected = (
        subprocess.run(
            ["sysdig", "-r", str(path), "-p", line, f"{wanted} and evt.dir=<"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for path in (tmp_path / "part.scap", source)
    )
    assert len(found) > 50
    assert set(found) <= set(expected)


def test_state_goes_along_unseen_and_nothing_of_others(tmp_path: Path) -> None:
    part = saved(opened(story(tmp_path)), "evt.num == 11", tmp_path / "part.scap")
    assert part.count() == 1
    everything = part.select("", internal=True)
    assert {row[0] for row in part.rows(everything, ["proc.pid"])} == {20}
    assert b"web\7example" not in (tmp_path / "part.scap").read_bytes()


def test_processes_that_are_not_needed_are_left_out_and_ancestors_only_named(tmp_path: Path) -> None:
    part = saved(opened(story(tmp_path)), "evt.num == 11", tmp_path / "part.scap")
    lookup = part.stores[0].lookup()
    assert lookup.rows("SELECT pid, name, cwd FROM processes WHERE origin = 1 ORDER BY pid") == [
        (1, "init", "/"), (20, "bash", "/home/"),
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_part_may_be_compressed(suffix: str, tmp_path: Path) -> None:
    whole = opened(story(tmp_path))
    part = saved(whole, "proc.pid == 10", tmp_path / f"part.scap{suffix}")
    assert part.stores[0].facts().files[0].compression
    assert differing(whole, part, "proc.pid == 10") == set()


def test_a_note_says_what_it_was_derived_from(tmp_path: Path) -> None:
    source, target = story(tmp_path), tmp_path / "part.scap"
    saved(opened(source), "evt.num == 11", target)
    note = json.loads((tmp_path / "part.scap.json").read_text())
    assert note["derived_from"] == [
        {"path": str(source), "size_bytes": source.stat().st_size, "sha256": digest(source)}
    ]
    assert (note["filter"], note["events"], note["sha256"]) == ("evt.num == 11", 1, digest(target))
    assert note["tool"].startswith("thresher")


@pytest.mark.parametrize("way", ["same", "link", "hardlink", "note"])
@pytest.mark.parametrize("force", [False, True])
def test_the_input_is_never_written_to(way: str, force: bool, tmp_path: Path) -> None:
    source = story(tmp_path)
    before = source.read_bytes()
    target = tmp_path / "other.scap"
    if way == "link":
        target.symlink_to(source)
    elif way == "hardlink":
        os.link(source, target)
    elif way == "note":
        os.link(source, tmp_path / "other.scap.json")
    else:
        target = source
    case = opened(source)
    with pytest.raises(UsageError):
        save(case.stores, case.parts(case.select()), target, "", force=force)
    assert source.read_bytes() == before


def test_a_file_is_replaced_only_by_force_and_no_foreign_capture(tmp_path: Path) -> None:
    case, target = opened(story(tmp_path)), tmp_path / "part.scap"
    chosen = case.parts(case.select())
    save(case.stores, chosen, target, "")
    with pytest.raises(UsageError, match="--force"):
        save(case.stores, chosen, target, "")
    save(case.stores, chosen, target, "", force=True)
    (tmp_path / "part.scap.json").unlink()
    with pytest.raises(UsageError, match="nothing says was made by thresher"):
        save(case.stores, chosen, target, "", force=True)


def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    case = opened(story(tmp_path))
    with pytest.raises(UsageError, match="cannot be written"):
        save(case.stores, case.parts(case.select()), tmp_path / "missing" / "part.scap", "")
    with pytest.raises(UsageError, match="are written as"):
        save(case.stores, case.parts(case.select()), tmp_path / "part.pcap", "")
    assert [path.name for path in tmp_path.iterdir()] == ["story.scap"]


def test_records_of_logs_are_written_as_they_were(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = root / "samples/cloud", tmp_path / "part.json.gz"
    assert main(["read", "-r", str(source), "-w", str(target), 'ct.name == "GetObject"']) == 0
    assert "events" in capsys.readouterr().err
    records = json.loads(gzip.decompress(target.read_bytes()))["Records"]
    whole, part = opened(source), opened(target)
    assert {record["eventName"] for record in records} == {"GetObject"}
    names = ["ct.id", "ct.time", "ct.srcip"]
    assert part.rows(part.select(), names) == whole.rows(whole.select('ct.name == "GetObject"'), names)


def test_the_command_writes_typed_tables(tmp_path: Path) -> None:
    from pyarrow import ipc, parquet

    source, target = str(story(tmp_path)), tmp_path / "rows.parquet"
    wanted = ["-e", "evt.time", "-e", "fd.sip", "-e", "evt.rawres", "-e", "http.malformed", "-e", "evt.gap"]
    assert main(["read", "-q", "-r", source, "-w", str(target), *wanted, "evt.num > 9"]) == 0
    table = parquet.read_table(target)
    assert [str(kind) for kind in table.schema.types] == [
        "timestamp[ns, tz=UTC]", "string", "int64", "list<element: string>", "duration[ns]",
    ]  # fmt: skip
    assert table.column("fd.sip").to_pylist() == ["10.0.0.2"] * 3
    assert json.loads((tmp_path / "rows.parquet.json").read_text())["fields"] == wanted[1::2]
    arrow = tmp_path / "rows.arrow"
    assert main(["read", "-q", "-r", source, "-w", str(arrow), *wanted, "evt.num > 9"]) == 0
    assert ipc.open_stream(arrow.read_bytes()).read_all().column("evt.rawres").to_pylist()[-1] == len(RESPONSE)
