"""Small dialogs over the events screen (stage ⑤): go to, and the command line that prints what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from thresher.capture.errors import ThresherError
from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult


class GoTo(ModalScreen[str | None]):
    """Asks for an event number or a time; ends with what was typed.

    Args:
        begun: what stands in it already.
        check: raises what is wrong with a text.
    """

    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "dismiss(None)", "Close", show=False)]  # type: ignore[assignment]

    def __init__(self, begun: str, check: Callable[[str], object]) -> None:
        super().__init__()
        self._begun = begun
        self._check = check

    def compose(self) -> ComposeResult:
        """A line to type in, and what may be typed."""
        with Vertical(classes="dialog"):
            yield Label("Go to an event number or a time", classes="dialog--title", markup=False)
            yield Input(
                self._begun, placeholder="143138, shop:143138, 07:10:37.2, 2026-11-23 07:10", select_on_focus=False
            )
            yield Static("Enter goes there, Esc closes", classes="dialog--note", markup=False)

    def on_mount(self) -> None:
        """Type behind what stands there already."""
        line = self.query_one(Input)
        line.cursor_position = len(self._begun)
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """End, or say what is wrong."""
        if not event.value.strip():
            self.dismiss(None)
            return
        try:
            self._check(event.value)
        except ThresherError as error:
            note = self.query_one(".dialog--note", Static)
            note.update(Text(escape(str(error))))
            note.add_class("-error")
            return
        self.dismiss(event.value)


class Ask(ModalScreen[str | None]):
    """Asks for a text; ends with it, None where it was left.

    Args:
        title: what is asked for.
        begun: what stands in it already.
        note: what the keys do.
    """

    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "dismiss(None)", "Close", show=False)]  # type: ignore[assignment]

    def __init__(self, title: str, begun: str, note: str = "Enter keeps it in the case file, Esc leaves it") -> None:
        super().__init__()
        self._title, self._begun, self._note = title, begun, note

    def compose(self) -> ComposeResult:
        """A line to type in."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="dialog--title", markup=False)
            yield Input(self._begun, select_on_focus=False)
            yield Static(Text(escape(self._note)), classes="dialog--note")

    def on_mount(self) -> None:
        """Type behind what stands there already."""
        line = self.query_one(Input)
        line.cursor_position = len(self._begun)
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """End."""
        self.dismiss(event.value)


class ShowText(ModalScreen[None]):
    """Shows text that can be copied.

    Args:
        title: what it is.
        text: the text itself.
    """

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,enter,q,f12,c", "dismiss(None)", "Close", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, and the keys."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="dialog--title", markup=False)
            with VerticalScroll(classes="dialog--body"):
                yield Static(Text("\n".join(escape(line) for line in self._text.splitlines())))
            yield Static("y copies it, Esc closes", classes="dialog--note", markup=False)

    def action_copy(self) -> None:
        """Hand the text to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._text)
        self.notify("Copied to the terminal's clipboard, where the terminal allows that.", markup=False)
