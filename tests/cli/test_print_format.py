"""sysdig's format language: widths, arguments, missing fields, text around them, errors with their place."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections import Counter
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.case import open_case
from thresher.capture.cli.print_format import PRESETS, parse
from thresher.capture.errors import FormatError, QueryError
from thresher.capture.model import Column, Field, FieldType

KNOWN = {
    "proc.name": FieldType.STRING,
    "evt.num": FieldType.UINT,
    "evt.time": FieldType.TIME,
    "evt.arg.fd": FieldType.STRING,
    "evt.arg[0]": FieldType.STRING,
    "evt.args": FieldType.STRING,
    "evt.is_io": FieldType.BOOL,
    "evt.buffer": FieldType.BYTES,
}


def field(name: str) -> Field:
    if name not in KNOWN:
        raise QueryError(f"unknown field '{name}'")
    return Field(name.partition("[")[0], KNOWN[name], "", "A field.", Column("x"), example="")


def printed(text: str, *row: object) -> str:
    return "".join(parse(text, field).lines([[row]], UTC))


@pytest.mark.parametrize(
    ("text", "row", "line"),
    [
        ("%evt.num %proc.name", (7, "sh"), "7 sh\n"),
        ("[%5proc.name]", ("sh",), "[sh   ]\n"),
        ("[%[5]proc.name]", ("bash-static",), "[bash-]\n"),
        ("%proc.names", ("sh",), "shs\n"),
        ("%evt.arg.fd|%evt.arg[0]", ("3", "x"), "3|x\n"),
        ("100%% of %evt.num", (1,), "100% of 1\n"),
        (r"%evt.num\t\n", (1,), "1\t\n\n"),
        ("%evt.is_io", (True,), "true\n"),
        ("%evt.buffer", (b"a\0b\x1b",), "a.b.\n"),
        ("%evt.time", (1_700_000_000_123_456_789,), "22:13:20.123456789\n"),
        ("%evt.outputtime %evt.info", (0, "x=1"), "00:00:00.000000000 x=1\n"),
        ("%proc.name", ("a\x1b[2Jb",), "a\\x1b[2Jb\n"),
    ],
)
def test_format_prints(text, row, line):
    assert printed(text, *row) == line


def test_a_row_that_lacks_a_field_is_left_out_unless_an_asterisk_asks_for_it():
    assert printed("%evt.num %proc.name", 7, None) == ""
    assert printed("*%evt.num %5proc.name.", 7, None) == "7 <NA> .\n"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("%evt.num %nope.x", 10, 16), ("%evt.num %nope", 10, 14), ("%evt.num %", 9, 10), ("a % b", 2, 3), ("%20", 0, 1)],
)
def test_what_is_no_field_is_refused_with_its_place(text, start, end):
    with pytest.raises(FormatError) as refused:
        parse(text, field)
    assert (refused.value.start, refused.value.end) == (start, end)


@given(st.text(alphabet="%*[]\\ \n0123456789evt.numproc", max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(FormatError):
        form = parse(text, field)
        assert len(form.names) == len(form.tokens)


FIELDS = """
evt.num evt.time evt.rawtime evt.cpu evt.type evt.dir evt.res evt.latency evt.is_io evt.buffer evt.arg.name
evt.arg[0] evt.rawarg.res proc.name proc.pid proc.ppid proc.exe proc.args proc.cmdline proc.aname[1] proc.apid[1]
thread.tid thread.ismain user.name fd.num fd.type fd.typechar fd.name fd.sip fd.cip fd.sport fd.l4proto fd.directory
fd.filename
"""
"""Fields with the same values in sysdig 0.29.3 but for a few rows; docs/agreement.md says which and why."""


@pytest.mark.oracle
@pytest.mark.skipif(shutil.which("sysdig") is None, reason="sysdig is not installed")
def test_lines_are_sysdigs_own(shared):
    capture = shared / "captures" / "curl_google.scap"
    with open_case([str(capture)], cache=False, background=False) as case:
        differing: Counter[str] = Counter()
        total = 0
        for name in FIELDS.split():
            text = f"*%evt.num [%{name}] [%9{name}]"
            theirs = sysdig(capture, text)
            form = parse(text, case.field)
            rows = case.iterate(case.select(""), form.names)
            for line in "".join(form.lines(rows, UTC)).splitlines():
                number = line.split(" ", 1)[0]
                if number in theirs:
                    total += 1
                    differing[name] += theirs[number] != line
    print({name: count for name, count in differing.items() if count})
    assert total > 15_000
    assert differing.total() <= total // 200, differing.most_common(5)


def sysdig(capture: Path, text: str) -> dict[str, str]:
    """The lines of sysdig by event number."""
    asked = ["sysdig", "-r", str(capture), "-p", text, "evt.dir = < and evt.type != mmap"]
    found = subprocess.run(asked, capture_output=True, check=True, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"})
    lines = found.stdout.decode("utf-8", "replace").splitlines()
    return {line.split(" ", 1)[0]: line for line in lines if line}


def test_presets_are_formats():
    assert all(text.startswith("*%evt.num ") for text in PRESETS.values())
