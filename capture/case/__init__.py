"""Several stores on one clock (stages ④–⑤): the one API that every face stands on."""

from __future__ import annotations

from thresher.capture.case.arriving import arrivals, stop_following
from thresher.capture.case.case import Case
from thresher.capture.case.opening import open_case
from thresher.capture.case.order import Positions
from thresher.capture.case.progress import CaseProgress
from thresher.capture.case.timeline import Timeline
from thresher.capture.store.cancel import Cancel

__all__ = ["Cancel", "Case", "CaseProgress", "Positions", "Timeline", "arrivals", "open_case", "stop_following"]
