"""A bar for a display filter (stage ⑤): judged while it is typed, applied by Enter, completed and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from thresher.capture.errors import FilterError, ThresherError
from thresher.capture.escape import escape
from thresher.tui.actions import Where, bindings
from thresher.tui.messages import Applied, Left
from thresher.tui.widgets.suggestions import Suggestions

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from thresher.capture.case import Case
    from thresher.capture.filter.complete import Suggestion

LABEL_WIDTH = 9
"""Cells before the text, as the style sheet has it."""

Ask = Callable[[str, int, Callable[[Sequence["Suggestion"]], None]], None]
"""Asks what can stand at a place of a text; the answer comes later, perhaps several times."""


class FilterInput(Input):
    """The line of a bar, with the keys of bars."""

    BINDINGS = bindings(Where.BAR)

    def action_history(self, by: int) -> None:
        """Choose another suggestion, or show an earlier or later text."""
        if not self._bar.choose(by):
            self._bar.step_history(by)

    def action_leave(self) -> None:
        """Close the suggestions if one is chosen, otherwise leave the bar."""
        if not self._bar.give_up():
            self.post_message(Left(self._bar.name_of_bar))

    def action_complete(self) -> None:
        """Take a suggestion; without one, Tab is what it is everywhere."""
        if not self._bar.take() and not self.screen.is_modal:
            self.app.action_focus_next()

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
        self.check: Callable[[str], list[str]] | None = None
        self.ask: Ask | None = None
        self._notices: list[str] = []
        self.applied = ""
        self.error: ThresherError | None = None
        self.history: list[str] = []
        self._at = 0
        self._label = label
        self._untyped = ""
        self._input = FilterInput(placeholder=placeholder, id=f"{id}-input")
        self._input.highlighter = self._marked  # type: ignore[assignment]
        self._message = Static("", classes="bar--message", markup=False)
        self._menu = Suggestions()
        self._menu.display = False

    def compose(self) -> ComposeResult:
        """The line, what can stand there, and the place for what is wrong."""
        with Horizontal(classes="bar--line"):
            yield Label(self._label, classes="bar--label", markup=False)
            yield self._input
        yield self._menu
        yield self._message

    def attach(self, case: Case, ask: Ask) -> None:
        """From now on there is something to check against, and to suggest."""
        from thresher.capture.case.noticing import Judge

        self.check, self.ask = Judge(case).notices, ask
        self.judge()

    @property
    def text(self) -> str:
        """What stands in the bar, applied or not."""
        return self._input.value

    @text.setter
    def text(self, value: str) -> None:
        self._untyped = value
        self._menu.hide()
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
        self.error, self._notices = None, []
        if text.strip() and self.check is not None:
            try:
                self._notices = self.check(text)
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
        said = [escape(each) for each in self._notices]
        if is_edited:
            said.append(
                "not applied yet: Enter applies, Esc leaves"
                if self.has_cursor
                else "not applied: / edits it, Enter applies"
            )
        return Text("\n".join(said))

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
        """Judge the text as it is typed, and suggest what can follow."""
        event.stop()
        self.judge()
        if event.value == self._untyped or self.ask is None or not self.has_cursor:
            return
        self._untyped = ""
        self.ask(event.value, self._input.cursor_position, lambda offers: self._offer(event.value, offers))

    # --- suggestions ---

    def _offer(self, asked: str, offers: Sequence[Suggestion]) -> None:
        """Show suggestions, unless the text has changed since, or there is nothing but what stands there already."""
        if asked != self.text or not self.has_cursor:
            return
        new = [each for each in offers if each.insert.strip() != asked[each.start : each.end]]
        if new:
            self._menu.show(new, LABEL_WIDTH + max(new[0].start - int(self._input.scroll_x), 0))
        else:
            self._menu.hide()

    def choose(self, by: int) -> bool:
        """Choose another suggestion; False where none are shown, or none is chosen and it goes up."""
        if not self._menu.is_open or (by < 0 and self._menu.chosen is None):
            return False
        self._menu.move(by)
        return True

    def take(self) -> bool:
        """Put the chosen suggestion, or the first, into the text; False where none are shown."""
        if not self._menu.is_open:
            return False
        self._put(self._menu.current() or self._menu.offers[0])
        return True

    def give_up(self) -> bool:
        """Close the suggestions; False where none was chosen."""
        was_chosen = self._menu.chosen is not None
        self._menu.hide()
        return was_chosen

    def _put(self, suggestion: Suggestion) -> None:
        before, after = self.text[: suggestion.start], self.text[suggestion.end :]
        self.text = before + suggestion.insert + after
        self._input.cursor_position = len(before) + len(suggestion.insert)

    def on_suggestions_picked(self, event: Suggestions.Picked) -> None:
        """Take what was clicked."""
        event.stop()
        self._put(event.suggestion)
        self._input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the chosen suggestion; without one apply the text, unless it is wrong: then it never runs."""
        event.stop()
        if self._menu.chosen is not None:
            self.take()
            return
        self._menu.hide()
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
        self._menu.hide()
        self.judge()
