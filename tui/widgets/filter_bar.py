"""A bar for a display filter (stage ⑤): judged while it is typed, applied by Enter, completed and remembered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static

from thresher.capture.errors import FilterError, ThresherError
from thresher.capture.escape import escape
from thresher.tui.actions import Where, bindings
from thresher.tui.messages import Applied, Left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

WORD = re.compile(r"[a-z][A-Za-z0-9_.]*\Z")


class FieldSuggester(Suggester):
    """Completes the field name at the end of the text.

    Args:
        names: asked when needed, the names in the order they are offered.
    """

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        """The text with its last word completed, None where no field begins so."""
        word = WORD.search(value)
        if word is None or value.count('"') % 2:
            return None
        for name in self._names():
            if name.startswith(word[0]) and name != word[0]:
                return value + name[len(word[0]) :]
        return None


class FilterInput(Input):
    """The line of a bar, with the keys of bars."""

    BINDINGS = bindings(Where.BAR)

    def action_history(self, by: int) -> None:
        """Show an earlier or later text."""
        self._bar.step_history(by)

    def action_leave(self) -> None:
        """Leave the bar."""
        self.post_message(Left(self._bar.name_of_bar))

    def action_complete(self) -> None:
        """Take the completion; without one, Tab is what it is everywhere."""
        if self._suggestion and self._suggestion != self.value and self.cursor_position == len(self.value):
            self.action_cursor_right()
        else:
            self.app.action_focus_next() if not self.screen.is_modal else None

    @property
    def _bar(self) -> FilterBar:
        return next(each for each in self.ancestors if isinstance(each, FilterBar))


class FilterBar(Vertical):
    """The bar and, under it, what is wrong with the text.

    Args:
        id: ``filter`` or ``find``; messages carry it.
        label: the word before the text.
        placeholder: shown while it is empty.
    """

    def __init__(self, id: str, label: str, placeholder: str) -> None:
        super().__init__(id=id, classes="bar")
        self.name_of_bar = id
        self.check: Callable[[str], str] | None = None
        self.names: Callable[[], Iterable[str]] = tuple
        self.applied = ""
        self.error: ThresherError | None = None
        self.history: list[str] = []
        self._at = 0
        self._label = label
        self._input = FilterInput(
            placeholder=placeholder, suggester=FieldSuggester(lambda: self.names()), id=f"{id}-input"
        )
        self._input.highlighter = self._marked  # type: ignore[assignment]
        self._message = Static("", classes="bar--message", markup=False)

    def compose(self) -> ComposeResult:
        """The line, and the place for what is wrong."""
        with Horizontal(classes="bar--line"):
            yield Label(self._label, classes="bar--label", markup=False)
            yield self._input
        yield self._message

    def attach(self, check: Callable[[str], str], names: Iterable[str]) -> None:
        """From now on there is something to check against, and names to complete."""
        self.check = check
        self.names = lambda: names
        self.judge()

    @property
    def text(self) -> str:
        """What stands in the bar, applied or not."""
        return self._input.value

    @text.setter
    def text(self, value: str) -> None:
        self._input.value = value
        self._input.cursor_position = len(value)

    @property
    def has_cursor(self) -> bool:
        """Whether the user is typing in it."""
        return self._input.has_focus

    def enter(self) -> None:
        """Give it the keyboard."""
        self._at = len(self.history)
        self._input.focus()

    def set_applied(self, text: str) -> None:
        """This text is in force now."""
        self.applied = text
        if text and (not self.history or self.history[-1] != text):
            self.history.append(text)
        self._at = len(self.history)
        if self.text != text:
            self.text = text
        self.judge()

    def judge(self) -> None:
        """Check the text and show the verdict."""
        text = self.text
        self.error = None
        if text.strip() and self.check is not None:
            try:
                self.check(text)
            except ThresherError as error:
                self.error = error
        is_edited = text.strip() != self.applied.strip()
        self.set_class(self.error is not None, "-invalid")
        self.set_class(self.error is None and bool(text.strip()), "-valid")
        self.set_class(is_edited, "-edited")
        self._message.update(self._verdict(is_edited))
        self._message.display = bool(self._message.content)
        self._input.refresh()

    def _verdict(self, is_edited: bool) -> Text:
        if isinstance(self.error, FilterError):
            lines = [self.error.message, self.error.hint] if self.error.hint else [self.error.message]
            return Text("\n".join(escape(each) for each in lines))
        if self.error is not None:
            return Text(escape(str(self.error)))
        if is_edited:
            return Text(
                "not applied yet: Enter applies, Esc leaves"
                if self.has_cursor
                else "not applied: / edits it, Enter applies"
            )
        return Text("")

    def _marked(self, text: Text) -> Text:
        """The line with the wrong part underlined."""
        if isinstance(self.error, FilterError):
            text.stylize("underline bold #ff7a85", self.error.start, self.error.end)
        return text

    def step_history(self, by: int) -> None:
        """Show an earlier or later filter."""
        target = self._at + by
        if 0 <= target < len(self.history):
            self._at = target
            self.text = self.history[target]
        elif target >= len(self.history):
            self._at = len(self.history)
            self.text = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge the text as it is typed."""
        event.stop()
        self.judge()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the text, unless it is wrong: then it never runs."""
        event.stop()
        self.judge()
        if self.error is not None:
            self.app.bell()
            return
        self.post_message(Applied(self.name_of_bar, self.text.strip()))

    def on_descendant_focus(self) -> None:
        """Say what Enter and Esc do."""
        self.judge()

    def on_descendant_blur(self) -> None:
        """Say what is not applied."""
        self.judge()
