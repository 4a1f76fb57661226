"""Whatever form the same records come in, they are the same events; what a form cannot say is absent, never wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import log_forms
from tests.builders.log_forms import JSON_FORMS, MADE_FORMS, compact, parquet, parsed, table
from thresher.capture.case import Case, open_case
from thresher.capture.errors import UnreadableError
from thresher.dissectors.cloudtrail.fields import DELIVERY, FIELDS

TEXTS = log_forms.sample_records()
OF_THE_TEXT = {"ct.record", "ct.json", "ct.time", *(field.name for field in DELIVERY)}
COMPARED = [
    field.name
    for field in FIELDS
    if field.name not in OF_THE_TEXT
    and not field.name.startswith("ct.src.")  # told by the user's own files, not by the record
    and not field.is_filter_only
    and not field.argument_required
]
ESCAPED = {
    "LookupEvents", "LookupEvents with ISO times", "LookupEvents results in an array",
    "LookupEvents results, one a line", "a CloudWatch Logs subscription", "FilterLogEvents", "SQS messages",
    "SNS notifications", "Splunk results", "Elastic documents with the original event",
}  # fmt: skip
REWRITTEN = {"Elasticsearch hits", "Elasticsearch documents, one a line", "logstash lines", "a console download"}


def opened(folder: Path, data: bytes) -> Case:
    path = folder / "log"
    path.write_bytes(data)
    return open_case([str(path)], cache=False, background=False)


TOGETHER = 20
"""Fields a statement: planning takes more than twice as long for twice as many."""


def values(case: Case, fields: list[str]) -> list[tuple[Any, ...]]:
    chosen = case.select(internal=True)
    parts = [case.rows(chosen, fields[at : at + TOGETHER]) for at in range(0, len(fields), TOGETHER)]
    return [tuple(value for part in row for value in part) for row in zip(*parts, strict=True)]


def stored(case: Case) -> list[tuple[Any, ...]]:
    """The rows themselves: texts, times and all columns that are made of the text, wherever it was found."""
    columns = "* EXCLUDE (offset_bytes, length_bytes, wrapping, file_id)"
    return case.stores[0].cursor().execute(f"SELECT {columns} FROM events ORDER BY num").fetchall()


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The records in a delivered file."""
    with opened(tmp_path_factory.mktemp("plain"), log_forms.delivered(TEXTS)) as case:
        yield case


@pytest.fixture(scope="module")
def plain(delivered: Case) -> list[tuple[Any, ...]]:
    """Their fields."""
    return values(delivered, COMPARED)


@pytest.mark.parametrize("form", [*JSON_FORMS.keys() - REWRITTEN])
def test_every_form_of_the_same_text_gives_the_same_rows(form: str, tmp_path: Path, delivered: Case):
    with opened(tmp_path, JSON_FORMS[form](TEXTS)) as case:
        assert stored(case) == stored(delivered)
        order = case.rows(case.select(), ["evt.num", "ct.record"])
        assert [text.encode() for _, text in sorted(order)] == TEXTS
        facts = case.stores[0].facts()
        assert (facts.damage, facts.skipped) == ((), ())


@pytest.mark.parametrize("form", [*REWRITTEN, *MADE_FORMS])
def test_every_form_that_spells_the_records_anew_gives_the_same_fields(
    form: str, tmp_path: Path, plain: list[tuple[Any, ...]]
):
    with opened(tmp_path, {**JSON_FORMS, **MADE_FORMS}[form](TEXTS)) as case:
        assert values(case, COMPARED) == plain
        facts = case.stores[0].facts()
        assert (facts.damage, facts.skipped) == ((), ())


@pytest.mark.parametrize("form", sorted(ESCAPED))
def test_the_place_of_an_escaped_record_is_its_string_in_the_file(form: str, tmp_path: Path):
    data = JSON_FORMS[form](TEXTS)
    with opened(tmp_path, data) as case:
        places = case.stores[0].cursor().execute("SELECT offset_bytes, length_bytes, raw FROM events").fetchall()
    assert [json.loads(data[offset : offset + length]) for offset, length, _ in places] == [raw for *_, raw in places]


@pytest.mark.parametrize("form", ["EventBridge events, one a line", "a CloudWatch Logs export", "one batch a line"])
def test_the_place_of_a_verbatim_record_is_the_record(form: str, tmp_path: Path):
    data = JSON_FORMS[form](TEXTS)
    with opened(tmp_path, data) as case:
        places = case.stores[0].cursor().execute("SELECT offset_bytes, length_bytes, raw FROM events").fetchall()
    assert [data[offset : offset + length].decode() for offset, length, _ in places] == [raw for *_, raw in places]


def test_the_place_of_a_row_in_a_table_is_the_row(tmp_path: Path):
    data = log_forms.lake(TEXTS)
    with opened(tmp_path, data) as case:
        places = case.stores[0].cursor().execute("SELECT offset_bytes, length_bytes FROM events ORDER BY 1").fetchall()
    rows = [data[offset : offset + length] for offset, length in places]
    assert b"".join(row + b"\r\n" for row in rows) == data.split(b"\r\n", 1)[1]


def wrappings(case: Case) -> set[str]:
    return {str(row[0]) for row in values(case, ["ct.wrapping"])}


@pytest.mark.parametrize(
    ("form", "wrapping"),
    [
        ("LookupEvents", {"LookupEvents result"}),
        ("SQS messages of SNS of EventBridge", {"SQS message › SNS notification › EventBridge event"}),
        ("gzip in gzip", {"gzip twice"}),
        (
            "tar, gzip",
            {f"tar member {name}" for name in ("AWSLogs/1/CloudTrail/a.json.gz", "AWSLogs/1/CloudTrail/b.json")}
            | {"tar member ../../etc/c.json"},
        ),
        ("Athena CSV", {"CSV record made from the columns of the row"}),
        ("a delivered file", {"None"}),
    ],
)
def test_a_row_says_in_what_it_was_found(form: str, wrapping: set[str], tmp_path: Path):
    with opened(tmp_path, {**JSON_FORMS, **MADE_FORMS}[form](TEXTS)) as case:
        assert wrappings(case) == wrapping


def test_nothing_is_written_where_an_archive_names_it(tmp_path: Path):
    before = sorted(Path("/etc").iterdir())
    with opened(tmp_path, log_forms.zipped(log_forms.several(TEXTS))):
        assert [path.name for path in tmp_path.iterdir()] == ["log"]
    assert sorted(Path("/etc").iterdir()) == before


def test_the_console_s_table_says_what_its_columns_say_and_nothing_else(tmp_path: Path, plain: list[tuple[Any, ...]]):
    said = ["evt.num", "evt.time", "ct.id", "ct.name", "ct.src", "ct.region", "ct.srcip", "ct.error", "ct.requestid",
            "ct.user.accesskeyid", "ct.readonly", "ct.eventtype"]  # fmt: skip
    with opened(tmp_path, log_forms.console(TEXTS)) as case:
        found = values(case, said)
        assert found == [tuple(row[COMPARED.index(name)] or None for name in said) for row in plain]
        assert {row[0] for row in values(case, ["ct.request"])} == {None}


OCSF = {
    "metadata": {"product": {"version": "1.08", "name": "CloudTrail", "vendor_name": "AWS"}, "uid": "e-1",
                 "event_code": "AwsApiCall"},
    "time": 1763880000000,
    "class_uid": 6003,
    "cloud": {"region": "us-east-1", "provider": "AWS"},
    "api": {"operation": "CreateUser", "service": {"name": "iam.amazonaws.com"},
            "request": {"uid": "r-1", "data": '{"userName":"eve"}'},
            "response": {"error": "AccessDenied", "message": "no", "data": None}},
    "actor": {"user": {"type": "AssumedRole", "name": None, "uid": "arn:aws:sts::1:assumed-role/r/s",
                       "uid_alt": "AROA:s", "account": {"uid": "1"}, "credential_uid": "ASIA1"},
              "session": {"created_dt": 1763879000000, "is_mfa": True, "issuer": "arn:aws:iam::1:role/r"}},
    "http_request": {"user_agent": "aws-cli"},
    "src_endpoint": {"ip": "203.0.113.9", "domain": None},
    "resources": [{"uid": "arn:aws:iam::1:user/eve", "type": "AWS::IAM::User", "owner": {"account": {"uid": "1"}}}],
    "unmapped": [("readOnly", "false"), ("eventCategory", "Management"), ("recipientAccountId", "2")],
}  # fmt: skip


OCSF_FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "Parquet": parquet,
    "JSON lines": lambda events: b"\n".join(map(compact, events)),
    "an array": compact,
    "JSON lines, gzip": lambda events: gzip.compress(b"\n".join(map(compact, events))),
    "Elasticsearch hits": lambda events: compact(log_forms.hits([compact(event) for event in events])),
}


@pytest.mark.parametrize("form", OCSF_FORMS)
def test_ocsf_of_security_lake_is_mapped_back_and_says_so(form: str, tmp_path: Path):
    fields = ["evt.time", "ct.id", "ct.name", "ct.src", "ct.region", "ct.srcip", "ct.error", "ct.request.username",
              "ct.user.accesskeyid", "ct.user.arn", "ct.user.principalid", "ct.user.issuer", "ct.mfa", "ct.readonly",
              "ct.eventcategory", "ct.recipientaccountid", "ct.resource.arns", "ct.useragent"]  # fmt: skip
    with opened(tmp_path, OCSF_FORMS[form]([OCSF])) as case:
        assert values(case, fields) == [
            (1763880000_000_000_000, "e-1", "CreateUser", "iam.amazonaws.com", "us-east-1", "203.0.113.9",
             "AccessDenied", "eve", "ASIA1", "arn:aws:sts::1:assumed-role/r/s", "AROA:s", "arn:aws:iam::1:role/r", True,
             "false", "Management", "2", ["arn:aws:iam::1:user/eve"], "aws-cli")
        ]  # fmt: skip
        assert "mapped back from OCSF as far as its fields allow" in wrappings(case).pop()


def changed(**members: Any) -> dict[str, Any]:
    return {**OCSF, **members}


FOREIGN = changed(metadata={"product": {"name": "EKS"}}, class_uid=6003)
USER = {"type": "IAMUser", "uid": "AIDAX", "uuid": "arn:aws:iam::1:user/eve", "uid_alt": "AKIAIOSFODNN7EXAMPLE"}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (changed(actor={"user": USER}),
         {"ct.user.arn": USER["uuid"], "ct.user.principalid": "AIDAX", "ct.user.accesskeyid": USER["uid_alt"]}),
        (changed(class_uid=3002, actor=None, user=USER, status_id=2, api={"operation": "ConsoleLogin"}),
         {"ct.user": "eve", "ct.outcome": "denied"}),
        (changed(api={"operation": "X"}, status_id=2, status="Failure"), {"ct.outcome": "error"}),
        (changed(unmapped={"eventCategory": "Data", "a.b": "c"}), {"ct.eventcategory": "Data", "ct.json.a.b": "c"}),
        (changed(unmapped=[{"key": "eventCategory", "value": "Data"}]), {"ct.eventcategory": "Data"}),
        (changed(time_dt="2025-11-23 06:40:00 UTC"), {"ct.time": "2025-11-23T06:40:00Z"}),
        (changed(actor="nobody", resources=7, unmapped=7, time="soon"), {"ct.name": "CreateUser", "ct.time": "soon"}),
        (changed(raw_data=TEXTS[0].decode()), {"ct.record": TEXTS[0].decode()}),
    ],
)  # fmt: skip
def test_writers_of_ocsf_differ_and_each_is_understood(event: dict[str, Any], expected: dict[str, Any], tmp_path: Path):
    with opened(tmp_path, compact(event)) as case:
        assert values(case, [*expected]) == [tuple(expected.values())]


def test_an_ocsf_event_of_another_product_stays_as_it_is(tmp_path: Path):
    with opened(tmp_path, b"\n".join(map(compact, [OCSF, FOREIGN]))) as case:
        assert {name for (name,) in values(case, ["ct.name"])} == {"CreateUser", None}
        assert json.loads(values(case, ["ct.record"])[-1][0]) == json.loads(compact(FOREIGN))
    with pytest.raises(UnreadableError, match="no dissector knows its records"), opened(tmp_path, compact(FOREIGN)):
        pass


def test_an_archive_of_several_sources_gives_one_and_names_the_others(tmp_path: Path):
    files = {"a.json": log_forms.delivered(TEXTS[:4]), "other.json": b'{"some": "thing"}\n', "b.bin": b"\0\1\2"}
    with opened(tmp_path, log_forms.zipped({"0.json": b'{"x": 1}', **files})) as case:
        facts = case.stores[0].facts()
        assert facts.rows == 4
        assert [each.why for each in facts.skipped] == ["no dissector knows its records"] * 2
        assert [each.path.rpartition("!")[2] for each in facts.damage] == ["b.bin"]


def test_logs_of_all_kinds_in_a_folder_are_one_source_without_copies(tmp_path: Path):
    for number, make in enumerate([*JSON_FORMS.values()]):
        (tmp_path / f"{number}.log").write_bytes(make(TEXTS))
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        apart = {row[0] for row in values(case, ["ct.copies"])}
        rewritten = len(REWRITTEN)
        assert case.count() <= len(TEXTS) * (1 + rewritten)
        assert max(apart) >= len(JSON_FORMS) - rewritten


def test_a_notice_of_s3_is_no_record(tmp_path: Path):
    notice = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventTime": "2026-11-23T00:00:00Z",
              "eventName": "ObjectCreated:Put", "s3": {}}  # fmt: skip
    (tmp_path / "a.json").write_bytes(compact({"Records": [notice]}))
    (tmp_path / "b.json").write_bytes(log_forms.delivered(TEXTS[:1]))
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert case.count() == 1
        assert [each.why for each in case.stores[0].facts().skipped] == ["no dissector knows its records"]


def test_rows_of_a_table_that_do_not_fit_are_told(tmp_path: Path):
    good = [parsed(TEXTS)[0]["eventID"], TEXTS[0].decode()]
    with opened(tmp_path, table(["eventID", "eventJson"], [good, ["x"], ["y", "no record"], good[:2]])) as case:
        assert case.count() == 1
        whats = [each.what for each in case.stores[0].facts().damage]
    assert whats == ["a row of 1 cells under 2 columns", "a row that holds no record"]
