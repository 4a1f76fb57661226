"""Who speaks at the two sides of a stream, in words (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.follow.stream import Stream

SHOWN_ACTORS = 6
NOBODY = "not recorded"


def sides(stream: Stream) -> tuple[str, str]:
    """The processes behind the first and the second direction."""
    if len(stream.ends) == 2:
        first, second = (_actors(end.actors) for end in stream.ends)
        return first, second
    everybody = _actors([actor for end in stream.ends for actor in end.actors])
    return everybody, NOBODY if len(stream.ends) < 2 else "the same; the ends cannot be told apart"


def _actors(actors: list[str]) -> str:
    more = len(actors) - SHOWN_ACTORS
    return ", ".join(actors[:SHOWN_ACTORS]) + (f" and {more} more" if more > 0 else "") or NOBODY
