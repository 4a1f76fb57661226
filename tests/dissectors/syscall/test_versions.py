"""How the kernel's numbers and texts become rows that say nothing where nothing is known."""

from __future__ import annotations

import pyarrow as pa

from tests.builders.entries import file, process
from tests.builders.kernel_story import INIT, SHELL, Story


def test_texts_that_are_no_utf8_show_their_bytes() -> None:
    story = Story([process(SHELL, comm=b"\xff\xfe")], [file(SHELL, 3, b"/caf\xc3\xa9")])
    seen = story.touched(3)
    told = story.told()
    assert told.process(seen)["name"] == "\\xff\\xfe"
    assert told.fd(seen)["name"] == "/café"


def test_empty_texts_are_unknown_but_for_the_arguments_of_a_known_process() -> None:
    story = Story([process(SHELL, exepath=b"", args=b"")])
    known, strange = story.touched(0), story.touched(0, 99)
    told = story.told()
    assert (told.process(known)["exepath"], told.process(known)["args"]) == (None, "")
    assert told.process(strange)["args"] is None


def test_nobody_is_the_parent_of_the_first_process() -> None:
    story = Story()
    first, second = story.touched(0, INIT), story.touched(0)
    told = story.told()
    assert (told.process(first)["ppid"], told.process(second)["ppid"]) == (None, INIT)
    assert told.parent(first) == {}


def test_codes_are_explained_once_and_before_the_first_row() -> None:
    story = Story()
    for _ in range(3):
        story.touched(0)
    tables = story.told().outcome.tables
    assert {"event_types", "fd_types", "errors"} <= set(tables)
    names = tables["fd_types"]["type_id"].to_pylist()
    assert len(names) == len(set(names))


def test_columns_have_the_types_of_the_store() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/x")])
    story.touched(3)
    tables = story.told().outcome.tables
    assert tables["events"].schema.field("num").type == pa.uint32()
    assert tables["events"].schema.field("time_ns").type == pa.int64()
    assert tables["processes"].schema.field("proc_id").type == pa.uint32()
    assert tables["fds"].schema.field("sip_hi").type == pa.uint64()
