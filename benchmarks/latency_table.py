"""How long the calls of a capture took, by kind of call: ``python -m benchmarks.latency_table CAPTURE``."""

from __future__ import annotations

import sys

import thresher

QUERY = """
SELECT t.name, count(*) AS calls, count(latency_ns) AS pairs,
    quantile_disc(latency_ns, 0.5) AS median, quantile_disc(latency_ns, 0.99) AS slow, max(latency_ns) AS slowest
FROM events e JOIN event_types t USING (type_id) GROUP BY t.name HAVING count(latency_ns) > 0
ORDER BY pairs DESC, t.name
"""


def table(capture: str) -> str:
    """Rows of Markdown: kind, calls, enter and exit both recorded, p50, p99 and longest in microseconds."""
    with thresher.open(capture, cache=False, case=False) as opened:
        rows = opened.sql(QUERY).to_pylist()
    lines = ["| call | rows | pairs | p50, µs | p99, µs | longest, µs |", "|---|---|---|---|---|---|"]
    for row in rows:
        times = " | ".join(f"{row[name] / 1000:,.1f}" for name in ("median", "slow", "slowest"))
        lines.append(f"| `{row['name']}` | {row['calls']:,} | {row['pairs']:,} | {times} |")
    lines.append(f"| all | {sum(row['calls'] for row in rows):,} | {sum(row['pairs'] for row in rows):,} | | | |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(sys.argv[1]))
