"""A note on one event, and a change to it (the ground under ③–⑤)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COMMENT = 1 << 16
MOST_TAG = 200
"""Characters of a comment and of a tag, at most."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is written about an event.

    Attributes:
        marked: it is marked.
        comment: text, '' for none.
        tags: words, sorted.
        is_reference: relative times begin anew at it.
        ignored: it is left out of lists and counts.
    """

    marked: bool = False
    comment: str = ""
    tags: tuple[str, ...] = ()
    is_reference: bool = False
    ignored: bool = False

    def in_words(self) -> str:
        """The note in one line."""
        flags = (("marked", self.marked), ("reference", self.is_reference), ("ignored", self.ignored))
        parts = [word for word, is_set in flags if is_set] + [f"#{tag}" for tag in self.tags]
        return "  ".join([*parts, self.comment] if self.comment else parts)


NOTHING = Note()


@dataclass(frozen=True, slots=True)
class Change:
    """A change to the notes on events; what is None or empty stays as it is.

    Attributes:
        marked: set the mark, or take it away.
        comment: another text; '' takes it away.
        add_tags: tags to add.
        remove_tags: tags to take away.
        is_reference: set the time reference, or take it away.
        ignored: leave the event out, or show it again.
    """

    marked: bool | None = None
    comment: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    is_reference: bool | None = None
    ignored: bool | None = None

    def checked(self) -> Change:
        """The change itself.

        Raises:
            UsageError: a text is too long, or a tag is none.
        """
        if self.comment is not None and len(self.comment) > MOST_COMMENT:
            raise UsageError(f"a comment has at most {MOST_COMMENT:,} characters, this one {len(self.comment):,}")
        for tag in self.add_tags:
            checked_tag(tag)
        return self

    def flags(self) -> dict[str, bool]:
        """What is switched on and off, by the name that it has in the case file."""
        given = {"marked": self.marked, "reference": self.is_reference, "ignored": self.ignored}
        return {name: value for name, value in given.items() if value is not None}

    def said(self) -> dict[str, object]:
        """The change for the journal."""
        texts: dict[str, object] = {} if self.comment is None else {"comment": self.comment}
        tags = {"add_tags": list(self.add_tags), "remove_tags": list(self.remove_tags)}
        return {**self.flags(), **texts, **{name: value for name, value in tags.items() if value}}


def checked_tag(tag: str) -> str:
    """The tag itself.

    Raises:
        UsageError: it is empty, too long, or no printable text.
    """
    if not tag.strip() or len(tag) > MOST_TAG or not tag.isprintable():
        raise UsageError(f"a tag is printable text of 1 to {MOST_TAG} characters, not {tag[:40]!r}")
    return tag


def reference_before(references: Sequence[tuple[int, int]], position: int) -> int | None:
    """The time in ns of the last time reference at or before a position; None where there is none."""
    at = bisect_right(references, position, key=lambda each: each[0])
    return references[at - 1][1] if at else None
