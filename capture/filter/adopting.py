"""Makes entries of the configuration file of other programs' filters, checked one by one; part of stage ④."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture import config, toml_text
from thresher.capture.errors import UsageError
from thresher.capture.escape import escape
from thresher.capture.filter import saved
from thresher.capture.filter.foreign_files import BUTTON, COLOUR, MACRO, Foreign
from thresher.capture.filter.macros import PARAMETER

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = ("0", "a", "10.0.0.1", '"2026-01-01"', "true")
"""What a macro is tried with, since only its call says what its arguments are."""

TABLES = (saved.BUTTONS, saved.COLOURS)
"""What is written ``[[name]]``, as often as there are entries."""

Check = Callable[[str, Mapping[str, str]], "str | None"]
"""What is wrong with a filter that may call these macros; None for nothing."""


class Entry(NamedTuple):
    """An entry as it will stand in the file.

    Attributes:
        table: filters, macros, buttons or colours.
        name: its name or label.
        text: the filter.
        comment: what is said of it; of a colour rule its colours, ``#000000 on #dd6e5e``.
        problem: why it stands there as a comment only; '' where it does not.
    """

    table: str
    name: str
    text: str
    comment: str
    problem: str


def adopted(foreign: Iterable[Foreign], there: saved.Saved, check: Check) -> list[Entry]:
    """The entries for what other files hold, beside what is there; what is there already is left out.

    A filter whose name is taken gets a number behind it.
    """
    found = list(foreign)
    macros = {**there.expansions(), **{each.name: each.text for each in found if each.kind == MACRO}}
    names = {saved.word(name): text for name, text in there.filters.items()}
    buttons = {(button.label, button.filter) for button in there.buttons}
    colours = {(rule.name, rule.filter) for rule in there.colours}
    entries = []
    for each in found:
        problem = each.problem or _wrong(each, macros, check)
        if each.kind == MACRO:
            if there.macros.get(each.name) != each.text:
                taken = each.name in there.expansions()
                problem = problem or ("a macro or filter of that name is there already" if taken else "")
                entries.append(Entry(saved.MACROS, each.name, each.text, each.comment, problem))
        elif each.kind == BUTTON:
            if (each.name, each.text) not in buttons:
                entries.append(Entry(saved.BUTTONS, _shown(each.name), each.text, each.comment, problem))
        elif each.kind == COLOUR:
            if (_shown(each.name), each.text) not in colours:
                entries.append(Entry(saved.COLOURS, _shown(each.name), each.text, _style(each), problem))
        elif not _is_there(_shown(each.name), each.text, names):
            name = _shown(each.name) if problem else _free(_shown(each.name), {*names, *macros})
            names.update({} if problem else {saved.word(name): each.text})
            entries.append(Entry(saved.FILTERS, name, each.text, each.comment, problem))
    return entries


def _wrong(each: Foreign, macros: Mapping[str, str], check: Check) -> str:
    """Why an entry cannot be taken over; '' where it can."""
    if not each.is_on:
        return "it was switched off there"
    if each.kind == COLOUR and not _style(each):
        return "its colours cannot be read"
    if each.kind != MACRO:
        return check(each.text, macros) or ""
    if saved.word(each.name) != each.name or not each.name:
        return "the name of a macro is made of letters A-Z, digits and '_'"
    count = max((int(number) for number in PARAMETER.findall(each.text)), default=0)
    tried = [
        check(f"${each.name}({', '.join([sample] * count)})", macros) for sample in SAMPLES[: None if count else 1]
    ]
    return "" if None in tried else f"{tried[0]}"


def _style(each: Foreign) -> str:
    """The colours of a rule as they are kept; '' where they are none."""
    front, on, back = each.comment.partition(" on ")
    return (saved.style_of(front, back) or "") if on else ""


def _shown(name: str) -> str:
    """The name without what cannot be shown."""
    kept = "".join(character if character.isprintable() else " " for character in name)
    return " ".join(kept.split())[: saved.MAX_NAME] or "unnamed"


def _is_there(name: str, text: str, names: Mapping[str, str]) -> bool:
    """Whether the filter is there under this name, or under that with a number."""
    word = saved.word(name)
    return any(text == own and each.startswith(word[: saved.MAX_NAME - 5]) for each, own in names.items())


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where another is called alike."""
    at, found = 1, name
    while saved.word(found) in taken:
        at += 1
        found = f"{name[: saved.MAX_NAME - 5]} {at}"
    return found


# --- as TOML ---


def written(entries: Sequence[Entry], old: str = "") -> str:
    """The text of a configuration file with the entries added."""
    lines = old.splitlines()
    for table in (saved.FILTERS, saved.MACROS):
        added = [line for entry in entries if entry.table == table for line in _lines(entry)]
        end = toml_text.section_end("\n".join(lines), table)
        if added and end:
            lines[end:end] = added
        elif added:
            lines += [*([""] if lines else []), f"[{table}]", *added]
    for entry in entries:
        if entry.table in TABLES:
            lines += ["", *_lines(entry)]
    return "\n".join(lines).lstrip("\n") + "\n" if lines else ""


def _lines(entry: Entry) -> list[str]:
    """The lines of an entry, commented out where it cannot be taken over."""
    return _table(entry) if entry.table in TABLES else _pair(entry)


def _pair(entry: Entry) -> list[str]:
    line = f"{toml_text.key(entry.name)} = {toml_text.string(entry.text)}"
    said = [f"# {escape(entry.comment)}"] if entry.comment else []
    return [*said, line] if not entry.problem else [*said, *_left_out([line], entry.problem)]


def _table(entry: Entry) -> list[str]:
    lines = [f"[[{entry.table}]]", *(f"{key} = {toml_text.string(text)}" for key, text in _values(entry).items())]
    return lines if not entry.problem else _left_out(lines, entry.problem)


def _values(entry: Entry) -> dict[str, str]:
    """A button or a colour rule, by the keys of its table."""
    if entry.table == saved.BUTTONS:
        comment = {"comment": entry.comment} if entry.comment else {}
        return {"label": entry.name, "filter": entry.text, **comment}
    front, _, back = f" {entry.comment}".partition(" on ")
    colours = {"foreground": front.strip(), "background": back}
    return {"name": entry.name, "filter": entry.text, **{key: text for key, text in colours.items() if text}}


def _left_out(lines: Sequence[str], problem: str) -> list[str]:
    return [*(f"# {line}" for line in lines), f"#   not taken over: {escape(problem)}"]


def add(file: Path, entries: Sequence[Entry]) -> None:
    """Write the entries into the configuration file, which keeps all that it has; comments that are there stay alone.

    Raises:
        UsageError: the file cannot be read, understood or written, or is not written line by line.
    """
    old = config.written(file)
    wanted = config.parsed(file, old)
    written_otherwise = UsageError(
        f"{file}: its tables are not written line by line; add what is printed without --write yourself"
    )
    kinds = ((saved.FILTERS, dict), (saved.MACROS, dict), *((table, list) for table in TABLES))
    if any(not isinstance(wanted.get(table, kind()), kind) for table, kind in kinds):
        raise written_otherwise
    for entry in (entry for entry in entries if not entry.problem):
        if entry.table in TABLES:
            wanted.setdefault(entry.table, []).append(_values(entry))
        else:
            wanted.setdefault(entry.table, {})[entry.name] = entry.text
    new = written([entry for entry in entries if not (entry.problem and "\n".join(_lines(entry)) in old)], old)
    if not saved.says(new, wanted):
        raise written_otherwise
    saved.replace(file, new)
