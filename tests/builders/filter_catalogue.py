"""A made-up source with a field of every type in every place, to test filters on."""

from __future__ import annotations

from typing import Any, ClassVar

from thresher.capture.contract import RecordDissector
from thresher.capture.model import (
    Ancestor,
    Argument,
    ByteSource,
    Column,
    ColumnSpec,
    Computed,
    Field,
    FieldType,
    Json,
    ListColumn,
    Node,
    Relation,
    Sql,
    Version,
    Window,
)
from thresher.capture.registry import Catalogue

T = FieldType


def field(name: str, type_: FieldType, place: Any, **more: Any) -> Field:
    """A field whose texts do not matter."""
    return Field(name, type_, name, f"The field {name}.", place, **more)


FIELDS = (
    field("evt.num", T.UINT, Column("evt_num"), aliases=("frame.number",)),
    field("evt.time", T.TIME, Column("time_ns")),
    field("evt.reltime", T.DURATION, Sql("e.time_ns - :start_ns")),
    field("evt.type", T.STRING, Version("event_types", "name")),
    field("evt.res", T.INT, Column("res")),
    field("evt.big", T.UINT, Column("big")),
    field("evt.failed", T.BOOL, Sql("e.res < 0")),
    field("evt.latency", T.DURATION, Column("latency_ns")),
    field("evt.text", T.STRING, Column("text")),
    field("evt.port", T.PORT, Column("port")),
    field("evt.addr", T.IP, Column("addr")),
    field("evt.data", T.BYTES, Column("data")),
    field("evt.tags", T.STRING, Column("tags"), is_list=True),
    field("evt.sizes", T.INT, Column("sizes"), is_list=True),
    field("evt.gap", T.DURATION, Window("lag(e.time_ns) OVER (ORDER BY e.num)")),
    field("evt.arg", T.STRING, Computed("argument"), argument=Argument.NAME, argument_required=True),
    field("evt.peer", T.IP, Computed("peer")),
    field("proc.name", T.STRING, Version("processes", "name")),
    field("proc.exe", T.STRING, Version("processes", "exe")),
    field("proc.pid", T.INT, Version("processes", "pid")),
    field("proc.cmdline", T.STRING, Version("processes", "r.name || ' ' || r.exe")),
    field("proc.pname", T.STRING, Ancestor("name", 1)),
    field("proc.aname", T.STRING, Ancestor("name"), argument=Argument.INDEX),
    field("proc.apid", T.INT, Ancestor("pid"), argument=Argument.INDEX),
    field("fd.name", T.STRING, Version("fds", "name")),
    field("fd.cip", T.IP, Version("fds", "cip")),
    field("fd.sip", T.IP, Version("fds", "CASE WHEN r.sport IS NOT NULL THEN r.sip_{half} END")),
    field("fd.ip", T.IP, Column(""), is_filter_only=True, either=("fd.cip", "fd.sip")),
    field("fd.sport", T.PORT, Version("fds", "sport")),
    field("ct.user", T.STRING, Json("user.name")),
    field("ct.bytes", T.INT, Json("bytes")),
    field("ct.mfa", T.BOOL, Json("mfa")),
    field("ct.when", T.TIME, Json("when")),
    field("ct.srcip", T.STRING, Json("src")),
    field("ct.address", T.IP, Json("src")),
    field("ct.addresses", T.IP, Json("hosts.ip"), is_list=True),
    field("ct.counts", T.INT, Json("hosts.count"), is_list=True),
    field("ct.names", T.STRING, Json("hosts.name"), is_list=True),
    field("ct.request", T.STRING, Json("request"), argument=Argument.PATH),
    field("ct.record", T.STRING, Json(None), argument=Argument.PATH, argument_required=True),
)


def columns(**types: str) -> tuple[ColumnSpec, ...]:
    """Column specifications from names and types."""
    return tuple(ColumnSpec(name, type_, f"The column {name}.") for name, type_ in types.items())


class FilterSource(RecordDissector):
    """The made-up source."""

    name = "filter_test"
    title = "Filter test"
    time_path = "when"
    type_path = "type"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    list_columns = tuple(
        ListColumn(name, "Column", 8)
        for name in (
            "evt.num",
            "evt.time",
            "proc.name",
            "proc.pid",
            "evt.res",
            "evt.failed",
            "evt.latency",
            "fd.name",
            "evt.addr",
            "evt.data",
            "evt.tags",
            "evt.sizes",
            "ct.user",
            "object",
        )
    )
    summary = ""
    event_columns = columns(
        res="BIGINT",
        big="UBIGINT",
        latency_ns="BIGINT",
        text="VARCHAR",
        port="USMALLINT",
        addr_hi="UBIGINT",
        addr_lo="UBIGINT",
        data="BLOB",
        tags="VARCHAR[]",
        sizes="BIGINT[]",
        proc_id="UINTEGER",
        fd_id="UINTEGER",
        raw="VARCHAR",
    )
    relations = (
        Relation("event_types", "type_id", "e.type_id", columns(type_id="INTEGER", name="VARCHAR"), "Types."),
        Relation(
            "processes",
            "proc_id",
            "e.proc_id",
            columns(proc_id="UINTEGER", name="VARCHAR", exe="VARCHAR", pid="BIGINT"),
            "Processes.",
        ),
        Relation(
            "parentage",
            "",
            "",
            columns(proc_id="UINTEGER", from_num="UINTEGER", to_num="UINTEGER", parent_proc_id="UINTEGER"),
            "Who was above whom.",
        ),
        Relation(
            "fds",
            "fd_id",
            "e.fd_id",
            columns(
                fd_id="UINTEGER",
                name="VARCHAR",
                cip_hi="UBIGINT",
                cip_lo="UBIGINT",
                sip_hi="UBIGINT",
                sip_lo="UBIGINT",
                sport="USMALLINT",
            ),
            "Descriptors.",
        ),
    )
    common: ClassVar[dict[str, tuple[str, ...]]] = {
        "actor": ("proc.name", "ct.user"),
        "object": ("fd.sport", "evt.addr", "evt.text"),
        "any.ip": ("fd.ip", "evt.addr", "ct.srcip", "ct.addresses"),
        "any.user": ("ct.user", "ct.names", "proc.name"),
    }

    def claims_record(self, record: Any) -> float:
        return 0.0

    def sources(self, event: Any) -> list[ByteSource]:
        return []

    def details(self, event: Any, values: Any, lookup: Any) -> list[Node]:
        return []


def catalogue_of(fields: tuple[Field, ...]) -> Catalogue:
    """The catalogue of a source that has these fields and no others."""
    source = type("OtherSource", (FilterSource,), {"fields": fields, "common": {}})
    return Catalogue(source())


CATALOGUE = Catalogue(FilterSource())
