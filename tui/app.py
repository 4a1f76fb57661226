"""The application (stage ⑤): themes, screens, palette, signals; what the screens do stands in them."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand

from thresher.capture.errors import ThresherError
from thresher.tui.actions import ACTIONS, Where, bindings, shown_key
from thresher.tui.jobs import Cancelling, Jobs
from thresher.tui.key_order import KeysInOrder
from thresher.tui.listing import said
from thresher.tui.opening import Start
from thresher.tui.palette import themes
from thresher.tui.screens.events import EventsScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import tzinfo

    from textual.screen import Screen

    from thresher.capture.case import Case
    from thresher.capture.notes import CaseFile

WATCH_S = 1.0
"""How often it is made sure that somebody still sits at the terminal."""


class ThresherApp(KeysInOrder):
    """A case on screen.

    Args:
        opener: opens the case; runs off the UI thread.
        screen: makes the first screen for these jobs.
    """

    TITLE = "Thresher"
    CSS_PATH = "styles/thresher.tcss"
    BINDINGS = bindings(Where.EVERYWHERE)
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING: ClassVar[str] = "ctrl+p"

    def __init__(self, opener: Callable[[], Case], screen: Callable[[Jobs], EventsScreen]) -> None:
        super().__init__()
        self._opener = opener
        self._make_screen = screen
        self.jobs = Jobs(self.call_later)
        self.case: Case | None = None
        self.error: Exception | None = None

    def on_mount(self) -> None:
        """Show the empty screen, then open the case."""
        for theme in themes():
            self.register_theme(theme)
        self.theme = "thresher-dark"
        self._events = self._make_screen(self.jobs)
        self.push_screen(self._events)
        self.jobs.lane("open").submit(lambda job: self._opener(), self._opened, self._not_opened)
        self._listen()

    def _opened(self, case: Case) -> None:
        self.case = case
        self._events.attach(case)

    def _not_opened(self, error: Exception) -> None:
        self.error = error
        self.exit(return_code=error.exit_code if isinstance(error, ThresherError) else 1)

    def on_unmount(self) -> None:
        """End all work and close the case."""
        self.jobs.close()
        if self.case is not None:
            self.case.close()

    # --- actions ---

    def action_help(self) -> None:
        """Show all keys."""
        from thresher.tui.screens.help import Help

        self.push_screen(Help())

    def action_quit_now(self) -> None:
        """Leave from anywhere."""
        self.exit()

    def action_stop_following(self) -> None:
        """End a live source."""
        if self.case is not None:
            from thresher.capture.case import stop_following

            stop_following(self.case)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The actions of the table, and the themes."""
        for action in ACTIONS:
            if action.in_palette:
                keys = " ".join(map(shown_key, action.keys))
                yield SystemCommand(f"{action.title}  {keys}", action.text, partial(self._run_action, action.name))
        yield SystemCommand("Theme", "Choose the colours, dark or light.", self.action_change_theme)

    async def _run_action(self, name: str) -> None:
        focused = self.screen.focused
        for place in (focused, self.screen, self._events, self._events.query_one("#list"), self):
            if place is not None and hasattr(place, f"action_{name.partition('(')[0]}"):
                await self.run_action(name, place)
                return

    # --- the end ---

    def _listen(self) -> None:
        """End on the signals that mean it, and when the terminal is gone."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            try:
                loop.add_signal_handler(number, partial(self.exit, None, 128 + number))
            except (NotImplementedError, RuntimeError, ValueError):
                return
        if not self.is_headless:
            self.set_interval(WATCH_S, self._watch_terminal)

    def _watch_terminal(self) -> None:
        """A closed standard input never becomes readable with a key again: leave rather than spin."""
        try:
            poll = select.poll()
            poll.register(sys.__stdin__.fileno() if sys.__stdin__ is not None else 0, select.POLLIN)
            seen = poll.poll(0)
        except (OSError, ValueError):
            self.exit(return_code=129)
            return
        if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in seen):
            self.exit(return_code=129)


def run(
    specs: Sequence[str],
    *,
    filter: str = "",
    zone: tzinfo = UTC,
    cache: bool = True,
    internal: bool = False,
    go_to: str = "",
    follow: bool = False,
    case_file: CaseFile | None = None,
    metadata: Sequence[str] = (),
    shifts: Sequence[str] = (),
) -> int:
    """Open captures on screen; returns the exit code.

    Args:
        specs: files, folders, globs.
        filter: the display filter to begin with.
        zone: the zone that times are shown in.
        cache: keep the index for the next time.
        internal: begin with the recorder's internal events shown.
        go_to: event number or time to begin at.
        follow: read files on while they grow.
        case_file: where notes are and the journal is kept.
        metadata: files that say more of containers and pods.
        shifts: what is added to the times of sources.
    """

    def opener() -> Case:
        from thresher.capture.case import open_case

        return open_case(specs, cache=cache, follow=follow, case_file=case_file, metadata=metadata, shifts=shifts)

    start = Start(tuple(specs), zone, filter, internal, go_to, cache, tuple(metadata), tuple(shifts))
    app = ThresherApp(opener, lambda jobs: EventsScreen(jobs, _new_cancel, start))
    app.run()
    if app.error is not None:
        sys.stderr.write(f"thresher: {said(app.error)}\n")
    return app.return_code or 0


def _new_cancel() -> Cancelling:
    from thresher.capture.case import Cancel

    return Cancel()
