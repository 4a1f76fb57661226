"""Kernel tables become Arrow batches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from thresher.dissectors.syscall import batches
from thresher.dissectors.syscall.event_table import event_types
from thresher.dissectors.syscall.kernel import columns as c


def test_unknown_numbers_are_null() -> None:
    made = batches.column(np.array([1, c.NONE, 3]), pa.int64())
    assert made.to_pylist() == [1, None, 3]


def test_numbers_that_are_all_known_have_no_mask() -> None:
    made = batches.column(np.array([1, 2]), pa.uint16())
    assert (made.type, made.null_count) == (pa.uint16(), 0)


def test_accept_calls_that_have_flags_are_accept4() -> None:
    rows = batches.event_type_rows()
    names = dict(zip(rows["type_id"].to_pylist(), rows["name"].to_pylist(), strict=True))
    assert {names[kind] for kind in batches.ACCEPT4} == {"accept4"}
    assert {event_types()[kind].name for kind in batches.ACCEPT4} <= {"accept", "accept4"}


@pytest.mark.parametrize(("res", "name"), [(0, "SUCCESS"), (-2, "ENOENT"), (-115, "EINPROGRESS"), (-11, "EAGAIN")])
def test_results_have_names(res: int, name: str) -> None:
    rows = batches.error_rows()
    assert dict(zip(rows["res"].to_pylist(), rows["name"].to_pylist(), strict=True))[res] == name


def test_a_category_without_a_word_is_unknown() -> None:
    assert batches.category_word(511) == "unknown"
