r"""Reads filters, macros, buttons and colour rules from the files of Wireshark and Stratoshark; part of stage ④.

``dfilters`` and ``dmacros`` hold ``"name" text``, with a backslash before quotes in the name; ``dfilter_buttons`` and
the older ``dfilter_macros`` are tables of quoted cells with ``\xNN`` for quotes; ``colorfilters`` holds
``@name@filter@[background][foreground]`` with three numbers up to 65535 each, ``!`` before those that are off;
``coloring_rules.jsonc`` is an array of ``{name: {filter, foreground, background, enabled}}`` (Wireshark:
ui/filter_files.c, epan/uat.c, resources/share/stratoshark).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from thresher.capture.errors import UnreadableError

FILTER, MACRO, BUTTON, COLOUR = "filter", "macro", "button", "colour rule"
MAX_BYTES = 4 << 20

_CELL = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)')
_NAMED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(.*)$')
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))")
_COLOURED = re.compile(r"(?P<off>!?)@(?P<name>[^@]*)@(?P<filter>.*)@\[(?P<back>[\d,\s]*)\]\[(?P<front>[\d,\s]*)\]\s*$")
_CONTROL = {"a": 7, "b": 8, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_JSON_PART = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=(?:\s|//[^\n]*|/\*.*?\*/)*[\]}])', re.DOTALL)


class Foreign(NamedTuple):
    """One entry of such a file.

    Attributes:
        kind: filter, macro, button or colour rule.
        name: as people see it.
        text: the filter, or the text of the macro.
        comment: what is said of it there, or its colours.
        is_on: False where it was switched off.
        line: where it stands, 0 where that is not known.
        problem: why the line cannot be read; then it is the text.
    """

    kind: str
    name: str
    text: str
    comment: str = ""
    is_on: bool = True
    line: int = 0
    problem: str = ""


def read(path: Path) -> list[Foreign]:
    """The entries of a file, in its order; lines that cannot be read are among them, with the reason.

    Raises:
        UnreadableError: the file cannot be read, is too large, or is none of these.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(str(path), error.strerror or str(error)) from error
    if len(data) > MAX_BYTES:
        raise UnreadableError(str(path), f"larger than {MAX_BYTES:,} bytes, which no list of filters is")
    text = data.decode("utf-8-sig", "replace")
    reader = _reader(path, text)
    if reader is None:
        raise UnreadableError(
            str(path),
            "neither dfilters, dmacros, dfilter_buttons, colorfilters nor coloring_rules.jsonc",
            "name one of these files of a profile of Wireshark or Stratoshark",
        )
    return list(reader(text))


def _reader(path: Path, text: str) -> Callable[[str], Iterator[Foreign]] | None:
    """What reads a file, by its first entry; names only tell macros from filters."""
    first = next((line.strip() for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"), None)
    if first is None:
        return lambda _: iter(())
    if first.startswith(("[", "{", "//", "/*")):
        return lambda whole: _rules(path, whole)
    if first.startswith(("@", "!@")):
        return lambda whole: _lines(whole, COLOUR, _coloured)
    if _CELL.match(first) and len(_cells(first)) > 1:
        return lambda whole: _lines(whole, BUTTON, _tabled)
    if not first.startswith('"'):
        return None
    kind = MACRO if "macro" in path.name.lower() else FILTER
    return lambda whole: _lines(whole, kind, lambda line: _named(line, kind))


def _lines(text: str, kind: str, read_line: Callable[[str], Foreign | None]) -> Iterator[Foreign]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = read_line(line)
        if found is None:
            yield Foreign(kind, "", line.strip(), line=number, problem=f"line {number} is not written as a {kind} is")
        else:
            yield found._replace(line=number)


def _named(line: str, kind: str) -> Foreign | None:
    found = _NAMED.match(line)
    if found is None or not found[2].strip():
        return None
    return Foreign(kind, re.sub(r"\\(.)", r"\1", found[1]), found[2].strip())


def _cells(line: str) -> list[str]:
    cells: list[str] = []
    at = 0
    while found := _CELL.match(line, at):
        cells.append(_unescaped(found[1]))
        at = found.end()
    return cells if at >= len(line.rstrip()) else []


def _tabled(line: str) -> Foreign | None:
    """A button with four cells, or with two a macro of the older kind."""
    match _cells(line):
        case [("TRUE" | "FALSE") as state, label, text, *comment]:
            return Foreign(BUTTON, label, text, comment[0] if comment else "", state == "TRUE")
        case [name, text]:
            return Foreign(MACRO, name, text)
    return None


def _unescaped(text: str) -> str:
    """The text of a cell; bytes behind backslashes are those of UTF-8."""
    if "\\" not in text:
        return text
    parts: list[bytes] = []
    at = 0
    for found in _ESCAPE.finditer(text):
        parts.append(text[at : found.start()].encode())
        if found[1] or found[2]:
            parts.append(bytes((int(found[1], 16) if found[1] else int(found[2], 8) & 0xFF,)))
        else:
            parts.append(bytes((_CONTROL[found[3]],)) if found[3] in _CONTROL else found[3].encode())
        at = found.end()
    return b"".join((*parts, text[at:].encode())).decode("utf-8", "replace")


def _coloured(line: str) -> Foreign | None:
    found = _COLOURED.match(line.strip())
    if found is None:
        return None
    colours = [_colour(found[each]) for each in ("front", "back")]
    said = f"{colours[0]} on {colours[1]}" if all(colours) else ""
    return Foreign(COLOUR, found["name"], found["filter"].strip(), said, not found["off"])


def _colour(numbers: str) -> str:
    """Three numbers up to 65535 as ``#rrggbb``; '' where they are not."""
    parts = [int(each) for each in numbers.split(",") if each.strip().isdecimal()]
    return "#" + "".join(f"{part >> 8:02x}" for part in parts) if len(parts) == 3 and max(parts) < 65536 else ""


def _rules(path: Path, text: str) -> Iterator[Foreign]:
    plain = _JSON_PART.sub(lambda found: found[0] if found[0][0] == '"' else "", text)
    try:
        rules = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(str(path), f"no JSON with comments: {error}") from error
    for each in rules if isinstance(rules, list) else [rules]:
        for name, rule in each.items() if isinstance(each, dict) else ():
            yield _rule(str(name), rule)


def _rule(name: str, rule: Any) -> Foreign:
    if not isinstance(rule, dict) or not isinstance(rule.get("filter"), str):
        return Foreign(COLOUR, name, "", problem=f"'{name}' has no filter")
    front, back = rule.get("foreground"), rule.get("background")
    said = f"{front} on {back}" if isinstance(front, str) and isinstance(back, str) else ""
    return Foreign(COLOUR, name, rule["filter"], said, rule.get("enabled") is not False)
