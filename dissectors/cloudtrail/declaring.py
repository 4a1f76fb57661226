"""Short forms for declaring a field of a CloudTrail record by where it stands in it (stage ②)."""

from __future__ import annotations

from thresher.capture.model import Argument, Column, Field, FieldType, Json, Place, Sql
from thresher.dissectors.cloudtrail.stored import COLUMNS


def _place(path: str) -> Place:
    return Column(COLUMNS[path]) if path in COLUMNS else Json(path)


def member(name: str, path: str, title: str, description: str, example: str = "") -> Field:
    """A member of the record, as text."""
    return Field(name, FieldType.STRING, title, description, _place(path), example=example)


def tree(name: str, path: str, title: str, description: str, example: str = "") -> Field:
    """A subtree of the record as JSON text, or any path below it."""
    return Field(name, FieldType.STRING, title, description, Json(path), Argument.PATH, example=example)


def expression(
    name: str,
    type_: FieldType,
    title: str,
    description: str,
    sql: str,
    *,
    is_list: bool = False,
    example: str = "",
) -> Field:
    """A value made of stored columns and the record by SQL over the event row ``e``."""
    return Field(name, type_, title, description, Sql(sql), is_list=is_list, example=example)
