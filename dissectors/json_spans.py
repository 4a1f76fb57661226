"""Where each member of a JSON record stands in its text: what details trees of JSON sources are made of (stage ②)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SPANS = 20_000
"""Members that are told apart; what follows is one last span."""

_TOKEN = re.compile(
    rb'(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+")(?P<colon>\s*:)?|(?P<open>[{\[])|(?P<close>[}\]])|(?P<plain>[^\s,:{}\[\]"]+)',
    re.DOTALL,
)


@dataclass(slots=True)
class Span:
    """A member of an object, an element of an array, or the whole record.

    Attributes:
        key: the member's name, the element's index in decimal, empty for the whole.
        start, end: its bytes in the text, from the first of its name to the last of its value.
        value: text of a string, spelling of a number or literal, empty for objects and arrays.
        kind: ``{`` object, ``[`` array, ``"`` string, ``v`` number or literal.
        children: members or elements in order, repeated names included.
    """

    key: str
    start: int
    end: int
    value: str
    kind: str
    children: list[Span] = field(default_factory=list)

    def at(self, path: str) -> Span | None:
        """What a dotted path leads to, the first where a name is repeated; ``a[0].b`` and ``a.0.b`` are the same."""
        span: Span = self
        for key in path.replace("[", ".").replace("]", "").split("."):
            found = next((child for child in span.children if child.key == key), None)
            if found is None:
                return None
            span = found
        return span

    def walk(self) -> Iterator[Span]:
        """This span and everything below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


def spans(text: bytes) -> Span:
    """The members of a JSON text with their places; never raises, whatever the text is.

    Args:
        text: UTF-8; should be valid JSON nested at most a few hundred deep, as readers grant.
    """
    whole = Span("", 0, len(text), "", "v")
    open_spans = [whole]
    key, key_start = "", -1
    count = 0
    for match in _TOKEN.finditer(text):
        if match["colon"] is not None:
            key, key_start = _string(match["text"]), match.start()
            continue
        if match["close"] is not None:
            if len(open_spans) > 1:
                open_spans.pop().end = match.end()
            continue
        parent = open_spans[-1]
        name = key if key_start >= 0 else (str(len(parent.children)) if parent is not whole else "")
        start = key_start if key_start >= 0 else match.start()
        key_start = -1
        count += 1
        if count > MAX_SPANS:
            parent.children.append(Span("…", start, len(text), f"{len(text) - start:,} more bytes", "v"))
            break
        span = Span(name, start, match.end(), "", "v")
        parent.children.append(span)
        if match["open"] is not None:
            span.kind, span.end = match["open"].decode(), len(text)
            open_spans.append(span)
        elif match["text"] is not None:
            span.kind, span.value = '"', _string(match["text"])
        else:
            span.value = match["plain"].decode(errors="replace")
    return whole.children[0] if len(whole.children) == 1 else whole


def _string(quoted: bytes) -> str:
    if b"\\" in quoted:
        try:
            return str(json.loads(quoted))
        except ValueError:
            pass
    return quoted[1:-1].decode(errors="replace")
