"""The filters, macros, buttons and colours of the user's configuration file, read and added to; part of stage ④."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thresher.capture import config, toml_text
from thresher.capture.errors import UsageError
from thresher.capture.filter.surroundings import Surroundings
from thresher.capture.model import ColourRule

FILTERS, MACROS, BUTTONS, COLOURS = "filters", "macros", "buttons", "colours"
MAX_NAME = 80
"""Longest name or label in characters."""
MAX_TEXT = 65536
"""Longest filter in characters."""

_WORD = re.compile(r"[A-Za-z0-9_]+")
_NO_WORD = re.compile(r"[^A-Za-z0-9_]")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NO_VALUE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Button:
    """A filter to put in force at once; a label ``Group // Name`` puts it under a group."""

    label: str
    filter: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What the configuration file has for filters.

    Attributes:
        path: where the file is or would be.
        filters: texts by name.
        macros: texts by name, with ``$1``, ``$2`` … where arguments go.
        buttons: in the order of the file.
        colours: rules for the colours of rows, the first that matches wins.
        problems: what was left out, each with file, line and what to do.
    """

    path: Path
    filters: Mapping[str, str]
    macros: Mapping[str, str]
    buttons: tuple[Button, ...] = ()
    colours: tuple[ColourRule, ...] = ()
    problems: tuple[str, ...] = ()

    def around(self) -> Surroundings:
        """What filters that the user types are read in: with these macros, and with leave to read files."""
        return Surroundings(macros=self.expansions(), files=True)

    def expansions(self) -> dict[str, str]:
        """What ``${word}`` and ``$word(…)`` stand for: macros, and filters by the word for their name."""
        return {**{word(name): f"({text})" for name, text in self.filters.items()}, **self.macros}

    def offered(self) -> dict[str, str]:
        """What completion offers: macros as they are called, filters by their name, with their texts."""
        calls = {f"${name}({'' if '$1' in text else ')'}": text for name, text in self.macros.items()}
        return {**calls, **self.filters}


def word(name: str) -> str:
    """The word that a filter of this name is called by in other filters: ``failed opens`` is ``${failed_opens}``."""
    return _NO_WORD.sub("_", name)


def current() -> Saved:
    """What the user's configuration file has now; what is wrong in it is left out and told, never raised."""
    return read(config.path())


def read(file: Path) -> Saved:
    """The same of any file."""
    problems: list[str] = []
    try:
        text = config.written(file)
        tables = config.parsed(file, text)
    except UsageError as error:
        return Saved(file, {}, {}, problems=(f"{error}; its filters and macros are left out",))
    place = config.Place(file, text)
    try:
        config.understood(place, tables)
    except UsageError as error:
        problems.append(str(error))

    def wrong(said: str, table: str, name: str = "", nth: int = 0) -> None:
        problems.append(str(place.error(said, table, name, nth)))

    macros = dict(_macros(tables.get(MACROS), wrong))
    filters = dict(_filters(tables.get(FILTERS), macros, wrong))
    buttons, colours = tuple(_buttons(tables.get(BUTTONS), wrong)), tuple(_colours(tables.get(COLOURS), wrong))
    return Saved(file, filters, macros, buttons, colours, tuple(problems))


Wrong = Callable[..., None]


def _macros(table: object, wrong: Wrong) -> Iterator[tuple[str, str]]:
    for name, text in _entries(table):
        if not _WORD.fullmatch(name):
            wrong(f"macros.{name}: the name of a macro is made of letters A-Z, digits and '_'; rename it", MACROS, name)
        elif (problem := _bad_text(text)) is not None:
            wrong(f"macros.{name} {problem}", MACROS, name)
        else:
            yield name, text


def _filters(table: object, macros: Mapping[str, str], wrong: Wrong) -> Iterator[tuple[str, str]]:
    taken = {each: f"the macro '{each}'" for each in macros}
    for name, text in _entries(table):
        problem = bad_name(name) or _bad_text(text)
        if problem is not None:
            wrong(f"filters.{name} {problem}", FILTERS, name)
        elif word(name) in taken:
            wrong(f"filters.{name} is called ${{{word(name)}}} like {taken[word(name)]}; rename one", FILTERS, name)
        else:
            taken[word(name)] = f"the filter '{name}'"
            yield name, text


def _entries(table: object) -> Iterator[tuple[str, Any]]:
    yield from (table if isinstance(table, dict) else _NO_VALUE).items()


def _buttons(found: object, wrong: Wrong) -> Iterator[Button]:
    if not isinstance(found, list):
        if found is not None:
            wrong("each button is written [[buttons]], with label and filter below it", BUTTONS)
        return
    for nth, each in enumerate(found):
        values = each if isinstance(each, dict) else _NO_VALUE
        unknown = sorted(values.keys() - {"label", "filter", "comment"})
        label, comment = values.get("label"), values.get("comment", "")
        if unknown:
            known = "there are label, filter and comment"
            wrong(f"buttons: '{unknown[0]}' is not known; {known}", BUTTONS, unknown[0], nth)
        elif not isinstance(label, str) or (problem := bad_name(label)) is not None:
            said = problem if isinstance(label, str) else 'is a text, as in label = "Failed calls"'
            wrong(f"buttons: the label {said}", BUTTONS, "label", nth)
        elif (problem := _bad_text(values.get("filter"))) is not None:
            wrong(f"buttons: the filter of '{label}' {problem}", BUTTONS, "filter", nth)
        elif not isinstance(comment, str):
            wrong(f"buttons: the comment of '{label}' is a text", BUTTONS, "comment", nth)
        else:
            yield Button(label, values["filter"], comment)


def _colours(found: object, wrong: Wrong) -> Iterator[ColourRule]:
    if not isinstance(found, list):
        if found is not None:
            wrong("each colour rule is written [[colours]], with name, filter and colours below it", COLOURS)
        return
    for nth, each in enumerate(found):
        values = each if isinstance(each, dict) else _NO_VALUE
        unknown = sorted(values.keys() - {"name", "filter", "foreground", "background"})
        name, colours = values.get("name"), [values.get("foreground", ""), values.get("background", "")]
        if unknown:
            known = "there are name, filter, foreground and background"
            wrong(f"colours: '{unknown[0]}' is not known; {known}", COLOURS, unknown[0], nth)
        elif not isinstance(name, str) or (problem := bad_name(name)) is not None:
            said = problem if isinstance(name, str) else 'is a text, as in name = "Shells"'
            wrong(f"colours: the name {said}", COLOURS, "name", nth)
        elif (problem := _bad_text(values.get("filter"))) is not None:
            wrong(f"colours: the filter of '{name}' {problem}", COLOURS, "filter", nth)
        elif (style := style_of(*colours)) is None:
            wrong(f"colours: '{name}' needs a foreground or background, each as in \"#dd6e5e\"", COLOURS, "name", nth)
        else:
            yield ColourRule(name, values["filter"], style)


def style_of(foreground: object, background: object) -> str | None:
    """The style of a rule with these colours, ``#dd6e5e on #000000``; None where they are none."""
    parts = []
    for before, colour in (("", foreground), ("on ", background)):
        if colour == "":
            continue
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            return None
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts.append(f"{before}#{digits.lower()}")
    return " ".join(parts) or None


def bad_name(name: str) -> str | None:
    """Why a filter cannot have this name; None where it can."""
    if not name.strip():
        return "needs a name that is not empty"
    if len(name) > MAX_NAME:
        return f"has a name of {len(name)} characters; up to {MAX_NAME} are shown"
    return None if name.isprintable() else "has a name with characters that cannot be shown"


def _bad_text(text: object) -> str | None:
    if not isinstance(text, str):
        return 'is a text, as in "evt.failed"'
    if not text.strip():
        return "is empty; write a filter, or take the line away"
    return f"has {len(text)} characters; up to {MAX_TEXT} are read" if len(text) > MAX_TEXT else None


# --- writing ---


def save(file: Path, name: str, text: str) -> None:
    """Write a filter under a name into the file, in place of one of that name; all else in the file stays as it is.

    Raises:
        UsageError: the name cannot be used, or the file cannot be read, understood or written; says what to do.
    """
    problem = bad_name(name) or _bad_text(text)
    if problem is not None:
        raise UsageError(f"the filter {problem}")
    old = config.written(file)
    tables = config.parsed(file, old)
    own = tables.get(FILTERS)
    others = [each for each in (own if isinstance(own, dict) else {}) if each != name and word(each) == word(name)]
    if others or word(name) in (tables.get(MACROS) or {}):
        raise UsageError(f"'{others[0] if others else word(name)}' is called ${{{word(name)}}} too; take another name")
    line = f"{toml_text.key(name)} = {toml_text.string(text)}"
    new = _with_line(old, name, line)
    if not says(new, {**tables, FILTERS: {**(own if isinstance(own, dict) else {}), name: text}}):
        raise UsageError(f"{file}: [filters] is not written line by line; add this line to it yourself: {line}")
    replace(file, new)


def says(text: str, tables: Mapping[str, Any]) -> bool:
    """Whether a text is TOML of exactly these tables, empty ones aside."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return {name: table for name, table in found.items() if table} == {
        name: table for name, table in tables.items() if table
    }


def _with_line(old: str, name: str, line: str) -> str:
    """The text with a line for a filter, in the place of an earlier one, at the end of the table, or in a new table."""
    lines = old.splitlines()
    at = toml_text.line_of(old, FILTERS, name)
    end = toml_text.section_end(old, FILTERS)
    if at:
        lines[at - 1] = line
    elif end:
        lines.insert(end, line)
    else:
        lines += [*([""] if lines else []), f"[{FILTERS}]", line]
    return "\n".join(lines) + "\n"


def replace(file: Path, text: str) -> None:
    """Write the file as a whole or not at all, where it really lies, readable for whom it was before.

    Raises:
        UsageError: it cannot be written.
    """
    target = file.resolve()
    part: str | None = None
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        descriptor, part = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(part).chmod(mode)
        Path(part).replace(target)
    except (OSError, UnicodeEncodeError) as error:
        raise UsageError(f"{file}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                Path(part).unlink(missing_ok=True)
