"""What the user's files say of addresses, labels, countries and operators, and fields of a log made of it (stage ②)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import mmdb
from tests.builders.cloudtrail_case import Opened
from thresher.capture import addresses, config
from thresher.capture.errors import UsageError

CITY = {
    "198.51.100.0/24": {"country": {"iso_code": "DE"}, "city": {"names": {"en": "Berlin"}}},
    "2001:db8::/32": {"registered_country": {"iso_code": "FR"}},
}
ASN = {"198.51.0.0/16": {"autonomous_system_number": 64500, "autonomous_system_organization": "Example Net"}}
SOURCES = ["198.51.100.7", "2001:db8::7", "203.0.113.9", "ec2.amazonaws.com", "AWS Internal", "::ffff:198.51.100.7"]


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "thresher"
    folder.mkdir()
    files = [mmdb.write(tmp_path / "city.mmdb", CITY), mmdb.write(tmp_path / "asn.mmdb", ASN)]
    listed = ", ".join(json.dumps(str(file)) for file in files)
    labels = '[networks]\nall = ["0.0.0.0/0"]\noffice = ["198.51.100.0/24", "2001:db8::/48"]\n'
    (folder / config.FILE).write_text(f"{labels}[addresses]\ndatabases = [{listed}]\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


EXPECTED = {
    "network": ["office", "office", "all", None, None, "office"],
    "country": ["DE", "FR", None, None, None, "DE"],
    "city": ["Berlin", None, None, None, None, "Berlin"],
    "asn": [64500, None, None, None, None, 64500],
    "org": ["Example Net", None, None, None, None, "Example Net"],
}


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("fact", EXPECTED)
def test_each_fact_of_each_kind_of_source(fact: str):
    assert addresses.facts(fact, SOURCES, config.current()) == EXPECTED[fact]


@pytest.mark.parametrize("fact", EXPECTED)
def test_they_are_fields_of_a_log(configured: Path, fact: str):
    folder = configured / "logs"
    folder.mkdir()
    members = {"eventVersion": "1.10", "eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"}
    records = [
        {**members, "eventTime": f"2026-11-23T07:00:0{place}Z", "sourceIPAddress": source}
        for place, source in enumerate(SOURCES)
    ]
    (folder / "log.json").write_text(json.dumps(records))
    logs = Opened(folder)
    assert logs.values(f"ct.src.{fact}") == EXPECTED[fact]
    places = [place for place, value in enumerate(EXPECTED[fact]) if value == EXPECTED[fact][0]]
    assert logs.chosen(f"ct.src.{fact} == {json.dumps(EXPECTED[fact][0])}") == places
    assert any(f"ct.src.{fact}" == node.label for branch in logs.case.details(0) for node in branch.children)


def test_what_is_not_configured_is_an_error_that_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"nothing tells the country of addresses; name it under .*config\.toml"):
        addresses.facts("country", SOURCES, config.current())


def test_a_file_that_is_no_database_is_an_error_that_names_it(tmp_path: Path):
    (tmp_path / "x.mmdb").write_bytes(b"no database")
    with pytest.raises(UsageError, match=r"x\.mmdb: is no MaxMind database"):
        addresses.facts("asn", SOURCES, config.Config(tmp_path, address_databases=(tmp_path / "x.mmdb",)))


def test_the_identity_of_the_answers_changes_with_the_files(configured: Path):
    before = {fact: addresses.identity(fact, config.current()) for fact in EXPECTED}
    mmdb.write(configured / "asn.mmdb", CITY)
    after = {fact: addresses.identity(fact, config.current()) for fact in EXPECTED}
    assert {fact for fact in EXPECTED if before[fact] != after[fact]} == {"country", "city", "asn", "org"}
