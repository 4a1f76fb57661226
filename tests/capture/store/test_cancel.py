"""Work stops soon after somebody asked for it, whenever that was."""

from __future__ import annotations

import threading
import time

import duckdb
import pytest

from thresher.capture.errors import Cancelled
from thresher.capture.store.cancel import Cancel, watched

ENDLESS = "SELECT count(*) FROM range(10000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"


def test_a_running_query_is_interrupted_and_the_cursor_can_be_used_again() -> None:
    cancel = Cancel()
    cursor = duckdb.connect().cursor()
    threading.Timer(0.1, cancel.cancel).start()
    with pytest.raises(Cancelled), cancel.watch(cursor):
        cursor.execute(ENDLESS).fetchall()
    assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_a_query_that_starts_after_the_call_is_interrupted_too() -> None:
    cancel = Cancel()
    cursor = duckdb.connect().cursor()

    def late() -> None:
        with cancel.watch(cursor):
            cancel.cancel()
            time.sleep(0.05)
            cursor.execute(ENDLESS).fetchall()

    with pytest.raises(Cancelled):
        late()


def test_cancelled_work_does_not_start() -> None:
    cancel = Cancel()
    cancel.cancel()
    cancel.cancel()
    assert cancel.cancelled
    with pytest.raises(Cancelled):
        cancel.check()
    with pytest.raises(Cancelled), cancel.watch(duckdb.connect()):
        pytest.fail("the work has started")


def test_work_that_nobody_may_cancel_runs() -> None:
    with watched(duckdb.connect(), None) as cursor:
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
