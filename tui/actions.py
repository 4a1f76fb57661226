"""The one table of what a user can do (stage ⑤): keys, key bar, command palette, help and docs/keys.md come from it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

if TYPE_CHECKING:
    from collections.abc import Iterator


class Where(Enum):
    """The part of the screen that answers to an action; the value is its heading in the help."""

    EVERYWHERE = "Everywhere"
    SCREEN = "Events screen"
    LIST = "Event list"
    DETAILS = "Details"
    BYTES = "Bytes"
    TIMELINE = "Timeline"
    BAR = "Filter and find bar"
    FOLLOW = "Followed stream"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can do.

    Attributes:
        name: method ``action_<name>`` of the place that answers.
        keys: in Textual's spelling, the one to show first.
        title: what the palette and the help call it.
        text: one sentence that says what happens.
        where: who answers.
        label: its word on the key bar, empty where it is not there.
        in_palette: whether it makes sense without the key.
    """

    name: str
    keys: tuple[str, ...]
    title: str
    text: str
    where: Where
    label: str = ""
    in_palette: bool = True


S, L, D, B, T, F = Where.SCREEN, Where.LIST, Where.DETAILS, Where.BYTES, Where.TIMELINE, Where.BAR
W = Where.FOLLOW

ACTIONS: tuple[Action, ...] = (
    Action(
        "help", ("f1", "question_mark"), "Help", "Show all keys and the words of the filter.", Where.EVERYWHERE, "Help"
    ),
    Action("quit", ("f10", "q"), "Quit", "Leave Thresher.", Where.EVERYWHERE, "Quit"),
    Action(
        "quit_now",
        ("ctrl+c", "ctrl+q"),
        "Quit at once",
        "Leave from anywhere, also while typing.",
        Where.EVERYWHERE,
        in_palette=False,
    ),
    Action(
        "stop_following",
        ("ctrl+e",),
        "Stop following",
        "Let what has come of a live source be all.",
        Where.EVERYWHERE,
    ),
    # --- what is shown ---
    Action("filter", ("f4", "slash"), "Filter", "Edit the display filter; Enter applies it.", S, "Filter"),
    Action("find", ("f7", "f"), "Find", "Find events by a filter without hiding the others.", S, "Find"),
    Action(
        "next_match", ("f3", "n"), "Next match", "Go to the next match of the find, or of the last filter.", S, "Next"
    ),
    Action(
        "previous_match",
        ("shift+f3", "N"),
        "Previous match",
        "Go to the previous match of the find, or of the last filter.",
        S,
    ),
    Action("go_to", ("f6", "colon"), "Go to", "Go to an event number or a time.", S, "Go to"),
    Action(
        "filter_equal", ("equals_sign",), "Filter on this value", "And the value under the cursor to the filter.", S
    ),
    Action("filter_not_equal", ("exclamation_mark",), "Filter this value out", "And its opposite to the filter.", S),
    Action(
        "clear_filter", ("backspace",), "Clear the filter", "Show all events again; the cursor stays on its event.", S
    ),
    Action("filter_back", ("ctrl+z",), "Previous filter", "Apply the filter that was in force before.", S),
    Action(
        "toggle_internal",
        ("f9", "i"),
        "Internal events",
        "Show or hide the recorder's own bookkeeping events.",
        S,
        "Internal",
    ),
    Action(
        "next_time_format",
        ("f8", "t"),
        "Time format",
        "Next of: date and time, time of day, since start, since previous.",
        S,
        "Time",
    ),
    Action(
        "follow",
        ("F",),
        "Follow the stream",
        "Show what was said on the event's connection, pipe or file, by all who held it.",
        S,
    ),
    Action(
        "filter_chain",
        ("K",),
        "Follow the credential",
        "Show only what was done with the event's credential, or through one derived from it.",
        S,
    ),
    Action("command", ("f12", "c"), "Command", "Show the command line that prints what is shown.", S, "Command"),
    Action(
        "conversation",
        ("s",),
        "Filter on the same …",
        "Choose: the events of the same thread, process, descendants, container, stream, user, key.",
        S,
    ),
    Action(
        "saved_filters",
        ("b",),
        "Saved filters",
        "Choose a button or a filter by its name: apply it, add it to the filter, or edit it.",
        S,
    ),
    Action("save_filter", ("w",), "Save the filter", "Give the filter in force a name in the configuration file.", S),
    Action(
        "falco_rule",
        ("Y",),
        "Copy as a rule of Falco",
        "Show the filter in force as a rule of Falco, to be copied with y, or the part that Falco cannot say.",
        S,
    ),
    # --- notes in the case file ---
    Action("mark", ("m",), "Mark", "Mark the event in the case file, or take the mark away.", S),
    Action("next_mark", ("M",), "Next mark", "Go to the next marked event on show.", S),
    Action("previous_mark", ("B",), "Previous mark", "Go back to the marked event before.", S),
    Action("comment", ("C",), "Comment", "Write a comment on the event; an empty one takes it away.", S),
    Action("tag", ("T",), "Tags", "Give the event tags, with commas between.", S),
    Action("reference", ("R",), "Time reference", "Let times since start begin anew at the event, or no more.", S),
    Action(
        "ignore", ("I",), "Ignore", "Leave the event out of lists and counts; the filter frame.ignored shows it.", S
    ),
    # --- panes ---
    Action("next_pane", ("tab",), "Next pane", "Move on to the next pane.", S, in_palette=False),
    Action("previous_pane", ("shift+tab",), "Previous pane", "Move back to the previous pane.", S, in_palette=False),
    Action("maximise", ("f11", "z"), "Maximise", "Give the pane the whole screen, or take it back.", S, "Zoom"),
    Action("grow", ("plus",), "More room", "Give the pane more lines; in the timeline zoom in.", S),
    Action("shrink", ("minus",), "Less room", "Give the pane fewer lines; in the timeline zoom out.", S),
    Action("stop", ("escape",), "Stop", "Stop the running query; or give the list the focus back.", S),
    # --- the event list ---
    Action("cursor(1)", ("down", "j"), "Down", "Next event.", L, in_palette=False),
    Action("cursor(-1)", ("up", "k"), "Up", "Previous event.", L, in_palette=False),
    Action("page(1)", ("pagedown", "ctrl+d", "space"), "Page down", "One page on.", L, in_palette=False),
    Action("page(-1)", ("pageup", "ctrl+u"), "Page up", "One page back.", L, in_palette=False),
    Action("first", ("home", "ctrl+home"), "First event", "Go to the first event; also g g.", L),
    Action("last", ("end", "G", "ctrl+end"), "Last event", "Go to the last event.", L),
    Action(
        "prefix",
        ("g",),
        "Go …",
        "g g goes to the first event; g and a digit begins an event number.",
        L,
        in_palette=False,
    ),
    Action(
        "column(1)",
        ("right", "l"),
        "Next column",
        "Move on a column; in the last one scroll its text.",
        L,
        in_palette=False,
    ),
    Action("column(-1)", ("left", "h"), "Previous column", "Move back a column.", L, in_palette=False),
    Action(
        "scroll_by(8)",
        ("greater_than_sign", "shift+right"),
        "Scroll right",
        "Scroll the columns without moving the cursor.",
        L,
        in_palette=False,
    ),
    Action("scroll_by(-8)", ("less_than_sign", "shift+left"), "Scroll left", "Scroll back.", L, in_palette=False),
    Action("look", ("enter",), "Look into the event", "Move on to its details.", L, in_palette=False),
    # --- details ---
    Action("cursor_down", ("down", "j"), "Down", "Next line.", D, in_palette=False),
    Action("cursor_up", ("up", "k"), "Up", "Previous line.", D, in_palette=False),
    Action("open", ("right", "l"), "Open", "Open the subtree, or go into it.", D, in_palette=False),
    Action("shut", ("left", "h"), "Close", "Close the subtree, or go to its head.", D, in_palette=False),
    Action("toggle_node", ("enter", "space"), "Open or close", "Open or close the subtree.", D, in_palette=False),
    # --- bytes ---
    Action("move(1,0)", ("right", "l"), "Right", "Next byte.", B, in_palette=False),
    Action("move(-1,0)", ("left", "h"), "Left", "Previous byte.", B, in_palette=False),
    Action("move(0,1)", ("down", "j"), "Down", "A line on.", B, in_palette=False),
    Action("move(0,-1)", ("up", "k"), "Up", "A line back.", B, in_palette=False),
    Action(
        "next_source",
        ("right_square_bracket",),
        "Next bytes",
        "The event's next source of bytes, as its enter event.",
        B,
        in_palette=False,
    ),
    Action(
        "previous_source",
        ("left_square_bracket",),
        "Previous bytes",
        "The event's previous source of bytes.",
        B,
        in_palette=False,
    ),
    # --- timeline ---
    Action("move(1)", ("right", "l"), "Right", "Move the mark, or scroll on while zoomed.", T, in_palette=False),
    Action("move(-1)", ("left", "h"), "Left", "Move the mark back.", T, in_palette=False),
    Action("go", ("enter",), "Go there", "Go to the first event at the mark.", T, in_palette=False),
    Action("whole", ("0", "home"), "Whole capture", "Zoom out to the whole capture.", T, in_palette=False),
    # --- followed stream ---
    Action("cursor(1)", ("down", "j"), "Down", "Next line.", W, in_palette=False),
    Action("cursor(-1)", ("up", "k"), "Up", "Previous line.", W, in_palette=False),
    Action("page(1)", ("pagedown", "ctrl+d", "space"), "Page down", "One page on.", W, in_palette=False),
    Action("page(-1)", ("pageup", "ctrl+u"), "Page up", "One page back.", W, in_palette=False),
    Action("edge(0)", ("home", "g"), "Beginning", "Go to the first line.", W, in_palette=False),
    Action("edge(1)", ("end", "G"), "End", "Go to the last line.", W, in_palette=False),
    Action("next_form", ("x",), "Text or hex", "Show the data as text, or as a hex dump.", W, in_palette=False),
    Action("next_direction", ("d",), "Direction", "Show both directions, the first, the second.", W, in_palette=False),
    Action("go", ("enter",), "Go to the event", "Close, and go to the event of the line.", W, in_palette=False),
    Action("command", ("f12", "c"), "Command", "Show the command line that prints the same.", W, in_palette=False),
    Action("leave", ("escape", "q"), "Close", "Go back to the events.", W, in_palette=False),
    # --- bars ---
    Action(
        "history(-1)", ("up",), "Earlier", "The suggestion above; without one, an earlier filter.", F, in_palette=False
    ),
    Action("history(1)", ("down",), "Later", "The suggestion below; without any, a later filter.", F, in_palette=False),
    Action(
        "leave",
        ("escape",),
        "Leave",
        "Close the suggestions; then leave the bar, the text stays unapplied.",
        F,
        in_palette=False,
    ),
    Action("complete", ("tab",), "Complete", "Take the suggestion, or move on to the next pane.", F, in_palette=False),
)
"""Everything a user can do; ``enter`` in a bar applies its text by the input widget itself."""

KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "plus": "+",
    "minus": "-",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
}
MODIFIERS = {"ctrl": "Ctrl", "shift": "Shift"}


def shown_key(key: str) -> str:
    """How a key is written for people: ``Ctrl+F``, ``F3``, ``/``."""
    *modifiers, last = key.split("+")
    name = KEY_NAMES.get(last) or (last.upper() if modifiers or (last[0] == "f" and len(last) > 1) else last)
    return "+".join([*(MODIFIERS[each] for each in modifiers), name])


def bindings(*places: Where) -> list[BindingType]:
    """Textual's bindings for the actions of these places; those of everywhere also work while typing."""
    return [
        Binding(
            key, action.name, action.title, show=False, priority=key.startswith("ctrl+") and action.name == "quit_now"
        )
        for action in ACTIONS
        if action.where in places
        for key in action.keys
    ]


def key_bar() -> Iterator[tuple[str, str, str, str]]:
    """Key, its letter, the label and the action's name of what stands on the key bar, in the order of the keys."""
    labelled = [action for action in ACTIONS if action.label]
    for action in sorted(labelled, key=lambda each: int(each.keys[0][1:])):
        yield shown_key(action.keys[0]), shown_key(action.keys[1]), action.label, action.name


def by_place() -> Iterator[tuple[Where, list[Action]]]:
    """All actions, grouped as the help shows them."""
    for where in Where:
        yield where, [action for action in ACTIONS if action.where is where]


def keys_page() -> str:
    """The text of docs/keys.md."""
    lines = ["# Keys", "", "Made from `tui/actions.py` by `python -m thresher.tui.actions > docs/keys.md`.", ""]
    for where, actions in by_place():
        lines += [f"## {where.value}", "", "| Keys | Action | What happens |", "|---|---|---|"]
        for action in actions:
            keys = " ".join(f"`{shown_key(key)}`" for key in action.keys)
            lines.append(f"| {keys} | {action.title} | {action.text} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(keys_page())
