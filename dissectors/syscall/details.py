"""The details tree of one event, each line with the bytes or the origin that prove it (stage ②)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from thresher.capture.model import ByteSource, Field, FieldType, Node, Value
from thresher.dissectors.syscall import params
from thresher.dissectors.syscall.arguments import Argument, Arguments, read_arguments
from thresher.dissectors.syscall.clock import clock_text, duration_text
from thresher.dissectors.syscall.fields import FIELDS
from thresher.dissectors.syscall.fields.arguments import BUFFER, RAW, argument_types
from thresher.dissectors.syscall.names import read_names
from thresher.dissectors.syscall.origins import ancestors, descriptor_origins, process_origins
from thresher.dissectors.syscall.payload.details import payload_lines
from thresher.dissectors.syscall.proving import HERE, OF_DESCRIPTOR, OF_PROCESS
from thresher.dissectors.syscall.render import Renderer
from thresher.dissectors.syscall.texts.blocks import text_of

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.evidence import Proof

_FIELDS: dict[str, Field] = {field.name: field for field in FIELDS}
_OF_ANCESTORS = frozenset(("proc.pname", "proc.aname", "proc.apid"))
_OF_ARGUMENTS = ("evt.arg", "evt.rawarg", "evt.buffer")
_CPU = (8, 10)
_HEADER_PARTS = {
    "evt.time": (0, 8),
    "evt.rawtime": (0, 8),
    "evt.reltime": (0, 8),
    "thread.tid": (8, 16),
    "evt.type": (20, 22),
}
"""Where in the event header a field's bytes are."""
_RESULTS = frozenset(("evt.res", "evt.rawres", "evt.failed"))


def event_sources(event: RawEvent) -> list[ByteSource]:
    """The event's block, that of its enter event, and the text they were made from, where there are such."""
    blocks = [ByteSource("Exit event" if event.enter else "Event", event.block)]
    if event.enter:
        blocks.append(ByteSource("Enter event", event.enter))
    text = text_of(event.block)
    return [*blocks, ByteSource(f"Line {text.line}", text.data)] if text is not None else blocks


def event_details(event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
    """The tree; a group is there only if something is known in it."""
    try:
        arguments = read_arguments(event)
    except ValueError as error:
        arguments = None
        malformed = [Node("Malformed block", str(error), end=len(event.block))]
    else:
        malformed = []
    process = process_origins(lookup, event.row, OF_PROCESS)
    descriptor = descriptor_origins(lookup, event.row, OF_DESCRIPTOR)
    groups = [
        Node("Event", end=len(event.block), children=_event_lines(values, arguments)),
        Node("Arguments", children=_argument_lines(event, arguments, lookup) if arguments is not None else []),
        Node("Process", children=_placed(_lines(values, ("proc", "thread"), process, _OF_ANCESTORS), arguments)),
        Node("Ancestors", children=ancestors(lookup, event.row)),
        *_payload(event, arguments, lookup),
        Node("File descriptor", children=_lines(values, ("fd",), descriptor)),
        Node("User", children=_lines(values, ("user", "group"), process)),
        Node("Container", children=_lines(values, ("container", "k8s"), process)),
    ]
    return [*malformed, *(group for group in groups if group.children)]


def _payload(event: RawEvent, arguments: Arguments | None, lookup: Lookup) -> list[Node]:
    """What the event said, if it moved bytes over a socket."""
    return payload_lines(event, arguments.find(BUFFER), lookup) if arguments is not None else []


def _event_lines(values: Mapping[str, Value], arguments: Arguments | None) -> list[Node]:
    lines = [line for line in _lines(values, ("evt",), {}) if not line.field.startswith(_OF_ARGUMENTS)]
    return _placed(lines, arguments)


def _placed(lines: list[Node], arguments: Arguments | None) -> list[Node]:
    """The lines with the bytes of those that stand in the block."""
    for line in lines:
        if arguments is not None:
            line.start, line.end = _bytes_of(line.field, arguments)
    return lines


def _bytes_of(name: str, arguments: Arguments) -> tuple[int, int]:
    """The part of the block that a field of the event was read from; empty where it was derived."""
    if name == "evt.cpu":
        return _CPU
    if name in _RESULTS and arguments.items and arguments.items[0].source == 0:
        return arguments.items[0].start, arguments.items[0].end
    start, end = _HEADER_PARTS.get(name, (0, 0))
    return (arguments.block.header[0] + start, arguments.block.header[0] + end) if end else (0, 0)


def _argument_lines(event: RawEvent, arguments: Arguments, lookup: Lookup) -> list[Node]:
    renderer = Renderer(arguments, read_names(lookup, [event], [arguments])[0])
    lines = [_argument_line(renderer, item) for item in arguments.items]
    kind = arguments.block.kind
    for place in range(len(kind.params) if kind is not None else 0, len(arguments.block.spans)):
        start, end = arguments.block.spans[place]
        lines.append(
            Node(
                f"argument {place}", f"{end - start} bytes that this version knows no name for", "", None, 0, start, end
            )
        )
    return lines


def _argument_line(renderer: Renderer, item: Argument) -> Node:
    name = item.param.name
    node = Node(name, renderer.full(item), source=item.source, start=item.start, end=item.end)
    if not item.data:
        return node
    plain, meaning = renderer.both(item)
    value = params.value_of(item.param.type, item.data)
    if isinstance(value, int) and not meaning and argument_types()[name] is not FieldType.STRING:
        node.field, node.value = f"{RAW}.{name}", value
    else:
        node.field, node.value = f"evt.arg.{name}", meaning or plain
    return node


def _lines(
    values: Mapping[str, Value],
    classes: Sequence[str],
    origins: Mapping[str, Proof],
    without: frozenset[str] = frozenset(),
) -> list[Node]:
    return [
        Node(name, shown(field.type, values[name]), name, values[name], origin=origins.get(name, HERE).text)
        for name, field in _FIELDS.items()
        if name.split(".", 1)[0] in classes and values.get(name) is not None and name not in without
    ]


def shown(type_: FieldType, value: Value) -> str:
    """A value as the tree shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, int) and type_ is FieldType.TIME:
        return f"{clock_text(value)} UTC"
    if isinstance(value, int) and type_ is FieldType.DURATION:
        return duration_text(value)
    return str(value)
