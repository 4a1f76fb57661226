"""Runs all benchmarks: ``make bench``."""

from __future__ import annotations

import sys

from benchmarks import bench_cloudtrail, bench_filter, bench_open, bench_tui

if __name__ == "__main__":
    sys.exit(max(bench.main() for bench in (bench_open, bench_filter, bench_cloudtrail, bench_tui)))
