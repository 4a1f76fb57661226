"""Opens what lies in AWS by fetching it into the cache first; the next opening fetches what is new (stage ①)."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING

from thresher.capture.dissection import likely_source
from thresher.capture.errors import UsageError
from thresher.capture.inputs.locate import InputSet, locate
from thresher.capture.store import fetched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from thresher.capture.inputs.aws.s3 import Report

TOLD = 3
log = logging.getLogger(__name__)


def located(specs: Sequence[str], *, follow: bool = False, cache: bool = True) -> list[InputSet]:
    """The input sets behind specifications, those in AWS brought here; ``follow`` as in ``locate``.

    Raises:
        UnreadableError: nothing readable is there, or AWS refuses.
        UsageError: a queue is named, which can only be fetched, or nothing may be kept, which a copy would be.
    """
    from thresher.capture.inputs.aws.fetching import is_remote

    sets: list[InputSet] = []
    for spec in specs:
        if is_remote(spec):
            if not cache:
                raise UsageError(
                    f"{spec}: opening it keeps a copy in the cache, which --no-cache forbids; "
                    f"'thresher fetch {spec} FOLDER' puts one where you say"
                )
            found = locate([str(_fetched(spec))], source_of=likely_source)
            sets += [dataclasses.replace(each, spec=spec) for each in found]
        else:
            sets += locate([spec], follow=follow, source_of=likely_source)
    return sets


def _fetched(spec: str) -> Path:
    """The folder in the cache that holds a copy of what the specification names."""
    from thresher.capture.inputs.aws.fetching import Wanted, fetch

    folder = fetched.folder_of(spec)
    report = fetch(Wanted(spec), folder, _nothing)
    _tell(spec, report)
    if report.was_interrupted:
        raise KeyboardInterrupt
    return folder


def _nothing(_report: Report) -> None:
    """Progress is shown while the copy is read."""


def _tell(spec: str, report: Report) -> None:
    log.warning("%s: fetched %s objects, %s were in the cache", spec, report.fetched, report.known)
    for text in (*report.notes, *report.problems[:TOLD]):
        log.warning("%s", text)
    if len(report.problems) > TOLD:
        log.warning("%s: %s more objects could not be fetched", spec, len(report.problems) - TOLD)
