"""What the panes tell their screen (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from thresher.capture.model import Node


class CursorMoved(Message):
    """The event list's cursor stands on another row, or its row has another event now."""

    def __init__(self, row: int) -> None:
        self.row = row
        super().__init__()


class Applied(Message):
    """Enter was pressed in a bar whose text is valid; ``bar`` is its id."""

    def __init__(self, bar: str, text: str) -> None:
        self.bar = bar
        self.text = text
        super().__init__()


class Left(Message):
    """A bar was left without applying its text."""

    def __init__(self, bar: str) -> None:
        self.bar = bar
        super().__init__()


class NodeChosen(Message):
    """A line of the details tree is under the cursor."""

    def __init__(self, node: Node) -> None:
        self.node = node
        super().__init__()


class ByteChosen(Message):
    """A byte of the bytes pane is under the cursor: source and offset in it."""

    def __init__(self, source: int, offset: int) -> None:
        self.source = source
        self.offset = offset
        super().__init__()


class TimeChosen(Message):
    """A moment of the timeline was chosen, in ns since 1970."""

    def __init__(self, time_ns: int) -> None:
        self.time_ns = time_ns
        super().__init__()


class SpanChanged(Message):
    """The timeline wants counts for another span or width."""


class NumberBegun(Message):
    """A digit was typed after ``g``: the go-to dialog takes over."""

    def __init__(self, digit: str) -> None:
        self.digit = digit
        super().__init__()


class LookedInto(Message):
    """Enter or a double click on an event."""


class LineChosen(Message):
    """An entry of the key bar was clicked."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__()
