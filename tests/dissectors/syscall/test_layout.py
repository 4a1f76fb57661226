"""What the kernel is told of each event type."""

from __future__ import annotations

import pytest

from tests.builders.scap import newest
from thresher.dissectors.syscall.event_table import event_types
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.layout import KINDS, MEANINGS, pairs, parameter_layout, type_info

INFO = type_info()
LAYOUT = parameter_layout()


def test_there_is_a_row_for_every_type() -> None:
    assert INFO.shape == (len(event_types()), c.I_WIDTH)
    assert LAYOUT.shape == (len(event_types()), c.S_WIDTH)


def test_every_index_is_that_of_a_parameter() -> None:
    for kind in event_types():
        for meaning in range(c.S_WIDTH):
            assert -1 <= LAYOUT[kind.id, meaning] < max(len(kind.params), 1)


def test_every_call_the_kernel_handles_is_in_the_table() -> None:
    known = {kind.name for kind in event_types()}
    assert {name for names in KINDS.values() for name in names} - known == {"clone3"} - known


def test_every_meaning_is_a_parameter_of_some_type() -> None:
    known = {param.name for kind in event_types() for param in kind.params}
    assert [names for names in MEANINGS.values() if not known.intersection(names)] == []


def test_an_enter_pairs_with_the_exit_behind_it() -> None:
    for kind in event_types():
        if pairs(kind):
            assert (event_types()[kind.id + 1].name, event_types()[kind.id + 1].direction) == (kind.name, "<")


@pytest.mark.parametrize(("call", "way", "lookup"), [
    ("read", "<", c.L_GET), ("clone", "<", c.L_FIND), ("procexit", ">", c.L_FIND), ("useradded", ">", c.L_NONE),
])  # fmt: skip
def test_how_an_event_finds_its_thread(call: str, way: str, lookup: int) -> None:
    assert INFO[newest(call, way).id, c.I_LOOKUP] == lookup


@pytest.mark.parametrize(("call", "param"), [("read", "fd"), ("connect", "fd"), ("dup2", "oldfd"), ("close", "fd")])
def test_the_descriptor_of_an_exit_is_not_its_result(call: str, param: str) -> None:
    kind = newest(call, "<")
    assert kind.params[INFO[kind.id, c.I_FD]].name == param


def test_only_calls_that_return_have_a_result() -> None:
    assert INFO[newest("read", "<").id, c.I_RESULT] == 1
    assert INFO[newest("syscall", "<").id, c.I_RESULT] == 0
    assert INFO[newest("read", ">").id, c.I_RESULT] == 0


def test_the_effective_id_is_what_set_calls_change() -> None:
    for call, param in (("setuid", "uid"), ("setresuid", "euid"), ("setgid", "gid"), ("setresgid", "egid")):
        kind = newest(call, "<")
        assert kind.params[LAYOUT[kind.id, c.S_EID]].name == param
