"""Lays what files say of containers and pods over the table of containers, and says where they disagree; stage ②."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from thresher.capture.supplement import Supplement
from thresher.dissectors.syscall import batches
from thresher.dissectors.syscall.container_metadata import COLUMNS, Record, merged
from thresher.dissectors.syscall.container_rows import TYPES
from thresher.dissectors.syscall.containers import HOST
from thresher.dissectors.syscall.supplied_metadata import read
from thresher.dissectors.syscall.tables import CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thresher.capture.model import Value
    from thresher.capture.supplement import Rows, Supplied

OF_POD = ("pod_name", "pod_namespace", "pod_labels", "ip")
"""What a pod's own record fills in of each of its containers."""
_BY_FILE = "supplied_containers", "supplied_pods"
RECORDED = "recorded_containers"
"""The name of the table of the capture itself, under the one that is laid over it."""
COMPARED = {
    "name": "name", "image": "image", "image_id": "image id", "pod_name": "pod", "pod_namespace": "namespace",
    "pod_uid": "pod uid", "privileged": "privileged",
}  # fmt: skip
"""Columns in which capture and files should say the same, and what people call them."""
MOST_FINDINGS = 20


class FromFiles(Supplement):
    """What files beside a capture say of its containers. What the capture says itself is kept."""

    def __init__(self, files: Sequence[Supplied]) -> None:
        self._paths = [file.path for file in files]
        self._containers: dict[str, Record] = {}
        self._pods: dict[str, Record] = {}
        self._said: dict[str, set[str]] = {}
        for file in files:
            told = read(file.path, file.data)
            for record in told.containers:
                _add(self._containers, record["container_id"], record, file.path)
            for record in told.pods:
                _add(self._pods, record["pod_uid"], record, file.path)
            self._said[file.path] = {record["container_id"] for record in told.containers}
            self._said[file.path] |= {record["pod_uid"] for record in told.pods}
        self.tables = {
            name: _table(records) for name, records in zip(_BY_FILE, (self._containers, self._pods), strict=True)
        }

    def views(self, database: str) -> Mapping[str, str]:
        """See ``Supplement.views``."""
        recorded = f"SELECT * FROM {database}.main.containers"
        columns = ", ".join(f"{_chosen(column.name)} AS {column.name}" for column in CONTAINERS.columns)
        joined = (
            f"FROM {RECORDED} AS c LEFT JOIN {_BY_FILE[0]} AS s USING (container_id) "
            f"LEFT JOIN {_BY_FILE[1]} AS p ON p.pod_uid = coalesce(c.pod_uid, s.pod_uid)"
        )
        return {RECORDED: recorded, CONTAINERS.name: f"SELECT {columns} {joined}"}

    def findings(self, rows: Rows) -> list[str]:
        """See ``Supplement.findings``."""
        listed = ", ".join(COMPARED)
        recorded = rows(f"SELECT container_id, pod_uid, {listed} FROM {RECORDED} WHERE container_id <> '{HOST}'")
        return [*self._unmatched(recorded), *self._differing(recorded)]

    def _unmatched(self, recorded: Sequence[tuple[Value, ...]]) -> list[str]:
        known = {value for row in recorded for value in row[:2]}
        return [
            f"{path}: nothing in this capture is of the {len(said)} containers and pods that it names"
            for path, said in self._said.items()
            if said and not said & known
        ]

    def _differing(self, recorded: Sequence[tuple[Value, ...]]) -> list[str]:
        found = []
        for row in recorded:
            identity, values = str(row[0]), row[2:]
            record = self._containers.get(identity, {})
            for (column, called), value in zip(COMPARED.items(), values, strict=True):
                here, there = str(value), str(record.get(column))
                if value is not None and record.get(column) is not None and not _same(column, here, there):
                    where = record["told"][column]
                    found.append(
                        f"{where}: the {called} of container {identity} is {there} there and {here} in the "
                        "capture, which counts"
                    )
        more = len(found) - MOST_FINDINGS
        return [*found[:MOST_FINDINGS], *([f"{more} more such contradictions"] if more > 0 else [])]


def _add(records: dict[str, Record], key: str, record: Record, path: str) -> None:
    """What an earlier file said is kept; which file said what stands beside it."""
    old = records.get(key, {"told": {}})
    said = {name for name, value in record.items() if value not in (None, [], "")} - {"container_id"}
    told = {**dict.fromkeys(said, path), **old["told"]}
    records[key] = {**merged(record, old), "told": told}


def _table(records: Mapping[str, Record]) -> Any:
    rows = [
        (*(record.get(name) for name in COLUMNS), [f"{name}={path}" for name, path in sorted(record["told"].items())])
        for record in records.values()
    ]
    types = {column.name: TYPES[column.type] for column in CONTAINERS.columns}
    names = [*COLUMNS, "told"]
    kinds = [*(types[name] for name in COLUMNS), pa.list_(pa.string())]
    return pa.Table.from_batches([batches.rows_of(names, rows, kinds)])


def _chosen(column: str) -> str:
    """What the capture says, else what a file says of the container, else what one says of its pod."""
    if column == "container_id" or column not in (*COLUMNS, "supplied"):
        return f"c.{column}"
    if column == "supplied":
        missing = ", ".join(f"CASE WHEN {_present('c', name)} IS NULL THEN '{name}' END" for name in COLUMNS)
        return (
            f"list_sort(list_distinct(list_filter(list_concat(s.told, list_filter(p.told, LAMBDA x : "
            f"split_part(x, '=', 1) IN {OF_POD})), LAMBDA x : list_contains([{missing}], split_part(x, '=', 1)))))"
        )
    sources = ["c", "s", *(["p"] if column in OF_POD else [])]
    return f"coalesce({', '.join(_present(source, column) for source in sources)})"


_LISTS = frozenset(column.name for column in CONTAINERS.columns if column.type.endswith("[]"))


def _present(source: str, column: str) -> str:
    return f"nullif({source}.{column}, [])" if column in _LISTS else f"{source}.{column}"


def _same(column: str, here: str, there: str) -> bool:
    """Whether both mean the same: engines and recorders shorten names of images, ids and Kubernetes' containers."""
    compare: Callable[[str], str] = _image if column == "image" else str
    if column == "image_id":
        return here.startswith(there[:12]) or there.startswith(here[:12])
    if column == "name" and here.startswith("k8s_"):
        return here.split("_")[1] == there
    return compare(here) == compare(there)


def _image(name: str) -> str:
    """The name with what stands for the usual registry and tag left out."""
    plain = name.removeprefix("docker.io/").removeprefix("library/")
    return plain if "@" in plain or ":" in plain.rpartition("/")[2] else plain + ":latest"
