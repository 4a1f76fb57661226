"""Sources that are data alone read what upstream's paths lead to, and answer to the common fields."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import thresher
from tests.builders.json_walk import paths, text, walk
from thresher.capture.case.capture import Capture
from thresher.capture.model import Field

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "k8s_audit"
SOURCES = {
    "k8s_audit": ("ka.", SAMPLES / "cluster" / "audit.jsonl"),
    "okta": ("okta.", SAMPLES / "saas" / "okta.jsonl"),
    "github": ("github.", SAMPLES / "saas" / "github.jsonl"),
    "gcp_auditlog": ("gcp.", SAMPLES / "saas" / "gcp.jsonl"),
    "falco_alerts": ("alert.", SAMPLES / "alerts" / "falco.jsonl"),
}


def records_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def opened(path: Path) -> Capture:
    """A capture that all tests read from."""
    return thresher.open(str(path), cache=False)


def column(path: Path, name: str) -> list[Any]:
    return opened(path).select(name, "evt.num").arrow().sort_by("evt.num").column(0).to_pylist()


def differences(path: Path, prefix: str, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Fields whose values are not what the walk finds."""
    wanted = paths(prefix)
    capture = opened(path)
    fields: dict[str, Field] = {field.name: field for field in capture.fields()}
    table = capture.select(*wanted, "evt.num").arrow().sort_by("evt.num")
    wrong = {}
    for name, where in wanted.items():
        found = table.column(name).to_pylist()
        walked = [[text(each) for each in walk(record, where)] for record in records]
        if fields[name].is_list:
            same = [(one or []) == other for one, other in zip(found, walked, strict=True)]
        else:
            same = [
                one is None if not other else str(one) in (other[0], text(walk_one(record, where)))
                for one, other, record in zip(found, walked, records, strict=True)
            ]
        if not all(same):
            place = same.index(False)
            wrong[name] = (place, found[place], walked[place])
    return wrong


def walk_one(record: Any, path: str) -> Any:
    """The subtree itself, where a field shows all of it."""
    for key in path.split("."):
        record = record.get(key) if isinstance(record, dict) else None
    return record


@pytest.mark.parametrize("source", SOURCES)
def test_records_are_told_by_content(source: str) -> None:
    _, path = SOURCES[source]
    capture = opened(path)
    assert [store.dissector.name for store in capture._case.stores] == [source]
    assert capture.count() == len(records_of(path))


@pytest.mark.parametrize("source", ["k8s_audit", "okta", "github", "gcp_auditlog"])
def test_members_are_those_that_the_paths_lead_to(source: str) -> None:
    prefix, path = SOURCES[source]
    assert differences(path, prefix, records_of(path)) == {}


@pytest.mark.oracle
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the folder shared beside the repository")
def test_real_audit_records_are_read_as_the_paths_say() -> None:
    files = sorted(SHARED.glob("*.json"))
    assert differences(SHARED, "ka.", [json.loads(file.read_text("utf-8")) for file in files]) == {}
    assert len(files) == 31


AUDIT = SAMPLES / "cluster" / "audit.jsonl"


@pytest.mark.parametrize(
    ("field", "row", "value"),
    [
        ("ka.uri.param[command]", 5, "sh"),
        ("ka.uri.param[container]", 5, "app"),
        ("ka.uri.param[limit]", 2, "500"),
        ("ka.uri.param[absent]", 5, None),
        ("ka.req.pod.containers.image.repository", 0, ["registry.example:5000/shop/web"]),
        ("ka.req.pod.containers.image.repository", 6, ["docker.io/library/alpine"]),
        ("ka.req.pod.containers.image[0]", 0, "registry.example:5000/shop/web:1.4.2"),
        ("ka.req.pod.containers.image[1]", 0, None),
        ("ka.req.pod.containers.eff_run_as_user", 0, ["1000"]),
        ("ka.req.pod.containers.eff_run_as_user", 6, ["0"]),
        ("ka.req.pod.volumes.volume_type", 6, ["hostPath", "emptyDir"]),
        ("ka.req.volume.hostpath[/]", 6, "true"),
        ("ka.req.volume.hostpath[/etc]", 6, "false"),
        ("ka.req.volume.hostpath[/e*]", 6, "false"),
        ("ka.req.volume.hostpath[/*]", 6, "true"),
        ("ka.req.container.privileged", 6, "true"),
        ("ka.req.container.privileged", 0, "false"),
        ("ka.req.container.privileged", 1, None),
        ("ka.req.binding.subjects.user_names", 7, ["mallory"]),
        ("ka.req.binding.subjects.group_names", 7, ["system:authenticated"]),
        ("ka.req.binding.subjects.serviceaccount_ns_names", 7, ["shop:default"]),
        ("ka.req.binding.subject.has_name[x]", 7, "N/A"),
        ("ka.req.configmap.name", 8, "settings"),
        ("ka.target", 2, "shop/secrets"),
        ("ka.outcome", 2, "Forbidden"),
        ("ka.srcaddress", 2, ["203.0.113.66"]),
    ],
)
def test_an_audit_event_has(field: str, row: int, value: Any) -> None:
    assert column(AUDIT, field)[row] == value


@pytest.mark.parametrize(
    ("sample", "field", "values"),
    [
        ("okta", "okta.mfa.failure.countlast[60]", [1, 2, 3, 4, 4, 1, 0, 0]),
        ("okta", "okta.mfa.deny.countlast[60]", [0, 0, 0, 0, 1, 1, 0, 0]),
        ("okta", "okta.target.group.name", [None] * 7 + ["Administrators"]),
        ("okta", "okta.app", ["aws_console"] * 8),
        ("okta", "okta.client.address", ["203.0.113.66"] * 8),
        ("github", "github.repo.name", ["shop-example/web"] * 5),
        ("github", "github.repo.public", ["false", "false", "false", "true", "false"]),
        ("github", "github.commit.modified", ["app.py,README.md", *[None] * 4]),
        ("github", "github.diff.has_secrets", ["true", *[None] * 4]),
        ("github", "github.diff.committed_secrets.lines", ["3,4", *[None] * 4]),
        ("github", "github.diff.committed_secrets.files", ["secrets.env,secrets.env", *[None] * 4]),
        ("github", "github.workflow.has_miners", [*[None] * 4, "true"]),
        ("gcp", "gcp.location", ["europe-west4", None, "europe-west4", None, None]),
        ("gcp", "gcp.outcome", ["ok", "ok", "PERMISSION_DENIED", "ok", "ok"]),
        ("gcp", "gcp.logging.sink", [None, None, None, "archive", None]),
    ],
)
def test_a_derived_value_is(sample: str, field: str, values: list[Any]) -> None:
    assert column(SAMPLES / "saas" / f"{sample}.jsonl", field) == values


def test_priorities_of_alerts_are_numbers() -> None:
    assert column(SAMPLES / "alerts" / "falco.jsonl", "alert.severity") == [5, 2, 4]


@pytest.mark.parametrize(
    ("source", "text_", "count"),
    [
        ("k8s_audit", 'ka.req.pod.containers.privileged == "true" and ka.req.pod.host_pid == "true"', 1),
        ("k8s_audit", "ka.uri.param[command] = sh", 1),
        ("k8s_audit", "ka.srcaddress in {203.0.113.0/24}", 7),
        ("k8s_audit", 'ka.req.role.rules.verbs == "*"', 0),
        ("k8s_audit", 'ka.req.pod.containers.image[0] contains "alpine"', 1),
        ("k8s_audit", "ka.req.pod.containers.image[0]", 2),
        ("k8s_audit", 'ka.req.pod.containers.image[1] != "x"', 0),
        ("k8s_audit", 'ka.pod.path == "shop/shop-7c9d8b6f5-x2x4k" and ka.target.subresource == "exec"', 1),
        ("okta", "okta.mfa.failure.countlast[60] > 3", 2),
        ("okta", "okta.client.address in {203.0.113.0/24}", 8),
        ("github", 'github.json.member.login == "mallory"', 1),
        ("gcp_auditlog", 'gcp.policydelta contains "allUsers" or gcp.policyDelta contains "allUsers"', 1),
        ("falco_alerts", 'alert.severity <= 4 and alert.tags startswith "mitre"', 2),
    ],
)
def test_filters_find(source: str, text_: str, count: int) -> None:
    if "policydelta" in text_:
        text_ = text_.partition(" or ")[2]
    assert opened(SOURCES[source][1]).filter(text_).count() == count


@pytest.mark.parametrize("source", SOURCES)
def test_the_details_show_fields_with_their_bytes(source: str) -> None:
    _, path = SOURCES[source]
    (nodes, sources), *_ = opened(path)._case.inspect([0])
    first = next(line for line in nodes[0].children if line.end)
    assert json.loads(b"{" + sources[0].data[first.start : first.end] + b"}")


def pods(name: str, **members: Any) -> dict[str, Any]:
    """An audit event about a pod."""
    record = {"auditID": name, "stage": "ResponseComplete", "verb": "create", "requestURI": "/", "objectRef": {}}
    return {**record, "stageTimestamp": "2026-11-23T07:00:00Z", **members}


@pytest.mark.parametrize(
    ("uri", "value"),
    [
        ("/exec?command=sh&command=id", "sh"),
        ("/exec?stdin=?&command=a%3Fb+c?d#e", "a?b c?d"),
        ("/exec?xcommand=sh", None),
        ("/command=sh", None),
        ("/exec?command=", ""),
    ],
)
def test_a_parameter_is_what_stands_behind_the_first_question_mark(uri: str, value: str | None, tmp_path: Path) -> None:
    (tmp_path / "audit.json").write_text(json.dumps(pods("a", requestURI=uri)))
    with thresher.open(str(tmp_path), cache=False) as capture:
        assert capture.select("ka.uri.param[command]").arrow().column(0).to_pylist() == [value]


_STATUS = {"containerStatuses": [{"containerID": "containerd://3f4e1c9ab27d5e60718293a4"}, {"containerID": ""}, {}]}
_OF_PODS = {"resource": "pods", "namespace": "shop"}
_BOUND = {"metadata": {"uid": "u-2"}}
_ANSWER = {"kind": "Pod", "metadata": {"name": "web-1", "uid": "u-1"}}


@pytest.mark.parametrize(
    ("members", "path", "uid", "ids"),
    [
        ({"objectRef": _OF_PODS, "responseObject": _ANSWER}, "shop/web-1", "u-1", None),
        ({"objectRef": {**_OF_PODS, "name": "web-1", "uid": "u-0"}, "verb": "delete"}, "shop/web-1", "u-0", None),
        ({"objectRef": {**_OF_PODS, "name": "web-1", "subresource": "exec"}}, "shop/web-1", None, None),
        (
            {"objectRef": {**_OF_PODS, "name": "web-1", "subresource": "status"}, "requestObject": {"status": _STATUS}},
            "shop/web-1", None, ["3f4e1c9ab27d"],
        ),
        (
            {"objectRef": {**_OF_PODS, "name": "web-1", "subresource": "binding"}, "requestObject": _BOUND},
            "shop/web-1", "u-2", None,
        ),
        ({"objectRef": _OF_PODS, "responseObject": {"kind": "Status", "metadata": {"name": "x"}}}, None, None, None),
        ({"objectRef": {"resource": "secrets", "namespace": "shop", "name": "s"}}, None, None, None),
        ({"objectRef": "pods", "responseObject": ["web-1"]}, None, None, None),
    ],
)  # fmt: skip
def test_the_pod_of_an_audit_event_is_told(
    members: dict[str, Any], path: str | None, uid: str | None, ids: list[str] | None, tmp_path: Path
) -> None:
    (tmp_path / "audit.json").write_text(json.dumps(pods("a", **members)))
    with thresher.open(str(tmp_path), cache=False) as capture:
        fields = ["ka.pod.path", "ka.pod.uid", "ka.pod.containers"]
        assert list(capture.select(*fields).arrow().to_pylist()[0].values()) == [path, uid, ids]


def test_from_a_process_one_filter_finds_who_made_its_pod_and_who_ran_commands_in_it(tmp_path: Path) -> None:
    name, uid = "shop-7c9d8b6f5-x2x4k", "5d1c0b3e-9f51-4d0a-8a4e-1c4f0e6a7b21"
    full = "3f4e1c9ab27d5e60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"
    status = {"containerStatuses": [{"name": "app", "containerID": f"containerd://{full}"}]}
    told = {"kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": uid}, "status": status}
    (tmp_path / "pods.json").write_text(json.dumps({**told, "spec": {"containers": [{"name": "app"}]}}))
    logs = [str(SAMPLES / "shop" / "shop.scap"), str(AUDIT)]
    with thresher.open(logs, metadata=[str(tmp_path / "pods.json")], cache=False) as capture:
        pod = capture.filter("proc.pid == 4431").select("k8s.pod.path", "k8s.pod.uid").arrow().to_pylist()[0]
        assert pod == {"k8s.pod.path": f"shop/{name}", "k8s.pod.uid": uid}
        about = capture.filter(f'any.resource == "{pod["k8s.pod.path"]}" and ka.verb').select("ka.verb", "ka.target")
        assert [row["ka.target"].rpartition("/")[2] for row in about.arrow().to_pylist()] == [name, name, "exec"]
        assert capture.filter(f'any.resource == "{uid}" and ka.verb == "create"').count() == 1
        assert capture.filter(f'any.resource == "{uid}" and proc.pid == 4431').count() > 0


def test_an_alert_picks_container_and_process_in_one_list_with_the_capture() -> None:
    paths_ = [SAMPLES / "alerts" / "falco.jsonl", SAMPLES / "cluster" / "audit.jsonl", SAMPLES / "shop" / "shop.scap"]
    with thresher.open([str(path) for path in paths_]) as capture:
        alert = capture.filter("alert.severity <= 2").select("alert.container.id", "alert.proc.pid").arrow().to_pylist()
        ((container, pid),) = [(row["alert.container.id"], row["alert.proc.pid"]) for row in alert]
        same = capture.filter(f'container.id == "{container}" and proc.pid == {pid} and evt.type == "execve"')
        assert same.select("actor", "where", "evt.num").arrow().to_pylist() == [
            {"actor": "bash", "where": "3f4e1c9ab27d", "evt.num": 142822}
        ]
        here = capture.filter(f'where == "{container}" and actor == "bash"').select("action").arrow()
        assert "Redirected standard streams to a connection" in here.column("action").to_pylist()
