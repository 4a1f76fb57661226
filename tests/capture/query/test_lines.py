"""Lines written by the database are those of single rows, whatever the values hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from thresher import open as open_capture
from thresher.capture import export
from thresher.capture.case.case import Case
from thresher.capture.cli import text_list
from thresher.capture.cli.text_list import TextList, TimeStyle
from thresher.capture.model import ListColumn
from thresher.capture.query import Separated

ROOT = Path(__file__).parents[3]
SHOP = ROOT / "samples" / "shop" / "shop.scap"
FIELDS = ("evt.num", "proc.pid", "proc.name", "evt.type", "evt.res", "fd.name")
HOSTILE = ("plain", "a\tb", "back\\slash", "line\nfeed", "\x1b[31m", "nonas€ii", "", "a,b")


def lines_and_rows(case: Case, positions: np.ndarray, fields: tuple[str, ...], separator: str) -> tuple[str, str]:
    columns = [export.Column(name, case.field(name).type, case.field(name).is_list) for name in fields]
    options = export.FieldsOptions(separator=separator)
    written = case.lines(positions, fields, Separated(separator), export.fields_writer(columns, options))
    assert written is not None
    return "".join(written), "".join(export.as_fields(columns, [case.rows(positions, fields)], options))


@pytest.fixture(scope="module")
def shop() -> Case:
    return open_capture(str(SHOP))._case


@pytest.mark.parametrize("separator", ["\t", ",", "'"])
def test_lines_of_a_real_capture_equal_its_rows(shop: Case, separator: str) -> None:
    written, rendered = lines_and_rows(shop, shop.select("")[:20_000], FIELDS, separator)
    assert written == rendered
    assert written.count("\n") == 20_000


@pytest.mark.parametrize("chosen", ["backwards", "sparse", "late", "repeated", "none"])
def test_lines_stand_in_the_order_asked_for(shop: Case, chosen: str) -> None:
    all_rows = shop.select("")
    positions = {
        "backwards": all_rows[3000:2000:-1],
        "sparse": all_rows[::97],
        "late": np.concatenate((all_rows[:500], all_rows[-1:], all_rows[500:600])),
        "repeated": np.concatenate((all_rows[:50], all_rows[20:70])),
        "none": all_rows[:0],
    }[chosen]
    written, rendered = lines_and_rows(shop, positions, FIELDS, "\t")
    assert written == rendered


@pytest.mark.parametrize("separator", ["\t", ",", "l"])
def test_values_that_need_escaping_are_escaped(tmp_path: Path, separator: str) -> None:
    records = [
        {
            "eventVersion": "1.08",
            "eventTime": "2026-11-23T07:12:03Z",
            "eventSource": "iam.amazonaws.com",
            "eventName": name or "none",
            "awsRegion": name,
            "eventID": str(number),
        }
        for number, name in enumerate(HOSTILE)
    ]
    trail = tmp_path / "trail.json"
    trail.write_text(json.dumps({"Records": records}))
    with open_capture(str(trail)) as capture:
        case = capture._case
        written, rendered = lines_and_rows(case, case.select(""), ("evt.num", "ct.name", "ct.region"), separator)
    assert written == rendered
    assert len(written.splitlines()) == len(HOSTILE)


def test_fields_that_need_their_rows_are_declined(shop: Case) -> None:
    assert shop.lines(shop.select("")[:5], ["evt.num", "evt.arg.fd"], Separated("\t"), lambda rows: []) is None


def aligned_and_listed(case: Case, columns: list[ListColumn]) -> tuple[str, str]:
    listing = TextList(case, columns, TimeStyle(), coloured=False)
    positions = case.select("")
    written = "".join(listing.text(positions))
    return written, "".join(f"{line}\n" for lines in listing.lines(positions) for line in lines)


def test_aligned_lines_of_a_real_capture_equal_those_made_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "shop.scap"
    shutil.copy(SHOP, path)
    with open_capture(str(path)) as capture:
        case = capture._case
        written, listed = aligned_and_listed(case, case.columns())
        (store,) = case.stores
        assert store.is_kept(store.catalogue.resolve("evt.args"))
    assert written == listed
    assert written.count("\n") == 150_966


def test_aligned_lines_escape_what_is_hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_list, "BATCH", 2)
    trail = tmp_path / "trail.json"
    values = (*HOSTILE, "blank at the end ", "longer than the column " * 3)
    records = [
        {
            "eventVersion": "1.08",
            "eventTime": f"2026-11-23T07:12:0{9 - number}Z",
            "eventSource": "iam.amazonaws.com",
            "eventName": "Get",
            "awsRegion": name,
            "errorMessage": name,
        }
        for number, name in enumerate(values)
    ]
    trail.write_text(json.dumps({"Records": records}))
    columns = [ListColumn(name, name, 9) for name in ("evt.num", "evt.time", "ct.region")]
    with open_capture(str(trail)) as capture:
        written, listed = aligned_and_listed(capture._case, [*columns, ListColumn("ct.errormessage", "Message", 0)])
    assert written == listed
    assert len(written.splitlines()) == len(values)
