"""What an access key tells by itself: its account and its kind (stage ②)."""

from __future__ import annotations

import base64
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.cloudtrail_walk import key_account
from tests.dissectors.cloudtrail.test_derived import value, values
from thresher.dissectors.cloudtrail.keys import account_of


def key_of(account: int, rest: int = 0) -> str:
    """A key that encodes an account: bit 0 set, then forty bits."""
    bits = (1 << 47 | account << 7 | rest & 0x7F) << 32
    return "ASIA" + base64.b32encode(bits.to_bytes(10, "big")).decode()


def identity(key: Any) -> dict[str, Any]:
    return {"eventTime": "2026-11-23T07:00:00Z", "eventVersion": "1.10", "userIdentity": {"accessKeyId": key}}


def test_the_account_of_a_published_key():
    """The example of the article that first described the encoding (A. Steele, 2020)."""
    assert value("ct.user.keyaccount", userIdentity={"accessKeyId": "ASIAQNZGKIQY56JQ7WML"}) == "029608264753"


def decoded(keys: list[str]) -> list[str | None]:
    sql = f"SELECT {account_of('key')} FROM (SELECT unnest(?::VARCHAR[]) AS key)"
    return [row[0] for row in duckdb.execute(sql, [keys]).fetchall()]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 10**12 - 1), st.integers(0, 127)), max_size=20))
def test_every_account_comes_back_from_its_key(accounts: list[tuple[int, int]]):
    assert decoded([key_of(*pair) for pair in accounts]) == [f"{account:012}" for account, _ in accounts]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAI44QH8DHBEXAMPLE",
        "ASIAQNZGKIQY56JQ7WM",
        "AROAQNZGKIQY56JQ7WML",
        key_of(10**12),
        7,
    ],
)
def test_a_key_that_holds_no_account_has_none(key: object):
    assert value("ct.user.keyaccount", userIdentity={"accessKeyId": key}) is None


@settings(max_examples=25)
@given(st.lists(st.text("AIKS72QZ", min_size=20, max_size=20) | st.from_regex("ASIA[A-Z2-7]{16}", fullmatch=True)))
def test_sql_and_python_decode_alike(keys: list[str]):
    assert decoded(keys) == [key_account(key) for key in keys]


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("long-term", {"userIdentity": {"accessKeyId": "AKIAX"}}),
        ("temporary", {"userIdentity": {"accessKeyId": "ASIAX"}}),
        ("console", {"userIdentity": {"accessKeyId": "ASIAX"}, "sessionCredentialFromConsole": "true"}),
        ("console", {"eventType": "AwsConsoleSignIn"}),
        (None, {"userIdentity": {"accessKeyId": ""}}),
        (None, {}),
    ],
)
def test_kinds_of_keys(kind: str | None, members: dict[str, Any]):
    assert value("ct.user.keykind", **members) == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jul 10, 2023, 12:09:47 PM", 1688990987),
        ("Jul 10, 2023, 1:04:10\u202fPM", 1688994250),
        ("2026-11-23T08:18:05Z", 1795421885),
        ("tomorrow", None),
    ],
)
def test_spellings_of_when_a_key_expires(text: str, expected: int | None):
    response = {"credentials": {"accessKeyId": "ASIAX", "expiration": text}}
    assert value("ct.issuedkey.expires", responseElements=response) == (expected and expected * 10**9)


def test_minor_versions_compare_as_numbers():
    records = [identity("") | {"eventVersion": text} for text in ("1.9", "1.10", "1.0")]
    assert values("ct.version.minor", *records) == [9, 10, 0]
