"""Makes log files with digests as CloudTrail delivers them, signed with a key that is for tests only (stage ②)."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from thresher.dissectors.cloudtrail.signatures import padded

P = 0xDA14A67D0EF12D839F612ABE3433B6D46744D7B406957AA66D4DF34FFB49091FB40A335F5EB9759BF2F7CAA8E8E84ECCE08D98946BA74B724C1A8AC90A550FA1  # fmt: skip # noqa: E501
Q = 0xC3CD9D62F9E2A326E4502AF79449F834FAF4C423BF785885BD078C1945B4F5DDC8D8AB05D437D3EFB201CCF31BEAEF49FE98506A278285166137C9539A590833  # fmt: skip # noqa: E501
E = 65537
FINGERPRINT = "00112233445566778899aabbccddeeff"
ACCOUNT, REGION, BUCKET = "111122223333", "eu-central-1", "trail-logs"
START = datetime(2026, 11, 23, 6, tzinfo=UTC)
ROOT = f"AWSLogs/{ACCOUNT}"


def signed(message: bytes) -> bytes:
    number = int.from_bytes(padded(message, 128), "big")
    return pow(number, pow(E, -1, (P - 1) * (Q - 1)), P * Q).to_bytes(128, "big")


def _der(tag: int, body: bytes) -> bytes:
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x82]) + len(body).to_bytes(2, "big")
    return bytes([tag]) + length + body


def public_key() -> bytes:
    numbers = (number.to_bytes(number.bit_length() // 8 + 1, "big") for number in (P * Q, E))
    return _der(0x30, b"".join(_der(0x02, number) for number in numbers))


def log_object(hour: int) -> str:
    time = START + timedelta(hours=hour, minutes=20)
    return (
        f"{ROOT}/CloudTrail/{REGION}/{time:%Y/%m/%d}/{ACCOUNT}_CloudTrail_{REGION}_{time:%Y%m%dT%H%MZ}_x{hour}.json.gz"
    )


def digest_object(hour: int) -> str:
    end = START + timedelta(hours=hour + 1)
    name = f"{ACCOUNT}_CloudTrail-Digest_{REGION}_main_{REGION}_{end:%Y%m%dT%H%M%SZ}.json.gz"
    return f"{ROOT}/CloudTrail-Digest/{REGION}/{end:%Y/%m/%d}/{name}"


def made(folder: Path, hours: int = 4, *, with_signatures: bool = True) -> Path:
    """Hours of logs, one file each, and the digest of every hour."""
    before: dict[str, Any] | None = None
    for hour in range(hours):
        record = {"eventTime": f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}", "eventVersion": "1.10"}
        text = json.dumps({"Records": [{**record, "eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"}]})
        _write(folder / log_object(hour), text.encode())
        before = _digest(folder, hour, text.encode(), before, with_signatures)
    if with_signatures:
        value = base64.b64encode(public_key()).decode()
        keys = {"PublicKeyList": [{"Value": value, "Fingerprint": FINGERPRINT}]}
        (folder / "public-keys.json").write_text(json.dumps(keys))
    return folder


def _digest(
    folder: Path, hour: int, log: bytes, before: dict[str, Any] | None, with_signatures: bool
) -> dict[str, Any]:
    start = START + timedelta(hours=hour)
    content = {
        "awsAccountId": ACCOUNT,
        "digestStartTime": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "digestEndTime": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        "digestS3Bucket": BUCKET,
        "digestS3Object": digest_object(hour),
        "digestPublicKeyFingerprint": FINGERPRINT,
        "digestSignatureAlgorithm": "SHA256withRSA",
        "previousDigestS3Bucket": BUCKET if before else None,
        "previousDigestS3Object": before and before["object"],
        "previousDigestHashValue": before and before["sha256"],
        "previousDigestSignature": before and before["signature"],
        "logFiles": [{"s3Bucket": BUCKET, "s3Object": log_object(hour), "hashValue": hashlib.sha256(log).hexdigest()}],
    }
    text = json.dumps(content).encode()
    sha256 = hashlib.sha256(text).hexdigest()
    parts = (
        content["digestEndTime"],
        f"{BUCKET}/{digest_object(hour)}",
        sha256,
        before["signature"] if before else "null",
    )
    signature = signed("\n".join(map(str, parts)).encode()).hex()
    path = folder / digest_object(hour)
    _write(path, text)
    if with_signatures:
        metadata = {"signature": signature, "signature-algorithm": "SHA256withRSA"}
        path.with_name(path.name + ".meta.json").write_text(json.dumps({"ETag": '"0"', "Metadata": metadata}))
    return {"object": digest_object(hour), "sha256": sha256, "signature": signature}


def _write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text, mtime=0))
