"""The kernel's own containers behave as Python's do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.dissectors.syscall import kernel_choice

TABLES = kernel_choice.load("interpreted").tables
KEYS = st.one_of(st.integers(0, 5000), st.integers(-(1 << 63), (1 << 63) - 1))
STEPS = st.lists(st.tuples(st.sampled_from(["put", "remove", "get"]), KEYS, st.integers(0, 1 << 40)), max_size=200)


@given(steps=STEPS, seed=st.integers(0, 1 << 32))
def test_a_map_holds_what_a_dict_holds(steps: list[tuple[str, int, int]], seed: int) -> None:
    ours, model = TABLES.HashMap(seed), {}
    for step, key, value in steps:
        if step == "put":
            ours.put(key, value)
            model[key] = value
        elif step == "remove":
            ours.remove(key)
            model.pop(key, None)
        assert ours.get(key) == model.get(key, -1)
    assert ours.used == len(model)
    assert {key: ours.get(key) for key in model} == model


def test_a_map_grows_and_forgets() -> None:
    ours = TABLES.HashMap(7)
    for key in range(5000):
        ours.put(key * 4096, key)
    assert [ours.get(key * 4096) for key in range(5000)] == list(range(5000))
    ours.clear()
    assert (ours.used, ours.get(4096)) == (0, -1)


@given(st.lists(st.booleans(), max_size=200))
def test_a_row_given_back_is_used_again_empty(takes: list[bool]) -> None:
    grid, held = TABLES.Grid(3), []
    for takes_one in takes:
        if takes_one or not held:
            row = grid.take()
            assert row not in held
            assert [grid.cells[row, column] for column in range(3)] == [0, 0, 0]
            grid.cells[row, 1] = grid.cells[row, 2] = 9
            held.append(row)
        else:
            grid.give(held.pop())
    assert grid.used >= len(held)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_an_arena_keeps_what_is_put_in(size: int) -> None:
    arena = TABLES.Arena()
    arena.put(1)
    start = arena.copy_in(memoryview(b"\7" * size), 0, size)
    again = arena.copy_own(start, size)
    assert (start, again, arena.used) == (1, 1 + size, 1 + 2 * size)
    assert bytes(arena.data[: arena.used]) == b"\1" + b"\7" * (2 * size)
