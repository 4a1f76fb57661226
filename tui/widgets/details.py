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
        self._known: set[str] = set()
        self._is_filling = False

    def tell_way(self, way: str) -> None:
        """Say in the title how to get to what is hidden behind this pane."""
        self.border_title = f"Details ({way})" if way else "Details"

    def show(self, nodes: Sequence[Node]) -> None:
        """Show another event; the cursor goes to the line of the same name."""
        self._is_filling = True
        self.clear()
        for node in nodes:
            if node.children and node.label not in self._known:
                self._known.add(node.label)
                self._open.add((node.label,))
            self._add(self.root, node, ())
        self.root.expand()
        found = self._find(self._path) or next(iter(self.root.children), None)
        self._is_filling = False
        if found is not None:
            self.call_after_refresh(self._stand_on, found)

    def _add(self, parent: Item, node: Node, above: Path) -> None:
        if not node.children:
            parent.add_leaf(line(node), node)
            return
        path = (*above, node.label)
        is_open = path in self._open
        item = parent.add(line(node), node, expand=is_open)
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
            self._fill(event.node, path)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[Node]) -> None:
        """Remember that it is closed."""
        event.stop()
        if not self._is_filling:
            self._open.discard(self._path_of(event.node))

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Node]) -> None:
        """Tell which line is under the cursor."""
        event.stop()
        if event.node.data is not None and not self._is_filling:
            self._path = self._path_of(event.node)
            self.post_message(NodeChosen(event.node.data))


def line(node: Node) -> Text:
    """A node as a line: its name, its value, and what proves a value that the event itself does not hold."""
    text = Text(escape(node.label), style="bold" if node.children else "", no_wrap=True)
    if node.text:
        shown = node.text[:LIMIT]
        text.append(": ", "dim")
        text.append(escape(shown))
        if len(node.text) > LIMIT:
            text.append(f" … {LIMIT:,} of {len(node.text):,} characters", "dim italic")
    if node.origin:
        text.append(f"  ← {escape(node.origin)}", "dim italic")
    return text


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
