"""The Python face: lazy, immutable, typed; and its document runs."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

import thresher
from tests.builders.fake_store import MAPPED, FakeStore, event
from thresher.capture.case.capture import Capture
from thresher.capture.case.case import Case
from thresher.capture.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]
TRAIL = str(ROOT / "tests" / "cli" / "golden" / "trail.json")


@pytest.fixture
def capture() -> Capture:
    rows = [event(who="ann", ip_hi=0, ip_lo=MAPPED | 1, tags=["x"], data=b"\0"), event(who="bob"), event(who="bob")]
    return Capture(Case([FakeStore(rows)]))


def test_filters_chain_and_leave_the_original_alone(capture: Capture) -> None:
    bobs = capture.filter('toy.who == "bob"')
    assert (capture.count(), bobs.count(), bobs.filter("evt.num == 3").count()) == (3, 2, 1)
    assert bobs.filter("evt.num == 1 or evt.num == 2").count() == 1
    assert capture.filter(" ").count() == 3


def test_a_language_can_be_forced(capture: Capture) -> None:
    both = capture.filter("toy.who in (ann, bob)", lang="falco").filter(
        "toy.who == bob && evt.num > 2", lang="wireshark"
    )
    assert both.count() == 1
    with pytest.raises(thresher.FilterError, match="belongs to Falco's language"):
        capture.filter("toy.who = bob", lang="wireshark")
    with pytest.raises(UsageError, match="auto, wireshark, falco"):
        capture.filter("toy.who = bob", lang="sql")


def test_a_wrong_filter_or_field_is_an_error_at_once(capture: Capture) -> None:
    with pytest.raises(thresher.FilterError):
        capture.filter("toy.who ==")
    with pytest.raises(thresher.QueryError):
        capture.select("no.such.field")


def test_columns_are_those_selected_or_the_default_ones(capture: Capture) -> None:
    assert capture.columns == ["evt.num", "evt.time", "toy.who", "toy.text"]
    assert list(capture.select("frame.number").rows()) == [(1,), (2,), (3,)]


def test_an_event_is_a_mapping_that_reads_on_demand(capture: Capture) -> None:
    first, *_ = capture.select("toy.who", "toy.data")
    assert (first.num, first.time_ns) == (1, 1_000_000_000)
    assert dict(first) == {"toy.who": "ann", "toy.data": b"\0"}
    assert first["toy.ip"] == "0.0.0.1"
    second = list(capture.select("toy.data"))[1]
    assert (dict(second), second["toy.data"]) == ({}, None)
    with pytest.raises(thresher.QueryError):
        first["no.such.field"]


def test_arrow_has_a_typed_column_for_each_field(capture: Capture) -> None:
    names = ["evt.num", "evt.time", "toy.who", "toy.ip", "toy.tags", "toy.data", "toy.even", "toy.gap", "toy.big"]
    table = capture.select(*names).arrow()
    assert table.schema.names == names
    assert table.schema.types == [
        pa.uint64(),
        pa.timestamp("ns", tz="UTC"),
        pa.string(),
        pa.string(),
        pa.list_(pa.string()),
        pa.binary(),
        pa.bool_(),
        pa.duration("ns"),
        pa.uint64(),
    ]
    assert table.column("toy.ip").to_pylist() == ["0.0.0.1", None, None]
    assert table.column("evt.time").cast(pa.int64()).to_pylist() == [1_000_000_000, 2_000_000_000, 3_000_000_000]


def test_arrow_of_nothing_keeps_its_columns(capture: Capture) -> None:
    table = capture.filter("evt.num == 99").select("toy.who").arrow()
    assert (table.num_rows, table.schema.names) == (0, ["toy.who"])


def test_text_that_is_no_utf8_is_spelled_out_in_arrow() -> None:
    from thresher.capture.case.tables import table
    from thresher.capture.model import Field, FieldType, Sql

    field = Field("a", FieldType.STRING, "A", "A.", Sql("NULL"))
    assert table([("a", field)], [[("x\udcff",), (None,)]]).to_pylist() == [{"a": "x\\udcff"}, {"a": None}]


def test_sql_is_one_select_over_the_tables() -> None:
    with thresher.open(TRAIL, cache=False) as capture:
        assert capture.sql("SELECT count(*) AS n FROM events").to_pylist() == [{"n": 3}]
        with pytest.raises(thresher.QueryError):
            capture.sql("DROP TABLE events")
        assert capture.info[0].rows == 3
        assert "ct.name" in [field.name for field in capture.fields("API call")]


def test_a_capture_that_is_not_there_is_an_error() -> None:
    with pytest.raises(thresher.UnreadableError):
        thresher.open("/nonexistent/x.scap", cache=False)


def test_every_public_name_can_be_reached_from_the_package() -> None:
    from thresher import capture as package

    assert all(getattr(thresher, name) is getattr(package, name) for name in package.__all__)
    with pytest.raises(AttributeError):
        thresher.no_such_name  # noqa: B018


def test_the_document_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.M | re.S):
        exec(compile(block, "docs/python.md", "exec"), names)  # noqa: S102
    shown = capsys.readouterr().out
    assert "AccessDenied" in shown
    assert "shop-backups" in shown
    assert "did you mean 'ct.name'" in shown


def test_marks_are_fields_at_once(tmp_path: Path) -> None:
    with thresher.open(TRAIL, cache=False, case=tmp_path / "x.case") as capture:
        marked = capture.filter("frame.marked")
        assert marked.count() == 0
        first, second = [event.num for event in capture][:2]
        capture.mark(first)
        capture.mark(first, second, comment="look", tags=["a"])
        assert marked.count() == 1
        assert {num: note.comment for num, note in capture.notes.items()} == {first: "look", second: "look"}
        count = capture.count()
        capture.mark(second, ignore=True)
        assert capture.count() == count - 1
        capture.mark(first, remove=True)
        assert marked.count() == 0


def test_without_a_case_file_a_mark_is_refused() -> None:
    with thresher.open(TRAIL, cache=False, case=False) as capture, pytest.raises(UsageError, match="--case FILE"):
        capture.mark(next(iter(capture)).num)
