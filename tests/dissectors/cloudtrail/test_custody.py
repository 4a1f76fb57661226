"""Copies of logs against their digests: what was done to a copy, and what is said of which file (stages ②⑤)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.cloudtrail_digests import digest_object, log_object, made, public_key, signed
from thresher.capture import checking
from thresher.capture.case import open_case
from thresher.capture.cli.main import main
from thresher.capture.custody import Verdict
from thresher.capture.errors import UnreadableError
from thresher.dissectors.cloudtrail import signatures

V = Verdict


def verdicts(folder: Path) -> dict[str, Verdict]:
    """Verdicts that are not valid, by file name."""
    findings = checking.check([str(folder)])
    return {each.path.rpartition("/")[2]: each.verdict for each in findings if each.verdict is not V.VALID}


def name(key: str) -> str:
    return key.rpartition("/")[2]


def edited(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"ListBuckets", b"ListUsers")))


def cut_log(folder: Path) -> None:
    edited(folder / log_object(1))


def removed_log(folder: Path) -> None:
    (folder / log_object(1)).unlink()


def added_log(folder: Path) -> None:
    log = folder / log_object(1)
    log.with_name(log.name.replace("_x1", "_added")).write_bytes(log.read_bytes().replace(b"x", b"x"))


def appended_member(folder: Path) -> None:
    log = folder / log_object(1)
    log.write_bytes(log.read_bytes() + gzip.compress(b'{"Records":[]}'))


def unlisted_in_digest(folder: Path) -> None:
    """A file and its entry are taken out."""
    path = folder / digest_object(1)
    content = json.loads(gzip.decompress(path.read_bytes()))
    content["logFiles"] = []
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
    removed_log(folder)


def removed_digest(folder: Path) -> None:
    (folder / digest_object(1)).unlink()


def uncompressed(folder: Path) -> None:
    log = folder / log_object(1)
    log.with_suffix("").write_bytes(gzip.decompress(log.read_bytes()))
    log.unlink()


def nothing(folder: Path) -> None:
    """The copy as it was delivered."""


DEEDS: list[tuple[Callable[[Path], None], dict[str, Verdict]]] = [
    (nothing, {}),
    (uncompressed, {}),
    (cut_log, {name(log_object(1)): V.CHANGED}),
    (removed_log, {name(log_object(1)): V.MISSING}),
    (added_log, {name(log_object(1)).replace("_x1", "_added"): V.UNLISTED}),
    (appended_member, {name(log_object(1)): V.CHANGED}),
    (unlisted_in_digest, {name(digest_object(1)): V.CHANGED}),
    (removed_digest, {name(digest_object(1)): V.MISSING, name(log_object(1)): V.UNVERIFIABLE}),
]


@pytest.mark.parametrize(("deed", "expected"), DEEDS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_done_to_a_copy_is_found(tmp_path: Path, deed: Callable[[Path], None], expected: dict[str, Verdict]):
    made(tmp_path)
    deed(tmp_path)
    assert verdicts(tmp_path) == expected


@pytest.mark.parametrize(("deed", "expected"), DEEDS, ids=lambda value: getattr(value, "__name__", ""))
def test_without_signatures_only_a_digest_with_none_behind_it_cannot_be_told(
    tmp_path: Path, deed: Callable[[Path], None], expected: dict[str, Verdict]
):
    made(tmp_path, with_signatures=False)
    deed(tmp_path)
    unsigned = {3} if deed is not removed_digest else {0, 3}
    assert verdicts(tmp_path) == {**expected, **{name(digest_object(hour)): V.UNVERIFIABLE for hour in unsigned}}


def test_two_digests_missing_in_a_row_are_noticed(tmp_path: Path):
    made(tmp_path, hours=5)
    for hour in (1, 2):
        (tmp_path / digest_object(hour)).unlink()
    missing = [each for each in checking.check([str(tmp_path)]) if each.verdict is V.MISSING]
    assert [each.path for each in missing if each.path == digest_object(2)]
    assert any("1 more digest in a row, 2026-11-23 07:00 to 2026-11-23 08:00" in each.why for each in missing)


def test_a_digest_that_was_made_later_is_no_gap_in_the_chain(tmp_path: Path):
    made(tmp_path)
    path = tmp_path / digest_object(1)
    content = json.loads(gzip.decompress(path.read_bytes()))
    late = digest_object(1).replace(".json.gz", "_backfill.json.gz")
    content |= {"digestS3Object": late, "logFiles": [], "previousDigestS3Object": None}
    (tmp_path / late).write_bytes(gzip.compress(json.dumps(content).encode()))
    assert verdicts(tmp_path) == {name(late): V.UNVERIFIABLE}
    removed_digest(tmp_path)
    found = {name(each.path): each.verdict for each in checking.check([str(tmp_path)])}
    assert found[name(log_object(1))] == V.UNVERIFIABLE


def test_opening_a_copy_says_what_its_digests_are_for(tmp_path: Path):
    made(tmp_path)
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert {each.why for each in case.stores[0].facts().skipped} == {"is a digest, which 'thresher verify' reads"}


def test_files_listed_by_a_changed_digest_are_not_vouched_for(tmp_path: Path):
    made(tmp_path)
    path = tmp_path / digest_object(1)
    text = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(text.replace(b'"awsAccountId"', b'"AwsAccountId"')))
    assert verdicts(tmp_path) == {name(digest_object(1)): V.CHANGED, name(log_object(1)): V.UNVERIFIABLE}


@pytest.mark.parametrize(
    "text", ["", "{}", '{"PublicKeyList": [{"Value": "AA==", "Fingerprint": "00"}]}', "[" * 100_000]
)
def test_broken_keys_are_no_keys(tmp_path: Path, text: str):
    made(tmp_path)
    (tmp_path / "public-keys.json").write_text(text)
    assert verdicts(tmp_path) == {name(digest_object(3)): V.UNVERIFIABLE}


@given(st.binary(max_size=100), st.integers(0, 127), st.integers(1, 255))
def test_a_signature_holds_and_no_other_does(message: bytes, place: int, change: int):
    key = signatures.parsed(public_key())
    signature = bytearray(signed(message))
    assert signatures.holds(key, message, bytes(signature))
    assert not signatures.holds(key, message + b"x", bytes(signature))
    signature[place] ^= change
    assert not signatures.holds(key, message, bytes(signature))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_keys(der: bytes):
    try:
        signatures.parsed(der)
    except ValueError:
        return
    raise AssertionError("random bytes are a key")


def test_the_command_says_it_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    made(tmp_path)
    assert main(["verify", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "8 valid, 0 changed, 0 missing, 0 unlisted, 0 unverifiable\n"
    cut_log(tmp_path)
    assert main(["verify", str(tmp_path), "-T", "json"]) == 1
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["verdict"], first["why"]) == ("changed", "its digest has another hash")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(UnreadableError, match="there is no such file or folder"):
        checking.check([str(tmp_path / "nowhere")])
