"""Every module says in one sentence what its duty is and at which stage it stands."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for folder in ("capture", "dissectors", "tui") for path in (ROOT / folder).rglob("*.py"))


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_states_its_duty_in_one_sentence_and_names_its_stage(path: Path) -> None:
    first = docstring(path).partition("\n\n")[0].replace("\n", " ")
    assert first.endswith((".", ".``")), "a sentence with a full stop"
    assert not re.search(r"[a-z)]\. [A-Z]", first), "one sentence"
    assert re.search("[①②③④⑤]", first), "names a stage of docs/architecture.md"
