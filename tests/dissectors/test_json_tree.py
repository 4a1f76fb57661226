"""What the details tree of a JSON record says beside its members (stage ②)."""

from __future__ import annotations

from pathlib import Path

from thresher.capture.case import open_case
from thresher.dissectors.json_tree import REPEATED

TWICE = b"""{"eventVersion":"1.08","eventTime":"2026-11-23T07:00:00Z","eventSource":"iam.amazonaws.com",
"eventName":"ListUsers","eventName":"CreateUser","userIdentity":{"type":"IAMUser","type":"Root"},
"requestParameters":{"list":[{"a":1},{"a":2}]}}"""


def test_repeated_members_are_marked_and_found_and_the_first_of_them_counts(tmp_path: Path):
    (tmp_path / "log.json").write_bytes(TWICE)
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert case.rows([0], ["ct.name", "ct.user.identitytype", "ct.repeated"]) == [
            ("ListUsers", "IAMUser", ["eventName", "userIdentity.type"])
        ]
        nodes, _ = case.inspect([0])[0]
    record = next(node for node in nodes if node.label == "Record")
    lines = [line for node in record.children for line in (node, *node.children)]
    assert [(line.label, line.text) for line in lines if line.origin == REPEATED] == [
        ("eventName", "CreateUser"), ("type", "Root"),
    ]  # fmt: skip


def test_what_is_listed_in_arrays_is_not_repeated(tmp_path: Path):
    (tmp_path / "log.json").write_bytes(TWICE.replace(b'"eventName":"ListUsers",', b"").replace(b',"type":"Root"', b""))
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert case.rows([0], ["ct.repeated"]) == [(None,)]
        assert case.select("ct.repeated").tolist() == []
