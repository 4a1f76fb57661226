"""The notes on a case's events (stage ⑤): found in the case file by what the evidence is, changed, and journalled."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thresher.capture import query
from thresher.capture.errors import QueryError, UsageError
from thresher.capture.notes import NOTHING, Change, Evidence, Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.capture.case.case import Case
    from thresher.capture.case.order import Positions
    from thresher.capture.case.ordering import Ordering
    from thresher.capture.notes import CaseFile
    from thresher.capture.store.store import Store

NAMED = 100
"""Events that the journal names one by one; of more it says how many."""


class Noticed:
    """One store's files as the case file knows them; made when all of them have been read and hashed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        source = store.dissector.name
        files = store.facts().files
        self.files = [Evidence(each.sha256, str(Path(each.path).absolute()), source) for each in files]
        self._before = query.numbers_before(store)
        self._ids: dict[str, list[int]] = {}
        for file_id, each in enumerate(self.files):
            self._ids.setdefault(each.sha256, []).append(file_id)

    def keys(self, nums: Sequence[int]) -> list[tuple[str, int]]:
        """Hash and number in its file of each row."""
        found = query.numbers_of(self.store, np.array(nums, np.uint32))
        return [(self.files[each.file_id].sha256, each.evt_num - self._before[each.file_id]) for each in found]

    def by_row(self, notes: Mapping[tuple[str, int], Note]) -> dict[int, Note]:
        """Those of the notes that are on rows here, by row."""
        wanted = {
            (file_id, number + self._before.get(file_id, 0)): note
            for (sha256, number), note in notes.items()
            for file_id in self._ids.get(sha256, ())
        }
        rows = query.numbered(self.store, sorted({number for _, number in wanted})) if wanted else []
        return {row.num: wanted[row.file_id, row.evt_num] for row in rows if (row.file_id, row.evt_num) in wanted}


class Notes:
    """What the open case file says about a case's events; may be used from any thread.

    Notes follow the bytes: they are kept by the SHA-256 of the file an event is in and its number there. So they are
    known when a source has been read to its end, and may be made from then on.

    Args:
        stores: of the case.
        ordering: where their rows stand.
        file: the case file, closed with the case; None where nothing is to be kept.
    """

    def __init__(self, stores: Sequence[Store], ordering: Ordering, file: CaseFile | None) -> None:
        self._stores, self._ordering, self._file = stores, ordering, file
        self._lock = threading.Lock()
        self._noticed: dict[int, Noticed] = {}
        self._unhashed = {index for index, store in enumerate(stores) if not store.is_complete}
        self._seen: tuple[object, ...] = ()
        self._ignored = 0
        self.revision = 0
        """Grows whenever notes have changed, whoever changed them."""
        for store in stores if file is not None else ():
            self.log("open", _named(store))

    @property
    def path(self) -> Path | None:
        """The case file, None where nothing is kept."""
        return self._file.path if self._file is not None else None

    def close(self) -> None:
        """Let go of the case file."""
        if self._file is not None:
            self._file.close()

    # --- reading ---

    def refresh(self) -> bool:
        """Take over what has been written since, by whomever; whether anything was.

        Raises:
            ThresherError: the case file cannot be read.
        """
        if self._file is None:
            return False
        with self._lock:
            ready = tuple(index for index, store in enumerate(self._stores) if store.is_complete)
            seen = (ready, *self._file.revision())
            if seen == self._seen:
                return False
            self._notice(ready)
            hashes = [each.sha256 for found in self._noticed.values() for each in found.files]
            notes = self._file.notes(hashes)
            changed = False
            for index, found in self._noticed.items():
                tables = self._stores[index].noted
                now = found.by_row(notes)
                if now != tables.all:
                    tables.set(now)
                    changed = True
            if changed:
                self.revision += 1
                self._ignored = sum(query.ignored_count(store) for store in self._stores)
            self._seen = (ready, *self._file.revision())
            return changed

    def _notice(self, ready: Sequence[int]) -> None:
        """Stores whose files have been hashed since the last look."""
        for index in ready:
            if index not in self._noticed:
                files = self._stores[index].facts().files
                if all(each.sha256 for each in files):
                    self._noticed[index] = Noticed(self._stores[index])
                    if index in self._unhashed:
                        self.log("loaded", _named(self._stores[index]))

    def of(self, positions: Sequence[int] | Positions) -> list[Note]:
        """The note on each event; ``NOTHING`` where there is none."""
        if not any(store.noted.all for store in self._stores):
            return [NOTHING] * len(positions)
        order = self._ordering.current()
        places = (order.at(int(position)) for position in positions)
        return [self._stores[store].noted.of(num) for store, num in places]

    def all(self) -> list[tuple[int, Note]]:
        """Every event with a note: its position and the note, in the shown order."""
        self.refresh()
        return self.known()

    def known(self) -> list[tuple[int, Note]]:
        """The same as of the last look into the case file; asks nobody."""
        order = self._ordering.current()
        found = []
        for index, store in enumerate(self._stores):
            notes = store.noted.all
            nums = np.array(sorted(notes), np.uint32)
            known = nums[nums < order.counts[index]]
            places = order.positions(index, known).tolist()
            found += list(zip(places, (notes[num] for num in known.tolist()), strict=True))
        return sorted(found, key=lambda pair: pair[0])

    def ignored(self) -> int:
        """How many events are left out because they are ignored; internal ones do not count."""
        return self._ignored

    def references(self) -> list[tuple[int, int]]:
        """Position and time in ns of each time reference as last seen, in the shown order; only those with a time."""
        order = self._ordering.current()
        places = [position for position, note in self.known() if note.is_reference]
        found = []
        for position in places:
            store, num = order.at(position)
            (time_ns,) = query.heads(self._stores[store], "time_ns", np.array([num], np.uint32))
            if time_ns:
                found.append((position, time_ns))
        return found

    # --- writing ---

    def change(self, positions: Sequence[int] | Positions, change: Change) -> None:
        """Change the notes on events, all or none.

        Raises:
            UsageError: nothing is kept, an event's source has not been read to its end, or a text is too long.
            ThresherError: the case file cannot be written.
        """
        if self._file is None:
            raise UsageError("notes are not kept with --no-case; name a case file with --case FILE")
        self.refresh()
        events: list[tuple[str, int]] = []
        evidence: dict[str, Evidence] = {}
        named: list[str] = []
        for part in self._ordering.current().split(np.asarray(positions, dtype=np.int64)):
            found = self._noticed.get(part.store)
            store = self._stores[part.store]
            if found is None:
                raise UsageError(
                    f"{store.spec}: notes are kept by the hash of the whole file; wait until it has been read"
                )
            events += found.keys(part.nums.tolist())
            evidence.update({each.sha256: each for each in found.files})
            shown = query.heads(store, "evt_num", part.nums[:NAMED])
            named += [f"{store.spec}:{number}" for number in shown]
        self._file.change(evidence, events, change, {"events": named[:NAMED], "count": len(events)})
        self.refresh()

    def log(self, what: str, said: dict[str, Any]) -> None:
        """Add an entry to the journal, where one is kept.

        Raises:
            ThresherError: the case file cannot be written.
        """
        if self._file is not None:
            self._file.log(what, said)


def change_of(comment: str | None, tags: tuple[str, ...], *, reference: bool, ignore: bool, remove: bool) -> Change:
    """The change that sets what is named, or takes it away; where nothing is named, that is the mark.

    Raises:
        UsageError: a text is too long, or a tag is none.
    """
    only_mark = comment is None and not (tags or reference or ignore)
    return Change(
        marked=(not remove) if only_mark else None,
        comment="" if remove and comment is not None else comment,
        add_tags=() if remove else tags,
        remove_tags=tags if remove else (),
        is_reference=(not remove) if reference else None,
        ignored=(not remove) if ignore else None,
    ).checked()


def positions_of(case: Case, numbers: Sequence[int]) -> list[int]:
    """Where the events of a capture with these numbers stand.

    Raises:
        UsageError: there are several captures.
        QueryError: there is no such event.
    """
    if numbers and len(case.stores) != 1:
        raise UsageError(f"numbers are those of one capture, these are {len(case.stores)}; open the one that is meant")
    found = [case.position_of(number) for number in numbers]
    for number, position in zip(numbers, found, strict=True):
        if case.number(position)[1] != number:
            raise QueryError(f"there is no event {number}; calls go by the number of the event that ends them")
    return found


def _named(store: Store) -> dict[str, Any]:
    """A source for the journal, with the hashes of its files once they are known."""
    files = store.facts().files
    named = [{"path": str(Path(each.path).absolute()), "sha256": each.sha256} for each in files[:NAMED]]
    return {"capture": store.spec, "source": store.dissector.name, "files": named, "count": len(files)}
