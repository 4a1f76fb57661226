"""What a text has told of threads and their descriptors so far, so that every fact is written once; stage ①."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_THREADS = 200_000
MOST_DESCRIPTORS = 1 << 20


@dataclass(slots=True)
class Program:
    """What a process runs: the name the kernel gives it, its first argument, the others."""

    comm: bytes
    exe: bytes
    args: list[bytes]


@dataclass(slots=True)
class Shared:
    """What threads may share: descriptors by number with their decorations, and the folder."""

    descriptors: dict[int, bytes | None] = field(default_factory=dict)
    cwd: bytes = b""

    def open(self, fd: int, decoration: bytes | None) -> None:
        """A call made a descriptor, which its event tells."""
        if len(self.descriptors) < MOST_DESCRIPTORS:
            self.descriptors[fd] = decoration

    def forget(self, fd: int) -> None:
        """A descriptor is closed."""
        self.descriptors.pop(fd, None)

    def forget_range(self, first: int, last: int) -> None:
        """The descriptors from first to last are closed."""
        for fd in [fd for fd in self.descriptors if first <= fd <= last]:
            del self.descriptors[fd]


@dataclass(slots=True)
class Thread:
    """A thread; None is what was not told.

    Attributes:
        pid: of its process.
        ppid: of the process that made it.
    """

    tid: int
    pid: int | None = None
    ppid: int | None = None
    program: Program | None = None
    files: Shared = field(default_factory=Shared)
    folder: Shared = field(default_factory=Shared)

    @property
    def leader(self) -> int:
        """The thread whose descriptors these are, as far as that is known."""
        return self.tid if self.pid is None else self.pid


class Threads:
    """All threads that a text has told of."""

    def __init__(self) -> None:
        self._known: dict[int, Thread] = {}

    def __contains__(self, tid: int) -> bool:
        return tid in self._known

    def get(self, tid: int) -> Thread:
        """The thread; one that nothing was told of says nothing."""
        found = self._known.get(tid)
        if found is None:
            if len(self._known) >= MOST_THREADS:
                self._known.clear()
            found = self._known[tid] = Thread(tid)
        return found

    def born(self, tid: int, parent: Thread, flags: frozenset[str]) -> Thread:
        """A thread that another one made: what it shares, and what it begins with a copy of."""
        is_thread = "CLONE_THREAD" in flags
        child = Thread(
            tid,
            parent.pid if is_thread else tid,
            parent.ppid if is_thread or "CLONE_PARENT" in flags else parent.pid,
            parent.program,
            parent.files if "CLONE_FILES" in flags else Shared(dict(parent.files.descriptors)),
            parent.folder if "CLONE_FS" in flags else Shared(cwd=parent.folder.cwd),
        )
        self._known[tid] = child
        return child

    def executed(self, tid: int, program: Program) -> Thread:
        """A thread that runs another program leads its process, whatever it was before."""
        thread = self.get(tid)
        thread.pid, thread.program = (tid if tid > 0 else None), program
        thread.files = Shared(dict(thread.files.descriptors))
        return thread

    def ended(self, tid: int) -> None:
        """A thread is gone; its number may come again."""
        self._known.pop(tid, None)
