"""The Python face (stage ⑤): a capture that is filtered, narrowed and turned into tables, lazily."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from thresher.capture.case.opening import open_case
from thresher.capture.case.speaking import in_either
from thresher.capture.errors import UsageError
from thresher.capture.filter import saved
from thresher.capture.model import Value
from thresher.capture.notes import CaseFile, default_path

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

    from thresher.capture.case.case import Case
    from thresher.capture.case.order import Positions
    from thresher.capture.follow import Stream
    from thresher.capture.model import Field
    from thresher.capture.notes import Note
    from thresher.capture.query.proving import Answer
    from thresher.capture.store.facts import Facts

LOG = logging.getLogger("thresher")

NUMBER = "evt.num"
TIME = "evt.rawtime"


class Event(Mapping[str, Value]):
    """One event: a mapping from field names to values.

    The fields of ``select`` are there at once; others are read when asked for, one query each. A field that the event
    does not have is None; iteration goes over the selected fields that have a value.

    Attributes:
        num: its number in its capture, ``evt.num``.
        time_ns: nanoseconds since 1970 in UTC, None where the record has no time.
    """

    __slots__ = ("_case", "_position", "_values", "num", "time_ns")

    def __init__(self, case: Case, position: int, num: int, time_ns: int | None, values: dict[str, Value]) -> None:
        self._case = case
        self._position = position
        self._values = values
        self.num = num
        self.time_ns = time_ns

    def __getitem__(self, name: str) -> Value:
        """The value of a field by any of its spellings.

        Raises:
            QueryError: there is no such field.
        """
        if name not in self._values:
            ((self._values[name],),) = self._case.rows([self._position], [name])
        return self._values[name]

    def why(self, name: str) -> list[Answer]:
        """What proves the value of a field; several answers where it is made of several fields.

        Raises:
            QueryError: there is no such field.
        """
        return self._case.why(self._position, name)

    def conversations(self) -> dict[str, str]:
        """Filters for what belongs to the event, by the words its source has: ``process``, ``stream``, ``key`` …"""
        from thresher.capture.case.conversing import conversations

        return {offer.name: offer.filter for offer in conversations(self._case, self._position)}

    def __iter__(self) -> Iterator[str]:
        return (name for name, value in self._values.items() if value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"Event({self.num}, {dict(self)!r})"


class Capture:
    """Events of one or several captures, perhaps filtered; immutable, evaluated when asked for rows.

    Values: integers and booleans as such; strings, addresses as text; times and durations as integers in
    nanoseconds (since 1970 in UTC); bytes; lists; None where an event does not have the field.

    Made by ``thresher.open``; to be closed, or used as a context manager.
    """

    def __init__(self, case: Case, filters: tuple[str, ...] = (), fields: tuple[str, ...] = ()) -> None:
        self._case = case
        self._filters = filters
        self._names = fields
        self._found: tuple[int, Positions] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the capture and everything made from it by ``filter`` and ``select``."""
        self._case.close()

    def filter(self, text: str, lang: str = "auto") -> Capture:
        """The events that match a display filter too.

        Args:
            text: a filter; several must all match.
            lang: its language: ``wireshark`` or ``falco`` refuse what belongs to the other, ``auto`` takes both.

        Raises:
            FilterError: it is wrong, with the place.
            UsageError: there is no such language.
        """
        text = in_either(self._case, text, lang)
        return Capture(self._case, (*self._filters, text) if text.strip() else self._filters, self._names)

    def select(self, *fields: str) -> Capture:
        """The same events with these fields as columns, in any spelling; the default columns where none are named.

        Raises:
            QueryError: a field does not exist or has no single value.
        """
        for name in fields:
            self._case.field(name)
        return Capture(self._case, self._filters, fields)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self._names) or [column.field for column in self._case.columns()]

    @property
    def _positions(self) -> Positions:
        """What the filters select, found anew where notes have changed since."""
        self._case.wait()
        self._case.notes.refresh()
        revision = self._case.notes.revision
        if self._found is None or self._found[0] != revision:
            self._found = revision, self._select()
        return self._found[1]

    def _select(self) -> Positions:
        text = "".join(self._filters)
        if len(self._filters) > 1:
            text = " and ".join(f"({each})" for each in self._filters)
        found = self._case.select(text)
        self._case.notes.log("filter", {"filter": text, "events": len(found)})
        return found

    def count(self) -> int:
        """How many events there are; internal ones are left out."""
        return len(self._positions)

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """The columns of each event, in the shown order."""
        for batch in self._case.iterate(self._positions, self.columns):
            yield from batch

    def __iter__(self) -> Iterator[Event]:
        names = list(self._names)
        at, positions = 0, self._positions
        for batch in self._case.iterate(positions, [NUMBER, TIME, *names]):
            for num, time_ns, *values in batch:
                position = int(positions[at])
                at += 1
                yield Event(
                    self._case,
                    position,
                    num if isinstance(num, int) else 0,
                    time_ns if isinstance(time_ns, int) else None,
                    dict(zip(names, values, strict=True)),
                )

    def arrow(self) -> pa.Table:
        """A pyarrow Table with a column for each field, named as asked for.

        ``int64``, ``uint64``, ``bool``, ``string`` (addresses too), ``binary``, ``uint16`` for ports, ``timestamp[ns,
        UTC]``, ``duration[ns]``, lists of these; null where an event does not have the field.
        """
        from thresher.capture.case.tables import table

        names = self.columns
        return table([(name, self._case.field(name)) for name in names], self._case.iterate(self._positions, names))

    def df(self) -> pandas.DataFrame:
        """A pandas DataFrame of the same; needs the extra ``thresher[pandas]``."""
        return self.arrow().to_pandas()

    def polars(self) -> polars.DataFrame:
        """A polars DataFrame of the same.

        Raises:
            UsageError: polars is not installed.
        """
        try:
            import polars
        except ImportError as error:
            raise UsageError("polars is not installed; pip install 'thresher[polars]'") from error
        found = polars.from_arrow(self.arrow())
        assert isinstance(found, polars.DataFrame)
        return found

    def sql(self, statement: str) -> pa.Table:
        """The result of one SELECT over the tables of the capture: ``events``, ``processes``, ``fds`` and so on.

        The filter does not apply. Times are integers in ns, addresses two integers ``_hi`` and ``_lo``.

        Raises:
            QueryError: it is not exactly one SELECT, or it fails.
            UsageError: there are several captures; open the one that is meant.
        """
        from thresher.capture.case.statement import arrow_table

        if len(self._case.stores) != 1:
            raise UsageError(
                f"sql works on one capture, these are {len(self._case.stores)}; open the one that is meant"
            )
        self._case.wait()
        return arrow_table(self._case.stores[0], statement)

    def follow(self, event: int | None = None, *, stream: int | None = None) -> Stream:
        """What went through one open file or connection, in order, both ends where they were recorded.

        Args:
            event: number of an event on it; where neither is given, the first of these events that has a stream counts.
            stream: its number, ``fd.stream``.

        Raises:
            QueryError: the source has no streams, or nothing belongs to the one that is meant.
            UsageError: there are several captures; open the one that is meant.
        """
        from thresher.capture.case import following

        if len(self._case.stores) != 1:
            raise UsageError(f"follow works on one capture, these are {len(self._case.stores)}; open the one meant")
        self._case.wait()
        if stream is None:
            stream = following.named(self._case, event, self._filters)
        return following.follow(self._case, stream)

    def mark(
        self,
        *numbers: int,
        comment: str | None = None,
        tags: Sequence[str] = (),
        reference: bool = False,
        ignore: bool = False,
        remove: bool = False,
    ) -> None:
        """Write notes on events into the case file; the capture itself is never written to.

        Args:
            numbers: of the events, ``evt.num``.
            comment: what to say about them, in place of what was said.
            tags: tags to give them.
            reference: make them time references.
            ignore: leave them out of lists and counts.
            remove: take away what is named instead. Without anything named, it is the mark that is set or taken away.

        Raises:
            QueryError: there is no such event.
            UsageError: there are several captures, no case file is in use, or a text is too long.
        """
        from thresher.capture.case.noting import change_of, positions_of

        change = change_of(comment, tuple(tags), reference=reference, ignore=ignore, remove=remove)
        self._case.notes.change(positions_of(self._case, numbers), change)

    @property
    def notes(self) -> dict[int, Note]:
        """The notes on the events of these captures, by number; of several captures, by the number in its own."""
        return {self._case.number(position)[1]: note for position, note in self._case.notes.all()}

    def fields(self, pattern: str = "") -> list[Field]:
        """The fields whose name, title or description contains ``pattern``."""
        return self._case.fields(pattern)

    @property
    def info(self) -> list[Facts]:
        """What is known of each capture as a whole: files, times, counts, bytes, damage."""
        self._case.wait()
        return [store.facts() for store in self._case.stores]

    def __repr__(self) -> str:
        named = ", ".join(repr(store.spec) for store in self._case.stores)
        filters = "".join(f".filter({text!r})" for text in self._filters)
        return f"<Capture {named}>{filters}" + (f".select{self._names!r}" if self._names else "")


def open(
    path: str | Path | Sequence[str | Path],
    *,
    cache: bool = True,
    case: str | Path | bool = True,
    metadata: Sequence[str | Path] = (),
) -> Capture:
    """Open a capture, or several on one clock.

    Args:
        path: a ``.scap`` file, a log file, a folder, a glob pattern, or a list of them.
        cache: keep the index for the next time; without it nothing about the capture stays on disk.
        case: the case file with notes and journal; True for the user's own, False for none.
        metadata: files of ``kubectl get pods -o json``, ``crictl inspect``, ``crictl inspectp`` or ``docker inspect``
            that say of containers and pods what a system-call capture does not.

    Raises:
        UnreadableError: nothing readable is there, or the case file is damaged.
        UsageError: a file of metadata is not one of those.

    Example:
        >>> with thresher.open("shop.scap") as capture:  # doctest: +SKIP
        ...     capture.filter('proc.name == "curl"').select("evt.num", "fd.name").arrow()
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    file = None if case is False else CaseFile(default_path() if case is True else Path(case))
    beside = [str(each) for each in metadata]
    found = [str(each) for each in paths]
    for problem in saved.current().problems:
        LOG.warning(problem)
    return Capture(open_case(found, cache=cache, background=False, case_file=file, metadata=beside))
