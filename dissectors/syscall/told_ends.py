"""Connections of which a text names one end alone, or both without the protocol (stage ②)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from thresher.dissectors.syscall.kernel import columns as c

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAPPED = 0xFFFF
"""The upper 32 bits of the lower half of an IPv4 address, as the kernel keeps it: ``::ffff:a.b.c.d``."""
PROTOCOL_UNKNOWN = 0
_MASK32, _MASK64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_CLIENT = (c.F_CHI, c.F_CLO, c.F_CPORT)
_SERVER = (c.F_SHI, c.F_SLO, c.F_SPORT)


def untold(cells: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the client and where the server is the unspecified address and port 0, as translations write it.

    Args:
        cells: descriptors as the kernel keeps them, shape (rows, columns).
    """
    return _is_nowhere(cells, *_CLIENT), _is_nowhere(cells, *_SERVER)


def _is_nowhere(cells: NDArray[np.int64], high: int, low: int, port: int) -> NDArray[np.bool_]:
    unspecified = np.isin(cells[:, low], (0, MAPPED << 32))
    found: NDArray[np.bool_] = unspecified & (cells[:, high] == 0) & (cells[:, port] == 0)
    return found


def named(names: pa.Array, cells: NDArray[np.int64]) -> pa.Array:
    """Names by their ends for connections whose protocol is not known, which the kernel gives no name."""
    kinds = cells[:, c.F_TYPE]
    nameless = ((kinds == c.D_IPV4) | (kinds == c.D_IPV6)) & (cells[:, c.F_L4] == PROTOCOL_UNKNOWN)
    nameless &= ~(_is_nowhere(cells, *_CLIENT) & _is_nowhere(cells, *_SERVER))
    if not nameless.any():
        return names
    found = names.to_pylist()
    for row in np.flatnonzero(nameless):
        client, server = (_end(*(int(cells[row, place]) for place in places)) for places in (_CLIENT, _SERVER))
        found[row] = f"{client}->{server}"
    return pa.array(found, names.type)


def _end(high: int, low: int, port: int) -> str:
    low &= _MASK64
    if high == 0 and low >> 32 == MAPPED:
        return f"{IPv4Address(low & _MASK32)}:{port}"
    return f"{IPv6Address((high & _MASK64) << 64 | low)}:{port}"
