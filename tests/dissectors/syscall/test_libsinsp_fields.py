"""Every field of libsinsp's classes is declared with its type, or a filter that asks for it hears why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thresher.capture.errors import QueryError
from thresher.capture.model import FieldType
from thresher.capture.registry import Catalogue
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.absent_fields import ABSENT

CATALOGUE = Catalogue(Syscall())
LIST = Path(__file__).with_name("libsinsp_fields.tsv")
"""Names and types of libsinsp's fields, and of its container plugin's."""

WHOLE = frozenset({FieldType.INT, FieldType.UINT})
TYPES = {
    "CHARBUF": {FieldType.STRING},
    "STRING": {FieldType.STRING},
    "BYTEBUF": {FieldType.BYTES},
    "BOOL": {FieldType.BOOL},
    "UINT32": {FieldType.UINT},
    "UINT64": {FieldType.UINT},
    "INT16": {FieldType.INT},
    "INT32": {FieldType.INT},
    "INT64": {FieldType.INT},
    "RELTIME": {FieldType.DURATION, *WHOLE},
    "ABSTIME": {FieldType.TIME, FieldType.DURATION, *WHOLE},
    "PORT": {FieldType.PORT},
    "IPADDR": {FieldType.IP},
    "IPNET": {FieldType.IP},
    "DYN": {FieldType.STRING},
    "DOUBLE": {FieldType.UINT},
}
"""libsinsp's types to ours. A RELTIME that is not in nanoseconds is a number; a share is in whole percent."""

OTHER_TYPE = {
    "evt.time": "a time that compares as one, where libsinsp has text",
    "evt.datetime": "another spelling of evt.time",
    "evt.outputtime": "another spelling of evt.time",
    "fd.proto": "the name of a service, which is what libsinsp's filters give it",
}


def listed() -> list[tuple[str, str]]:
    lines = LIST.read_text("utf-8").splitlines()[1:]
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


@pytest.mark.parametrize(("name", "type_"), [row for row in listed() if not CATALOGUE.why_absent(row[0])])
def test_a_field_of_libsinsp_is_declared_with_its_type(name: str, type_: str) -> None:
    field = CATALOGUE.get(name)
    assert field is not None, name
    if name not in OTHER_TYPE:
        assert field.type in TYPES[type_]


def test_exceptions_are_fields_of_libsinsp_that_are_exceptions() -> None:
    types = dict(listed())
    assert set(OTHER_TYPE) <= set(types)
    for name in OTHER_TYPE:
        field = CATALOGUE.get(name)
        assert field is not None
        assert field.type not in TYPES[types[name]], name


def test_no_field_is_declared_and_called_absent() -> None:
    assert [name for name in ABSENT if CATALOGUE.get(name)] == []


@pytest.mark.parametrize("asked", ["k8s.rs.name", "k8s.rs.label[app]", "k8smeta.ns.label.app", "span.tag[0]"])
def test_what_a_capture_cannot_tell_is_answered_with_the_reason(asked: str) -> None:
    with pytest.raises(QueryError, match=f"{re.escape(asked)}' cannot be told from this source; .{{30}}"):
        CATALOGUE.resolve(asked)


def test_a_name_that_nobody_has_is_unknown() -> None:
    with pytest.raises(QueryError, match=r"unknown field 'k8s.pods.name'; did you mean 'k8s.pod.name'"):
        CATALOGUE.resolve("k8s.pods.name")
