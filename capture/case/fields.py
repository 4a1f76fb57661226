"""The fields of several sources together (stages ④–⑤): found by name, absent where a source does not have them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.model import Field, FieldRef, FieldType, ListColumn, Sql
from thresher.capture.registry import Catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.store.store import Store

NULLS = {
    FieldType.INT: "NULL::BIGINT",
    FieldType.UINT: "NULL::UBIGINT",
    FieldType.BOOL: "NULL::BOOLEAN",
    FieldType.BYTES: "NULL::BLOB",
    FieldType.IP: "nullif('{half}', '{half}')::UBIGINT",
    FieldType.PORT: "NULL::INTEGER",
    FieldType.TIME: "NULL::BIGINT",
    FieldType.DURATION: "NULL::BIGINT",
}
"""SQL for an absent value of a type; ``{half}`` becomes a half's name of an address."""

MIXED_COLUMNS = (
    ListColumn("evt.num", "No.", 8),
    ListColumn("evt.time", "Time", 18),
    ListColumn("actor", "Actor", 20),
    ListColumn("action", "Action", 20),
    ListColumn("object", "Object", 32),
    ListColumn("peer", "Peer", 20),
    ListColumn("outcome", "Outcome", 14),
    ListColumn("where", "Where", 0),
)
"""What stands beside number, time and source where sources differ."""


class MixedCatalogue(Catalogue):
    """The fields of one source, and those of others, absent."""

    def __init__(self, own: Catalogue, others: Sequence[Catalogue]) -> None:
        self.source = own.source
        self.relations = own.relations
        self._fields = dict(own._fields)
        self._aliases = dict(own._aliases)
        self._absent = {name: why for each in (*others, own) for name, why in each._absent.items()}
        self.absent: set[str] = set()
        for other in others:
            for field in other:
                if own.get(field.name) is None:
                    self._add_absent(field)

    def _add_absent(self, field: Field) -> None:
        free = tuple(alias for alias in field.aliases if alias not in self._aliases)
        self._fields.setdefault(field.name, replace(field, place=absent(field), aliases=free))
        self.absent.add(field.name)
        for spelling in (field.name, *free):
            self._aliases.setdefault(spelling, field.name)


def absent(field: Field) -> Sql:
    """Where a field lives in a source that does not have it."""
    if field.is_list:
        return Sql("NULL::VARCHAR[]")
    return Sql(NULLS.get(field.type, "NULL::VARCHAR"))


class FieldSet:
    """The fields of a case's stores.

    Args:
        stores: at least one.
    """

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = list(stores)
        own = [store.catalogue for store in stores]
        self._is_mixed = len({catalogue.source for catalogue in own}) > 1
        self._catalogues = (
            [MixedCatalogue(one, [other for other in own if other.source != one.source]) for one in own]
            if self._is_mixed
            else own
        )
        self._known: dict[str, tuple[FieldRef | None, ...]] = {}

    def catalogue(self, store: int) -> Catalogue:
        """What a filter over this store may name."""
        return self._catalogues[store]

    @property
    def catalogues(self) -> Sequence[Catalogue]:
        """The same of all stores."""
        return self._catalogues

    def search(self, pattern: str) -> list[Field]:
        """Fields of all sources that contain ``pattern``, each once, with the place of the first source that has it."""
        found: dict[str, Field] = {}
        for store in self._stores:
            for field in store.catalogue.search(pattern):
                found.setdefault(field.name, field)
        return list(found.values())

    def columns(self) -> list[ListColumn]:
        """The default list columns."""
        if not self._is_mixed:
            return list(self._stores[0].dissector.list_columns)
        return [column for column in MIXED_COLUMNS if any(store.catalogue.get(column.field) for store in self._stores)]

    def canonical(self, text: str, zone: tzinfo, around: Surroundings = PLAIN) -> str:
        """The canonical form of a filter that at least one source understands."""
        from thresher.capture import query

        forms = []
        errors = []
        for catalogue in self._catalogues:
            try:
                forms.append(query.canonical(text, catalogue, zone, around))
            except FilterError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        return forms[0]

    def resolve(self, fields: Sequence[str]) -> list[list[FieldRef | None]]:
        """For each store, the fields asked for; None where its source does not have one.

        Raises:
            QueryError: no source has it, or it has no single value to print.
        """
        rows = [self._of_all(name) for name in fields]
        return [[row[store] for row in rows] for store in range(len(self._stores))]

    def _of_all(self, name: str) -> tuple[FieldRef | None, ...]:
        found = self._known.get(name)
        if found is None:
            found = self._look_up(name)
            self._known[name] = found
        return found

    def _look_up(self, name: str) -> tuple[FieldRef | None, ...]:
        found: list[FieldRef | None] = []
        for catalogue in self._catalogues:
            ref = printable(resolved(catalogue, name))
            is_absent = isinstance(catalogue, MixedCatalogue) and ref.field.name in catalogue.absent
            found.append(None if is_absent else ref)
        return tuple(found)


def resolved(catalogue: Catalogue, name: str) -> FieldRef:
    """The field of this name.

    Raises:
        QueryError: there is none; says what comes close, or how to list all.
    """
    try:
        return catalogue.resolve(name)
    except QueryError as error:
        if ";" in str(error) or "unknown field" not in str(error):
            raise
        raise QueryError(f"{error}; 'thresher fields' lists all") from error


def printable(ref: FieldRef) -> FieldRef:
    """The field, if it has a value to print.

    Raises:
        QueryError: it is for filters only.
    """
    if ref.field.is_filter_only:
        instead = ", ".join(f"'{name}'" for name in ref.field.either)
        raise QueryError(
            f"field '{ref.field.name}' is for filters, it has no single value to print"
            + (f"; print {instead} instead" if instead else "")
        )
    return ref
