"""The help screen (stage ⑤): all keys from the table of actions, and the words of the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from thresher.tui.actions import by_place, shown_key

if TYPE_CHECKING:
    from textual.app import ComposeResult

FILTER_WORDS: tuple[tuple[str, str], ...] = (
    ('proc.name == "curl"', "equals; also eq, and a single ="),
    ("evt.type in (open, openat)", 'one of; also in {"open", "openat"} and ranges {1..9}'),
    ("fd.name contains passwd", "also icontains, startswith, endswith, glob"),
    ('fd.name matches "\\\\.env$"', "regular expression"),
    ("proc.pid > 1 and not evt.failed", "and or not, && || !, parentheses"),
    ("fd.name", "the event has the field; also fd.name exists"),
)
"""What the filter can say, by example."""


class Help(ModalScreen[None]):
    """Everything a key does."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,enter,q,f1,question_mark", "dismiss(None)", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One table a place."""
        with Vertical(classes="dialog -large"):
            yield Label("Keys", classes="dialog--title", markup=False)
            with VerticalScroll(classes="dialog--body"):
                for where, actions in by_place():
                    yield Static(where.value, classes="help--heading", markup=False)
                    yield Static(_table([(" ".join(map(shown_key, each.keys)), each.text) for each in actions]))
                yield Static("Filters by example", classes="help--heading", markup=False)
                yield Static(_table(list(FILTER_WORDS), left=34))
            yield Static("↑ ↓ PgDn move, Esc closes", classes="dialog--note", markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll at once."""
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, by: int) -> None:
        """Scroll a line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _table(rows: list[tuple[str, str]], left: int = 18) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=left)
    table.add_column(ratio=1)
    for first, second in rows:
        table.add_row(Text(first, "bold"), Text(second))
    return table
