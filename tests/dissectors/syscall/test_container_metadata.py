"""What the recorder's metadata events say of containers reaches every row of theirs, also those before it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.scap import Scap, newest
from thresher.capture.case import open_case
from thresher.capture.model import ProcessEntry
from thresher.dissectors.syscall.container_metadata import merged, of_json
from thresher.dissectors.syscall.event_table import event_types

ID = "697956520d89"
FULL = ID + "1b5cb0e21509390f2d1a2cf8e7a1a4f5f3e6c4f0f1c2d3e4f5a6"
POD = "3e41dc6b-08a8-44db-bc2a-3724b18ab19a"
RECORD = {
    "id": ID, "full_id": FULL, "type": 7, "name": "k8s_web", "image": "nginx:1", "imageid": "f68d",
    "imagerepo": "nginx", "imagetag": "1", "imagedigest": "sha256:96fb", "privileged": True, "host_network": True,
    "host_pid": False,
    "ip": "10.244.0.7", "cni_json": '{"ips":[]}', "env": ["A=1"], "created_time": 1562711470,
    "labels": {"io.kubernetes.pod.name": "web-1", "io.kubernetes.pod.namespace": "shop", "io.kubernetes.pod.uid": POD},
    "pod_sandbox_id": "63060edc2d3aa803", "pod_sandbox_labels": {"app": "web", "app.kubernetes.io/name": "web"},
    "Mounts": [{"Source": "/data", "Destination": "/mnt", "Mode": "ro", "RW": False, "Propagation": "rprivate"}],
    "LivenessProbe": {"exe": "curl", "args": ["-f", "localhost"]},
}  # fmt: skip

Made = tuple[int, dict[str, object]]
"""Type and parameters of an event."""


def record(**changes: object) -> str:
    return json.dumps({"container": {**RECORD, **changes}})


def test_a_record_says_what_fields_ask_for() -> None:
    known = of_json(record())
    assert known is not None
    assert known["type"] == "containerd"
    assert known["mounts"] == ["/data:/mnt:ro:false:rprivate"]
    assert known["liveness_probe"] == "curl -f localhost"
    assert known["pod_labels"] == ["app:web", "app.kubernetes.io/name:web"]
    assert known["created_ns"] == 1_562_711_470 * 10**9


@pytest.mark.parametrize("text", ["", "{", "[1]" * 2, '{"container":' * 100_000])
def test_what_is_no_json_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        of_json(text)


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"container": 3}', '{"container": {"id": 7}}', '{"container": {"id": ""}}']
)
def test_a_record_of_no_container_says_nothing(text: str) -> None:
    assert of_json(text) is None


@pytest.mark.parametrize("key", sorted(RECORD.keys() - {"id"}))
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [3], {"a": 1}, True, 2**70])
def test_a_value_of_another_kind_is_survived(key: str, value: object) -> None:
    known = of_json(record(**{key: value}))
    assert known is not None
    assert known["container_id"] == ID


def test_what_a_later_record_leaves_open_stays_known() -> None:
    first, second = of_json(record()), of_json(record(name="incomplete", image="nginx:2", labels=None))
    assert first is not None
    assert second is not None
    both = merged(first, second)
    assert (both["name"], both["image"], both["pod_name"]) == ("k8s_web", "nginx:2", "web-1")


def test_an_address_may_be_a_number_in_host_order() -> None:
    known = of_json(record(ip=0x0AF40007))
    assert known is not None
    assert known["ip"] == "10.244.0.7"


def capture(folder: Path, *events: Made) -> Path:
    """A process in the container, with the events given."""
    scap = Scap().machine()
    cgroups = f"cpu=/kubepods/burstable/pod{POD}/{FULL}".encode()
    entry = ProcessEntry(40, 40, 1, b"nginx", b"nginx", b"/bin/nginx", b"", b"/", b"", cgroups, b"/", vtid=1, vpid=1)
    scap.processes([entry])
    for place, (kind, values) in enumerate(events):
        scap.event(event_types()[kind], values, time_ns=10**18 + place, tid=40)
    path = folder / "made.scap"
    path.write_bytes(bytes(scap))
    return path


CLOSE: Made = (newest("close", "<").id, {"res": 0})
METADATA: list[Made] = [
    (324, {"json": record()}),
    (272, {"json": record()}),
    (402, {"plugin_id": 1, "name": "container", "data": record().encode()}),
]


@pytest.mark.parametrize("metadata", METADATA, ids=["json_2", "json", "async"])
def test_metadata_that_comes_late_holds_for_rows_before_it(tmp_path: Path, metadata: Made) -> None:
    case = open_case([str(capture(tmp_path, CLOSE, metadata, CLOSE))], cache=False)
    case.wait()
    fields = (
        "container.id", "container.full_id", "container.name", "container.image.repository", "container.privileged",
        "k8s.pod.name", "k8s.ns.name", "k8s.pod.uid", "k8s.pod.label[app.kubernetes.io/name]",
        "container.mount.dest[/data]", "container.mount.source[0]", "container.is_new", "k8s.pod.sandbox_id",
    )  # fmt: skip
    rows = case.rows(case.select('evt.type == "close"'), fields)
    assert (
        rows
        == [(ID, FULL, "k8s_web", "nginx", True, "web-1", "shop", POD, "web", "/mnt", "/data", False, "63060edc2d3a")]
        * 2
    )
    assert len(case.select('container.image.tag == "1" && k8s.ns.name == "shop"')) == 2
    case.close()


def test_the_oldest_event_has_its_own_fields(tmp_path: Path) -> None:
    case = open_case(
        [
            str(
                capture(
                    tmp_path, CLOSE, (228, {"id": ID, "type": 0, "name": "web", "image": "registry:5000/nginx:1.2"})
                )
            )
        ],
        cache=False,
    )
    case.wait()
    fields = ("container.name", "container.type", "container.image.repository", "container.image.tag")
    assert case.rows(case.select('evt.type == "close"'), fields) == [("web", "docker", "registry:5000/nginx", "1.2")]
    case.close()


def test_without_metadata_the_cgroups_tell_id_and_pod(tmp_path: Path) -> None:
    case = open_case([str(capture(tmp_path, CLOSE))], cache=False)
    case.wait()
    fields = ("container.id", "container.full_id", "container.name", "k8s.pod.uid")
    assert case.rows(case.select(""), fields) == [(ID, FULL, None, POD)]
    case.close()


def test_metadata_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    case = open_case([str(capture(tmp_path, (324, {"json": "{"}), CLOSE))], cache=False)
    case.wait()
    (damage,) = case.stores[0].facts().damage
    assert "metadata" in damage.what
    case.close()
