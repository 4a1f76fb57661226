"""What filters mean, said a second time and as plainly as possible: one event at a time, in Python."""

from __future__ import annotations

import ipaddress
import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.builders import filter_steps
from tests.builders.filter_catalogue import CATALOGUE, FilterSource
from tests.builders.filter_world import START_NS, TYPES, World, number_of
from thresher.capture.filter.ast import (
    And,
    Arithmetic,
    Around,
    Comparison,
    FieldName,
    First,
    Membership,
    Negative,
    Not,
    Or,
    Presence,
    Range,
    Reference,
    Slice,
    Text,
    Xor,
)
from thresher.capture.filter.operators import Op
from thresher.capture.model import FieldRef, FieldType

UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def selected(world: World, expression: Any) -> list[int]:
    """The numbers of the events that match."""
    return [row["num"] for row in world.events if holds(world, row, expression)]


def holds(world: World, row: dict[str, Any], node: Any) -> bool:
    """Whether one event matches."""
    match node:
        case And(items):
            return all(holds(world, row, item) for item in items)
        case Or(items):
            return any(holds(world, row, item) for item in items)
        case Xor(items):
            return sum([holds(world, row, item) for item in items]) % 2 == 1
        case Not(item):
            return not holds(world, row, item)
        case Around(item, within, scope):
            return any(near(world, row, other, within, scope) for other in matching(world, item))
        case First(item, by):
            alike = [other for other in matching(world, item) if key(world, other, by) == key(world, row, by)]
            return key(world, row, by) is not None and bool(alike) and alike[0] is row
        case Presence(left, explicit):
            found, type_ = operand(world, row, left)
            if isinstance(left, Arithmetic) and left.sign == "&":
                return any(any(value) if type_ is FieldType.BYTES else value != 0 for value in found)
            return True in found if type_ is FieldType.BOOL and not explicit else bool(found)
    return tested(world, row, node)


def matching(world: World, item: Any) -> list[dict[str, Any]]:
    """The shown events that match."""
    return [row for row in world.events if not row["flags"] and holds(world, row, item)]


def near(world: World, row: dict[str, Any], other: dict[str, Any], within: Text, scope: FieldName | None) -> bool:
    """Whether an event is at most so far away from another, or that one itself."""
    if scope is not None and (key(world, row, scope) is None or key(world, row, scope) != key(world, other, scope)):
        return row is other
    return bool(abs(row["time_ns"] - other["time_ns"]) <= bounds(within, FieldType.DURATION)[0])


def key(world: World, row: dict[str, Any], name: FieldName) -> Any:
    """The single value of a field, None where it is missing."""
    found = values(world, row, name.ref)
    return found[0] if found else None


def tested(world: World, row: dict[str, Any], node: Comparison | Membership) -> bool:
    """Whether the values on the left pass the test on the right."""
    found, type_ = operand(world, row, node.left)
    op = node.op
    if isinstance(node, Membership):
        passes = [member_passes(world, row, node, value, type_) for value in found]
    elif isinstance(node.right, Text):
        passes = [compare(op, value, node.right, type_) for value in found]
    else:
        others, _ = operand(world, row, node.right, type_)
        passes = [any(relate(op, value, other) for other in others) for value in found if others]
        if op in (Op.NE, Op.ANY_NE):
            passes = [not any(value == other for other in others) for value in found if others]
    if op is Op.NOT_IN:
        passes = [not each for each in passes]
    every = op in (Op.NE, Op.ALL_EQ, Op.NOT_IN)
    if op is Op.IN and isinstance(node, Membership) and not node.braces and isinstance(node.left, FieldName):
        every = node.left.ref.field.is_list
    if node.quantifier:
        every = node.quantifier == "all"
    return bool(passes) and (all(passes) if every else any(passes))


def member_passes(world: World, row: dict[str, Any], node: Membership, value: Any, type_: FieldType) -> bool:
    """Whether one value stands in the operator's relation to the list."""
    assert isinstance(node.items, tuple)
    if not node.modifier:
        return any(is_member(world, row, value, item, type_, node.op) for item in node.items)
    answers = [compare(node.op, value, item, type_) for item in node.items if isinstance(item, Text)]
    if node.modifier == "oneof":
        return sum(answers) == 1
    return bool(answers) and (any(answers) if node.modifier == "anyof" else all(answers))


def is_member(world: World, row: dict[str, Any], value: Any, item: Any, type_: FieldType, op: Op) -> bool:
    """Whether a value is one member of a list."""
    if isinstance(item, (Text, Range)):
        return inside(value, item, type_, op)
    return value in operand(world, row, item, type_)[0]


def operand(
    world: World, row: dict[str, Any], node: Any, wanted: FieldType = FieldType.INT
) -> tuple[list[Any], FieldType]:
    """The values of one side, after functions; those that cannot be made are left out."""
    if isinstance(node, FieldName):
        return values(world, row, node.ref), node.ref.field.type
    if isinstance(node, Text):
        return [bounds(node, wanted)[0]], wanted
    if isinstance(node, Reference):
        return [number_of(str(each)) if node.ref.field.type is FieldType.IP else each for each in node.values], (
            node.ref.field.type
        )
    inner = (
        [node.base]
        if isinstance(node, Slice)
        else [node.item]
        if isinstance(node, Negative)
        else ([node.left, node.right] if isinstance(node, Arithmetic) else list(node.arguments))
    )
    parts = sides(world, row, node, inner, wanted)
    return filter_steps.results(node, parts)


def sides(
    world: World, row: dict[str, Any], node: Any, inner: list[Any], wanted: FieldType
) -> list[tuple[list[Any], FieldType]]:
    """The operands of a step; constants take the type that their neighbours give them."""
    known = [operand(world, row, each)[1] for each in inner if not isinstance(each, Text)]
    fallback = known[0] if known else wanted
    parts = []
    for each in inner:
        type_ = fallback
        if isinstance(node, Arithmetic):
            type_ = filter_steps.beside(node, each, fallback)
        parts.append(operand(world, row, each, type_))
    return parts


# --- values of fields ---


def values(world: World, row: dict[str, Any], ref: FieldRef) -> list[Any]:
    """All values of a field of one event; addresses as numbers, nothing for what is missing."""
    raw = raw_values(world, row, ref)
    found = [value for value in raw if value is not None]
    if ref.field.type is FieldType.IP:
        return [number for number in map(address_or_none, found) if number is not None]
    return found


def address_or_none(text: str) -> int | None:
    try:
        return number_of(text)
    except ValueError:
        return None


def raw_values(world: World, row: dict[str, Any], ref: FieldRef) -> list[Any]:
    plain = {**event_values(row, ref), **table_values(world, row), **record_values(row["record"])}
    lists = list_values(row, plain)
    name = ref.field.name
    if name == "frame":
        return row_texts(world, row, plain, lists)
    if name in lists:
        return lists[name]
    if name in ("proc.aname", "proc.apid"):
        return ancestor_values(world, row, ref)
    if name == "actor":
        return first(plain["proc.name"], plain["ct.user"])
    if name == "object":
        port = plain["fd.sport"]
        return first(None if port is None else str(port), plain["evt.addr"], plain["evt.text"])
    if name == "ct.request":
        return json_values(row["record"]["request"], ref.argument)
    return [plain[name]]


def row_texts(world: World, row: dict[str, Any], plain: dict[str, Any], lists: dict[str, list[Any]]) -> list[Any]:
    """The cells of the list, but the number and the times."""
    unseen = ("evt.num", "evt.time", "evt.latency", "object")
    shown = [column.field for column in FilterSource.list_columns if column.field not in unseen]
    found = [value for name in shown for value in (lists[name] if name in lists else [plain[name]])]
    found += raw_values(world, row, CATALOGUE.resolve("object"))
    return [filter_steps.cell(value) for value in found if value is not None]


def event_values(row: dict[str, Any], ref: FieldRef) -> dict[str, Any]:
    return {
        "evt.num": row["num"] + 1,
        "evt.time": row["time_ns"],
        "evt.reltime": row["time_ns"] - START_NS,
        "evt.type": TYPES[row["type_id"]] if row["type_id"] < len(TYPES) else None,
        "evt.failed": None if row["res"] is None else row["res"] < 0,
        "evt.latency": row["latency_ns"],
        "evt.arg": row["args"].get(ref.argument),
        "frame.marked": row["note"]["marked"],
        "frame.ref_time": row["note"]["reference"],
        "frame.ignored": row["note"]["ignored"],
        "frame.comment": row["note"]["comment"],
        **{f"evt.{name}": row[name] for name in ("res", "big", "text", "port", "addr", "data", "gap", "peer")},
    }


def table_values(world: World, row: dict[str, Any]) -> dict[str, Any]:
    process = row_of(world.processes, row["proc_id"])
    fd = row_of(world.fds, row["fd_id"])
    above = world.ancestors(row)
    name, exe = process.get("name"), process.get("exe")
    return {
        "proc.name": name,
        "proc.exe": exe,
        "proc.pid": process.get("pid"),
        "proc.cmdline": None if name is None or exe is None else f"{name} {exe}",
        "proc.pname": above[0].get("name") if above else None,
        "fd.name": fd.get("name"),
        "fd.cip": fd.get("cip"),
        "fd.sip": fd.get("sip") if fd.get("sport") is not None else None,
        "fd.sport": fd.get("sport"),
    }


def record_values(record: dict[str, Any]) -> dict[str, Any]:
    hosts = record["hosts"] or []
    return {
        "ct.user": (record["user"] or {}).get("name"),
        "ct.bytes": record["bytes"] if isinstance(record["bytes"], int) else None,
        "ct.mfa": record["mfa"],
        "ct.when": time_of(record["when"]),
        "ct.srcip": record["src"],
        "ct.address": record["src"],
        "hosts": hosts if isinstance(hosts, list) else [hosts],
    }


def list_values(row: dict[str, Any], plain: dict[str, Any]) -> dict[str, list[Any]]:
    addresses = [host["ip"] for host in plain["hosts"]]
    names = [host["name"] for host in plain["hosts"]]
    ends = [plain["fd.cip"], plain["fd.sip"]]
    return {
        "evt.tags": row["tags"] or [],
        "evt.sizes": row["sizes"] or [],
        "tag": row["note"]["tag"] or [],
        "ct.addresses": addresses,
        "ct.counts": [host["count"] for host in plain["hosts"]],
        "ct.names": names,
        "fd.ip": ends,
        "any.ip": [*ends, plain["evt.addr"], plain["ct.srcip"], *addresses],
        "any.user": [plain["ct.user"], *names, plain["proc.name"]],
    }


def ancestor_values(world: World, row: dict[str, Any], ref: FieldRef) -> list[Any]:
    key = {"proc.aname": "name", "proc.apid": "pid"}[ref.field.name]
    above = world.ancestors(row)
    if ref.argument is None:
        return [each.get(key) for each in above]
    chain = [row_of(world.processes, row["proc_id"]), *above]
    return [chain[int(ref.argument)].get(key)] if int(ref.argument) < len(chain) else []


def row_of(rows: list[dict[str, Any]], number: int | None) -> dict[str, Any]:
    return rows[number] if number is not None and number < len(rows) else {}


def first(*candidates: Any) -> list[Any]:
    return [each for each in candidates if each is not None][:1]


def time_of(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp()) * 10**9


def json_values(request: Any, path: str | None) -> list[Any]:
    if path is None:
        return [] if request is None else [json.dumps(request, separators=(",", ":"), ensure_ascii=False)]
    reached = [request]
    for key in [path.strip('"')] if path.startswith('"') else path.split("."):
        flat = [each for value in reached for each in (value if isinstance(value, list) else [value])]
        reached = [value.get(key) for value in flat if isinstance(value, dict)]
    flat = [each for value in reached for each in (value if isinstance(value, list) else [value])]
    return [value if isinstance(value, str) else json.dumps(value) for value in flat if value is not None]


# --- tests of one value ---


def inside(value: Any, item: Text | Range, type_: FieldType, op: Op) -> bool:
    """Whether a value is one member of a list."""
    if op is Op.PMATCH:
        assert isinstance(item, Text)
        stem = item.text.rstrip("/")
        return re.fullmatch(filter_steps.glob(stem) + r"(?:/[\s\S]*)?", value) is not None
    if isinstance(item, Range):
        low, high = bounds(item.low, type_), bounds(item.high, type_)
        return bool(low[0] <= value <= high[1])
    low, high = bounds(item, type_)
    return bool(low <= value <= high)


def compare(op: Op, value: Any, right: Text, type_: FieldType) -> bool:
    """Whether one value passes a comparison with a literal."""
    text = right.text
    match op:
        case Op.MATCHES:
            return re.search(text, value, re.IGNORECASE) is not None
        case Op.REGEX:
            return re.fullmatch(text, value) is not None
        case Op.GLOB:
            return re.fullmatch(filter_steps.glob(text), value) is not None
        case Op.IGLOB:
            return re.fullmatch(filter_steps.glob(text), value, re.IGNORECASE) is not None
        case Op.BCONTAINS:
            return bytes.fromhex(text.replace(":", "")) in value
        case Op.BSTARTSWITH:
            return bool(value.startswith(bytes.fromhex(text.replace(":", ""))))
    low, high = bounds(right, type_)
    match op:
        case Op.EQ | Op.ALL_EQ:
            return bool(low <= value <= high)
        case Op.NE | Op.ANY_NE:
            return not low <= value <= high
    return relate(op, value, low)


def relate(op: Op, value: Any, other: Any) -> bool:
    """Whether two values stand in a relation."""
    match op:
        case Op.EQ | Op.ALL_EQ:
            return bool(value == other)
        case Op.LT:
            return bool(value < other)
        case Op.LE:
            return bool(value <= other)
        case Op.GT:
            return bool(value > other)
        case Op.GE:
            return bool(value >= other)
        case Op.CONTAINS:
            return other in value
        case Op.ICONTAINS:
            return other.lower() in value.lower()
        case Op.STARTSWITH:
            return bool(value.startswith(other))
        case Op.ENDSWITH:
            return bool(value.endswith(other))
    return False


def bounds(literal: Text, type_: FieldType) -> tuple[Any, Any]:
    """The first and last value that a literal stands for."""
    text = literal.text
    match type_:
        case FieldType.STRING:
            return text, text
        case FieldType.BYTES:
            pure = not literal.quoted and re.fullmatch("(?:0x)?(?:[0-9a-f]{2}:?)+", text)
            data = bytes.fromhex(text.removeprefix("0x").replace(":", "")) if pure else text.encode()
            return data, data
        case FieldType.BOOL:
            return text in ("true", "1"), text in ("true", "1")
        case FieldType.IP:
            network = ipaddress.ip_network(text, strict=False)
            return number_of(str(network.network_address)), number_of(str(network.broadcast_address))
        case FieldType.DURATION:
            digits = text.rstrip("nsumh")
            moment = int(float(digits) * UNITS[text[len(digits) :] or "ns"])
            return moment, moment
        case FieldType.TIME:
            if text.isdecimal():
                return int(text), int(text)
            moment = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9
            return moment, moment
    return int(text, 0), int(text, 0)
