"""Writing notes on the event under the cursor (stage ⑤): marks, comments, tags, time references, ignored events."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from thresher.capture.notes import Change
from thresher.tui.chaining import ChainingScreen
from thresher.tui.screens.dialogs import Ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.notes import Note
    from thresher.tui.jobs import Job
    from thresher.tui.looking import Inspector
    from thresher.tui.statements import Facts
    from thresher.tui.widgets.columns import Columns

POLL_S = 1.0
"""How often it is looked whether somebody else has written notes."""

NOTING = frozenset({"mark", "next_mark", "previous_mark", "comment", "tag", "reference", "ignore"})
"""Actions that need an open case."""

NAMES = ("frame.marked", "frame.comment", "frame.ref_time", "frame.ignored", "pkt_comment", "tag")
"""A filter with one of these may select other events once a note has changed."""

References = list[tuple[int, int]]


class NotingScreen(ChainingScreen):
    """A screen of events, on each of which something can be noted."""

    _columns: Columns
    _inspector: Inspector
    _facts: Facts
    _tell: Callable[[str], None]
    _fail: Callable[[Exception], None]
    _say: Callable[[], None]

    def attach_notes(self) -> None:
        """Show the notes of the case, and go on looking for others'."""
        self._wanted: deque[tuple[int, Change]] = deque()
        self._filters: deque[str] = deque([self._listing.text] if self._listing.text else ())
        self._filterer.journal = self._journal
        self._noted = 0
        self._journal()
        self.set_interval(POLL_S, self._look_for_notes)

    # --- what a key does ---

    def action_mark(self) -> None:
        """Mark the event, or take the mark away."""
        self._change(lambda note: Change(marked=not note.marked))

    def action_reference(self) -> None:
        """Let relative times begin at the event, or no more."""
        self._change(lambda note: Change(is_reference=not note.is_reference))

    def action_ignore(self) -> None:
        """Leave the event out of lists and counts, or show it again."""
        self._change(lambda note: Change(ignored=not note.ignored))

    def action_comment(self) -> None:
        """Ask for a comment; an empty one takes it away."""
        self._ask("Comment on the event", lambda note: note.comment, lambda note, text: Change(comment=text.strip()))

    def action_tag(self) -> None:
        """Ask for the event's tags."""
        self._ask("Tags of the event, with commas between", lambda note: ", ".join(note.tags), tagged)

    def action_next_mark(self) -> None:
        """Go on to the next marked event on show."""
        self._go_to_mark(1)

    def action_previous_mark(self) -> None:
        """Go back to the marked event before."""
        self._go_to_mark(-1)

    def _ask(self, title: str, begun: Callable[[Note], str], made: Callable[[Note, str], Change]) -> None:
        """Ask for a text, and change the event that was under the cursor by it."""
        here = self._here()
        if here is not None:
            position, note = here
            self.app.push_screen(
                Ask(title, begun(note)),
                lambda text: self._write(position, made(note, text)) if text is not None else None,
            )

    def _here(self) -> tuple[int, Note] | None:
        """The event under the cursor and its note."""
        position = self._listing.position_at(self._list.cursor)
        if self._case is None or position is None:
            return None
        return position, self._case.notes.of([position])[0]

    def _go_to_mark(self, by: int) -> None:
        case, listing = self._case, self._listing
        if case is None:
            return
        marked = [position for position, note in case.notes.known() if note.marked]
        rows = [row for row in map(listing.row_of, marked) if listing.position_at(row) in set(marked)]
        there = [row for row in rows if (row > self._list.cursor if by > 0 else row < self._list.cursor)]
        if not rows:
            self._tell("No event on show is marked; m marks one.")
        elif there:
            self._list.move_to(there[0] if by > 0 else there[-1], centre=True)
        else:
            self._tell(f"Went on from the {'beginning' if by > 0 else 'end'}.")
            self._list.move_to(rows[0] if by > 0 else rows[-1], centre=True)

    # --- writing and showing ---

    def _change(self, made: Callable[[Note], Change]) -> None:
        here = self._here()
        if here is not None:
            self._write(here[0], made(here[1]))

    def _write(self, position: int, change: Change) -> None:
        """Write a change; what is still waiting goes first, so that none is lost however fast keys come."""
        self._wanted.append((position, change))
        self._jobs.lane("notes").submit(self._written, self._show_notes, self._fail)

    def _journal(self, text: str = "") -> None:
        """Write down a filter that was put in force."""
        if text:
            self._filters.append(text)
        self._jobs.lane("notes").submit(self._written, self._show_notes, self._fail)

    def _written(self, job: Job) -> tuple[int, References, int]:
        """Runs on the lane's thread."""
        assert self._case is not None
        while self._filters:
            self._case.notes.log("filter", {"filter": self._filters.popleft(), "as": "screen"})
        while self._wanted:
            position, change = self._wanted.popleft()
            self._case.notes.change([position], change)
        return self._read(job)

    def _read(self, job: Job) -> tuple[int, References, int]:
        """Runs on the lane's thread."""
        assert self._case is not None
        notes = self._case.notes
        notes.refresh()
        references = notes.references() if notes.revision != self._noted else []
        return notes.revision, references, notes.ignored()

    def _look_for_notes(self) -> None:
        lane = self._jobs.lane("notes")
        if not lane.busy:
            lane.submit(self._read, self._show_notes, self._fail)

    def _show_notes(self, found: tuple[int, References, int]) -> None:
        """Draw everything that notes change, where they have."""
        revision, references, ignored = found
        if revision == self._noted:
            return
        self._noted = revision
        self._columns.references = references
        if self._list.windows is not None:
            self._list.windows.renote()
        self._list.refresh()
        self._inspector.look_again()
        if ignored != self._facts.ignored or any(name in self._listing.text for name in NAMES):
            self._facts.ignored = ignored
            self._filterer.again()
        self._say()


def tagged(note: Note, text: str) -> Change:
    """The change that gives an event exactly the tags of a text."""
    wanted = [tag.strip() for tag in text.split(",") if tag.strip()]
    return Change(
        add_tags=tuple(tag for tag in wanted if tag not in note.tags),
        remove_tags=tuple(tag for tag in note.tags if tag not in wanted),
    )
