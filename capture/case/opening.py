"""Opens captures together as one case (stage ⑤)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from thresher.capture.case.case import Case
from thresher.capture.case.shifting import shift
from thresher.capture.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.inputs.locate import InputSet
    from thresher.capture.notes import CaseFile
    from thresher.capture.store.store import Store
    from thresher.capture.supplement import Supplied

log = logging.getLogger(__name__)


def open_case(
    specs: Sequence[str],
    *,
    cache: bool = True,
    background: bool = True,
    follow: bool = False,
    case_file: CaseFile | None = None,
    metadata: Sequence[str] = (),
    shifts: Sequence[str] = (),
) -> Case:
    """Open captures together, with the macros and colour rules of the user; filters may read sets from files.

    Args:
        specs: files, folders, globs or ``-``; each ``.scap`` and each set of log files becomes a store.
        cache: keep the index for the next time; without it, nothing about the capture stays on disk.
        background: return at once and load in threads; otherwise return when everything is in.
        follow: go on reading files while they grow, until ``stop_following``; pipes are followed in any case.
        metadata: files that say of what is in the captures what these do not: of containers and pods.
        shifts: ``NAME=+2.5s`` for each source whose clock was off, see ``shifting``.
        case_file: where notes are and the journal is kept, closed with the case; nothing is noted without one.

    Raises:
        UnreadableError: nothing readable is there.
        UsageError: a file of metadata is not what a source can read, or a shift names no source.
    """
    from thresher.capture.filter import saved
    from thresher.capture.ingest import located, open_store
    from thresher.capture.store.supplying import read_files

    stores: list[Store] = []
    try:
        supplied = read_files(metadata)
        found = located(specs, follow=follow, cache=cache)
        for inputs in found:
            try:
                stores.append(open_store(inputs, cache=cache, background=background))
            except UnreadableError as error:
                if (inputs is found[-1] and not stores) or not _is_part(inputs, found):
                    raise
                log.warning("left out: %s", error)
        _supply(stores, supplied)
        shift(stores, shifts)
        case = Case(stores, case_file)
    except BaseException:
        if case_file is not None:
            case_file.close()
        for store in stores:
            store.close()
        raise
    for store in (store for store in stores if store.shift_ns):
        case.notes.log("shift", {"capture": store.spec, "shift_ns": store.shift_ns})
    users = saved.current()
    case.around, case.colours = users.around(), users.colours
    return case


def _is_part(inputs: InputSet, found: Sequence[InputSet]) -> bool:
    """Whether it holds only some of what the user named with one word."""
    return any(other is not inputs and other.spec == inputs.spec for other in found)


def _supply(stores: Sequence[Store], supplied: Sequence[Supplied]) -> None:
    """Give files to the sources that know what to do with them."""
    if supplied and not [store for store in stores if store.supply(supplied)]:
        raise UsageError("--metadata is about the containers of system-call captures, and none is opened")
