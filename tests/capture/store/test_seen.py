"""A key is among the seen ones exactly when it came before or comes twice (stage ③)."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.store.seen import Seen

BATCHES = st.lists(st.lists(st.integers(0, 40), max_size=20), max_size=12)


@given(BATCHES)
def test_a_key_is_found_where_it_came_before_or_stands_twice_in_its_batch(batches: list[list[int]]):
    seen, before = Seen(), set[int]()
    for batch in batches:
        keys = np.array(batch, np.uint64)
        assert seen.among(keys).tolist() == [key in before or batch.count(key) > 1 for key in batch]
        seen.add(keys)
        before.update(batch)


def test_runs_stay_few():
    seen = Seen()
    for number in range(1000):
        seen.add(np.array([number], np.uint64))
    assert len(seen._runs) <= 10
