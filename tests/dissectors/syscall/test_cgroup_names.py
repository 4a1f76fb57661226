"""Controllers of cgroups have one name each, whatever the recording kernel called them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from thresher.dissectors.syscall.cgroup_names import told_alike


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("cpuset=/ io=/user.slice", "cpuset=/ blkio=/user.slice"),
        ("perf=/a mem=/b perf_event=/c", "perf_event=/a memory=/b perf_event=/c"),
        ("cpu_cgroup=/docker/1 net_cls=/x", "cpu=/docker/1 net_cls=/x"),
        ("name=systemd=/init.scope", "name=systemd=/init.scope"),
        ("io", "blkio"),
        ("", ""),
    ],
)
def test_the_name_that_filters_use_is_shown(told: str, shown: str) -> None:
    assert told_alike(pa.array([told, None, told])).to_pylist() == [shown, None, shown]
