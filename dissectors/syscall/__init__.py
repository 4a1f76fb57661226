"""System calls recorded in scap captures: fields, tables, colours and details of one source; stage ②."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from thresher.capture.contract import BlockDissector, BlockReader, Dissection, Lookup, RawEvent
from thresher.dissectors.syscall.absent_fields import ABSENT
from thresher.dissectors.syscall.appearance import COLOUR_RULES, FAILURE, LIST_COLUMNS
from thresher.dissectors.syscall.computing import compute, computed_types
from thresher.dissectors.syscall.conversations import CONVERSATIONS
from thresher.dissectors.syscall.details import event_details, event_sources
from thresher.dissectors.syscall.fields import FIELDS
from thresher.dissectors.syscall.fields.processor import PASS as SAMPLES
from thresher.dissectors.syscall.fields.stream import FOLLOWING
from thresher.dissectors.syscall.tables import EVENT_COLUMNS, RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa

    from thresher.capture.contract import Events
    from thresher.capture.evidence import Kept, Keys, Numbers, OnProgress, Proof, Proven
    from thresher.capture.model import ByteSource, FieldRef, Node, Value
    from thresher.capture.supplement import Supplement, Supplied


class Syscall(BlockDissector):
    """One row per system call, with the process and descriptor as they were when it happened."""

    name = "syscall"
    title = "System calls"
    fields = FIELDS
    event_columns = EVENT_COLUMNS
    relations = RELATIONS
    list_columns = LIST_COLUMNS
    colour_rules = COLOUR_RULES
    failure = FAILURE
    summary = "{proc.name} ({proc.pid}) {evt.type} {evt.args}"
    conversation = ("fd.stream",)
    conversations = CONVERSATIONS
    following = FOLLOWING
    absent = ABSENT
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("proc.name",),
        "action": ("evt.type",),
        "object": ("fd.name",),
        "peer": ("fd.rip",),
        "outcome": ("evt.outcome",),
        "where": ("container.id",),
        "any.ip": ("fd.cip", "fd.sip"),
        "any.user": ("user.name",),
        "any.resource": ("fd.name", "proc.exepath", "container.id", "k8s.pod.path", "k8s.pod.uid"),
    }

    def begin(self, reader: BlockReader, path: str) -> Dissection:
        """Start on a capture; the kernel is loaded only here."""
        from thresher.dissectors.syscall.replaying import Replaying

        return Replaying(reader, path)

    def begin_probe(self, reader: BlockReader, path: str, probe: str) -> Dissection:
        """Once more through a capture, asking the state after every event."""
        from thresher.dissectors.syscall.probing import Probing

        return Probing(reader, path, probe)

    def implementation(self) -> str:
        """Which kernel runs: ``compiled`` or ``interpreted``."""
        from thresher.dissectors.syscall import kernel_choice

        return kernel_choice.kind()

    def compute(self, field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
        """Values of an argument field for these events."""
        return compute(field_name, argument, events, lookup)

    def compute_arrow(self, field_name: str, argument: str | None, events: Events, lookup: Lookup) -> pa.Array | None:
        """The same as one Arrow array, for all but ``evt.args``."""
        from thresher.dissectors.syscall.argument_columns import column

        return column(field_name, argument, events, lookup)

    def computed_types(self, field_name: str, argument: str | None) -> frozenset[int] | None:
        """The event types that can have an argument field."""
        return computed_types(field_name, argument)

    def number(self, what: str, lookup: Lookup) -> Iterator[Numbers]:
        """The memory of the thread of each event, as it was told last."""
        from thresher.dissectors.syscall.memory_told import told

        return told(what, lookup)

    def tell(self, what: str, lookup: Lookup) -> Keys:
        """How processes came to where they are."""
        from thresher.dissectors.syscall.arrivals import words

        return words(lookup)

    def supplement(self, files: Sequence[Supplied]) -> Supplement:
        """What files say of containers and pods."""
        from thresher.dissectors.syscall.supplied import FromFiles

        return FromFiles(files)

    def prove(self, ref: FieldRef, event: RawEvent, lookup: Lookup) -> Proof:
        """The event, list or clone that a value comes from."""
        from thresher.dissectors.syscall.proving import prove

        return prove(ref, event, lookup)

    def keep(self, nums: Any, extra: frozenset[str], lookup: Lookup) -> Kept:
        """The events and list entries that the state at these events comes from."""
        from thresher.dissectors.syscall.keeping import keep

        return keep(nums, extra, lookup)

    def gather(self, group: str, lookup: Lookup, on_progress: OnProgress) -> Iterator[Proven]:
        """What was said over sockets, or what samples of the processors say, for all events."""
        from thresher.dissectors.syscall import processor_samples
        from thresher.dissectors.syscall.payload.gathering import gather

        return processor_samples.gather(lookup) if group == SAMPLES else gather(lookup, on_progress)

    def sources(self, event: RawEvent) -> list[ByteSource]:
        """The event's block, and that of its enter event where there was one."""
        return event_sources(event)

    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        """Event, arguments, process, ancestors, descriptor, user and container."""
        return event_details(event, values, lookup)
