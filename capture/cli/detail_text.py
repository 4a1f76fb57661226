"""One event as text (stage ⑤): its details tree for ``-V``, its bytes for ``-x``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from thresher.capture.escape import escape

if TYPE_CHECKING:
    from thresher.capture.model import ByteSource, Node

WIDTH = 16


def tree(nodes: Sequence[Node], depth: int = 0) -> Iterator[str]:
    """The lines of a details tree, four blanks a level."""
    for node in nodes:
        text = f"{escape(node.label)}: {escape(node.text)}" if node.text else escape(node.label)
        origin = f"  [{escape(node.origin)}]" if node.origin else ""
        yield f"{'    ' * depth}{text}{origin}"
        yield from tree(node.children, depth + 1)


def dumps(sources: Sequence[ByteSource]) -> Iterator[str]:
    """The bytes of an event in hex and ASCII, a heading before each source."""
    for source in sources:
        yield f"{escape(source.title)}: {len(source.data):,} bytes"
        yield from dump(source.data)


def dump(data: bytes) -> Iterator[str]:
    """Sixteen bytes a line: offset, hex, what is printable ASCII."""
    for at in range(0, len(data), WIDTH):
        part = data[at : at + WIDTH]
        halves = "  ".join(part[start : start + 8].hex(" ").ljust(23) for start in (0, 8))
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        yield f"{at:08x}  {halves}  {text}"
