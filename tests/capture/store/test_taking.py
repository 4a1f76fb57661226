"""The scanner takes out of a record exactly what DuckDB does, and leaves to DuckDB what it is not sure of."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.builders.fake_dissectors import FakeLog
from thresher.capture.contract import RecordDissector, Records
from thresher.capture.discovery import dissector
from thresher.capture.readers.json_logs import JsonLogs
from thresher.capture.store.members import choice, scanner
from thresher.capture.store.staging import Staged, stage
from thresher.capture.store.taking import Taking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "cloudtrail"
COMPILED = choice.load()
SCANNERS = [
    pytest.param(scanner, id="interpreted"),
    pytest.param(
        COMPILED, id="compiled", marks=pytest.mark.skipif(COMPILED is None, reason=choice.unusable() or "off")
    ),
]
KEYS = ("a", "b", "c", "at", "what", "é", "", "x.y")


class Log(FakeLog):
    """Takes something at every depth, and one number."""

    time_path = "at"
    type_path = "what"
    stored = (
        ("a", "VARCHAR", "a"),
        ("b_a", "VARCHAR", "b.a"),
        ("b_c", "UBIGINT", "b.c"),
        ("b_b_a", "VARCHAR", "b.b.a"),
        ("dotted", "VARCHAR", 'c."x.y"'),
        ("accent", "VARCHAR", "é"),
    )
    id_column = "a"


LOG = Log()


def spaced(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, f" {text}", f"{text}\n\t", f"\r{text} "])


def joined(parts: list[str], brackets: str) -> st.SearchStrategy[str]:
    return spaced(brackets[0] + ",".join(parts) + brackets[1])


TEXTS = st.sampled_from(
    [
        '""',
        '"plain"',
        '"é€😀"',
        r'"\u0041"',
        r'"\ud83d\ude00"',
        r'"\n\\\""',
        r'"\u0000"',
        '"2026-11-23T10:00:00Z"',
        '"12"',
        '"1.50"',
        '"[1.50]"',
        '"' + "x" * 40 + '"',
    ]
)
NUMBERS = st.sampled_from(
    [
        "0",
        "-0",
        "7",
        "-7",
        "1.5",
        "1.50",
        "-0.0",
        "1e3",
        "1E-3",
        "0.1e400",
        "18446744073709551615",
        "18446744073709551616",
        "123456789012345678",
        "1234567890123456789",
        "0.1234567890123",
        "0.12345678901234567",
        "9" * 60,
    ]
)
LITERALS = st.sampled_from(["true", "false", "null"])
BROKEN = st.sampled_from(
    [
        "tru",
        "nul",
        "NaN",
        "-",
        "01",
        "1.",
        ".5",
        "+1",
        "'a'",
        r'"\x"',
        r'"\u00g0"',
        r'"\ud800"',
        '"\x01"',
        '"',
        "{",
        "]",
        "",
        "{,}",
        "[1,]",
        '{"a"}',
        '{"a":}',
        "{a:1}",
        "1 2",
        "//",
        "Infinity",
        '"\x7f"',
        "-Infinity",
        "1e",
        "1e+",
    ]
)


def members(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    member = st.tuples(st.sampled_from(KEYS), values).map(
        lambda pair: f"{json.dumps(pair[0], ensure_ascii=False)}:{pair[1]}"
    )
    escaped = values.map(lambda value: rf'"\u0061":{value}')
    return st.lists(member | escaped, max_size=5).flatmap(lambda parts: joined(parts, "{}"))


def documents(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return members(
        st.recursive(
            leaves,
            lambda inner: members(inner) | st.lists(inner, max_size=3).flatmap(lambda parts: joined(parts, "[]")),
            max_leaves=8,
        )
    )


WHOLE = documents(TEXTS | NUMBERS | LITERALS)
HOSTILE = documents(TEXTS | NUMBERS | LITERALS | BROKEN)


@cache
def taking(log: RecordDissector, module: ModuleType | None) -> Taking:
    return Taking(duckdb.connect(config={"threads": 1}), log, module)


def taken(log: RecordDissector, staged: Staged, module: ModuleType | None) -> dict[str, list[object]]:
    return dict(taking(log, module).taken(staged.table).to_pydict())


def staged(texts: list[str]) -> Staged:
    return stage([Records(0, [text.encode() for text in texts], list(range(len(texts))))])


def is_taken_alike(texts: list[str], module: ModuleType) -> None:
    try:
        expected = taken(LOG, staged(texts), None)
    except duckdb.Error:
        with pytest.raises(duckdb.Error):
            taken(LOG, staged(texts), module)
    else:
        assert taken(LOG, staged(texts), module) == expected


@pytest.mark.parametrize("module", SCANNERS)
@settings(max_examples=40)
@given(texts=st.lists(WHOLE, min_size=1, max_size=4))
@example(texts=['{"a":"1","a":"2"}', '{"b":{"a":"1"},"b":{"a":"2"}}', '{"b":null,"b":{"a":"2"}}'])
@example(texts=['{"b":{"c":12.0}}', '{"b":{"c":-1}}', '{"b":{"c":0.5}}', '{"b":{"c":"12"}}', '{"b":[{"a":1}]}'])
@example(
    texts=["{}", '{"a":{"b":1.50}}', '{"a":[1.50,"\\u0041"]}', '{"b":{"b":{"a":"deep"}},"at":"2026-11-23T10:00:00Z"}']
)
def test_columns_are_those_of_duckdb(texts: list[str], module: ModuleType) -> None:
    is_taken_alike(texts, module)


@pytest.mark.parametrize("module", SCANNERS)
@settings(max_examples=40)
@given(text=HOSTILE)
@example(text='{"a":' * 80 + "1" + "}" * 80)
@example(text='{"z":' + "[" * 200 + "]" * 200 + "}")
@example(text='{"a":"x"} x')
@example(text='{"a":"x"}}')
@example(text="{'a':1}")
@example(text=r' {"a":"","a":[{"\u0061":"plain","x.y":"é€😀","\u0061":tru}]}')
@example(text='[{"a":1}]')
def test_what_is_no_json_is_left_to_duckdb(text: str, module: ModuleType) -> None:
    is_taken_alike([text], module)


@pytest.mark.parametrize("module", SCANNERS)
@settings(max_examples=40)
@given(text=WHOLE, data=st.data())
def test_a_changed_byte_is_never_guessed_at(text: str, data: st.DataObject, module: ModuleType) -> None:
    changed = bytearray(text.encode())
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 127))
    try:
        is_taken_alike([changed.decode()], module)
    except UnicodeDecodeError:
        return


@pytest.mark.parametrize("module", SCANNERS)
def test_plain_records_are_never_left_to_duckdb(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Taking(duckdb.connect(), LOG, module)
    monkeypatch.setattr(watched, "_by_duckdb", lambda table: pytest.fail("asked"))
    found = watched.taken(staged(['{"a":"x","b":{"c":7,"a":true},"z":["\\n",{"a":[null]}],"what":"w"}'] * 3).table)
    assert found.column("a").to_pylist() == ["x"] * 3
    assert found.column("b_c").to_pylist() == [7] * 3


class File:
    """A log file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._content = path.read_bytes()

    def chunks(self) -> Iterator[bytes]:
        is_packed = self._content[:2] == b"\x1f\x8b"
        yield gzip.decompress(self._content) if is_packed else self._content


@pytest.mark.parametrize(
    ("log", "folder"),
    [
        ("aws_cloudtrail", ROOT / "samples" / "cloud" / "AWSLogs"),
        ("k8s_audit", ROOT / "samples" / "cluster"),
        ("okta", ROOT / "samples" / "saas"),
        ("github", ROOT / "samples" / "saas"),
        ("gcp_auditlog", ROOT / "samples" / "saas"),
        ("falco_alerts", ROOT / "samples" / "alerts"),
        pytest.param("aws_cloudtrail", SHARED / "invictus", marks=pytest.mark.oracle),
        pytest.param("aws_cloudtrail", SHARED / "stratus", marks=pytest.mark.oracle),
    ],
)
@pytest.mark.skipif(COMPILED is None, reason="the scanner is not compiled")
def test_real_logs_give_the_same_columns(log: str, folder: Path) -> None:
    found = dissector(log)
    assert isinstance(found, RecordDissector)
    paths = [path for path in sorted(folder.rglob("*")) if ".json" in path.name or path.suffix in (".ndjson", ".log")]
    batches = [records for path in paths for records in JsonLogs().records(File(path), 0, [])]
    assert batches
    assert taken(found, stage(batches), COMPILED) == taken(found, stage(batches), None)
