"""The SQL that takes a dissector's stored fields out of JSON texts, all of them in one pass over each (stage ③)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from thresher.capture.store import json_numbers, json_path
from thresher.capture.store.quoting import name, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.capture.contract import RecordDissector

    Tree: TypeAlias = "dict[str, str | Tree]"

STAGED = "staged"
"""The relation that the records are read from; their texts are its column ``raw``."""
TYPE, ID_HASH = "/type", "/id_hash"
"""Columns beside the stored ones: the text that names the type, and a hash of the record's identity."""

ISO_8601 = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.]\d+)?([Zz]|[+-]\d\d:?\d\d)?"


def wanted_paths(dissector: RecordDissector) -> list[str]:
    """All paths that something is taken from, each once."""
    times = (dissector.time_path, *dissector.other_time_paths)
    return list(dict.fromkeys([*times, dissector.type_path, *(path for _, _, path in dissector.stored)]))


def extraction(dissector: RecordDissector, *, as_written: bool = False) -> str:
    """A SELECT from ``STAGED``, row by row: ``time_ns``, the type, every stored column, and the columns beside them.

    With ``as_written`` numbers in texts are spelled as in the record, which is dear and is for the few that need it.
    """
    content, values = _content(wanted_paths(dissector), json_numbers.marked("raw") if as_written else "raw")
    if as_written:
        values = {path: json_numbers.unmarked(value) for path, value in values.items()}
    listed = ", ".join(f"{value} AS {name(column)}" for column, value in _columns(dissector, values).items())
    return f"SELECT {listed} FROM (SELECT {content} AS v FROM {STAGED})"


def derivation(dissector: RecordDissector) -> str:
    """The part of the extraction that is no text of the record's own, from texts in columns named by their paths."""
    values = {path: name(path) for path in wanted_paths(dissector)}
    texts = set(values.values())
    made = {column: value for column, value in _columns(dissector, values).items() if value not in texts}
    return f"SELECT {', '.join(f'{value} AS {name(column)}' for column, value in made.items())} FROM {STAGED}"


def text_columns(dissector: RecordDissector) -> dict[str, str]:
    """The columns of the extraction that hold a text as it is, with its path."""
    return {TYPE: dissector.type_path, **{column: path for column, type_, path in dissector.stored if is_text(type_)}}


def _columns(dissector: RecordDissector, values: Mapping[str, str]) -> dict[str, str]:
    """SQL for every column, given SQL for the text at each path."""
    times = (dissector.time_path, *dissector.other_time_paths)
    columns = {
        "time_ns": time_ns(f"coalesce({', '.join(values[path] for path in times)})"),
        TYPE: values[dissector.type_path],
        **{column: typed(values[path], type_) for column, type_, path in dissector.stored},
    }
    if dissector.id_column:
        sources = {column: path for column, _, path in dissector.stored}
        columns[ID_HASH] = f"hash({values[sources[dissector.id_column]]})"
    return columns


def is_tree(paths: Sequence[str]) -> bool:
    """Whether the paths are members of objects, none of which is both taken and gone into."""
    return _tree([json_path.segments(path) for path in paths]) is not None


def _content(paths: Sequence[str], json_text: str) -> tuple[str, dict[str, str]]:
    """SQL that takes all paths out of a text as ``v``, and for each path its value in ``v``.

    A struct costs a third less than a list of pointers, each of which is searched for from the record's beginning.
    """
    keys = {path: json_path.segments(path) for path in paths}
    tree = _tree(list(keys.values()))
    if tree is None:
        listed = ", ".join(map(json_path.pointer, keys.values()))
        return f"json_extract_string({json_text}, [{listed}])", {
            path: f"v[{at}]" for at, path in enumerate(paths, start=1)
        }
    members = {path: "v." + ".".join(map(name, found)) for path, found in keys.items()}
    return f"json_transform({json_text}, {text(json.dumps(tree))})", members


def _tree(paths: Sequence[tuple[str, ...]]) -> Tree | None:
    """The members as a struct; None where a struct cannot say it.

    That is an index into a list, a value that is both taken and gone into, and names that differ in case alone.
    """
    tree: Tree = {}
    for keys in paths:
        node = tree
        for key in keys[:-1]:
            inner = node.setdefault(key, {})
            if isinstance(inner, str):
                return None
            node = inner
        if keys[-1] in node:
            return None
        node[keys[-1]] = "VARCHAR"
    if any(key.isdecimal() for keys in paths for key in keys) or not _is_distinct(tree):
        return None
    return tree


def _is_distinct(tree: Tree) -> bool:
    return len({key.lower() for key in tree}) == len(tree) and all(
        _is_distinct(inner) for inner in tree.values() if isinstance(inner, dict)
    )


def is_text(type_: str) -> bool:
    """Whether a column of this type takes a text as it is."""
    return type_.split()[0] == "VARCHAR"


def typed(text: str, type_: str) -> str:
    """An extracted text as a column's type; what does not fit is NULL."""
    return text if is_text(type_) else f"try_cast({text} AS {type_})"


def time_ns(text: str) -> str:
    """SQL for an ISO 8601 time as nanoseconds since 1970 in UTC; NULL for anything else.

    DuckDB's own cast to TIMESTAMP_NS keeps all nine digits, but passes silently over an offset or a zone's name.
    """
    plain = f"epoch_ns(try_cast({text} AS TIMESTAMP_NS))"
    base = f"epoch_ns(try_cast(regexp_replace(upper({text}), '(Z|[+-]\\d\\d:?\\d\\d)$', '') AS TIMESTAMP_NS))"
    zone = f"regexp_extract({text}, '[+-]\\d\\d:?\\d\\d$')"
    minutes = f"(CAST({zone}[2:3] AS BIGINT) * 60 + CAST({zone}[-2:] AS BIGINT))"
    signed = f"(CASE {zone}[1] WHEN '-' THEN -{minutes} ELSE {minutes} END)"
    shift = f"(CASE {zone} WHEN '' THEN 0 ELSE {signed} * 60000000000 END)"
    return (
        f"CASE WHEN length({text}) = 20 AND {text}[11] = 'T' AND {text}[20] = 'Z' THEN {plain} "
        f"WHEN regexp_full_match({text}, '{ISO_8601}') THEN {base} - {shift} END"
    )
