"""moto's AWS on loopback, in a process of its own, with buckets that are filled before it serves."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "123456789012"
MANY = 3_000
SOME = 480
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


def record(number: int) -> dict[str, str]:
    return {
        "eventVersion": "1.08",
        "eventTime": f"2026-11-{1 + number % 28:02}T07:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "eventID": f"id-{number}",
    }


def content(number: int) -> bytes:
    return gzip.compress(json.dumps({"Records": [record(number)]}).encode(), mtime=0)


def key(number: int, account: str = "111122223333", folder: str = "CloudTrail", region: str = "eu-west-1") -> str:
    day = 1 + number % 28
    name = f"{account}_{folder}_{region}_202611{day:02}T{number // 60 % 24:02}{number % 60:02}Z_{number:016}.json.gz"
    return f"AWSLogs/{account}/{folder}/{region}/2026/11/{day:02}/{name}"


def trail_objects() -> dict[str, tuple[bytes, dict[str, str]]]:
    """All five folders, two accounts, an organisation, a folder of another service, a marker, and strange keys."""
    found = {key(number): content(number) for number in range(60)}
    found |= {key(100 + n, folder=f"CloudTrail-{kind}"): content(100 + n)
              for n, kind in enumerate(("Insight", "NetworkActivity", "Aggregated"))}  # fmt: skip
    found |= {key(200 + n, region="us-east-1"): content(200 + n) for n in range(5)}
    found["AWSLogs/o-abc123/" + key(300, "444455556666").removeprefix("AWSLogs/")] = content(300)
    found["AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/01/flow.log.gz"] = gzip.compress(b"flow")
    found["AWSLogs/111122223333/CloudTrail/eu-west-1/"] = b""
    plain = {name: (data, {}) for name, data in found.items()}
    digest = {"signature": "ab12", "signature-algorithm": "SHA256withRSA"}
    return plain | {key(400, folder="CloudTrail-Digest"): (gzip.compress(b"{}"), digest)}


def fill() -> None:
    """Put the objects straight into moto's memory."""
    from moto.s3.models import s3_backends

    backend = s3_backends[ACCOUNT]["aws"]
    for name in ("trails", "many", "some", "strange"):
        backend.create_bucket(name, "us-east-1")
    for name, (data, metadata) in trail_objects().items():
        backend.put_object("trails", name, data).set_metadata({f"x-amz-meta-{k}": v for k, v in metadata.items()})
    for number in range(MANY):
        backend.put_object("many", key(number), b"{}")
    for number in range(SOME):
        backend.put_object("some", key(number), content(number))
    backend.put_object("strange", "logs/../../../etc/evil.json.gz", content(1))
    backend.put_object("strange", "logs/a b+c%.json.gz", content(2))
    backend.put_object("strange", "logs2/other.json.gz", content(3))


def serve() -> None:
    """Serve until the process is ended; the port goes to stdout."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    fill()
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server of one's own."""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "tests.builders.moto_server"]
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


if __name__ == "__main__":
    serve()
