"""Keeps the shown order of a case while its sources load (stage ④): appends, and sorts when all are in."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from thresher.capture import query
from thresher.capture.case.order import NO_TIME, Order, by_file, by_time, extended
from thresher.capture.errors import ThresherError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.store.store import Store


class Ordering:
    """The order of some stores, now; to be asked from any thread.

    Attributes:
        generation: grows when positions handed out before no longer mean the same rows.
        is_final: all sources are in and nothing will move any more.
    """

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = list(stores)
        self._order = Order((0,) * len(self._stores))
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._closed = threading.Event()
        self.generation = 0
        self.is_final = False
        self._thread: threading.Thread | None = None
        if self._all_in():
            self._settle()
        else:
            self._thread = threading.Thread(target=self._follow, name="thresher-order", daemon=True)
            self._thread.start()

    def current(self) -> Order:
        """The order of the rows that can be read now."""
        with self._lock:
            if not self.is_final:
                self._order = extended(self._order, [store.count() for store in self._stores])
            return self._order

    def wait(self) -> None:
        """Until the order is final.

        Raises:
            ThresherError: what ended the ingest of a source early.
        """
        for store in self._stores:
            store.wait()
        self._settle()

    def wait_for(self, seconds: float) -> bool:
        """Wait at most this long; whether loading has ended, well or not."""
        return self._settled.wait(seconds)

    def close(self) -> None:
        """The stores are about to be closed: stop following them."""
        self._closed.set()
        if self._thread is not None and self._all_in():
            self._thread.join()  # it asks the stores, or is about to see that it need not

    def _all_in(self) -> bool:
        return all(store.progress().complete for store in self._stores)

    def _follow(self) -> None:
        """Wait for all sources in a thread of its own; what ended one early stands in its progress."""
        try:
            for store in self._stores:
                with suppress(ThresherError):
                    store.wait()
            if not self._closed.is_set():
                self._settle()
        finally:
            self._settled.set()

    def _settle(self) -> None:
        if not self.is_final:
            self._install(final_order(self._stores))
        self._settled.set()

    def _install(self, final: Order) -> None:
        with self._lock:
            if self.is_final:
                return
            if len(self._order) and not (final.is_identity and self._order.is_identity):
                self.generation += 1
            self._order = final
            self.is_final = True


def final_order(stores: Sequence[Store]) -> Order:
    """The order of complete stores: that of the file for one capture of blocks, otherwise by time."""
    if len(stores) == 1 and not stores[0].dissector.in_time_order:
        late, before = query.late_rows(stores[0])
        return by_file(stores[0].count(), late, before)
    return by_time([query.all_times(store, NO_TIME) for store in stores])
