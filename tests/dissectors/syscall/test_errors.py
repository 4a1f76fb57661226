"""Error and signal numbers have the names that Linux gives them."""

from __future__ import annotations

import errno
import signal

import pytest

from thresher.dissectors.syscall.errors import ERRORS, SIGNALS, result_name


def test_error_names_are_those_of_this_system_where_it_has_them() -> None:
    synonyms = {35: "EDEADLK", 95: "EOPNOTSUPP"}
    for number, name in errno.errorcode.items():
        assert ERRORS[number] == synonyms.get(number, name)


def test_gaps_in_the_numbers_stay_gaps() -> None:
    assert 41 not in ERRORS
    assert 58 not in ERRORS


def test_errors_the_kernel_keeps_to_itself_are_named() -> None:
    assert (ERRORS[512], ERRORS[514], ERRORS[516]) == ("ERESTARTSYS", "ERESTARTNOHAND", "ERESTART_RESTARTBLOCK")


@pytest.mark.parametrize("name", ["SIGHUP", "SIGKILL", "SIGSEGV", "SIGCHLD", "SIGWINCH", "SIGSYS"])
def test_signal_names_are_those_of_this_system(name: str) -> None:
    assert SIGNALS[getattr(signal, name)] == name


@pytest.mark.parametrize(("result", "name"), [(0, "SUCCESS"), (7, "SUCCESS"), (-2, "ENOENT"), (-9999, "-9999")])
def test_results_are_named(result: int, name: str) -> None:
    assert result_name(result) == name
