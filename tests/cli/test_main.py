"""The door of the command line: which command is meant, what stands without a terminal, every end a code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from thresher.capture.cli import main as door
from thresher.capture.cli.main import COMMANDS, main, routed

TRAIL = str(Path(__file__).parent / "golden" / "trail.json")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["read", "x"], "read"),
        (["info", "-r", "x"], "info"),
        (["x.scap"], "open"),
        (["x.scap", "-Y", "evt.num == 1"], "open"),
        (["-r", "x.scap"], "read"),
        (["x.scap", "-T", "json"], "read"),
        (["x.scap", "-Vx"], "read"),
        (["x.scap", "--sql"], "read"),
        (["--", "-r"], "open"),
    ],
)
def test_the_command_that_is_meant_is_found(arguments: list[str], command: str) -> None:
    assert routed(arguments)[0] == command


def test_every_command_has_help_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        assert main([command, "--help"]) == 0
        assert f"thresher {command}" in capsys.readouterr().out


def test_no_arguments_is_help_and_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "read" in capsys.readouterr().err


def test_the_version_names_kernel_and_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("thresher ")
    assert "kernel: " in line
    assert "duckdb 2." in line


def test_without_a_terminal_the_overview_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    def screen(*arguments: object, **settings: object) -> int:
        raise AssertionError("there is no terminal")

    assert main([TRAIL, "--no-cache"], screen) == 0
    shown = capsys.readouterr().out
    for part in ("3 events", "AWS CloudTrail", "shop-backup", "CreateUser", "2026-11-23T07:12:03"):
        assert part in shown


class Terminal:
    """Standard streams that say they are a terminal."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def test_on_a_terminal_the_screen_is_opened_with_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def screen(captures: Sequence[str], **settings: object) -> int:
        seen.update(settings, captures=tuple(captures))
        return 5

    monkeypatch.setattr(door.sys, "stdout", Terminal())
    monkeypatch.setattr(door.sys, "stdin", Terminal())
    assert (
        main(
            ["a.scap", "b.json", "-Y", "evt.num == 1", "--tz", "Asia/Tokyo", "-g", "7", "--no-cache", "--no-case"],
            screen,
        )
        == 5
    )
    assert seen == {
        "captures": ("a.scap", "b.json"),
        "text": "evt.num == 1",
        "internal": False,
        "go_to": "7",
        "timezone": ZoneInfo("Asia/Tokyo"),
        "cache": False,
        "follow": False,
        "case_file": None,
        "metadata": (),
        "shifts": (),
    }


def test_a_misspelt_command_is_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inof", TRAIL]) == 2
    assert "did you mean the command 'info'?" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(door, "_run", interrupted)
    assert main(["info", TRAIL]) == 130


def test_info_accounts_for_every_byte(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "-T", "json", "--no-cache", "-r", TRAIL]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    parts = found["bytes"]
    size = Path(TRAIL).stat().st_size
    assert parts["events"] + parts["state"] + parts["unknown"] + parts["damaged"] == parts["total"] == size
    assert (found["rows"], found["internal_rows"], found["damage"]) == (3, 0, [])
    assert (found["start"], found["end"]) == ("2026-11-23T07:12:01.000000000Z", "2026-11-23T07:12:03.000000000Z")


def test_info_as_text_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--no-cache", TRAIL, "--tz", "+01:00"]) == 0
    shown = capsys.readouterr().out
    for part in ("Events:       3", "2026-11-23T08:12:01.000000000+01:00", "Damage:       none", "2 s later"):
        assert part in shown


def test_fields_are_found_by_pattern_in_all_sources_and_in_a_capture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fields", "evt.num"]) == 0
    name, kind, sources, text = capsys.readouterr().out.splitlines()[0].split("\t")
    assert (name, kind) == ("evt.num", "uint")
    assert {"aws_cloudtrail", "k8s_audit", "syscall"} <= set(sources.split(","))
    assert text.endswith(".")
    assert main(["fields", "-T", "json", "--no-cache", "-r", TRAIL, "ct.name"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert [record["sources"] for record in records if record["name"] == "ct.name"] == [["aws_cloudtrail"]]
    assert main(["fields", "no such thing"]) == 4


def test_the_cache_is_listed_and_emptied(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", TRAIL]) == 0
    capsys.readouterr()
    assert main(["cache", "ls"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith(TRAIL)
    assert main(["cache", "rm", TRAIL]) == 0
    capsys.readouterr()
    assert main(["cache", "ls"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["cache", "rm"]) == 2


def test_sql_runs_one_select_and_nothing_else(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["sql", "--no-cache", "-r", TRAIL, "SELECT count(*) AS n, 1.5 AS x, NULL AS z FROM events"]) == 0
    assert capsys.readouterr().out == "n,x,z\r\n3,1.5,\r\n"
    assert main(["sql", "--no-cache", "-r", TRAIL, f"COPY events TO '{tmp_path}/x'"]) == 4
    assert main(["sql", "--no-cache", "-r", TRAIL, "SELECT * FROM read_text('/etc/passwd')"]) == 4
    assert "passwd" not in capsys.readouterr().out


def test_an_interrupt_stops_a_query_that_runs_in_the_database() -> None:
    never_ends = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7"
    code = (
        "import os, signal, sys, threading\n"
        "from thresher.capture.store.cancel import Cancel\n"
        "from thresher.capture.cli.main import main\n"
        "watch = Cancel.watch\n"
        "def watching(self, cursor):\n"
        "    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    return watch(self, cursor)\n"
        "Cancel.watch = watching\n"
        f"sys.exit(main(['sql', '--no-cache', '-r', {TRAIL!r}, {never_ends!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (130, "")
