"""Paths and addresses are written as a simple model, and as the system's own library, write them."""

from __future__ import annotations

import socket

from hypothesis import example, given
from hypothesis import strategies as st

from thresher.dissectors.syscall import kernel_choice

KERNEL = kernel_choice.load("interpreted")
PIECES = st.lists(st.sampled_from(["", ".", "..", "a", "bc", "...", ".x", "..y"]), max_size=8)
SIGN = 1 << 63


def written(method: str, *arguments: object) -> str:
    """What a method of ``Names`` puts at the end of a new arena."""
    arena = KERNEL.tables.Arena()
    start = getattr(KERNEL.names.Names(arena), method)(*arguments)
    return bytes(arena.data[start : arena.used]).decode()


def joined(base: str, path: str) -> str:
    """Join through the kernel: the folder lies in the arena, as it does there."""
    arena = KERNEL.tables.Arena()
    at = arena.copy_in(memoryview(base.encode()), 0, len(base))
    start = KERNEL.names.Names(arena).join(at, len(base), memoryview(path.encode()), 0, len(path))
    return bytes(arena.data[start : arena.used]).decode()


def model(base: str, path: str) -> str:
    """Components on a stack; nothing climbs above the root."""
    if not path:
        return ""
    parts: list[str] = [part for part in base.split("/") if part] if not path.startswith("/") else []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


@given(base=st.lists(st.sampled_from(["srv", "x", "a.b"]), max_size=4), pieces=PIECES, absolute=st.booleans())
@example(base=[], pieces=["..", ".."], absolute=False)
@example(base=["srv"], pieces=["", ""], absolute=False)
def test_paths_join_like_a_stack_of_folders(base: list[str], pieces: list[str], absolute: bool) -> None:
    folder = "/" + "".join(part + "/" for part in base)
    path = ("/" if absolute else "") + "/".join(pieces)
    assert joined(folder, path) == model(folder, path)


@given(st.binary(min_size=16, max_size=16))
@example(bytes(16))
@example(bytes(15) + b"\1")
@example(bytes(10) + b"\xff\xff\1\2\3\4")
@example(bytes(12) + b"\1\2\3\4")
@example(bytes.fromhex("20010db8000000000000000000000001"))
@example(bytes.fromhex("00010000000000020000000000000003"))
def test_ipv6_is_written_as_inet_ntop_writes_it(packed: bytes) -> None:
    high, low = (int.from_bytes(half, "big", signed=True) for half in (packed[:8], packed[8:]))
    assert written("ipv6", high, low) == socket.inet_ntop(socket.AF_INET6, packed)


@given(st.lists(st.sampled_from([0, 0, 0, 1, 0xABC, 0xFFFF]), min_size=8, max_size=8))
def test_runs_of_zero_groups_fold_as_in_inet_ntop(groups: list[int]) -> None:
    test_ipv6_is_written_as_inet_ntop_writes_it.hypothesis.inner_test(b"".join(g.to_bytes(2, "big") for g in groups))


@given(st.binary(min_size=4, max_size=4))
def test_ipv4_is_dotted_decimal(packed: bytes) -> None:
    assert written("ipv4", int.from_bytes(packed, "big")) == socket.inet_ntoa(packed)


@given(st.integers(min_value=0, max_value=SIGN - 1))
def test_numbers_are_written_as_python_writes_them(value: int) -> None:
    assert written("decimal", value) == str(value)


@given(st.integers(min_value=-SIGN, max_value=SIGN - 1))
def test_kernel_addresses_are_hexadecimal(value: int) -> None:
    assert written("hexadecimal", value, 16) == f"{value % (1 << 64):x}"
