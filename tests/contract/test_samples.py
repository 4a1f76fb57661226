"""Every sample is what the manifest says, tells its story, and may be passed on."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MANIFEST = SAMPLES / "manifest.toml"
ENTRIES = tomllib.loads(MANIFEST.read_text("utf-8"))["sample"] if MANIFEST.exists() else []
FOLDERS = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir() and path.name != "__pycache__")


def digest(path: Path) -> str:
    """SHA-256 of a file, or of a folder's sorted 'digest  path' lines as sha256sum prints them."""
    if path.is_file():
        return sha256(path.read_bytes()).hexdigest()
    files = sorted(found for found in path.rglob("*") if found.is_file())
    lines = [f"{digest(found)}  {found.relative_to(path).as_posix()}\n" for found in files]
    return sha256("".join(lines).encode()).hexdigest()


def test_every_folder_is_in_the_manifest() -> None:
    assert {entry["path"].partition("/")[0] for entry in ENTRIES} == set(FOLDERS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["path"])
def test_a_sample_has_its_digest_origin_and_licence(entry: dict[str, str]) -> None:
    assert entry["sha256"] == digest(SAMPLES / entry["path"])
    assert entry["origin"].strip()
    assert entry["licence"].strip()


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sample_tells_its_story(folder: str) -> None:
    assert len((SAMPLES / folder / "README.md").read_text("utf-8").split()) > 50
