"""What the documents name exists: commands, options, make targets, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
SHELL = re.compile(r"^(?:\$ )?thresher +([a-z]+)\b(?![./])", re.MULTILINE)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=DOCUMENTS, ids=named)
def document(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def blocks(text: str) -> str:
    """The insides of the fenced blocks."""
    return "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def test_commands_exist(document: Path) -> None:
    from thresher.capture.cli.main import COMMANDS

    assert set(SHELL.findall(blocks(document.read_text("utf-8")))) <= {*COMMANDS, "samples"}


def test_make_targets_exist(document: Path) -> None:
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", document.read_text("utf-8"), re.MULTILINE)) <= TARGETS


def test_links_lead_to_files(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_every_document_can_be_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    missing = [
        named(path)
        for path in DOCUMENTS
        if path.is_relative_to(ROOT / "docs")
        and path.name != "README.md"
        and path.relative_to(ROOT / "docs").as_posix() not in index
    ]
    assert not missing
