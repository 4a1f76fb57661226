"""The table of event types: whole, in order, and as the recorders number them."""

from __future__ import annotations

from thresher.dissectors.syscall.batches import event_type_rows, fd_type_rows, unknown_type_rows
from thresher.dissectors.syscall.event_table import GENERIC_BASE, event_types, syscall_names


def test_types_are_numbered_as_they_stand() -> None:
    assert [kind.id for kind in event_types()] == list(range(454))


def test_enters_are_even_and_exits_odd() -> None:
    for kind in event_types():
        assert kind.direction == "<>"[kind.id % 2 == 0]


def test_no_type_has_more_parameters_than_the_kernel_keeps() -> None:
    assert max(len(kind.params) for kind in event_types()) <= 64


def test_every_type_and_every_generic_call_has_one_row() -> None:
    ids = event_type_rows()["type_id"].to_pylist()
    assert len(ids) == len(set(ids)) == len(event_types()) + len(syscall_names())
    assert max(ids) == GENERIC_BASE + len(syscall_names()) - 1


def test_an_unknown_type_is_named_by_its_number() -> None:
    rows = unknown_type_rows([700, GENERIC_BASE + 5000])
    assert rows["name"].to_pylist() == ["unknown(700)", "unknown(5000)"]


def test_kinds_of_descriptors_have_one_letter() -> None:
    letters = fd_type_rows()["letter"].to_pylist()
    assert {len(letter) for letter in letters} == {1}
