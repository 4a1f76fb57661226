"""What holds of every outcome of the kernel, whatever bytes it was given."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tests.builders.kernel_runs import Outcome, run
from thresher.capture.model import EventFlag


def column(table: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A column of integers, -1 where NULL."""
    return table[name].cast(pa.int64()).fill_null(-1).to_numpy()


def broken_law(data: bytes, outcome: Outcome) -> str:
    """Which law of every outcome this one breaks, '' where it breaks none."""
    return _bytes_law(data, outcome) or _rows_law(outcome) or _links_law(outcome) or _intervals_law(outcome)


def _bytes_law(data: bytes, outcome: Outcome) -> str:
    counts = outcome.accounting
    total = counts.event_bytes + counts.state_bytes + counts.unknown_bytes + counts.damaged_bytes
    if total != len(data):
        return f"{total} bytes are accounted for, of {len(data)}"
    if counts.damaged_bytes and not outcome.damage:
        return "bytes are damaged and nothing is reported"
    for one in outcome.damage:
        if not 0 <= one.offset <= one.offset + one.length <= len(data):
            return f"a report lies outside the file: {one}"
    return ""


def _rows_law(outcome: Outcome) -> str:
    events = outcome.tables.get("events")
    if events is None:
        return f"{outcome.accounting.event_blocks} blocks, no row" if outcome.accounting.event_blocks else ""
    if column(events, "num").tolist() != list(range(events.num_rows)):
        return "rows are not numbered one after the other"
    merged = int((column(events, "enter_offset") >= 0).sum())
    if events.num_rows + merged != outcome.accounting.event_blocks:
        return f"{events.num_rows} rows and {merged} merged enters from {outcome.accounting.event_blocks} blocks"
    offsets = np.concatenate([column(events, "offset_bytes"), column(events, "enter_offset")])
    offsets = offsets[offsets >= 0]
    if len(np.unique(offsets)) != outcome.accounting.event_blocks:
        return "a block is shown twice"
    if len(np.unique(column(events, "evt_num"))) != events.num_rows:
        return "two rows have one number"
    latency = events["latency_ns"].drop_null().to_numpy()
    return "a latency is negative" if len(latency) and latency.min() < 0 else ""


def _links_law(outcome: Outcome) -> str:
    tables = outcome.tables
    for table, link, target in (
        ("events", "proc_id", "processes"),
        ("events", "fd_id", "fds"),
        ("process_ends", "proc_id", "processes"),
        ("parentage", "proc_id", "processes"),
        ("parentage", "parent_proc_id", "processes"),
    ):
        if table not in tables:
            continue
        values = column(tables[table], link)
        rows = tables[target].num_rows if target in tables else 0
        if len(values) and values.max() >= rows:
            return f"{table}.{link} {values.max()} of {rows} rows of {target}"
    for table, key in (("processes", "proc_id"), ("fds", "fd_id")):
        if table in tables and column(tables[table], key).tolist() != list(range(tables[table].num_rows)):
            return f"{table} are not numbered one after the other"
    return _streams_law(tables)


def _streams_law(tables: dict[str, pa.Table]) -> str:
    if "streams" not in tables:
        return ""
    joined, streams = column(tables["streams"], "open_id"), column(tables["streams"], "stream")
    if len(np.unique(joined)) != len(joined) or np.isin(streams, joined).any():
        return "an open file belongs to two streams"
    if not np.isin(np.concatenate([joined, streams]), column(tables["fds"], "open_id")).all():
        return "a stream has an end that is no open file"
    return ""


def _intervals_law(outcome: Outcome) -> str:
    tables = outcome.tables
    if "processes" not in tables:
        return ""
    made = column(tables["processes"], "from_num")
    ends = tables.get("process_ends")
    if ends is None or sorted(column(ends, "proc_id").tolist()) != list(range(len(made))):
        return "not every version of a process ends once"
    until = np.empty_like(made)
    until[column(ends, "proc_id")] = column(ends, "to_num")
    if (until < made).any():
        return "a version ends before it begins"
    if "parentage" in tables:
        child, start, end = (column(tables["parentage"], name) for name in ("proc_id", "from_num", "to_num"))
        order = np.lexsort((start, child))
        child, start, end = child[order], start[order], end[order]
        if (start >= end).any():
            return "an interval of parentage is empty"
        unfinished = (column(tables["events"], "flags") & EventFlag.UNFINISHED) != 0
        stored_late = (end == start + 1) & unfinished[np.minimum(start, len(unfinished) - 1)]
        if (((start < made[child]) | (end > until[child])) & ~stored_late).any():
            return "parentage outlasts the version"
        same = child[1:] == child[:-1]
        if (start[1:][same] < end[:-1][same]).any():
            return "two parents at one time"
    return ""


def checked(data: bytes, kinds: tuple[str, ...], step: int = 0) -> Outcome:
    """The outcome of these bytes, after its laws are checked and that all kernels give the same."""
    outcomes = [run(data, kind, step) for kind in kinds]
    for kind, outcome in zip(kinds, outcomes, strict=True):
        law = broken_law(data, outcome)
        assert not law, f"{kind}: {law}"
        assert outcome.same_as(outcomes[0]), f"{kind} and {kinds[0]}: {difference(outcome, outcomes[0])}"
    return outcomes[0]


def joined(outcome: Outcome) -> Outcome:
    """The outcome with intervals of parentage that follow each other made one; taking rows cuts them."""
    table = outcome.tables["parentage"]
    rows = sorted(zip(*(column(table, name).tolist() for name in table.column_names), strict=True))
    whole: list[tuple[int, int, int, int]] = []
    for child, start, end, parent in rows:
        if whole and (whole[-1][0], whole[-1][2], whole[-1][3]) == (child, start, parent):
            whole[-1] = (child, whole[-1][1], end, parent)
        else:
            whole.append((child, start, end, parent))
    arrays = [pa.array(cells) for cells in zip(*whole, strict=True)]
    made = pa.Table.from_arrays(arrays, names=table.column_names)
    return outcome._replace(tables={**outcome.tables, "parentage": made})


def difference(one: Outcome, other: Outcome) -> str:
    """The first thing in which two outcomes differ."""
    if one.accounting != other.accounting:
        return f"{one.accounting} and {other.accounting}"
    if one.damage != other.damage:
        return f"{one.damage} and {other.damage}"
    if one.tables.keys() != other.tables.keys():
        return f"tables {sorted(one.tables)} and {sorted(other.tables)}"
    for name, table in one.tables.items():
        if not table.equals(other.tables[name]):
            for place, (row, twin) in enumerate(zip(table.to_pylist(), other.tables[name].to_pylist(), strict=False)):
                if row != twin:
                    cells = [f"{key} {row[key]!r} and {twin[key]!r}" for key in row if row[key] != twin[key]]
                    return f"{name} row {place}: {', '.join(cells)}"
            return f"{name}: {table.num_rows} and {other.tables[name].num_rows} rows"
    return ""
