"""The events screen (stage ⑤): timeline, filter, event list, details and bytes, and what ties them together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Container

from thresher.capture.errors import ThresherError
from thresher.capture.source_names import labels
from thresher.tui import messages
from thresher.tui.actions import Where, bindings
from thresher.tui.completing import Suggesting
from thresher.tui.counting import Counter
from thresher.tui.filtering import Filterer
from thresher.tui.finding import Finder
from thresher.tui.going import Guide
from thresher.tui.listing import Change, Listing, said
from thresher.tui.loading import Watcher
from thresher.tui.looking import Inspector
from thresher.tui.opening import Start, commands
from thresher.tui.saved_filters import ON_CASES, SavedFiltersScreen
from thresher.tui.screens.dialogs import GoTo, ShowText
from thresher.tui.screens.panes import PaneKeeper
from thresher.tui.statements import Facts, statements
from thresher.tui.targets import NumberTarget, TimeTarget
from thresher.tui.times import TimeFormat, zone_name
from thresher.tui.widgets.bytes_pane import BytesPane
from thresher.tui.widgets.columns import Columns
from thresher.tui.widgets.details import Details
from thresher.tui.widgets.event_list import EventList
from thresher.tui.widgets.filter_bar import FilterBar
from thresher.tui.widgets.key_bar import KeyBar
from thresher.tui.widgets.status_bar import StatusBar
from thresher.tui.widgets.timeline import TimelineStrip
from thresher.tui.windows import RowWindows

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from thresher.capture.case import Case
    from thresher.capture.model import Field, Value
    from thresher.tui.jobs import Cancelling, Jobs

POLL_S = 0.2
"""How often a loading case is looked at."""
DAY_NS = 86_400 * 10**9
NEED_A_CASE = frozenset(
    {
        "go_to", "next_match", "previous_match", "clear_filter", "filter_back", "filter_equal", "filter_not_equal",
        "toggle_internal", "next_time_format", "command", "follow", "filter_chain", *ON_CASES,
    }
)  # fmt: skip
"""Actions that answer only once a case is open."""
TOAST_S = 12
"""How long an error stands, and is not told again."""


class EventsScreen(SavedFiltersScreen):
    """All events of a case.

    Args:
        jobs: where work is done.
        make_cancel: a new token that interrupts a query.
        start: how to begin.
    """

    BINDINGS = bindings(Where.SCREEN)
    AUTO_FOCUS = "#list"

    def __init__(self, jobs: Jobs, make_cancel: Callable[[], Cancelling], start: Start) -> None:
        super().__init__()
        self._jobs, self._make_cancel, self._start = jobs, make_cancel, start
        self._facts = Facts(names=labels(start.names), shifts=start.shifts)
        self._panes = PaneKeeper(self)
        self._case: Case | None = None
        self._fields: dict[str, Field] = {}
        self._go_first = start.go_to
        self._anchor: tuple[int, int] | None = None
        self._start_ns: int | None = None
        self._format_is_chosen = False
        self._told: dict[str, float] = {}

    def compose(self) -> ComposeResult:
        """The panes from top to bottom."""
        self._timeline = TimelineStrip(id="timeline")
        self._filter = FilterBar("filter", "Filter", "all events; / to filter, Tab completes a field")
        self._find = FilterBar("find", "Find", "a filter; n and N go through its matches")
        self._list = EventList(id="list")
        self._details = Details(id="details")
        self._bytes = BytesPane(id="bytes")
        self._status = StatusBar(id="status")
        self._find.display = False
        yield from (self._timeline, self._filter, self._find, self._list)
        yield Container(self._details, self._bytes, id="lower")
        yield from (self._status, KeyBar(id="keys"))

    def on_mount(self) -> None:
        """Draw the empty screen; the case comes later."""
        self._filter.text = self._start.text
        self._say()

    # --- the case ---

    def attach(self, case: Case) -> None:
        """Show a case."""
        jobs, fail, self._case = self._jobs, self._fail, case
        self._fields = {field.name: field for field in case.fields()}
        self._facts.names = labels([store.spec for store in case.stores])
        self._columns = Columns(case.columns(), self._fields)
        self._columns.zone = self._timeline.zone = self._start.zone
        names = [each.field for each in self._columns.columns]
        windows = RowWindows(case, jobs.lane("rows"), jobs.lane("colours"), names, self._rows_came, fail)
        self._listing = Listing(case, jobs, self._make_cancel, self._changed, self._found, self._say, fail)
        self._filterer = Filterer(case, self._listing, self._list, self._filter, self._fields, self._tell, fail)
        self._finder = Finder(self._listing, self._list, self._find, self._tell)
        self._guide = Guide(case, self._listing, self._list, jobs.lane("go"), self._start.zone, self._tell, fail)
        self._inspector = Inspector(case, jobs.lane("details"), self._details, self._bytes, self._numbered, fail)
        self._counter = Counter(case, self._listing, self._timeline, jobs.lane("timeline"), self._spanned, fail)
        self._list.attach(self._columns, windows)
        self._list.matches = self._listing.is_match
        self._list.note = "reading …"
        self._suggesting = Suggesting(case, jobs.lane("suggestions"), fail)
        for bar in (self._filter, self._find):
            bar.attach(case, self._suggesting.ask)
        text = self._start.text if self._filter.error is None else ""
        if text:
            self._filter.set_applied(text)
        self._listing.apply(text, internal=self._start.internal)
        self._list.sticks = case.progress().is_live
        watcher = Watcher(
            case, self._listing, self._facts, jobs.lane("facts"), self._moved, self._counter.count, self._say, fail
        )
        watcher.look()
        self.set_interval(POLL_S, watcher.look)
        self.attach_notes()

    def _moved(self) -> None:
        """The load has ended and put the events in order: stay with the one on show."""
        self._anchor = self._inspector.number
        self._inspector.forget()

    # --- the selection ---

    def _changed(self, change: Change) -> None:
        """Show what a selection brought."""
        self._filterer.show(change)
        if change.is_final:
            self._arrive()
            self._counter.expect(
                rows_come=not change.continues and bool(self._list.count),
                is_loading=self._facts.is_loading,
                is_live=self._facts.is_live,
            )
        self._say()

    def _arrive(self) -> None:
        """Go where the command line said, or back to the event that a re-sort moved."""
        anchor, self._anchor = self._anchor, None
        if self._go_first:
            text, self._go_first = self._go_first, ""
            self._go_to(text)
        elif anchor is not None:
            self._guide.go(NumberTarget(*anchor), quiet=True)

    @on(messages.Applied)
    def _bar_applied(self, event: messages.Applied) -> None:
        event.stop()
        if self._case is None:
            self._tell("The capture is still being opened.")
            return
        self._panes.go_to("list")
        if event.bar == "filter":
            self._filterer.apply(event.text)
        elif (text := self._filterer.with_values(event.text)) is not None:
            self._finder.begin(text)
        self._say()

    @on(messages.Left)
    def _bar_left(self, event: messages.Left) -> None:
        event.stop()
        self._find.display = bool(self._find.text)
        self._panes.go_to("list")

    # --- the cursor ---

    def _rows_came(self) -> None:
        self._list.rows_came()
        self._counter.rows_came()

    @on(messages.CursorMoved)
    def _cursor_moved(self, event: messages.CursorMoved) -> None:
        event.stop()
        if (row := self._list.current()) is not None:
            self._timeline.stand_at(row.time_ns)
            self._facts.time_ns = row.time_ns
        self._inspector.look_at(self._listing.position_at(self._list.cursor))
        self._say()

    def _numbered(self, number: tuple[int, int] | None) -> None:
        self._facts.number = number
        self._say()

    @on(messages.NodeChosen)
    def _node_chosen(self, event: messages.NodeChosen) -> None:
        event.stop()
        self._bytes.mark(event.node)

    @on(messages.ByteChosen)
    def _byte_chosen(self, event: messages.ByteChosen) -> None:
        event.stop()
        self._details.choose_bytes(event.source, event.offset)

    @on(messages.LookedInto)
    def _looked_into(self, event: messages.LookedInto) -> None:
        event.stop()
        self._panes.go_to("details")

    # --- the timeline ---

    @on(messages.SpanChanged)
    def _span_changed(self, event: messages.SpanChanged) -> None:
        event.stop()
        if self._case is not None:
            self._counter.count()

    def _spanned(self, start_ns: int, end_ns: int) -> None:
        """It is known when the capture begins and ends: relative times begin there, long ones show dates."""
        self._start_ns = start_ns
        self._timeline.zone_name = self._facts.zone = zone_name(self._start.zone, start_ns)
        self._columns.start_ns = start_ns
        if not self._format_is_chosen:
            self._columns.time_format = TimeFormat.FULL if end_ns - start_ns > DAY_NS else TimeFormat.CLOCK
        self._list.lay_out()
        self._say()

    @on(messages.TimeChosen)
    def _time_chosen(self, event: messages.TimeChosen) -> None:
        event.stop()
        self._guide.go(TimeTarget(event.time_ns), quiet=True)

    # --- going places ---

    @on(messages.NumberBegun)
    def _number_begun(self, event: messages.NumberBegun) -> None:
        event.stop()
        self.action_go_to(event.digit)

    def action_go_to(self, begun: str = "") -> None:
        """Ask where to go."""
        self.app.push_screen(GoTo(begun, self._target), lambda text: self._go_to(text) if text else None)

    def _target(self, text: str) -> NumberTarget | TimeTarget:
        near = self._facts.time_ns if self._facts.time_ns is not None else self._start_ns or 0
        return self._guide.target(text, near)

    def _go_to(self, text: str) -> None:
        try:
            self._guide.go(self._target(text))
        except ThresherError as error:
            self._fail(error)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the case is open there is nothing to act on."""
        return self._case is not None or action not in NEED_A_CASE

    def action_next_match(self) -> None:
        """Go on to the next match."""
        self._finder.step(1)

    def action_previous_match(self) -> None:
        """Go back to the previous match."""
        self._finder.step(-1)

    def _found(self, is_final: bool) -> None:
        self._finder.found(is_final)
        self._say()

    # --- the filter ---

    def action_filter(self) -> None:
        """Edit the filter."""
        self._filter.enter()

    def action_find(self) -> None:
        """Edit the find."""
        self._find.display = True
        self.call_after_refresh(self._find.enter)

    def action_clear_filter(self) -> None:
        """Show all events again."""
        self._filterer.clear()

    def action_filter_back(self) -> None:
        """Apply the filter that was in force before."""
        self._filterer.back()

    def action_filter_equal(self) -> None:
        """Show only events with the value under the cursor."""
        self._filterer.narrow(*self._value_here(), "==")

    def action_filter_not_equal(self) -> None:
        """Leave out events with the value under the cursor."""
        self._filterer.narrow(*self._value_here(), "!=")

    def _value_here(self) -> tuple[str, Value]:
        if self._panes.current in ("details", "bytes"):
            node = self._details.chosen()
            return (node.field, node.value) if node is not None else ("", None)
        return self._list.current_cell() or ("", None)

    def action_toggle_internal(self) -> None:
        """Show or hide the recorder's bookkeeping."""
        self._filterer.toggle_internal()

    def action_next_time_format(self) -> None:
        """Show times another way."""
        self._format_is_chosen = True
        self._columns.time_format = self._columns.time_format.next()
        self._list.lay_out()
        self._say()

    def action_command(self) -> None:
        """Show the command that prints the same."""
        assert self._case is not None
        specs, now = [store.spec for store in self._case.stores], self._listing
        text = commands(self._start, specs, now.text, now.internal, self._inspector.number)
        self.app.push_screen(ShowText("These print the list and the event on screen", text))

    def action_stop(self) -> None:
        """Stop what is running; if nothing is, go back to the list."""
        if self._case is not None and self._listing.stop():
            self._finder.stop()
            self._tell("Stopped; what was found so far is shown.")
        elif self._panes.maximised:
            self._panes.maximise()
        else:
            self._panes.go_to("list")
        self._say()

    # --- panes ---

    def on_resize(self, event: events.Resize) -> None:
        """Arrange the panes for the new size."""
        self._panes.arrange()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember which pane has the keyboard."""
        self._panes.focused(event.widget.id)

    def action_next_pane(self) -> None:
        """Move on to the next pane."""
        self._panes.turn(1)

    def action_previous_pane(self) -> None:
        """Move back to the previous pane."""
        self._panes.turn(-1)

    def action_maximise(self) -> None:
        """Give the pane the whole screen, or take it back."""
        self._panes.maximise()

    def action_grow(self) -> None:
        """Give the pane more lines, or zoom into the timeline."""
        self._resize_pane(1)

    def action_shrink(self) -> None:
        """Give the pane fewer lines, or zoom out of the timeline."""
        self._resize_pane(-1)

    def _resize_pane(self, by: int) -> None:
        if self._panes.current == "timeline":
            self._timeline.zoom_by(0.5 if by > 0 else 2.0)
        else:
            self._panes.resize(by)

    # --- saying things ---

    def _tell(self, text: str) -> None:
        self.notify(text, timeout=4, markup=False)

    def _fail(self, error: Exception) -> None:
        """Say what went wrong and what to do."""
        text = said(error)
        if time.monotonic() - self._told.get(text, -TOAST_S) >= TOAST_S:
            self._told[text] = time.monotonic()
            self.notify(text, severity="error", timeout=TOAST_S, markup=False)
        self._say()

    def _say(self) -> None:
        """Bring the status bar up to date."""
        if self._case is not None:
            self._facts.look(self._listing)
            self._facts.time_format = self._columns.time_format.value
        self._status.show(statements(self._facts))
