"""What files beside a capture say of what is in it: handed in by the user, read by a dissector (stages ②③)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thresher.capture.model import Value

    Rows = Callable[[str], list[tuple[Value, ...]]]
    """Runs one SELECT where the supplement is in force."""


class Supplied(NamedTuple):
    """A file that the user named, and what is in it."""

    path: str
    data: bytes


class Supplement(ABC):
    """What files add to the tables of a store. It is laid over each connection and never written into the index.

    Attributes:
        tables: Arrow tables by the name under which SQL finds them.
    """

    tables: Mapping[str, Any]

    @abstractmethod
    def views(self, database: str) -> Mapping[str, str]:
        """The SELECT that stands for each name, which may be that of a relation; in the order in which they are made.

        Args:
            database: quoted name under which the tables of the index can be named in any case.
        """

    @abstractmethod
    def findings(self, rows: Rows) -> list[str]:
        """What somebody should know: where files and capture disagree, and what fitted nothing; a sentence each."""
