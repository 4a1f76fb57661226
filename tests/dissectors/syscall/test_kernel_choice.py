"""Which kernel runs: compiled where a fresh build is there, interpreted otherwise, and never a stale one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from thresher.dissectors.syscall import kernel_choice


@pytest.fixture
def asked_anew() -> Iterator[None]:
    """The answer of other tests does not count here, nor this one's there."""
    kernel_choice.unusable.cache_clear()
    yield
    kernel_choice.unusable.cache_clear()


def test_the_interpreted_kernel_is_always_there() -> None:
    kernel = kernel_choice.load("interpreted")
    assert kernel.replay.__file__.endswith("replay.py")


def test_both_kernels_run_in_one_process() -> None:
    if why := kernel_choice.unusable():
        pytest.skip(why)
    compiled, interpreted = kernel_choice.load("compiled"), kernel_choice.load("interpreted")
    assert compiled.replay.__file__ != interpreted.replay.__file__
    assert kernel_choice.kind() == "compiled"


def test_a_build_of_other_sources_is_refused(monkeypatch: pytest.MonkeyPatch, asked_anew: None) -> None:
    if why := kernel_choice.unusable():
        pytest.skip(why)
    kernel_choice.unusable.cache_clear()
    monkeypatch.setattr(kernel_choice, "digest", lambda folder, name: "an edit")
    assert "built from other sources" in kernel_choice.unusable()
    assert kernel_choice.kind() == "interpreted"
    with pytest.raises(kernel_choice.KernelError, match="make kernel"):
        kernel_choice.load("compiled")


def test_a_kernel_can_be_forced_from_outside() -> None:
    code = "from thresher.dissectors.syscall import kernel_choice; print(kernel_choice.kind())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={kernel_choice.VARIABLE: "interpreted", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "interpreted\n"


def test_an_unknown_kernel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernel_choice.VARIABLE, "fast")
    with pytest.raises(kernel_choice.KernelError, match="'fast' is neither 'compiled' nor 'interpreted'"):
        kernel_choice.kind()
