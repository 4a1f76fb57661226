"""``thresher read``: its output byte by byte, and where its words go."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from thresher.capture.cli.main import main

GOLDEN = Path(__file__).parent / "golden"
TRAIL = str(GOLDEN / "trail.json")
HARD = ["-e", "evt.num", "-e", "evt.time", "-e", "ct.name", "-e", "ct.srcip", "-e", "ct.useragent", "-e", "ct.request"]

RUNS: dict[str, list[str]] = {
    "text": ["-r", TRAIL],
    "text_times": ["-r", TRAIL, "-t", "ad.3", "--tz", "+02:00"],
    "fields": ["-r", TRAIL, "-T", "fields", *HARD, "-E", "header=y"],
    "json": ["-r", TRAIL, "-T", "json", *HARD],
    "ndjson": ["-r", TRAIL, "-T", "ndjson", *HARD, "ct.error exists"],
    "csv": ["-r", TRAIL, "-T", "csv", *HARD],
    "bytes": ["-r", TRAIL, "-x", "-Y", "evt.num == 1"],
}
"""Name of the golden file: arguments of ``thresher read``."""


@pytest.mark.parametrize("name", RUNS)
def test_read_writes_these_bytes(name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["read", "--no-cache", *RUNS[name]]) == 0
    written = capfdbinary.readouterr().out.replace(TRAIL.encode(), b"trail.json")
    assert written == (GOLDEN / f"read.{name}").read_bytes()


def read(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines that ``thresher`` with these arguments writes."""
    assert main([*arguments, "--no-cache"]) == 0
    return capsys.readouterr().out.splitlines()


NUMBERS = ("-T", "fields", "-e", "evt.num")


def test_details_are_a_tree_with_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    lines = read(capsys, "read", "-r", TRAIL, "-V", "-Y", "evt.num == 3")
    assert "    ct.name: GetObject" in lines
    assert "        bucketName: shop-backups" in lines
    assert lines[-1] == ""


def test_colour_is_for_terminals_and_for_those_who_insist(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in "".join(read(capsys, "read", "-r", TRAIL))
    denied = [line for line in read(capsys, "read", "-r", TRAIL, "--color", "always") if "AccessDenied" in line]
    assert denied[0].startswith("\x1b[")
    assert denied[0].endswith("\x1b[0m")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(read(capsys, "read", "-r", TRAIL, "--color", "auto"))


@pytest.mark.parametrize(
    ("form", "times"),
    [
        ("r.0", ["0", "1", "2"]),
        ("d.0", ["0", "1", "1"]),
        ("dd.0", ["0", "1", "1"]),
        ("e.0", ["1795417921", "1795417922", "1795417923"]),
        ("a.0", ["08:12:01", "08:12:02", "08:12:03"]),
        ("u.1", ["07:12:01.0", "07:12:02.0", "07:12:03.0"]),
    ],
)
def test_the_time_column_takes_every_form(form: str, times: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    lines = read(capsys, "read", "-r", TRAIL, "-T", "text", "-e", "evt.time", "-t", form, "--tz", "+01:00")
    assert [line.strip() for line in lines] == times


def test_the_time_since_the_event_before_is_of_the_capture_or_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    def times(form: str) -> list[str]:
        words = ["-T", "text", "-e", "evt.time", "-t", form, "-Y", "evt.num in {1, 2}"]
        return [line.strip() for line in read(capsys, "read", "-r", TRAIL, *words)]

    assert times("d.0") == ["0", "1"]
    assert times("dd.0") == ["0", "2"]


def test_rows_come_in_event_time_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert read(capsys, "read", "-r", TRAIL, *NUMBERS) == ["1", "3", "2"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "-r", TRAIL, *NUMBERS, "-Y", "ct.error exists"],
        ["read", "-r", TRAIL, *NUMBERS, "ct.error exists"],
        ["read", "-r", TRAIL, *NUMBERS, "ct.error", "exists"],
        ["read", TRAIL, *NUMBERS, "-Y", "ct.error exists"],
        ["-r", TRAIL, *NUMBERS, "ct.error exists"],
        [*NUMBERS, "-r", TRAIL, "-Y", "ct.error exists"],
        [TRAIL, *NUMBERS, "-Y", "ct.error exists"],
        ["-r", TRAIL, "-Tfields", "-eevt.num", "ct.error exists"],
        ["-r", TRAIL, *NUMBERS, "-Y", "ct.readonly == 'false'", "ct.error exists"],
    ],
)
def test_words_behind_r_are_the_filter_and_options_of_read_mean_read(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(capsys, *arguments) == ["2"]


def test_c_counts_events_before_the_filter_and_a_those_that_match(capsys: pytest.CaptureFixture[str]) -> None:
    assert read(capsys, "read", "-r", TRAIL, *NUMBERS, "-c", "2") == ["1", "3"]
    assert read(capsys, "read", "-r", TRAIL, *NUMBERS, "-c", "2", "ct.error exists") == []
    assert read(capsys, "read", "-r", TRAIL, *NUMBERS, "-a", "events:1", "ct.error exists") == ["2"]
    assert read(capsys, "read", "-r", TRAIL, *NUMBERS, "-c", "0") == []


def test_several_captures_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(Path(TRAIL).read_bytes())
    lines = read(capsys, "read", "-r", TRAIL, "-r", str(other), "-T", "text", "-e", "evt.num")
    assert [line.strip() for line in lines] == ["trail:1", "other:1", "trail:3", "other:3", "trail:2", "other:2"]


def table_of(path: Path) -> dict[str, list[object]]:
    from pyarrow import ipc, parquet

    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pydict()
    with ipc.open_stream(path.read_bytes()) as stream:
        return stream.read_all().to_pydict()


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_json_names_the_source_where_several_are_open(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(Path(TRAIL).read_bytes())
    fields = ["-T", kind, "-e", "evt.num", "-Y", "evt.num == 3"]
    lines = read(capsys, "read", "-r", TRAIL, "-r", str(other), *fields)
    rows = json.loads("\n".join(lines)) if kind == "json" else [json.loads(line) for line in lines]
    assert rows == [{"source": "trail", "evt.num": 3}, {"source": "other", "evt.num": 3}]
    assert "source" not in "".join(read(capsys, "read", "-r", TRAIL, *fields))


def test_csv_and_tables_name_the_source_where_several_are_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(Path(TRAIL).read_bytes())
    several = ["read", "-r", TRAIL, "-r", str(other), "-e", "evt.num", "evt.num == 3"]
    assert read(capsys, *several, "-T", "csv") == ["source,evt.num", "trail,3", "other,3"]
    for name in ("out.parquet", "out.arrow"):
        assert main([*several, "--no-cache", "-w", str(tmp_path / name)]) == 0
        assert table_of(tmp_path / name) == {"source": ["trail", "other"], "evt.num": [3, 3]}
    assert read(capsys, "read", "-r", TRAIL, "-T", "csv", "-e", "evt.num", "evt.num == 3") == ["evt.num", "3"]


def test_sql_is_printed_and_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    (statement,) = "\n".join(read(capsys, "read", "-r", TRAIL, "--sql", "ct.error exists")).removesuffix(";").split(";")
    rows = read(capsys, "sql", "-r", TRAIL, "-T", "ndjson", statement)
    assert [json.loads(row)["evt_num"] for row in rows] == [2]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["read", "-r", TRAIL, "-Y", "ct.nmae == 1"],
            4,
            "filter:1:1: unknown field 'ct.nmae'; did you mean",
        ),
        (["read", "-r", TRAIL, "-T", "fields", "-e", "nope"], 4, "unknown field 'nope'; 'thresher fields' lists all"),
        (["read", "-r", TRAIL, "-T", "fields"], 2, "-T fields needs -e FIELD; 'thresher fields' lists them"),
        (["read", "-r", TRAIL, "-T", "yaml"], 2, "'yaml' is not one of"),
        (["read", "-r", TRAIL, "--nope"], 2, "see 'thresher read --help'"),
        (["read", "-r", TRAIL, "-t", "x"], 2, "unknown time format 'x'"),
        (["read", "-r", TRAIL, "--tz", "Mars"], 2, "unknown time zone 'Mars'"),
        (["read", "-r", TRAIL, "-a", "5"], 2, "use -a events:N"),
        (["read", "-r", TRAIL, "-T", "fields", "-e", "evt.num", "-E", "x=y"], 2, "unknown -E option 'x=y'"),
        (["read", "-r", "/nonexistent/x.scap"], 3, "/nonexistent/x.scap: "),
        (["read"], 2, "no capture named; say which with -r CAPTURE"),
    ],
)
def test_what_is_wrong_is_one_clear_line_and_a_code(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--no-cache"]) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.startswith("thresher: error: ")
    assert said in streams.err.splitlines()[0]


def test_a_wrong_filter_is_shown_with_a_caret(capsys: pytest.CaptureFixture[str]) -> None:
    main(["read", "--no-cache", "-r", TRAIL, "-Y", "ct.error exists and ct.nmae == 1"])
    assert capsys.readouterr().err.splitlines()[1:] == [
        "    ct.error exists and ct.nmae == 1",
        "                        ^~~~~~~",
    ]


def test_a_damaged_capture_gives_what_is_whole_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.json"
    whole = Path(TRAIL).read_bytes()
    cut.write_bytes(whole[: whole.index(b'"GetObject"')])
    assert main(["read", "--no-cache", "-r", str(cut), *NUMBERS]) == 5
    streams = capsys.readouterr()
    assert streams.out.splitlines() == ["1", "2"]
    assert "unreadable" in streams.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m thresher read --no-cache -r '{TRAIL}' -T json; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"{{ {command}; }} | true"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr.strip() == "0"
