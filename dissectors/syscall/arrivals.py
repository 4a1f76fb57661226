"""Tells how each process came to be where it is: with its container, forked in it, from outside, or before; stage ②."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.evidence import Keys
from thresher.dissectors.syscall import params
from thresher.dissectors.syscall.arguments import decoded
from thresher.dissectors.syscall.containers import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import Value

ENTRYPOINT, CHILD, ENTERED, BEFORE = "entrypoint", "child", "entered", "before"
"""Words of ``proc.origin`` beside ``HOST``."""

RUNTIMES = ("runc", "crun", "youki", "conmon", "containerd-shim", "lxc-start", "lxc-attach")
"""Command names, or their beginnings, of programs that set up a container and then become, or fork, its process."""

NEWNS = 32
"""The recorder's CLONE_NEWNS (driver, ppm_events_public.h)."""
_NAMESPACE = "mnt"
_LISTED, _CLONED, _GUESSED = 1, 3, 4

_VERSIONS = (
    "SELECT proc_id, from_num, origin, tid, pid, ppid, vpid, container_id, is_main, name FROM processes "
    "ORDER BY proc_id"
)


class Version(NamedTuple):
    """A version of a thread, as the table ``processes`` has it."""

    proc_id: int
    from_num: int
    origin: int
    tid: int
    pid: int | None
    ppid: int | None
    vpid: int | None
    container: str | None
    is_main: bool
    name: str | None

    @property
    def is_first(self) -> bool:
        """Whether it is the first process of a pid namespace that is not the machine's."""
        return self.vpid == 1 and self.pid != 1

    @property
    def is_runtime(self) -> bool:
        """Whether it still runs the program that sets a container up."""
        return (self.name or "").startswith(RUNTIMES)


class Arrival(NamedTuple):
    """How a process came to where it is.

    Attributes:
        container: where it is, None where that is not known.
        word: the value of ``proc.origin``, None where that is not known.
        source: the row that proves it; None for the process list.
        has_entered: it, or whom it descends from, joined a mount namespace by setns or came into the container.
    """

    container: str | None = None
    word: str | None = None
    source: int | None = None
    has_entered: bool = False


NOWHERE = Arrival()


class Arrivals:
    """Goes through the versions of all threads in the order in which they were made.

    Args:
        versions: all of them.
        entries: rows of events by which a thread joined another mount namespace, by row to thread.
    """

    def __init__(self, versions: Sequence[Version], entries: dict[int, int]) -> None:
        self._versions = versions
        self._entries = entries
        self._threads: dict[int, Arrival] = {}
        self._processes: dict[int, Arrival] = {}
        self._listed = {
            each.pid: each.container for each in versions if each.origin == _LISTED and each.pid is not None
        }
        self._begun = {container for container in self._listed.values() if container is not None}
        self._rooted = {each.container for each in versions if each.is_first and each.container is not None}

    def told(self) -> Iterator[tuple[int, Arrival]]:
        """How the thread of each version came to where it is."""
        for version in self._versions:
            found = self._now(version)
            self._threads[version.tid] = found
            yield version.proc_id, found

    def _now(self, version: Version) -> Arrival:
        if version.pid is None or version.container is None:
            return NOWHERE
        previous = self._threads.get(version.tid, NOWHERE)
        is_born = version.origin in (_LISTED, _CLONED, _GUESSED)
        if not is_born and self._entries.get(version.from_num) == version.tid:
            return self._kept(version, previous._replace(word=ENTERED, source=version.from_num, has_entered=True))
        if not is_born and version.container == previous.container and not self._is_settling(version, previous):
            return previous
        return self._kept(version, self._judged(version, self._predecessor(version) if is_born else previous))

    def _kept(self, version: Version, found: Arrival) -> Arrival:
        """The same; what is new of one thread is also known of its process."""
        found = found._replace(container=version.container)
        self._processes[version.pid or 0] = found
        return found

    @staticmethod
    def _is_settling(version: Version, previous: Arrival) -> bool:
        """Whether a runtime's process in a container has become another program."""
        return previous.word is None and previous.container is not None and not version.is_runtime

    def _predecessor(self, version: Version) -> Arrival:
        """What the thread or process was made by; nothing for those of the process list."""
        if version.origin != _CLONED:
            return NOWHERE
        maker = version.ppid if version.is_main else version.pid
        return NOWHERE if maker is None else self._processes.get(maker, NOWHERE)

    def _judged(self, version: Version, before: Arrival) -> Arrival:
        container, num = version.container, version.from_num
        if version.origin == _LISTED:
            return Arrival(container, self._of_listed(version))
        if not version.is_main and before.container == container:
            return before
        if version.is_first and container != HOST and (before.container != container or before.word is None):
            self._begun.add(container or "")
            return Arrival(container, ENTRYPOINT, num)
        if before.has_entered:
            return before
        if container == HOST:
            return Arrival(container, HOST, num)
        if before.container is None:
            return Arrival(container)
        if before.container == container and before.word is not None:
            return Arrival(container, CHILD, num)
        return self._come(version)

    def _come(self, version: Version) -> Arrival:
        """From outside the container, or out of its runtime."""
        container = version.container or ""
        if version.is_runtime:
            return Arrival(container)
        if container in self._begun:
            return Arrival(container, ENTERED, version.from_num, has_entered=True)
        if container in self._rooted:
            return Arrival(container)
        self._begun.add(container)
        return Arrival(container, ENTRYPOINT, version.from_num)

    def _of_listed(self, version: Version) -> str:
        if version.container == HOST:
            return HOST
        if version.is_first:
            return ENTRYPOINT
        parent = None if version.ppid is None else self._listed.get(version.ppid)
        has_own = version.container in self._rooted and version.vpid != version.pid
        return ENTERED if has_own and parent not in (None, version.container) else BEFORE


def arrivals(lookup: Lookup) -> Iterator[tuple[int, Arrival]]:
    """How the thread of each version came to where it is, by ``proc_id``."""
    versions = [Version(*row) for row in lookup.rows(_VERSIONS)]  # type: ignore[arg-type]
    return Arrivals(versions, _entries(lookup)).told()


def _entries(lookup: Lookup) -> dict[int, int]:
    """Threads by the rows in which they joined another mount namespace."""
    types = ", ".join(str(row[0]) for row in lookup.rows("SELECT type_id FROM event_types WHERE name = 'setns'"))
    if not types:
        return {}
    named = f"SELECT e.num, f.name FROM events e JOIN fds f USING (fd_id) WHERE e.type_id IN ({types}) AND e.res = 0"
    names = {num: str(name or "") for num, name in lookup.rows(named)}
    found = (event for events in lookup.events(f"e.type_id IN ({types}) AND e.res = 0") for event in events)
    return {
        int(str(event.row["num"])): int(str(event.row["tid"]))
        for event in found
        if _joins_mounts(event, names.get(event.row["num"], ""))
    }


def _joins_mounts(event: RawEvent, name: str) -> bool:
    """Whether a setns is for a mount namespace; without flags its descriptor says for which kind it is."""
    arguments = decoded(event)
    item = arguments.find("nstype") if arguments is not None else None
    kind = params.integer(item.param.type, item.data) if item is not None and item.data else None
    if kind:
        return bool(kind & NEWNS)
    return name.rpartition("/")[2] == _NAMESPACE or name.startswith(f"{_NAMESPACE}:[")


def words(lookup: Lookup) -> Keys:
    """The values of ``proc.origin`` by ``proc_id``."""
    keys: list[Value] = []
    values: list[Value] = []
    for proc_id, found in arrivals(lookup):
        if found.word is not None:
            keys.append(proc_id)
            values.append(found.word)
    return Keys(keys, values)
