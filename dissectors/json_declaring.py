"""Short forms that declare the fields of a JSON source as data: one line a field (stage ②)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from thresher.capture.model import Argument, Column, Field, FieldType, Json, Sql

Stored = Sequence[tuple[str, str, str]]


def member(
    name: str,
    path: str,
    title: str,
    description: str,
    example: str = "",
    *,
    type_: FieldType = FieldType.STRING,
    deprecated: str = "",
) -> Field:
    """A member of the record."""
    return Field(name, type_, title, description, Json(path), example=example, deprecated=deprecated)


def tree(name: str, path: str, title: str, description: str, example: str = "") -> Field:
    """A subtree of the record as JSON text, or any path below it; with an empty path, any path of the record."""
    return Field(
        name,
        FieldType.STRING,
        title,
        description,
        Json(path or None),
        Argument.PATH,
        argument_required=not path,
        example=example,
    )


def listing(
    name: str,
    path: str,
    title: str,
    description: str,
    example: str = "",
    *,
    type_: FieldType = FieldType.STRING,
    is_indexed: bool = True,
) -> Field:
    """All that a path leads to, through arrays; an index picks from the array that ``[*]`` marks."""
    argument = Argument.INDEX if is_indexed else Argument.NONE
    return Field(name, type_, title, description, Json(path), argument, is_list=True, example=example)


def expression(
    name: str,
    sql: str,
    title: str,
    description: str,
    example: str = "",
    *,
    type_: FieldType = FieldType.STRING,
    is_list: bool = False,
    argument: Argument = Argument.NONE,
    deprecated: str = "",
) -> Field:
    """A value made of the record by SQL over the event row ``e``; ``:argument`` is what stands in brackets."""
    return Field(
        name,
        type_,
        title,
        description,
        Sql(sql),
        argument,
        argument_required=":argument" in sql,
        is_list=is_list,
        example=example,
        deprecated=deprecated,
    )


def placed(fields: Iterable[Field], stored: Stored) -> tuple[Field, ...]:
    """The fields, those whose path is stored as a column living there."""
    columns = {path: column for column, _, path in stored}
    return tuple(
        dataclasses.replace(field, place=Column(columns[field.place.path]))
        if isinstance(field.place, Json)
        and field.argument is Argument.NONE
        and field.type is not FieldType.IP
        and not field.is_list
        and field.place.path in columns
        else field
        for field in fields
    )


def text(path: str) -> str:
    """SQL of the member that a JSON path without arrays leads to, as text."""
    return f"json_extract_string(e.raw, '$.{path}')"
