"""What a start does not need is not imported: a static linter does not see imports inside functions, a process does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("duckdb", "textual", "pyarrow", "boto3", "botocore", "numpy")


def loaded(statement: str) -> set[str]:
    """Top-level modules that a fresh process has loaded after the statement."""
    code = f"""
import json, sys
try:
    {statement}
except SystemExit:
    pass
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import thresher", HEAVY),
        ("import thresher.capture", HEAVY),
        ("import thresher.__main__", HEAVY),
        ("from thresher.__main__ import main; main(['--help'])", ("duckdb", "textual", "pyarrow", "boto3")),
        ("from thresher.__main__ import main; main(['read', '--help'])", ("duckdb", "textual", "pyarrow", "boto3")),
        ("from thresher.__main__ import main; main(['--version'])", ("duckdb", "textual", "pyarrow", "boto3")),
        ("import thresher.tui.app", ("pyarrow", "boto3", "duckdb")),
        ("import thresher.dissectors.syscall", ("duckdb", "textual", "boto3")),
        ("import thresher.dissectors.cloudtrail", ("duckdb", "textual", "boto3", "pyarrow")),
    ],
)
def test_a_start_loads_only_what_it_needs(statement: str, unwanted: tuple[str, ...]) -> None:
    assert not loaded(statement) & set(unwanted)


def test_the_interpreted_kernel_never_loads_cython() -> None:
    found = loaded("from thresher.dissectors.syscall import kernel_choice; kernel_choice.load('interpreted')")
    assert "Cython" not in found
    assert "cython" not in found
