"""The rows around the viewport of a list of any length (stage ⑤): fetched in chunks off the UI thread and kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from thresher.capture.notes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from thresher.capture.case import Case, Positions
    from thresher.capture.model import Value
    from thresher.capture.notes import Note
    from thresher.tui.jobs import Lane

CHUNK = 128
"""Rows fetched at once: more than a screen, and still a few milliseconds."""
KEPT = 96
"""Chunks kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is shown: its place in the case's order, time, values of the columns, colour style and note."""

    position: int
    time_ns: int | None
    previous_ns: int | None
    values: tuple[Value, ...]
    style: str
    note: Note = NOTHING


class RowWindows:
    """Rows of a selection by their index in it.

    Args:
        case: where they come from.
        lane: fetches rows.
        colours: fetches their styles.
        fields: the columns' fields.
        on_rows: told when rows have come, on the UI thread.
        on_error: told what went wrong with a fetch.
    """

    def __init__(
        self,
        case: Case,
        lane: Lane,
        colours: Lane,
        fields: Sequence[str],
        on_rows: Callable[[], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._case = case
        self._lane = lane
        self._colours = colours
        self._fields = tuple(fields)
        self._on_rows = on_rows
        self._on_error = on_error
        self._positions: Positions | None = None
        self._kept: OrderedDict[int, list[Row]] = OrderedDict()
        self._wanted: list[int] = []
        self._plain: list[int] = []
        self._coloured: set[int] = set()
        self._failed: set[int] = set()
        self._epoch = 0

    def __len__(self) -> int:
        return 0 if self._positions is None else len(self._positions)

    @property
    def positions(self) -> Positions | None:
        """The selection itself, ascending positions."""
        return self._positions

    def show(self, positions: Positions, *, continues: bool) -> None:
        """Show a selection; with ``continues`` it begins with all rows of the one before."""
        if not continues:
            self._kept.clear()
            self._coloured.clear()
            self._epoch += 1
        self._failed.clear()
        self._plain = [chunk for chunk in self._kept if chunk not in self._coloured]
        self._positions = positions
        self._colour()

    def renote(self) -> None:
        """Give the rows that are there the notes of now."""
        for chunk, rows in self._kept.items():
            notes = self._case.notes.of([row.position for row in rows])
            self._kept[chunk] = [replace(row, note=note) for row, note in zip(rows, notes, strict=True)]

    def _drop(self, chunk: int) -> None:
        self._kept.pop(chunk, None)
        self._coloured.discard(chunk)

    def _is_whole(self, chunk: int) -> bool:
        """Whether all rows of a chunk are there; the last one grows with the selection."""
        return len(self._kept.get(chunk, ())) >= min(CHUNK, len(self) - chunk * CHUNK)

    def get(self, index: int) -> Row | None:
        """The row, where it has been fetched."""
        chunk = self._kept.get(index // CHUNK)
        place = index % CHUNK
        return chunk[place] if chunk is not None and place < len(chunk) else None

    def last_before(self, count: int) -> int:
        """The last row that has been fetched in the chunk of the last one of ``count``, or in the one before; or 0."""
        for chunk in ((count - 1) // CHUNK, (count - 1) // CHUNK - 1):
            if self._kept.get(chunk):
                return chunk * CHUNK + len(self._kept[chunk]) - 1
        return 0

    def want(self, first: int, last: int, direction: int = 1) -> None:
        """See to it that these rows come soon, and after them the chunk that lies ahead."""
        if not len(self):
            return
        begin, end = max(first, 0) // CHUNK, min(last, len(self) - 1) // CHUNK
        ahead = end + 1 if direction >= 0 else begin - 1
        chunks = [*range(begin, end + 1), ahead]
        in_range = [each for each in chunks if 0 <= each * CHUNK < len(self)]
        for each in in_range:
            if each in self._kept:
                self._kept.move_to_end(each)
        self._wanted = [each for each in in_range if not self._is_whole(each) and each not in self._failed]
        self._fetch()

    def _fetch(self) -> None:
        if self._wanted and not self._lane.busy and self._positions is not None:
            chunk, epoch = self._wanted.pop(0), self._epoch
            start = chunk * CHUNK
            before = start - (1 if start else 0)
            positions = self._positions[before : start + CHUNK].tolist()
            self._lane.submit(
                lambda job: self._read(positions, start - before),
                lambda rows: self._came(chunk, epoch, rows),
                lambda error: self._lost(chunk, epoch, error),
            )

    def _read(self, positions: list[int], skip: int) -> list[Row]:
        """The rows of one chunk, plain; runs on the lane's thread."""
        wanted = positions[skip:]
        times = self._case.times(positions)
        before = times if skip else [None, *times]
        values = self._case.rows(wanted, self._fields)
        cells = zip(wanted, times[skip:], before, values, self._case.notes.of(wanted), strict=False)
        return [Row(position, time, previous, row, "", note) for position, time, previous, row, note in cells]

    def _came(self, chunk: int, epoch: int, rows: list[Row]) -> None:
        if epoch == self._epoch:
            before = self._kept.get(chunk, [])
            self._kept[chunk] = [*before, *rows[len(before) :]]
            self._coloured.discard(chunk)
            while len(self._kept) > KEPT:
                self._drop(next(iter(self._kept)))
            self._plain.append(chunk)
            self._colour()
        self._next(epoch)

    def _lost(self, chunk: int, epoch: int, error: Exception) -> None:
        if epoch == self._epoch:
            self._failed.add(chunk)
            self._on_error(error)
        self._next(epoch)

    def _next(self, epoch: int) -> None:
        """Go on with what is wanted; what came for an older selection makes the list ask again."""
        if epoch == self._epoch:
            self._fetch()
        self._on_rows()

    # --- colours come after the text: they cost more, and a rule that cannot be run costs nothing but the colour ---

    def _colour(self) -> None:
        """Ask for the styles of the newest plain chunk."""
        while self._plain and not self._colours.busy:
            chunk, epoch = self._plain.pop(), self._epoch
            rows = self._kept.get(chunk)
            if rows is not None:
                wanted = [row.position for row in rows]
                self._colours.submit(
                    lambda job, wanted=wanted: self._case.styles(wanted),  # type: ignore[misc]
                    lambda styles, chunk=chunk, epoch=epoch: self._take_styles(chunk, epoch, styles),  # type: ignore[misc]
                    self._colourless,
                )

    def _take_styles(self, chunk: int, epoch: int, styles: list[str]) -> None:
        rows = self._kept.get(chunk)
        if epoch == self._epoch and rows is not None:
            coloured = [replace(row, style=style) for row, style in zip(rows, styles, strict=False)]
            self._kept[chunk] = [*coloured, *rows[len(styles) :]]
            if len(styles) >= len(rows):
                self._coloured.add(chunk)
            self._on_rows()
        self._colour()

    def _colourless(self, error: Exception) -> None:
        self._on_error(error)
        self._colour()
