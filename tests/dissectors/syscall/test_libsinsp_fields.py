"""Every field of libsinsp's classes is declared with its type, or stands here with the reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from thresher.capture.model import FieldType
from thresher.capture.registry import Catalogue
from thresher.dissectors.syscall import Syscall

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
    "fd.proto": "the name of a service, which is what libsinsp's filters give it",
}
KUBERNETES = "libsinsp has emptied it for the plugin k8smeta; nothing in a capture says it"
NO_KIND = "which program started a check is not in a capture: compare proc.cmdline with container.healthcheck and so on"
SAMPLES = "the recorder's samples of processor use are events of their own: evt.rawarg.cpu_usr and cpu_sys"
MISSING = {
    "evt.around": "a range of evt.time says the same",
    "evt.pluginname": "a capture holds the number of a plugin, not its name",
    "evt.outputtime": "what -t asks for; it is no value of the event",
    "evt.infra.docker.name": "events of a docker daemon that recorders stopped writing in 2017: evt.arg.name",
    "evt.infra.docker.container.id": "as evt.infra.docker.name: evt.arg.scope",
    "evt.infra.docker.container.name": "as evt.infra.docker.name: evt.arg.scope",
    "evt.infra.docker.container.image": "as evt.infra.docker.name: evt.arg.scope",
    "proc.is_container_healthcheck": NO_KIND,
    "proc.is_container_liveness_probe": NO_KIND,
    "proc.is_container_readiness_probe": NO_KIND,
    "thread.cpu": SAMPLES,
    "thread.cpu.user": SAMPLES,
    "thread.cpu.system": SAMPLES,
    **{
        f"k8s.{kind}.{what}": KUBERNETES
        for kind in ("rc", "svc", "rs", "deployment")
        for what in ("name", "id", "label", "labels")
    },
    **{f"k8s.ns.{what}": KUBERNETES for what in ("id", "label", "labels")},
}


def listed() -> list[tuple[str, str]]:
    lines = LIST.read_text("utf-8").splitlines()[1:]
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


@pytest.mark.parametrize(("name", "type_"), [row for row in listed() if row[0] not in MISSING])
def test_a_field_of_libsinsp_is_declared_with_its_type(name: str, type_: str) -> None:
    field = CATALOGUE.get(name)
    assert field is not None, name
    if name not in OTHER_TYPE:
        assert field.type in TYPES[type_]


def test_exceptions_are_fields_of_libsinsp_that_are_exceptions() -> None:
    types = dict(listed())
    assert set(MISSING) | set(OTHER_TYPE) <= set(types)
    assert not [name for name in MISSING if CATALOGUE.get(name)]
    for name in OTHER_TYPE:
        field = CATALOGUE.get(name)
        assert field is not None
        assert field.type not in TYPES[types[name]], name
