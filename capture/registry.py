"""The fields of one source by name: spellings, arguments, near misses; the ground under stages ③–⑤."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from thresher.capture.errors import PluginError, QueryError
from thresher.capture.generic_fields import row_text
from thresher.capture.model import Argument, Common, Field, FieldRef, FieldType, Sql
from thresher.capture.note_fields import NOTE_FIELDS

if TYPE_CHECKING:
    from thresher.capture.contract import Dissector

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*\Z")

WHOLE_RECORD = "e.raw"
"""Where the exact text of a record is, in every store of records."""

COMMON_FIELDS: tuple[tuple[str, FieldType, bool, str, str], ...] = (
    ("actor", FieldType.STRING, False, "Actor", "Who acted: a process, user or role, whatever the source knows."),
    ("action", FieldType.STRING, False, "Action", "What was done: a system call or an API call."),
    ("object", FieldType.STRING, False, "Object", "What it was done to: a file, connection or resource."),
    ("peer", FieldType.STRING, False, "Peer", "The other end: an address or service."),
    ("outcome", FieldType.STRING, False, "Outcome", "How it ended: ok, or the error's name."),
    ("where", FieldType.STRING, False, "Where", "Where it happened: a host, container, account or region."),
    ("any.ip", FieldType.IP, True, "Any address", "All addresses of the event."),
    ("any.user", FieldType.STRING, True, "Any user", "All user names and identities of the event."),
    ("any.resource", FieldType.STRING, True, "Any resource", "All files, objects and resources of the event."),
    ("any.key", FieldType.STRING, True, "Any key", "All credentials of the event."),
)
"""Name, type, whether it is a list, title, description of the fields every source answers to."""


class Catalogue:
    """The fields a dissector declares, together with the common ones, and the relations they live in.

    Raises:
        PluginError: a name is malformed or declared twice.
    """

    def __init__(self, dissector: Dissector) -> None:
        self.source = dissector.name
        self.relations = {relation.name: relation for relation in dissector.relations}
        self._absent = dissector.absent
        self._fields: dict[str, Field] = {}
        self._aliases: dict[str, str] = {}
        for field in (*dissector.fields, *common_fields(dissector.common), *NOTE_FIELDS):
            self._add(field)
        shown = [column for each in dissector.list_columns if (column := self.get(each.field)) is not None]
        if shown:
            self._add(row_text(shown))

    def _add(self, field: Field) -> None:
        if not NAME.match(field.name):
            raise PluginError(f"{self.source}: '{field.name}' is not a field name")
        for spelling in (field.name, *field.aliases):
            if spelling in self._fields or spelling in self._aliases:
                raise PluginError(f"{self.source}: field '{spelling}' is declared twice")
            self._aliases[spelling] = field.name
        self._fields[field.name] = field

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def get(self, name: str) -> Field | None:
        """The field of this exact name or alias."""
        canonical = self._aliases.get(name)
        return self._fields[canonical] if canonical else None

    def resolve(self, text: str) -> FieldRef:
        """The field and argument meant by ``text``, in any spelling.

        Raises:
            QueryError: no such field, or an argument that is missing or not wanted; says what comes close.
        """
        name, argument = split_brackets(text.removeprefix("falco.").removeprefix("falcoevents."))
        field = self.get(name)
        if field is None and argument is None:
            field, argument = self._with_trailing_argument(name)
        if field is None:
            reason = self.why_absent(name)
            if reason:
                raise QueryError(f"field '{text}' cannot be told from this source; {reason}")
            near = self.nearest(name)
            raise QueryError(f"unknown field '{text}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        if argument is None and field.argument_required and field.argument is Argument.PATH:
            raise QueryError(f"field '{text}' needs a path behind a dot{self._instead_of_a_path(field)}")
        argument = checked_argument(field, argument, text)
        if argument is not None and field.argument is Argument.INDEX and field.is_list:
            field = dataclasses.replace(field, is_list=False)  # one element of the list
        return FieldRef(field, argument)

    def _instead_of_a_path(self, field: Field) -> str:
        """An example of a path, and what stands for the whole record, as the end of a message."""
        example = f", as in '{field.example}'" if field.example else ""
        whole = [each.name for each in self if each.place == Sql(WHOLE_RECORD)]
        return example + (f"; the whole record is '{whole[0]}'" if whole else "")

    def _with_trailing_argument(self, name: str) -> tuple[Field | None, str | None]:
        """Split ``evt.arg.fd`` where the longest leading part is a field that takes arguments."""
        cut = name.rfind(".")
        while cut > 0:
            field = self.get(name[:cut])
            if field is not None and field.argument is not Argument.NONE:
                return field, name[cut + 1 :]
            cut = name.rfind(".", 0, cut)
        return None, None

    def why_absent(self, name: str) -> str:
        """Why the source has no field of this name although other tools have; '' where they have none either."""
        while name and name not in self._absent:
            name = name.rpartition(".")[0]
        return self._absent[name] if name else ""

    def nearest(self, name: str, count: int = 3) -> list[str]:
        """Names that look most like ``name``, best first."""
        lowered = name.lower()
        if lowered != name and self.get(lowered):
            return [lowered]
        return get_close_matches(lowered, self._aliases, n=count, cutoff=0.6)

    def search(self, pattern: str = "") -> list[Field]:
        """Fields whose name, alias, title or description contains ``pattern``, in declared order."""
        wanted = pattern.lower()
        return [
            field
            for field in self
            if wanted in " ".join((field.name, *field.aliases, field.title, field.description)).lower()
        ]


def common_fields(mapping: Mapping[str, tuple[str, ...]]) -> list[Field]:
    """The common fields that a source maps, as fields of their own."""
    return [
        Field(name, type_, title, text, Common(mapping[name]), is_list=is_list)
        for name, type_, is_list, title, text in COMMON_FIELDS
        if name in mapping
    ]


def split_brackets(text: str) -> tuple[str, str | None]:
    """``a.b[c]`` as name and argument; quotes around the argument are taken off."""
    if not text.endswith("]") or "[" not in text:
        return text, None
    name, _, argument = text[:-1].partition("[")
    argument = argument.strip()
    if len(argument) >= 2 and argument[0] == argument[-1] and argument[0] in "'\"":
        argument = argument[1:-1]
    return name, argument


def checked_argument(field: Field, argument: str | None, text: str) -> str | None:
    """The argument if the field takes it.

    Raises:
        QueryError: it does not, or it needs one.
    """
    if argument is None:
        if field.argument_required:
            example = "2" if field.argument is Argument.INDEX else "name"
            raise QueryError(f"field '{text}' needs an argument, as in '{field.name}[{example}]'")
        return None
    if field.argument is Argument.NONE:
        raise QueryError(f"field '{field.name}' takes no argument")
    if field.argument is Argument.INDEX and not (argument.isdecimal() and len(argument) < 4):
        raise QueryError(f"the argument of '{field.name}' is a small number, not '{argument}'")
    if not argument:
        raise QueryError(f"the argument of '{field.name}' is empty")
    return argument
