"""``$field`` becomes what the selected event holds, or says why it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case
from thresher.capture.case.referring import judged, written_out
from thresher.capture.errors import FilterError

SHELL = 143138
"""A write of the reverse shell of the sample ``shop``."""


@pytest.fixture(scope="module")
def shop() -> Case:
    sample = Path(__file__).resolve().parents[3] / "samples" / "shop" / "shop.scap"
    with open_case([str(sample)], cache=False, background=False) as case:
        yield case


@pytest.mark.parametrize("name", ["proc.pid", "proc.name", "fd.name", "evt.time", "evt.type", "fd.rip", "evt.failed"])
def test_a_field_is_written_as_the_value_of_the_event(shop: Case, name: str) -> None:
    position = shop.position_of(SHELL)
    written = written_out(shop, f"{name} == ${name} and not evt.num == 1", position)
    assert "$" not in written
    assert written.endswith(" and not evt.num == 1")
    assert position in shop.select(written)


def test_the_rest_of_the_text_is_kept_as_it_was_typed(shop: Case) -> None:
    text = 'proc.pid==$proc.pid  &&  fd.name contains "$proc.name"'
    (pid,) = shop.rows([shop.position_of(SHELL)], ["proc.pid"])[0]
    assert written_out(shop, text, shop.position_of(SHELL)) == text.replace("$proc.pid", str(pid), 1)


@pytest.mark.parametrize(
    ("text", "selected", "message"),
    [
        ("proc.name == $fd.name", False, "the selected event has no 'fd.name'"),
        ("proc.name == $proc.name", None, "no event is selected to take 'proc.name' from"),
        ("proc.name == $proc.nam", True, "unknown field 'proc.nam'"),
        ("proc.name == $proc.name and", True, "a field was expected here"),
    ],
)
def test_what_cannot_be_written_is_told_with_its_place(
    shop: Case, text: str, selected: bool | None, message: str
) -> None:
    without = int(shop.select("not fd.name exists and proc.pid exists")[0])
    position = None if selected is None else shop.position_of(SHELL) if selected else without
    with pytest.raises(FilterError) as raised:
        written_out(shop, text, position)
    assert message in raised.value.message
    assert 0 <= raised.value.start < raised.value.end <= len(text) + 1


def test_a_text_is_judged_before_anything_is_selected(shop: Case) -> None:
    assert "$proc.pid" in judged(shop, "proc.pid = $proc.pid")
    with pytest.raises(FilterError):
        judged(shop, "proc.pid contains $proc.pid")
