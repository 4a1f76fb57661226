"""What a plugin implements: Reader (stage ①) and Dissector (stage ②), and what passes between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, overload

from thresher.capture.evidence import Proof
from thresher.capture.pieces import Pieces

if TYPE_CHECKING:
    import pyarrow as pa

    from thresher.capture.conversations import Conversation
    from thresher.capture.credentials import Credentials
    from thresher.capture.custody import Content, Finding
    from thresher.capture.evidence import Kept, Keys, Numbers, OnProgress, Proven, Wanted
    from thresher.capture.model import (
        ByteSource,
        ColourRule,
        ColumnSpec,
        Damage,
        Field,
        FieldRef,
        ListColumn,
        Metadata,
        Node,
        Relation,
        Value,
    )
    from thresher.capture.scope import Scope
    from thresher.capture.supplement import Supplement, Supplied

CONTRACT_VERSION = 1
"""Raised when a plugin written for the old contract would misbehave; plugins name the one they were written for."""


# --- ① readers ---


class ByteStream(Protocol):
    """One input file, inflated; what a reader is given."""

    path: str

    def chunks(self) -> Iterator[bytes]:
        """The uncompressed bytes in order, in pieces of the stream's own size (1–8 MiB)."""


@dataclass(frozen=True, slots=True)
class Records:
    """A batch of text records of one file, in file order.

    ``texts[i]`` is the exact UTF-8 text of the record that starts at byte ``offsets[i]`` of the uncompressed file.
    Where it stands inside something else, ``wrapping`` says in what, and ``lengths[i]`` how many bytes it takes there,
    which is more than its own length where it is escaped; None where the lengths are those of the texts.
    """

    file_id: int
    texts: Sequence[bytes]
    offsets: Sequence[int]
    wrapping: str = ""
    lengths: Sequence[int] | None = None


class Reader(ABC):
    """Knows one container format, and no field of it."""

    contract: ClassVar[int] = CONTRACT_VERSION
    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def claims(self, head: bytes, path: str) -> float:
        """How sure the reader is that these first bytes (up to 64 KiB, uncompressed) are its own: 0 no, 1 certain."""


class BlockReader(Reader):
    """A binary format whose events a dissector walks itself; the reader decodes everything else.

    ``source`` names the dissector whose events these are.
    """

    source: ClassVar[str]

    @abstractmethod
    def decode(self, block_type: int, body: bytes) -> list[Metadata]:
        """The records of one metadata block; raises ``ValueError`` with what is wrong at which byte of the body."""

    def thin(self, block_type: int, body: bytes, wanted: Wanted) -> bytes | None:
        """The body of a metadata block without what a part of the capture does not need; None to leave it out."""
        raise NotImplementedError(f"{self.name} writes no parts of captures")

    def marked(self, block: bytes) -> bytes:
        """An event block with the mark that it only carries state and is not shown."""
        raise NotImplementedError(f"{self.name} writes no parts of captures")


class RecordReader(Reader):
    """A text format that is split into records, whose source is decided by content."""

    @abstractmethod
    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        """Batches of records in file order; what cannot be read is appended to ``damage`` and passed over."""


# --- ② dissectors ---


@dataclass(slots=True)
class Accounting:
    """Where the bytes of a capture went; the numbers add up to the uncompressed size.

    ``facts`` holds what ``info`` prints of the recording machine.
    """

    event_blocks: int = 0
    event_bytes: int = 0
    state_bytes: int = 0
    unknown_bytes: int = 0
    damaged_bytes: int = 0
    drops: int = 0
    facts: dict[str, str] = field(default_factory=dict)


class Dissection(ABC):
    """One capture while a block dissector goes through it."""

    damage: list[Damage]
    accounting: Accounting

    @abstractmethod
    def feed(self, chunk: bytes | memoryview, offset: int, max_rows: int, final: bool) -> int:
        """Dissect whole blocks from the front of ``chunk``, which starts at byte ``offset`` of the stream.

        Stops after ``max_rows`` rows are pending, or where only part of a block is left. ``final`` says that nothing
        follows this chunk, so that a part of a block is damage.

        Returns:
            Bytes used; the caller presents the rest again, with more behind it.
        """

    @abstractmethod
    def pending_rows(self) -> int:
        """Event rows ready to be taken."""

    @abstractmethod
    def take(self, limit: int) -> list[tuple[str, pa.RecordBatch]]:
        """Up to ``limit`` event rows and all new rows of the relations, relations first, ready to be inserted."""

    @abstractmethod
    def finish(self) -> list[tuple[str, pa.RecordBatch]]:
        """What is left when the stream has ended: unfinished events, open intervals, small tables."""


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One stored event with its bytes, as given to a dissector that computes or shows something.

    ``row`` holds the event table's columns by name; ``block`` the bytes at its offset, ``enter`` those of its enter
    event where there was one.
    """

    row: Mapping[str, Value]
    block: bytes
    enter: bytes = b""


class Events(Sequence[RawEvent]):
    """Many stored events with their bytes, column by column; as a sequence, a ``RawEvent`` each.

    Args:
        columns: the event table's columns by name as numpy arrays, masked where absent.
        blocks: the bytes of each.
        enters: those of its enter event, empty where there was none.
    """

    def __init__(self, columns: Mapping[str, Any], blocks: Sequence[bytes], enters: Sequence[bytes]) -> None:
        self.columns = columns
        self.blocks = blocks
        self.enters = enters

    def __len__(self) -> int:
        return len(self.blocks)

    @overload
    def __getitem__(self, place: int) -> RawEvent: ...

    @overload
    def __getitem__(self, place: slice) -> list[RawEvent]: ...

    def __getitem__(self, place: int | slice) -> RawEvent | list[RawEvent]:
        if isinstance(place, slice):
            return list(self.take(range(*place.indices(len(self)))))
        row: dict[str, Value] = {name: column[[place]].tolist()[0] for name, column in self.columns.items()}
        return RawEvent(row, self.blocks[place], self.enters[place])

    def __iter__(self) -> Iterator[RawEvent]:
        cells = [column.tolist() for column in self.columns.values()]
        rows: Iterable[tuple[Value, ...]] = zip(*cells, strict=True) if cells else [()] * len(self)
        for row, block, enter in zip(rows, self.blocks, self.enters, strict=True):
            yield RawEvent(dict(zip(self.columns, row, strict=True)), block, enter)

    def take(self, places: Sequence[int]) -> Events:
        """Some of the events, in the order asked for."""
        chosen = list(places)
        columns = {name: column[chosen] for name, column in self.columns.items()}
        return Events(columns, Pieces.of(self.blocks).take(chosen), Pieces.of(self.enters).take(chosen))


@dataclass(frozen=True, slots=True)
class Following:
    """The fields that tell what went through the streams of a source.

    Attributes:
        stream: the stream an event belongs to, an integer.
        end: which of its ends the event works on, an integer.
        name: what people call it.
        way: ``out`` where the call put data into the stream, ``in`` where it took data out.
        moved: bytes it moved.
        data: those of them that were captured.
        before: true where the stream is older than the capture.
        actor: name and number of who made the call.
    """

    stream: str
    end: str
    name: str
    way: str
    moved: str
    data: str
    before: str
    actor: tuple[str, str]


class Lookup(Protocol):
    """Read access to the relations of the store while a dissector computes or shows something."""

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Run one SELECT over the store's tables."""

    def columns(self, sql: str) -> dict[str, Any]:
        """The same, column by column as numpy arrays, masked where absent."""

    def events(self, where: str) -> Iterator[Events]:
        """The events of a block capture for which an SQL condition over ``e`` is true, in batches, by ``num``."""


class Dissector(ABC):
    """Knows one source of events: its fields as data, and how raw events become rows."""

    contract: ClassVar[int] = CONTRACT_VERSION
    name: ClassVar[str]
    """Also the source that readers and mixed lists name: ``syscall``, ``aws_cloudtrail``."""
    title: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    event_columns: ClassVar[tuple[ColumnSpec, ...]] = ()
    """Columns of the event table behind ``model.HEAD``."""
    relations: ClassVar[tuple[Relation, ...]] = ()
    list_columns: ClassVar[tuple[ListColumn, ...]]
    colour_rules: ClassVar[tuple[ColourRule, ...]] = ()
    failure: ClassVar[str] = ""
    """Filter that is true of failures that somebody should see, for the timeline; '' for every outcome but ok."""
    summary: ClassVar[str]
    """Text with ``{field}`` parts, used where one line stands for an event."""
    conversation: ClassVar[tuple[str, ...]] = ()
    """Fields that together name the conversation an event belongs to."""
    conversations: ClassVar[tuple[Conversation, ...]] = ()
    """Filters for what belongs to an event, the narrowest first; ``conversation`` alone where there are none."""
    following: ClassVar[Following | None] = None
    """How its streams are followed; None where it has none."""
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Common field (``actor``, ``any.ip`` …) to own fields: the first present for single ones, all for ``any.*``."""
    credentials: ClassVar[Credentials | None] = None
    """How its events use and hand out credentials; None where they do not say."""
    absent: ClassVar[Mapping[str, str]] = {}
    """Fields of other tools that it cannot have, or what the names of several begin with, to a clause that says why."""
    scope: ClassVar[Scope | None] = None
    """How its records tell what they cover; None where they do not."""
    in_time_order: ClassVar[bool] = False
    """Whether the shown order is by time; otherwise by ``evt_num``, the order of the file."""

    def compute(self, field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
        """Values of a ``Computed`` field for these events, in their order.

        ``events`` are ``Events`` where many are asked for at once.
        """
        raise NotImplementedError(f"{self.name} computes no field {field_name}")

    def compute_arrow(self, field_name: str, argument: str | None, events: Events, lookup: Lookup) -> pa.Array | None:
        """The values of ``compute`` as one Arrow array, where the dissector can make them faster so; otherwise None.

        The array has the field's type: int64, uint64, string or binary; absent values are null.
        """
        return None

    def computed_types(self, field_name: str, argument: str | None) -> frozenset[int] | None:
        """The ``type_id`` values that can have the field at all; None where every event can."""
        return None

    def keep(self, nums: Any, extra: frozenset[str], lookup: Lookup) -> Kept:
        """What events of a block capture (rows, an ascending array) need so that they mean the same by themselves.

        ``extra`` asks for more; see ``EXTRAS``.
        """
        raise NotImplementedError(f"{self.name} writes no parts of captures")

    def gather(self, group: str, lookup: Lookup, on_progress: OnProgress) -> Iterator[Proven]:
        """All values of the ``Gathered`` fields of a group, in any order; a field has at most one for an event."""
        raise NotImplementedError(f"{self.name} gathers no {group}")

    def number(self, what: str, lookup: Lookup) -> Iterator[Numbers]:
        """The ``Numbered`` field whose expression is ``what``, for all rows in order."""
        raise NotImplementedError(f"{self.name} numbers no {what}")

    def tell(self, what: str, lookup: Lookup) -> Keys:
        """All values of the ``Told`` field whose expression is ``what``."""
        raise NotImplementedError(f"{self.name} tells no {what}")

    def supplement(self, files: Sequence[Supplied]) -> Supplement | None:
        """What files that the user names beside a capture say of what is in it; None where it knows of no such files.

        Raises:
            UsageError: one is not what the dissector can read.
        """
        return None

    def prove(self, ref: FieldRef, event: RawEvent, lookup: Lookup) -> Proof:
        """What proves the value that the event has of a field which is not ``Gathered``; the event, unless told."""
        return Proof("event")

    def implementation(self) -> str:
        """Which of its builds runs, for ``--version``: ``compiled``, ``interpreted``; '' where there is only one."""
        return ""

    @abstractmethod
    def sources(self, event: RawEvent) -> list[ByteSource]:
        """The byte sources that ``details`` points into."""

    @abstractmethod
    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        """The details tree of one event; ``values`` has every printable field that has a value."""


class BlockDissector(Dissector):
    """A dissector that walks the blocks of a binary format itself."""

    @abstractmethod
    def begin(self, reader: BlockReader, path: str) -> Dissection:
        """Start on a capture."""

    def begin_probe(self, reader: BlockReader, path: str, probe: str) -> Dissection:
        """Start on a capture once more for a ``Replay`` field: batches are ``num, value`` of the rows that have one."""
        raise NotImplementedError(f"{self.name} has no probe {probe}")


class RecordDissector(Dissector):
    """A dissector of JSON records that needs nothing but data.

    Attributes:
        time_path: where the record's time stands, ISO 8601 with zone.
        other_time_paths: where it stands instead in records that passed through another program.
        type_path: what ``event_types`` is made of.
        stored: fields whose ``Json`` values become typed columns at ingest, as (column, DuckDB type, path).
        relation_source: relations that are made of a stored column's distinct values, as relation to column.
        id_column: the stored column, if any, with a record's identity: equal records of one identity are one row.
        marks: what its first records hold and no other source's: files of a folder are told apart by it.
    """

    marks: ClassVar[tuple[bytes, ...]] = ()
    time_path: ClassVar[str]
    other_time_paths: ClassVar[tuple[str, ...]] = ()
    type_path: ClassVar[str]
    stored: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    relation_source: ClassVar[Mapping[str, str]] = {}
    in_time_order: ClassVar[bool] = True
    id_column: ClassVar[str] = ""
    digest_mark: ClassVar[bytes] = b""
    """What the source's digests of its files hold, which ``check_custody`` reads; empty where it delivers none."""

    def check_custody(self, files: Sequence[Content]) -> list[Finding]:
        """A finding for every file that the source's digests tell of, digests included, and every missing one."""
        return []

    def relation_rows(self, relation: str, values: Sequence[str]) -> list[tuple[Value, ...]]:
        """Rows of a relation named in ``relation_source`` for values that were not there before.

        The columns are the relation's, in order; a value that has no row there is left out.
        """
        return []

    def understood(self, records: Records) -> Records:
        """Records of one form as the source itself writes them."""
        return records

    @abstractmethod
    def claims_record(self, record: Mapping[str, object]) -> float:
        """How sure the dissector is that this parsed record is of its source: 0 no, 1 certain."""
