"""The events screen (stage ⑤): timeline, filter, event list, details and bytes, and what ties them together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from thresher.capture.errors import Cancelled, ThresherError
from thresher.capture.model import Field, Node, Value
from thresher.tui import messages
from thresher.tui.actions import Where, bindings
from thresher.tui.listing import Change, Listing, said
from thresher.tui.quick_filter import clause
from thresher.tui.screens.dialogs import GoTo, ShowText
from thresher.tui.screens.panes import ORDER, arranged
from thresher.tui.statements import Facts, statements
from thresher.tui.targets import NumberTarget, TimeTarget, parse_target, short_name
from thresher.tui.times import TimeFormat, zone_name
from thresher.tui.values import narrowed
from thresher.tui.widgets.bytes_pane import BytesPane
from thresher.tui.widgets.columns import Columns, field_of
from thresher.tui.widgets.details import Details
from thresher.tui.widgets.event_list import EventList
from thresher.tui.widgets.filter_bar import FilterBar
from thresher.tui.widgets.key_bar import KeyBar
from thresher.tui.widgets.status_bar import StatusBar
from thresher.tui.widgets.timeline import TimelineStrip
from thresher.tui.windows import RowWindows

if TYPE_CHECKING:
    from thresher.capture.case import Case
    from thresher.capture.model import ByteSource
    from thresher.tui.jobs import Cancelling, Job, Jobs

POLL_S = 0.2
"""How often a loading case is looked at."""
DAY_NS = 86_400 * 10**9


class EventsScreen(Screen[None]):
    """All events of a case.

    Args:
        jobs: where work is done.
        make_cancel: a new token that interrupts a query.
        names: what is being opened, until the case is there.
        where: the zone of times.
        text: the display filter to begin with.
        internal: whether to begin with internal events.
        go_to: event number or time to begin at.
    """

    BINDINGS = bindings(Where.SCREEN)
    AUTO_FOCUS = "#list"

    def __init__(
        self,
        jobs: Jobs,
        make_cancel: Callable[[], Cancelling],
        names: list[str],
        where: tzinfo,
        text: str = "",
        internal: bool = False,
        go_to: str = "",
    ) -> None:
        super().__init__()
        self._jobs, self._make_cancel, self._zone = jobs, make_cancel, where
        self._begin = (text, internal, go_to)
        self._facts = Facts(names=[short_name(each) for each in names])
        self._case: Case | None = None
        self._fields: dict[str, Field] = {}
        self._listing: Listing | None = None
        self._back: list[str] = []
        self._pane, self._maximised, self._more = "list", "", 0
        self._stay: int | None = None
        self._anchor: tuple[int, int] | None = None
        self._shown: int | None = None
        self._jump = 0
        self._start_ns: int | None = None

    def compose(self) -> ComposeResult:
        """The panes from top to bottom."""
        yield TimelineStrip(id="timeline")
        yield FilterBar("filter", "Filter", "all events; / to filter, Tab completes a field")
        yield FilterBar("find", "Find", "a filter; n and N go through its matches")
        yield EventList(id="list")
        with Container(id="lower"):
            yield Details(id="details")
            yield BytesPane(id="bytes")
        yield StatusBar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Draw the empty screen; the case comes later."""
        self._list = self.query_one(EventList)
        self._details = self.query_one(Details)
        self._bytes = self.query_one(BytesPane)
        self._timeline = self.query_one(TimelineStrip)
        self._filter = self.query_one("#filter", FilterBar)
        self._find = self.query_one("#find", FilterBar)
        self._status = self.query_one(StatusBar)
        self._find.display = False
        self._filter.text = self._begin[0]
        self._say()

    # --- the case ---

    def attach(self, case: Case) -> None:
        """Show a case."""
        self._case = case
        self._fields = {field.name: field for field in case.fields()}
        columns = Columns(case.columns(), self._fields)
        columns.zone = self._timeline.zone = self._zone
        windows = RowWindows(
            case, self._jobs.lane("rows"), [each.field for each in columns.columns], self._rows_came, self._fail
        )
        self._list.attach(columns, windows)
        for bar in (self._filter, self._find):
            bar.check = case.check
            bar.names = lambda: self._fields
        self._listing = Listing(case, self._jobs, self._make_cancel, self._changed, self._found, self._fail)
        self._list.matches = self._listing.is_match
        self._facts.names = [short_name(store.spec) for store in case.stores]
        text, internal, _ = self._begin
        self._filter.judge()
        valid = text if self._filter.error is None else ""
        self._list.note = "reading …"
        self._listing.apply(valid, internal=internal)
        if valid:
            self._filter.set_applied(valid)
        self._timer = self.set_interval(POLL_S, self._poll)
        self._poll()

    def _poll(self) -> None:
        """Look how far loading has come."""
        assert self._case is not None and self._listing is not None
        progress = self._case.progress()
        self._facts.progress = progress
        if progress.error is not None and self._facts.error is None:
            self._facts.error = progress.error
            self._fail(progress.error)
        if self._listing.follow(progress):
            self._shown = None
        if progress.complete:
            self._timer.stop()
            self._listing.follow(progress)
            self._read_damage()
        self._say()

    def _read_damage(self) -> None:
        """Ask the stores what could not be read."""
        case = self._case
        assert case is not None

        def work(job: Job) -> int:
            return sum(len(store.facts().damage) for store in case.stores)

        def done(count: int) -> None:
            self._facts.damaged = count
            self._say()

        self._jobs.lane("facts").submit(work, done, self._fail)

    # --- the selection ---

    def _changed(self, change: Change) -> None:
        """Show what a selection brought."""
        assert self._listing is not None and self._listing.positions is not None and self._list.windows is not None
        positions = self._listing.positions
        self._list.windows.show(positions, continues=change.continues)
        note = "" if not change.is_final else "no event matches" if self._listing.text else "no events"
        if change.continues and self._stay is None:
            self._list.grown(len(positions))
        else:
            self._list.rows_changed(len(positions), self._row_to_stay(change), note)
        if change.is_final:
            self._stay = None
            self._arrive()
            self._count_times()
        self._say()

    def _row_to_stay(self, change: Change) -> int:
        """Where the cursor belongs: on the event it stood on, or on the next one shown, once that is known."""
        assert self._listing is not None and self._listing.positions is not None
        positions = self._listing.positions
        if self._stay is None:
            return self._list.cursor if change.continues else 0
        if change.is_final or (len(positions) and int(positions[-1]) >= self._stay):
            return self._listing.row_of(self._stay)
        return 0

    def _arrive(self) -> None:
        """Go where the command line said, or back to the event that a re-sort moved."""
        anchor, self._anchor = self._anchor, None
        text, internal, go_to = self._begin
        if go_to:
            self._begin = (text, internal, "")
            self._go_to(go_to)
        elif anchor is not None and self._shown is None:
            self._go_to_target(NumberTarget(*anchor), quiet=True)

    def _apply(self, text: str) -> None:
        """Put another filter in force; the cursor stays on its event where that is shown."""
        if self._listing is None:
            return
        if text != self._listing.text:
            self._back.append(self._listing.text)
        self._stay = self._listing.position_at(self._list.cursor)
        self._filter.set_applied(text)
        self._listing.apply(text)
        self._say()

    @on(messages.Applied)
    def _bar_applied(self, event: messages.Applied) -> None:
        event.stop()
        if self._listing is None:
            self.notify("The capture is still being opened.", markup=False)
            return
        self._go_to_pane("list")
        if event.bar == "filter":
            self._apply(event.text)
            return
        self._find.set_applied(event.text)
        self._find.display = bool(event.text)
        self._jump = 2
        self._listing.find(event.text)

    @on(messages.Left)
    def _bar_left(self, event: messages.Left) -> None:
        event.stop()
        self._find.display = bool(self._find.text)
        self._go_to_pane("list")

    # --- the cursor ---

    def _rows_came(self) -> None:
        self._list.rows_came()

    @on(messages.CursorMoved)
    def _cursor_moved(self, event: messages.CursorMoved) -> None:
        event.stop()
        if self._listing is None:
            return
        position = self._listing.position_at(self._list.cursor)
        row = self._list.current()
        if row is not None:
            self._timeline.stand_at(row.time_ns)
            self._facts.time_ns = row.time_ns
        if position is None:
            self._shown = None
            self._details.show([])
            self._bytes.show([])
        elif position != self._shown:
            self._shown = position
            self._look_into(position)
        self._say()

    def _look_into(self, position: int) -> None:
        """Fetch what an event consists of; the newest cursor position wins."""
        case = self._case
        assert case is not None

        def work(job: Job) -> tuple[tuple[int, int], list[Node], list[ByteSource], str]:
            number = case.number(position)
            try:
                return number, case.details(position), case.sources(position), ""
            except ThresherError as error:
                if isinstance(error, Cancelled):
                    raise
                return number, [Node("No details", str(error))], [], str(error)

        def done(found: tuple[tuple[int, int], list[Node], list[ByteSource], str]) -> None:
            self._anchor, nodes, sources, note = found
            self._facts.number = self._anchor
            self._bytes.show(sources, note)
            self._details.show(nodes)
            self._say()

        self._jobs.lane("details").submit(work, done, self._fail)

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
        self._go_to_pane("details")

    # --- the timeline ---

    @on(messages.SpanChanged)
    def _span_changed(self, event: messages.SpanChanged) -> None:
        event.stop()
        self._count_times()

    def _count_times(self) -> None:
        """Count the events on show for the timeline."""
        case, listing = self._case, self._listing
        if case is None or listing is None or listing.positions is None:
            return
        zoom = self._timeline.zoom
        start, end = (zoom[0], zoom[1] - 1) if zoom else (None, None)
        chosen = listing.positions if listing.text or listing.internal else None
        buckets = self._timeline.buckets

        def done(counts: object) -> None:
            self._timeline.show(counts)  # type: ignore[arg-type]
            self._learn_start()

        self._jobs.lane("timeline").submit(lambda job: case.timeline(buckets, chosen, start, end), done, self._fail)

    def _learn_start(self) -> None:
        """The first count of the whole capture tells where relative times begin, and how to show times."""
        data = self._timeline.data
        if data is None or self._timeline.zoom is not None or self._list.columns is None:
            return
        first = self._start_ns is None
        self._start_ns = data.start_ns
        self._timeline.zone_name = self._facts.zone = zone_name(self._zone, data.start_ns)
        self._list.columns.start_ns = data.start_ns
        if first and data.bucket_ns * len(data.counts) > DAY_NS:
            self._list.columns.time_format = TimeFormat.FULL
        self._list.lay_out()
        self._say()

    @on(messages.TimeChosen)
    def _time_chosen(self, event: messages.TimeChosen) -> None:
        event.stop()
        self._go_to_target(TimeTarget(event.time_ns), quiet=True)

    # --- going places ---

    @on(messages.NumberBegun)
    def _number_begun(self, event: messages.NumberBegun) -> None:
        event.stop()
        self.action_go_to(event.digit)

    def action_go_to(self, begun: str = "") -> None:
        """Ask where to go."""
        if self._case is not None:
            self.app.push_screen(GoTo(begun, self._target), lambda text: self._go_to(text) if text else None)

    def _target(self, text: str) -> NumberTarget | TimeTarget:
        assert self._case is not None
        near = self._facts.time_ns if self._facts.time_ns is not None else self._start_ns or 0
        return parse_target(text, [store.spec for store in self._case.stores], near, self._zone)

    def _go_to(self, text: str) -> None:
        try:
            self._go_to_target(self._target(text))
        except ThresherError as error:
            self._fail(error)

    def _go_to_target(self, target: NumberTarget | TimeTarget, quiet: bool = False) -> None:
        case = self._case
        assert case is not None

        def work(job: Job) -> tuple[int, int]:
            if isinstance(target, TimeTarget):
                return case.position_at(target.time_ns), 0
            position = case.position_of(target.number, target.store)
            return position, case.number(position)[1]

        def done(found: tuple[int, int]) -> None:
            position, number = found
            if isinstance(target, NumberTarget) and number != target.number and not quiet:
                self.notify(f"There is no event {target.number:,}; this is {number:,}.", markup=False)
            self._show_position(position, quiet)

        self._jobs.lane("go").submit(work, done, self._fail)

    def _show_position(self, position: int, quiet: bool = False) -> None:
        """Put the cursor on an event, or on the next one that is shown."""
        assert self._listing is not None
        row = self._listing.row_of(position)
        if self._listing.position_at(row) != position and not quiet:
            self.notify("That event is not on show (filtered out or internal); this is the next one.", markup=False)
        self._list.move_to(row, centre=True)

    # --- finding ---

    def action_next_match(self) -> None:
        """Go on to the next match."""
        self._step(1)

    def action_previous_match(self) -> None:
        """Go back to the previous match."""
        self._step(-1)

    def _step(self, by: int) -> None:
        listing = self._listing
        if listing is None:
            return
        if listing.found_text:
            self._jump = by
            self._try_jump(not listing.is_searching)
        elif listing.text:
            self._list.move_to(self._list.cursor + by)
        elif listing.last_text:
            self._find.display = True
            self._find.set_applied(listing.last_text)
            self._jump = by
            listing.find(listing.last_text)
        else:
            self.notify("Nothing to go to yet: / filters, f finds.", markup=False)

    def _found(self, is_final: bool) -> None:
        """Matches have come."""
        self._list.refresh()
        if self._jump:
            self._try_jump(is_final)
        self._say()

    def _try_jump(self, is_final: bool) -> None:
        """Go to the match that is waited for, as soon as it is certain which one that is."""
        assert self._listing is not None
        position = self._listing.position_at(self._list.cursor) or 0
        if self._jump == 2 and self._listing.is_match(position):
            self._jump = 0
            return
        found = self._listing.match_from(position, 1 if self._jump > 0 else -1)
        if found is None:
            if is_final:
                self._jump = 0
                if self._listing.found_text:
                    self.notify("No event on show matches.", markup=False)
            return
        target, is_around = found
        if not is_final and (is_around or self._jump < 0):
            return
        if is_around:
            self.notify(f"Went on from the {'beginning' if self._jump > 0 else 'end'}.", timeout=2, markup=False)
        self._jump = 0
        self._list.move_to(self._listing.row_of(target), centre=True)

    # --- actions on the filter ---

    def action_filter(self) -> None:
        """Edit the filter."""
        self._filter.enter()

    def action_find(self) -> None:
        """Edit the find."""
        self._find.display = True
        self.call_after_refresh(self._find.enter)

    def action_clear_filter(self) -> None:
        """Show all events again."""
        if self._listing is not None and (self._listing.text or self._filter.text):
            self._apply("")

    def action_filter_back(self) -> None:
        """Apply the filter that was in force before."""
        if self._back:
            text = self._back.pop()
            self._apply(text)
            self._back.pop()

    def action_filter_equal(self) -> None:
        """Show only events with this value."""
        self._filter_on("==")

    def action_filter_not_equal(self) -> None:
        """Leave out events with this value."""
        self._filter_on("!=")

    def _filter_on(self, operator: str) -> None:
        """And a comparison with the value under the cursor to the filter."""
        name, value = self._value_here()
        if self._listing is None or self._case is None:
            return
        field = field_of(name, self._fields) if name else None
        added = clause(name, value, field, operator) if name else None
        if added is None:
            self.notify("There is no value here to filter on.", markup=False)
            return
        text = narrowed(self._listing.text, added)
        try:
            self._case.check(text)
        except ThresherError as error:
            self._fail(error)
            return
        self._apply(text)

    def _value_here(self) -> tuple[str, Value]:
        if self._pane in ("details", "bytes"):
            node = self._details.chosen()
            return (node.field, node.value) if node is not None else ("", None)
        return self._list.current_cell() or ("", None)

    def action_toggle_internal(self) -> None:
        """Show or hide the recorder's bookkeeping."""
        if self._listing is not None:
            self._stay = self._listing.position_at(self._list.cursor)
            self._listing.apply(self._listing.text, internal=not self._listing.internal)

    def action_next_time_format(self) -> None:
        """Show times another way."""
        columns = self._list.columns
        if columns is not None:
            columns.time_format = columns.time_format.next()
            self._list.lay_out()
            self._say()

    def action_command(self) -> None:
        """Show the command that prints the same."""
        if self._case is None or self._listing is None or self._list.columns is None:
            return
        from thresher.capture.command_line import command_for

        names = [each.field for each in self._list.columns.columns]
        self.app.push_screen(ShowText("This prints what is shown", command_for(self._case, self._listing.text, names)))

    def action_stop(self) -> None:
        """Stop what is running; if nothing is, go back to the list."""
        if self._listing is not None and self._listing.stop():
            self._jump = 0
            self.notify("Stopped; what was found so far is shown.", markup=False)
        elif self._maximised:
            self.action_maximise()
        else:
            self._go_to_pane("list")
        self._say()

    # --- panes ---

    def on_resize(self, event: events.Resize) -> None:
        """Arrange the panes for the new size."""
        self._arrange()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember which pane has the keyboard."""
        if event.widget.id in ORDER and event.widget.id != self._pane:
            self._pane = event.widget.id
            self._arrange()

    def action_next_pane(self) -> None:
        """Move on to the next pane."""
        self._go_to_pane(ORDER[(ORDER.index(self._pane) + 1) % len(ORDER)])

    def action_previous_pane(self) -> None:
        """Move back to the previous pane."""
        self._go_to_pane(ORDER[(ORDER.index(self._pane) - 1) % len(ORDER)])

    def _go_to_pane(self, name: str) -> None:
        self._pane = name
        if self._maximised:
            self._maximised = name
        self._arrange()
        self.query_one(f"#{name}").focus()

    def action_maximise(self) -> None:
        """Give the pane the whole screen, or take it back."""
        self._maximised = "" if self._maximised else self._pane
        self._arrange()

    def action_grow(self) -> None:
        """Give the pane more lines, or zoom in."""
        self._resize_pane(1)

    def action_shrink(self) -> None:
        """Give the pane fewer lines, or zoom out."""
        self._resize_pane(-1)

    def _resize_pane(self, by: int) -> None:
        if self._pane == "timeline":
            self._timeline.zoom_by(0.5 if by > 0 else 2.0)
        else:
            self._more += by if self._pane in ("details", "bytes") else -by
            self._arrange()

    def _arrange(self) -> None:
        width, height = self.size
        panes = arranged(width, height, self._pane, self._maximised, self._more)
        self._list.display, self._timeline.display = panes.list, panes.timeline
        self._details.display, self._bytes.display = panes.details, panes.bytes
        lower: Widget = self.query_one("#lower")
        lower.display = panes.details or panes.bytes
        lower.set_class(panes.beside, "-beside")
        lower.set_class(not panes.beside, "-stacked")
        lower.styles.height = panes.lower or "1fr"
        for bar in (self._filter, self._find):
            bar.set_class(panes.roomy, "-roomy")
        self._timeline.set_class(not panes.roomy, "-compact")
        alone = panes.details != panes.bytes
        self._details.border_subtitle = "Tab: bytes" if alone and panes.details else ""
        self._bytes.border_subtitle = "Tab: on, Shift+Tab: details" if alone and panes.bytes else ""

    # --- saying things ---

    def _fail(self, error: Exception) -> None:
        """Say what went wrong and what to do."""
        self.notify(str(Text(said(error))), severity="error", timeout=12, markup=False)
        self._say()

    def _say(self) -> None:
        """Bring the status bar up to date."""
        listing, columns = self._listing, self._list.columns
        if listing is not None:
            self._facts.text, self._facts.internal = listing.text, listing.internal
            self._facts.shown = len(listing.positions) if listing.positions is not None else 0
            self._facts.total, self._facts.hidden = listing.total, listing.hidden
            self._facts.fraction = listing.fraction if listing.is_busy else None
            self._facts.was_stopped = listing.was_stopped
            self._facts.found = len(listing.found) if listing.found is not None else 0 if listing.found_text else None
        self._facts.time_format = columns.time_format.value if columns is not None else ""
        self._status.show(statements(self._facts))
