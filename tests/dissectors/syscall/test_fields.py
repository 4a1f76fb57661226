"""Every declared field works in SQL and in filters, and says what it is."""

from __future__ import annotations

import pytest

from tests.builders.syscall_store import Store
from thresher.capture.filter import prepare
from thresher.capture.model import Argument, Computed, Field, FieldType, Replay, Value, Window
from thresher.capture.registry import Catalogue
from thresher.capture.store.access import Access
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.appearance import EXPECTED_ERRORS

SYSCALL = Syscall()
CATALOGUE = Catalogue(SYSCALL)
STORED = [field for field in CATALOGUE if not isinstance(field.place, Computed | Window | Replay)]


def shown(store: Store, *names: str) -> list[tuple[Value, ...]]:
    """The fields of all events, in order; addresses as their low half."""
    selection = Access(CATALOGUE).selection()
    columns = [selection.add(CATALOGUE.resolve(name))[-1] for name in names]
    return store.rows(f"SELECT {', '.join(columns)} FROM {selection.source()} ORDER BY e.num")


def one(store: Store, *names: str) -> tuple[Value, ...]:
    (row,) = shown(store, *names)
    return row


@pytest.mark.parametrize("field", [field for field in STORED if not field.is_filter_only], ids=lambda f: f.name)
def test_every_stored_field_can_be_selected(field: Field) -> None:
    has_argument = field.argument is Argument.INDEX or field.argument_required
    assert shown(Store(), f"{field.name}[1]" if has_argument else field.name) == []


@pytest.mark.parametrize("field", list(CATALOGUE), ids=lambda field: field.name)
def test_every_field_describes_itself_in_a_sentence(field: Field) -> None:
    assert field.title
    assert field.description.endswith(".")
    assert len(field.description) > 15
    if field.type is FieldType.DURATION:
        assert "nanosecond" in field.description


@pytest.mark.parametrize("field", [field for field in CATALOGUE if field.example], ids=lambda field: field.name)
def test_every_example_is_a_filter_that_uses_its_field(field: Field) -> None:
    assert field.name.split("[")[0] in field.example
    prepare(field.example, CATALOGUE)


@pytest.mark.parametrize("rule", SYSCALL.colour_rules, ids=lambda rule: rule.name)
def test_every_colour_rule_is_a_filter(rule: object) -> None:
    prepare(rule.filter, CATALOGUE)


def test_columns_summary_and_common_fields_exist() -> None:
    for column in SYSCALL.list_columns:
        CATALOGUE.resolve(column.field)
    for names in SYSCALL.common.values():
        for name in names:
            CATALOGUE.resolve(name)
    assert [column.width for column in SYSCALL.list_columns].count(0) == 1


def test_expected_failures_are_no_alarm() -> None:
    alarm = SYSCALL.colour_rules[0]
    assert alarm.style == "alarm"
    assert {"EAGAIN", "ENOENT", "ENOTTY", "EINPROGRESS"} <= set(EXPECTED_ERRORS)
    assert all(f'"{name}"' in alarm.filter for name in EXPECTED_ERRORS)


def test_failures_that_somebody_should_see_are_those_that_alarm() -> None:
    assert SYSCALL.failure == SYSCALL.colour_rules[0].filter
    prepare(SYSCALL.failure, CATALOGUE)


def test_an_event_without_a_result_has_no_result_name() -> None:
    store = Store().add("errors", res=0, name="SUCCESS").add("errors", res=-2, name="ENOENT")
    for num, result in enumerate((None, 0, 7, -2)):
        store.add("events", num=num, res=result)
    assert shown(store, "evt.res", "evt.failed") == [
        (None, None),
        ("SUCCESS", False),
        ("SUCCESS", False),
        ("ENOENT", True),
    ]


@pytest.mark.parametrize(
    ("type_id", "kind", "category"),
    [(7, "file", "file"), (7, "ipv6", "net"), (7, "pipe", "ipc"), (7, "timerfd", "unknown"), (7, None, "unknown")],
)
def test_the_category_of_reads_is_that_of_their_descriptor(type_id: int, kind: str | None, category: str) -> None:
    store = Store().add("fd_types", type_id=1, name=kind).add("fds", fd_id=1, type_id=1)
    store.add("events", num=0, type_id=type_id, fd_id=1 if kind else None)
    assert one(store, "evt.category") == (category,)


def test_the_category_of_other_calls_is_their_types() -> None:
    store = Store().add("event_types", type_id=65, name="futex", category="ipc").add("events", num=0, type_id=65)
    assert one(store, "evt.category") == ("IPC",)


@pytest.mark.parametrize(
    ("type_id", "name", "directory", "filename"),
    [
        (16, "/etc/passwd", "/etc", "passwd"),
        (16, "/passwd", "/", "passwd"),
        (1, "/a/b/c", "/a/b", "c"),
        (2, "/etc", "/etc", None),
        (2, "/", "/", None),
        (16, "", None, None),
        (7, "pipe:[12]", None, None),
        (30, "/gone/away", "/gone", None),
        (16, "/new\nline/x", "/new\nline", "x"),
    ],
)
def test_directory_and_file_name_are_parts_of_the_path(
    type_id: int, name: str, directory: str | None, filename: str | None
) -> None:
    store = Store().add("fds", fd_id=1, type_id=type_id, name=name, role=0).add("events", num=0, fd_id=1)
    assert one(store, "fd.directory", "fd.filename") == (directory, filename)


CONNECTION: dict[str, Value] = {
    "fd_id": 1, "name": "10.0.0.1:5->10.0.0.2:80", "cip_hi": 0, "cip_lo": 1, "sip_hi": 0, "sip_lo": 2,
    "cport": 5, "sport": 80, "l4proto": 1,
}  # fmt: skip
ENDS = ("fd.cip", "fd.sip", "fd.lip", "fd.rip", "fd.cport", "fd.sport", "fd.lport", "fd.rport", "fd.l4proto")


@pytest.mark.parametrize(
    ("type_id", "role", "is_local", "ends"),
    [
        (3, 1, True, (1, 2, 1, 2, 5, 80, 5, 80, "tcp")),
        (3, 2, False, (1, 2, 2, 1, 5, 80, 80, 5, "tcp")),
        (4, 0, True, (None,) * 9),
        (5, 2, False, (None, 2, None, None, None, 80, None, None, "tcp")),
        (5, 0, False, (None, None, None, None, None, 80, None, None, "tcp")),
        (16, 0, False, (None,) * 8 + ("tcp",)),
    ],
)
def test_ends_are_told_apart_once_the_role_is_known(
    type_id: int, role: int, is_local: bool, ends: tuple[Value, ...]
) -> None:
    store = Store().add("fds", **CONNECTION, type_id=type_id, role=role, client_is_local=is_local)
    assert one(store.add("events", num=0, fd_id=1), *ENDS) == ends


def test_the_server_is_here_where_its_address_is_an_interfaces() -> None:
    store = Store().add("fds", **CONNECTION, type_id=3, role=1).add("events", num=0, fd_id=1)
    assert one(store, "fd.is_server") == (False,)
    store.add("interfaces", name="eth0", address="10.0.0.2")
    assert one(store, "fd.is_server") == (True,)


@pytest.mark.parametrize(("args", "line"), [("-l /tmp", "ls -l /tmp"), ("", "ls"), (None, "ls")])
def test_the_command_line_is_name_and_arguments(args: str | None, line: str) -> None:
    store = Store().add("processes", proc_id=1, name="ls", args=args).add("events", num=0, proc_id=1)
    assert one(store, "proc.cmdline") == (line,)


def test_the_gap_passes_over_bookkeeping_and_stamps_of_zero() -> None:
    store = Store()
    rows = [(0, 5, 7, 0), (1, 100, 7, 0), (2, 150, 8, 0), (3, 160, 7, 1), (4, 170, 7, 0)]
    for num, time_ns, tid, flags in rows:
        store.add("events", num=num, evt_num=num, time_ns=time_ns if num else 0, tid=tid, flags=flags)
    place = CATALOGUE.resolve("evt.gap").field.place
    assert isinstance(place, Window)
    found = store.rows(f"SELECT {place.expression} FROM events e ORDER BY e.num")
    assert [gap for (gap,) in found] == [None, None, None, 60, 70]
