"""The details tree (stage ⑤): the lines of one event; the place and what is open stay when another event comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from thresher.capture.escape import escape
from thresher.capture.model import Node
from thresher.tui.actions import Where, bindings
from thresher.tui.messages import NodeChosen

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 2000
"""Characters of a value that a line shows; it says so when there are more."""

PREVIEW, PREVIEW_VALUE = 120, 40
"""Characters of a closed group's line, and of one value in it, about."""

Path = tuple[str, ...]
Item = TreeNode[Node]


class Details(Tree[Node]):
    """Nodes of one event; a chosen one names its bytes."""

    BINDINGS = bindings(Where.DETAILS)

    def __init__(self, id: str) -> None:
        super().__init__("", id=id)
        self.show_root = False
        self.guide_depth = 2
        self.tell_way("")
        self._open: set[Path] = set()
        self._path: Path = ()
        self._is_first = True
        self._is_filling = False

    def tell_way(self, way: str) -> None:
        """Say in the title how to get to what is hidden behind this pane."""
        self.border_title = f"Details ({way})" if way else "Details"

    def show(self, nodes: Sequence[Node]) -> None:
        """Show another event; the cursor goes to the line of the same name."""
        self._is_filling = True
        self.clear()
        if self._is_first and nodes:
            self._is_first = False
            if sum(1 + len(node.children) for node in nodes) <= self.size.height:
                self._open = {(node.label,) for node in nodes}
        for node in nodes:
            self._add(self.root, node, ())
        self.root.expand()
        found = self._find(self._path) or next(iter(self.root.children), None)
        self._is_filling = False
        if found is not None:
            self.call_after_refresh(self._stand_on, found)

    @property
    def _room(self) -> int:
        """Cells that a top line may take without having to be scrolled."""
        return max(self.scrollable_content_region.width - 4, 1)

    def _add(self, parent: Item, node: Node, above: Path) -> None:
        if not node.children:
            parent.add_leaf(line(node), node)
            return
        path = (*above, node.label)
        is_open = path in self._open
        item = parent.add(line(node, 0 if is_open else self._room), node, expand=is_open)
        if is_open:
            self._fill(item, path)

    def _fill(self, item: Item, path: Path) -> None:
        if item.data is not None and not item.children:
            for child in item.data.children:
                self._add(item, child, path)

    def _path_of(self, item: Item) -> Path:
        labels: list[str] = []
        at: Item | None = item
        while at is not None and at.data is not None:
            labels.append(at.data.label)
            at = at.parent
        return tuple(reversed(labels))

    def _find(self, path: Path) -> Item | None:
        """The line with this path, or the deepest shown one on the way there."""
        at: Item = self.root
        for label in path:
            below = next((each for each in at.children if each.data is not None and each.data.label == label), None)
            if below is None:
                break
            at = below
        return at if at is not self.root else None

    def _stand_on(self, item: Item) -> None:
        if item.line >= 0:
            self.move_cursor(item)

    def choose_bytes(self, source: int, offset: int) -> None:
        """Put the cursor on the smallest line that covers a byte, opening what hides it."""
        found = smallest([each.data for each in self.root.children if each.data is not None], source, offset)
        if not found:
            return
        at = self.root
        for node in found:
            path = self._path_of(at) if at.data is not None else ()
            self._fill(at, path)
            if at.data is not None:
                at.expand()
            at = next(each for each in at.children if each.data is node)
        self.call_after_refresh(self._stand_on, at)

    def chosen(self) -> Node | None:
        """The line under the cursor."""
        return self.cursor_node.data if self.cursor_node is not None else None

    # --- keys ---

    def action_open(self) -> None:
        """Open the subtree, go into it, or scroll a long line."""
        item = self.cursor_node
        if item is None:
            return
        if item.allow_expand and not item.is_expanded:
            item.expand()
        elif item.children:
            self.move_cursor(item.children[0])
        else:
            self.scroll_to(x=self.scroll_offset.x + 8, animate=False)

    def action_shut(self) -> None:
        """Scroll back, close the subtree, or go to its head."""
        item = self.cursor_node
        if item is None:
            return
        if self.scroll_offset.x > 0:
            self.scroll_to(x=max(0, self.scroll_offset.x - 8), animate=False)
        elif item.is_expanded and item.children:
            item.collapse()
        elif item.parent is not None and item.parent is not self.root:
            self.move_cursor(item.parent)

    # --- what the tree tells ---

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Node]) -> None:
        """Fill the subtree and remember that it is open."""
        event.stop()
        if event.node.data is not None:
            path = self._path_of(event.node)
            self._open.add(path)
            event.node.set_label(line(event.node.data))
            self._fill(event.node, path)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[Node]) -> None:
        """Remember that it is closed."""
        event.stop()
        if event.node.data is not None and not self._is_filling:
            event.node.set_label(line(event.node.data, self._room))
            self._open.discard(self._path_of(event.node))

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Node]) -> None:
        """Tell which line is under the cursor."""
        event.stop()
        if event.node.data is not None and not self._is_filling:
            self._path = self._path_of(event.node)
            self.post_message(NodeChosen(event.node.data))


def line(node: Node, room: int = 0) -> Text:
    """A node as a line: its name, its value, and what proves a value that the event itself does not hold.

    Args:
        node: what to show.
        room: cells of the line; a closed group without a value of its own tells in them what is in it, an open one (0)
            does not.
    """
    text = Text(no_wrap=True)
    text.append(escape(node.label), "bold" if node.children else "")
    if node.text:
        text.append(": ", "dim")
        text.append(escape(node.text[:LIMIT]))
        if len(node.text) > LIMIT:
            text.append(f" … {LIMIT:,} of {len(node.text):,} characters", "dim italic")
    elif node.children and room:
        text.append(f"  {preview(node)}", "dim")
        text.truncate(max(room, text.cell_len // 4), overflow="ellipsis")
    if node.origin:
        text.append(f"  ← {escape(node.origin)}", "dim italic")
    return text


def preview(node: Node) -> str:
    """The values in a group, as far as a line is worth reading."""
    words, length = [], 0
    for child in node.children:
        name = child.label.rpartition(".")[2]
        value = child.text if len(child.text) <= PREVIEW_VALUE else f"{child.text[: PREVIEW_VALUE - 1]}…"
        words.append(f"{name}={value}" if value else name)
        length += len(words[-1])
        if length > PREVIEW:
            words.append("…")
            break
    return escape(" ".join(words))


def smallest(nodes: Sequence[Node], source: int, offset: int) -> list[Node]:
    """The way from a top line to the one with the fewest bytes that covers this byte; empty where none does."""
    best: list[Node] = []
    stack = [[node] for node in reversed(nodes)]
    while stack:
        way = stack.pop()
        node = way[-1]
        covers = node.source == source and node.start <= offset < node.end
        if covers and (not best or node.end - node.start <= best[-1].end - best[-1].start):
            best = way
        stack.extend([*way, child] for child in reversed(node.children))
    return best
