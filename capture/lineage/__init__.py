"""Follows credentials: from any event back to the first, and forward to all that was done with it (stage ⑤)."""

from __future__ import annotations

from thresher.capture.lineage.changes import Change, Standing, Touched, changes, touched
from thresher.capture.lineage.tracing import Lineage, Link, Status, trace

__all__ = ["Change", "Lineage", "Link", "Standing", "Status", "Touched", "changes", "touched", "trace"]
