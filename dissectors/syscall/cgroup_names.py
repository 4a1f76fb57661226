"""Calls the controllers of cgroups by one name each, whatever a kernel calls them; stage ②."""

from __future__ import annotations

import pyarrow as pa

NAMES = {"io": "blkio", "mem": "memory", "perf": "perf_event"}
"""What kernels say to what users and filters write (libsinsp, threadinfo.cpp, set_cgroups)."""

_SUFFIX = "_cgroup"


def told_alike(cgroups: pa.Array) -> pa.Array:
    """Lists of ``controller=path``, joined with spaces, with the names that filters use."""
    encoded = cgroups.dictionary_encode()
    known = pa.array([_told_alike(text) for text in encoded.dictionary.to_pylist()], cgroups.type)
    return pa.DictionaryArray.from_arrays(encoded.indices, known).dictionary_decode()


def _told_alike(text: str) -> str:
    return " ".join(map(_renamed, text.split(" ")))


def _renamed(item: str) -> str:
    name, equals, path = item.partition("=")
    name = name.replace(_SUFFIX, "", 1)
    return NAMES.get(name, name) + equals + path
