"""The exception tree that every stage ①–⑤ raises from; messages say what, where and what to do.

ThresherError                    exit code 1
├── UsageError                   2   the caller asked for something that does not exist
├── UnreadableError              3   an input cannot be opened or holds nothing readable
│   └── ChangedError             3   a capture is not the one its index was made from
├── QueryError                   4   a filter, field list or SQL statement is wrong
│   └── FilterError              4   with the place in the text
├── PluginError                  1   an entry point breaks its contract
└── Cancelled                  130   somebody asked for the work to stop
"""

from __future__ import annotations


class ThresherError(Exception):
    """Base of all errors that are answers rather than defects."""

    exit_code = 1


class UsageError(ThresherError):
    """The request itself is wrong: an unknown option value, sample or command."""

    exit_code = 2


class UnreadableError(ThresherError):
    """An input cannot be read.

    Args:
        path: the input as the user named it.
        why: what was found instead.
        remedy: what the user can do about it, empty where nothing helps.
    """

    exit_code = 3

    def __init__(self, path: str, why: str, remedy: str = "") -> None:
        self.path = path
        self.why = why
        self.remedy = remedy
        super().__init__(f"{path}: {why}" + (f"; {remedy}" if remedy else ""))


class ChangedError(UnreadableError):
    """The bytes behind an index are gone or are no longer those that were indexed."""


class QueryError(ThresherError):
    """A filter, a field list or an SQL statement cannot be run."""

    exit_code = 4


class FilterError(QueryError):
    """A display filter is wrong at a known place.

    Args:
        message: what is wrong, without the place.
        text: the filter as typed.
        start: first wrong character, 0-based offset into ``text``.
        end: one past the last wrong character.
        hint: what was probably meant, empty where nothing comes close.
    """

    language = "filter"

    def __init__(self, message: str, text: str, start: int, end: int, hint: str = "") -> None:
        self.message = message
        self.text = text
        self.start = start
        self.end = max(end, start + 1)
        self.hint = hint
        super().__init__(message + (f"; {hint}" if hint else ""))

    def snippet(self) -> str:
        """The filter's wrong line with a caret under the wrong part, two lines of text."""
        line_start = self.text.rfind("\n", 0, self.start) + 1
        line_end = self.text.find("\n", self.start)
        line = self.text[line_start : line_end if line_end >= 0 else len(self.text)]
        width = max(1, min(self.end, line_start + len(line)) - self.start)
        return f"{line}\n{' ' * (self.start - line_start)}^{'~' * (width - 1)}"

    def place(self) -> tuple[int, int]:
        """Line and column of the wrong part, both 1-based."""
        before = self.text[: self.start]
        return before.count("\n") + 1, self.start - (before.rfind("\n") + 1) + 1


class FormatError(FilterError):
    """The format of printed lines is wrong at a known place."""

    language = "format"


class PluginError(ThresherError):
    """A reader, dissector or view from an entry point breaks its contract."""


class Cancelled(ThresherError):
    """The work was stopped on request; what had been finished is kept."""

    exit_code = 130
