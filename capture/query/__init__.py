"""Questions to one store (stage ④): which rows match, what stands in them, what one event looks like."""

from __future__ import annotations

from thresher.capture.query.colouring import styles
from thresher.capture.query.condition import applied, canonical, condition, conditions, shown, statement
from thresher.capture.query.evidence import numbered, numbers_before, numbers_of
from thresher.capture.query.inspecting import details, is_printable, sources
from thresher.capture.query.keeping import keep
from thresher.capture.query.line_forms import Aligned, Form, Separated
from thresher.capture.query.lines import lines, writable
from thresher.capture.query.lookups import (
    FINE,
    all_times,
    bucket_counts,
    first_at,
    ignored_count,
    internal_count,
    late_rows,
    num_of,
    time_span,
    times_of,
    top,
    unfinished_count,
)
from thresher.capture.query.matches import matches
from thresher.capture.query.proving import why
from thresher.capture.query.window import fetch, fetch_columns, heads

__all__ = [
    "FINE",
    "Aligned",
    "Form",
    "Separated",
    "all_times",
    "applied",
    "bucket_counts",
    "canonical",
    "condition",
    "conditions",
    "details",
    "fetch",
    "fetch_columns",
    "first_at",
    "heads",
    "ignored_count",
    "internal_count",
    "is_printable",
    "keep",
    "late_rows",
    "lines",
    "matches",
    "num_of",
    "numbered",
    "numbers_before",
    "numbers_of",
    "shown",
    "sources",
    "statement",
    "styles",
    "time_span",
    "times_of",
    "top",
    "unfinished_count",
    "why",
    "writable",
]
