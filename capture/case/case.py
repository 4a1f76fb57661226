"""Answers for several sources in one shown order (stages ④–⑤): rows, filters, details, timeline."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from thresher.capture import query
from thresher.capture.case import timeline as timelines
from thresher.capture.case.fields import FieldSet
from thresher.capture.case.noting import Notes
from thresher.capture.case.ordering import Ordering
from thresher.capture.case.progress import CaseProgress
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.source_names import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from thresher.capture.case.completing import Completer
    from thresher.capture.case.order import Positions
    from thresher.capture.case.timeline import Timeline
    from thresher.capture.model import ByteSource, ColourRule, Field, ListColumn, Node, Value
    from thresher.capture.notes import CaseFile
    from thresher.capture.query.proving import Answer
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

T = TypeVar("T")

LINES = 1 << 19
"""Rows written at once by ``lines``."""


class Case:
    """Several stores on one clock; the API of every face.

    A position is an index into the shown order of all rows, internal ones too. While sources load, rows are appended
    and positions stay valid; when all are in, sources ordered by time are sorted and late rows are put where they
    belong. ``progress().generation`` grows when that moved any row: positions kept from before are then void.

    All methods may be called from any thread.

    Attributes:
        stores: the opened stores, in the order named.
        zone: holds for times in filters that name none; may be set.
        around: what else the user's filters are read in: dialect, macros, leave to read files; may be set.
        colours: the user's colour rules, before those of the sources; may be set.
        notes: what the case file says about the events.
    """

    stores: list[Store]
    zone: tzinfo

    def __init__(self, stores: Sequence[Store], file: CaseFile | None = None) -> None:
        self.stores = list(stores)
        self.zone, self.around = UTC, PLAIN
        self.colours: Sequence[ColourRule] = ()
        self._fields = FieldSet(self.stores)
        self._ordering = Ordering(self.stores)
        self.notes = Notes(self.stores, self._ordering, file)
        self._hidden: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # --- fields and filters ---

    def fields(self, pattern: str = "") -> list[Field]:
        """All fields of the sources whose name or description contains ``pattern``, in declared order, each once."""
        return self._fields.search(pattern)

    def field(self, name: str) -> Field:
        """The field that a name, alias or name with argument means in the first source that has it.

        Raises:
            QueryError: no source has it, or it has no single value to print.
        """
        refs = self._fields.resolve([name])
        return next(row[0].field for row in refs if row[0] is not None)

    def columns(self) -> list[ListColumn]:
        """The default columns: those of the source, or the common ones where sources differ."""
        return self._fields.columns()

    def check(self, text: str) -> str:
        """The canonical form of a filter, '' for an empty one.

        Raises:
            FilterError: it is wrong, with the place.
        """
        return self._fields.canonical(text, self.zone, self.around)

    def sql(self, text: str) -> list[str]:
        """The SELECT that finds the filter's rows, one a store.

        Fields that are built on first use are built.

        Raises:
            FilterError: the filter is wrong.
        """
        both = zip(self.stores, self._fields.catalogues, strict=True)
        return [query.statement(store, query.applied(store, own, text, self.zone, self.around)) for store, own in both]

    def completer(self, names: Mapping[str, str] | None = None) -> Completer:
        """What completes filters over this case; ``names`` are saved filters and macros with their text."""
        from thresher.capture.case.completing import Completer

        return Completer(self, names)

    def _conditions(
        self, text: str, cancel: Cancel | None = None, on_progress: Callable[[float], None] | None = None
    ) -> list[str]:
        catalogues = self._fields.catalogues
        return query.conditions(self.stores, catalogues, text, self.zone, self.around, cancel, on_progress)

    # --- which rows ---

    def count(self) -> int:
        """How many events are shown without a filter."""
        return len(self._ordering.current()) - self.hidden() - self.notes.ignored()

    def hidden(self) -> int:
        """How many internal events are left out without ``internal``."""
        rows = len(self._ordering.current())
        kept = self._hidden
        if kept is None or kept[0] != rows:
            kept = (rows, sum(query.internal_count(store) for store in self.stores))
            self._hidden = kept
        return kept[1]

    def select(
        self,
        text: str = "",
        *,
        internal: bool = False,
        cancel: Cancel | None = None,
        on_rows: Callable[[Positions], None] | None = None,
        on_progress: Callable[[float], None] | None = None,
        start: int = 0,
    ) -> Positions:
        """The positions of the events that match a filter, ascending.

        Args:
            text: a display filter; empty for all events.
            internal: include the recorder's bookkeeping.
            cancel: stops the work from another thread.
            on_rows: given the positions found so far, all of them each time, first ones early; called in this thread.
            on_progress: given the share of the work done, 0 to 1; called in this thread.
            start: first position to look at; what has been looked at before need not be while a source grows.

        Raises:
            FilterError: the filter is wrong.
            Cancelled: ``cancel`` was called.
        """
        from thresher.capture.case.selecting import Selecting

        self.notes.refresh()
        order = self._ordering.current()
        work = Selecting(self.stores, order, self._conditions(text, cancel, on_progress), internal, start)
        return work.run(cancel, on_rows, on_progress)

    # --- what stands in them ---

    def rows(self, positions: Sequence[int] | Positions, fields: Sequence[str]) -> list[tuple[Value, ...]]:
        """The values of fields at positions, in the order given.

        Times and durations are integers in ns, addresses text, lists Python lists, absent values None. A field that one
        of several sources does not have is absent there.

        Raises:
            QueryError: no source has the field.
            IndexError: a position is out of range.
        """
        return list(zip(*self.cells(positions, fields), strict=True)) if fields else [()] * len(positions)

    def cells(self, positions: Sequence[int] | Positions, fields: Sequence[str]) -> list[Sequence[Value]]:
        """The same column by column: for each field its values, in the order of the positions."""
        wanted = np.asarray(positions, dtype=np.int64)
        order = self._ordering.current()
        if len(wanted) and not (wanted.min() >= 0 and wanted.max() < len(order)):
            raise IndexError(f"positions up to {int(wanted.max())} of {len(order)}")
        refs = self._fields.resolve(fields)
        found: list[list[Value]] = [[None] * len(wanted) for _ in fields]
        for part in order.split(wanted):
            columns = query.fetch_columns(self.stores[part.store], refs[part.store], part.nums)
            if part.places is None:
                return columns
            places = part.places.tolist()
            for target, column in zip(found, columns, strict=True):
                for place, value in zip(places, column, strict=True):
                    target[place] = value
        return list(found)

    def keep(self, positions: Sequence[int] | Positions, fields: Sequence[str]) -> None:
        """Make computed fields for good where these are most rows of a capture whose index is kept."""
        refs = self._fields.resolve(fields)
        for index, store in enumerate(self.stores):
            query.keep(store, refs[index], len(positions))

    def iterate(
        self, positions: Sequence[int] | Positions, fields: Sequence[str], batch: int = 8192
    ) -> Iterator[list[tuple[Value, ...]]]:
        """The rows of ``rows`` in batches, for exports."""
        for start in range(0, len(positions), batch):
            yield self.rows(positions[start : start + batch], fields)

    def lines(
        self,
        positions: Sequence[int] | Positions,
        fields: Sequence[str],
        form: query.Form,
        render: Callable[[list[tuple[Value, ...]]], Sequence[str]],
    ) -> Iterator[str] | None:
        """The rows of ``rows`` as text, ``render`` for those that need care; None where all of them do."""
        refs = [ref for ref in self._fields.resolve(fields)[0] if ref is not None]
        if len(self.stores) != 1 or len(refs) != len(fields) or not query.writable(self.stores[0], refs, form):
            return None
        (part,) = self._ordering.current().split(np.asarray(positions, dtype=np.int64))
        return (
            query.lines(self.stores[0], refs, part.nums[start : start + LINES], form, render)
            for start in range(0, len(part.nums), LINES)
        )

    def styles(self, positions: Sequence[int]) -> list[str]:
        """The style of the first colour rule each event matches, '' for none."""
        around = Surroundings(macros=self.around.macros)
        return self._each(positions, lambda store, nums: query.styles(store, nums, self.colours, around))

    def times(self, positions: Sequence[int]) -> list[int | None]:
        """The time of each event in ns since 1970 in UTC."""
        return self._each(positions, lambda store, nums: query.heads(store, "time_ns", nums))

    def _each(self, positions: Sequence[int], ask: Callable[[Store, NDArray[np.uint32]], list[T]]) -> list[T]:
        """What the stores answer, in the order of the positions."""
        found: dict[int, T] = {}
        for part in self._ordering.current().split(np.asarray(positions, dtype=np.int64)):
            places = range(len(positions)) if part.places is None else part.places.tolist()
            found.update(zip(places, ask(self.stores[part.store], part.nums), strict=True))
        return [found[place] for place in range(len(positions))]

    def labels(self) -> list[str]:
        """A short name for each store, as in ``shop:143138``; numbered where two would be alike."""
        return labels([store.spec for store in self.stores])

    def store_of(self, positions: Sequence[int] | Positions) -> list[int]:
        """The store index of each event."""
        order = self._ordering.current()
        return [order.at(int(position))[0] for position in positions]

    def parts(self, positions: Positions) -> list[tuple[int, NDArray[np.uint32]]]:
        """The rows behind positions: for each store its index and the numbers."""
        return [(part.store, part.nums) for part in self._ordering.current().split(positions)]

    def number(self, position: int) -> tuple[int, int]:
        """The store index and the number (``evt.num``) of the event at a position."""
        store, num = self._ordering.current().at(position)
        (value,) = query.heads(self.stores[store], "evt_num", np.array([num], np.uint32))
        return store, int(value or 0)

    def position_of(self, evt_num: int, store: int = 0) -> int:
        """The position of the event with this number, or of the next one that exists; the last where none follows."""
        num = query.num_of(self.stores[store], evt_num)
        return self._position(store, num)

    def position_at(self, time_ns: int) -> int:
        """The first position at or after a time; the last where none follows."""
        candidates = [
            (found[0], index, found[1])
            for index, store in enumerate(self.stores)
            if (found := query.first_at(store, time_ns)) is not None
        ]
        if not candidates:
            return max(len(self._ordering.current()) - 1, 0)
        _, store_index, num = min(candidates)
        return self._position(store_index, num)

    def _position(self, store: int, num: int | None) -> int:
        order = self._ordering.current()
        last = max(len(order) - 1, 0)
        if num is None:
            return last
        found = order.positions(store, np.array([num], np.uint32))
        return int(found[0]) if len(found) else last

    # --- one event ---

    def details(self, position: int) -> list[Node]:
        """The details tree of one event, with the values of all fields that it has.

        Fields that need the whole capture are left out while it loads.
        """
        return self.inspect([position])[0][0]

    def sources(self, position: int) -> list[ByteSource]:
        """The bytes that the event was made from; ``details`` points into them."""
        return self.inspect([position])[0][1]

    def inspect(self, positions: Sequence[int] | Positions) -> list[tuple[list[Node], list[ByteSource]]]:
        """Details tree and bytes of several events at once."""
        wanted = np.asarray(positions, dtype=np.int64)
        found: list[tuple[list[Node], list[ByteSource]]] = [([], [])] * len(wanted)
        for part in self._ordering.current().split(wanted):
            store = self.stores[part.store]
            both = zip(query.details(store, part.nums), query.sources(store, part.nums), strict=True)
            places = range(len(wanted)) if part.places is None else part.places.tolist()
            for place, pair in zip(places, both, strict=True):
                found[place] = pair
        return found

    def why(self, position: int, field: str) -> list[Answer]:
        """What proves the value of a field of one event; an answer for each field that it is made of."""
        store, num = self._ordering.current().at(position)
        ref = self._fields.resolve([field])[store][0]
        return query.why(self.stores[store], ref, num) if ref is not None else []

    # --- all events ---

    def start_ns(self) -> int | None:
        """The time of the earliest event that is shown, None where none has a time."""
        found = timelines.span(self.stores)
        return found[0] if found else None

    def end_ns(self) -> int | None:
        """The time of the latest event that is shown, None where none has a time."""
        found = timelines.span(self.stores)
        return found[1] if found else None

    def top(self, field: str, text: str = "", limit: int = 10) -> list[tuple[str, int]]:
        """The most frequent values of a field as text, and how many shown events that match a filter have them.

        Sources that do not have the field are passed over.

        Raises:
            QueryError: the field or the filter is wrong.
        """
        counts: Counter[str] = Counter()
        refs = self._fields.resolve([field])
        for store, (ref,), condition in zip(self.stores, refs, self._conditions(text), strict=True):
            if ref is not None:
                counts.update(dict(query.top(store, ref, query.shown(condition, internal=False))))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def timeline(
        self,
        buckets: int,
        positions: Positions | None = None,
        start_ns: int | None = None,
        end_ns: int | None = None,
    ) -> Timeline:
        """Counts of events over time.

        Args:
            buckets: how many equal stretches, at least 1.
            positions: only these events; None for all that are shown without a filter.
            start_ns: first time, the case's first where None.
            end_ns: last time, inclusive; the case's last where None.
        """
        parts = None if positions is None else self._ordering.current().split(positions)
        return timelines.count(self.stores, parts, buckets, start_ns, end_ns)

    def progress(self) -> CaseProgress:
        """How far loading has come; cheap."""
        found = [store.progress() for store in self.stores]
        return CaseProgress(
            done_bytes=sum(each.done_bytes for each in found),
            total_bytes=sum(each.total_bytes for each in found),
            rows=sum(each.rows for each in found),
            complete=self._ordering.is_final,
            error=next((each.error for each in found if each.error is not None), None),
            generation=self._ordering.generation,
            is_live=any(each.is_live for each in found),
        )

    def wait(self) -> None:
        """Until all sources are in and the order is final.

        Raises:
            ThresherError: what ended the ingest of a source.
        """
        self._ordering.wait()

    def wait_for(self, seconds: float) -> bool:
        """Wait at most this long; whether loading has ended, well or not."""
        return self._ordering.wait_for(seconds)

    def close(self) -> None:
        """Close all stores; ingest that is still running is given up."""
        self._ordering.close()
        self.notes.close()
        for store in self.stores:
            store.close()
