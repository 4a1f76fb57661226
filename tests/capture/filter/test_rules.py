"""The conditions of the ecosystem's rules are filters: macros and lists are put in, then parsed and type-checked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tests.builders.filter_catalogue import FilterSource
from thresher.capture.discovery import dissector
from thresher.capture.errors import FilterError
from thresher.capture.filter import check, falco, parse, render
from thresher.capture.filter.dialects import Dialect
from thresher.capture.model import Argument, Column, Field, FieldType
from thresher.capture.registry import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

yaml = pytest.importorskip("yaml")

RULES = Path(__file__).parents[4] / "shared" / "rules"
GOLDEN = Path(__file__).parents[2] / "golden" / "unknown_rule_fields.txt"
SOURCES = {"syscall": "syscall", "aws_cloudtrail": "aws_cloudtrail"}
WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[A-Za-z0-9_.\[\]/*-]+|\s+|.", re.DOTALL)
UNKNOWN = re.compile(r"unknown field '([^']+)'")

pytestmark = pytest.mark.oracle


def expanded(text: str, macros: dict[str, str], lists: dict[str, list[str]]) -> str:
    """A condition with macros and lists put in, the way Falco's rule loader does."""
    parts = []
    for token in WORD.findall(own_lists(text, lists)):
        if token in macros:
            parts.append(f"({macros[token]})")
        else:
            parts.append(", ".join(flattened(lists[token], lists)) if token in lists else token)
    return re.sub(r",\s*(?=[,)])", "", re.sub(r"\(\s*,", "(", "".join(parts)))


def flattened(items: list[Any], lists: dict[str, list[str]]) -> list[str]:
    """A list with the lists in it put in; values that are no bare word in quotes."""
    found = []
    for item in map(str, items):
        if item in lists:
            found.extend(flattened(lists[item], lists))
        elif re.fullmatch(r"[\w./:*?@+-]+", item) or item[:1] in "\"'":
            found.append(item)
        else:
            found.append('"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return found


def own_lists(text: str, lists: dict[str, list[str]]) -> str:
    """``in list_name`` as ``in (list_name)``."""
    return re.sub(
        r"\b(in|intersects|pmatch)\s+([A-Za-z_]\w*)(?!\w*[(.])",
        lambda found: f"{found[1]} ({found[2]})" if found[2] in lists else found[0],
        text,
    )


def conditions() -> list[Any]:
    """Every rule of a source that we read: its name, source and condition, macros and lists put in."""
    found = []
    for path in sorted(RULES.glob("*.yaml")) if RULES.is_dir() else []:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        shared = []
        if path.name in ("falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"):
            shared = yaml.safe_load((RULES / "falco_rules.yaml").read_text(encoding="utf-8"))
        everything = [*shared, *entries]
        lists = {entry["list"]: entry["items"] for entry in everything if "items" in entry and "list" in entry}
        macros: dict[str, str] = {}
        for entry in everything:
            if "macro" in entry and "condition" in entry:
                macros[entry["macro"]] = expanded(str(entry["condition"]), macros, lists)
        for entry in entries:
            if "rule" in entry and "condition" in entry:
                text = expanded(str(entry["condition"]), macros, lists)
                found.append((path.stem, entry["rule"], entry.get("source", "syscall"), text))
    return found


TYPES = {
    **{f"{sign}INT{width}": FieldType[f"{sign}INT"] for sign in ("", "U") for width in (8, 16, 32, 64)},
    **{"BOOL": FieldType.BOOL, "IPADDR": FieldType.IP, "IPNET": FieldType.IP, "PORT": FieldType.PORT},
    **{"RELTIME": FieldType.DURATION, "ABSTIME": FieldType.TIME, "BYTEBUF": FieldType.BYTES},
    **{"PID": FieldType.INT, "FD": FieldType.INT, "ERRNO": FieldType.INT},
}


class Ecosystem(FilterSource):
    """All fields that libsinsp and Falco's plugins have, with their types."""

    common: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init__(self) -> None:
        self.fields = tuple(reference_fields())


def reference_fields() -> Iterator[Field]:
    """Fields as the reference lists them."""
    table = RULES.parent / "reference" / "sinsp_fields.tsv"
    seen = set()
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        name, _, type_, flags = line.split("\t")[:4]
        if name not in seen and re.fullmatch(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+", name):
            seen.add(name)
            argument = (
                Argument.NAME
                if "ARG" in flags or name.startswith(("json.value", "proc.a", "proc.env", "thread."))
                else Argument.NONE
            )
            yield Field(
                name,
                TYPES.get(type_.upper(), FieldType.STRING),
                name,
                "A field.",
                Column("text"),
                argument,
                is_list="LIST" in flags,
            )


@cache
def ecosystem() -> Catalogue:
    return Catalogue(Ecosystem())


@cache
def catalogue(source: str) -> Catalogue:
    return Catalogue(dissector(SOURCES[source]))


def problem(fields: Catalogue, text: str) -> str:
    """What is wrong with a condition, '' where nothing is."""
    try:
        tree = parse(text, fields)
        check(tree, fields, text=text)
        assert parse(render(tree), fields) == tree
        parse(text, fields, dialect=Dialect.FALCO)
    except FilterError as error:
        return f"{error}\n{error.snippet()[:400]}"
    return ""


@pytest.mark.parametrize(("file", "rule", "source", "text"), [each for each in conditions() if each[2] in SOURCES])
def test_a_rule_is_a_filter_but_for_fields_that_are_not_there(file: str, rule: str, source: str, text: str) -> None:
    found = problem(catalogue(source), text)
    missing = UNKNOWN.search(found)
    if missing:
        assert missing[1] in GOLDEN.read_text(encoding="utf-8").split()
    else:
        assert found == ""


@pytest.mark.parametrize(("file", "rule", "source", "text"), [each for each in conditions() if each[2] in SOURCES])
def test_a_rule_goes_back_to_falco(file: str, rule: str, source: str, text: str) -> None:
    if problem(catalogue(source), text):
        pytest.skip("names a field that is not there")
    back = falco.condition(text, catalogue(source))
    assert problem(catalogue(source), back) == ""
    assert falco.condition(back, catalogue(source)) == back


@pytest.mark.parametrize(("file", "rule", "source", "text"), conditions())
def test_a_rule_is_a_filter_over_the_fields_of_its_ecosystem(file: str, rule: str, source: str, text: str) -> None:
    assert problem(ecosystem(), text) == ""
