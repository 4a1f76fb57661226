"""The commands of docs/cloudtrail.md print what the page shows of them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from thresher.capture.cli.main import main

BLOCK = re.compile(r"^```console\n\$ (?P<command>thresher .*)\n(?P<shown>(?:(?!```).*\n)+)```$", re.MULTILINE)
LEFT_OUT = "…"


def test_every_command_prints_the_lines_shown_in_their_order(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    blocks = BLOCK.findall((root / "docs" / "cloudtrail.md").read_text("utf-8"))
    assert len(blocks) >= 9
    for command, shown in blocks:
        assert main(shlex.split(command)[1:]) == 0
        printed = iter([line.rstrip() for line in capsys.readouterr().out.splitlines()])
        missing = [line for line in shown.splitlines() if line != LEFT_OUT and line not in printed]
        assert not missing, command
