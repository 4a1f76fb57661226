"""From a credential, principal or event to the tree of credentials that it belongs to; part of stage ⑤."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from thresher.capture.credentials import MAX_DEPTH, Credentials, issuing, shared_uses
from thresher.capture.errors import QueryError
from thresher.capture.query.asking import ask
from thresher.capture.store import quoting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from thresher.capture.store.store import Store


class Status(Enum):
    """What became of a credential by the end of the log."""

    ALIVE = "alive"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "not known"
    """No record tells when it expires."""


@dataclass(slots=True)
class Link:
    """A credential in its tree; times in ns, events by their number, None where no record tells.

    Attributes:
        key: the credential.
        origin: the credential, or the principal, that it was obtained with.
        origin_is_key: whether the origin is a credential.
        issued_by: the event that handed it out, and ``issued_ns`` when.
        guessed: whether it is only a sign-in by the same principal that links it to its origin.
        actors: who used it, at most ``MAX_ACTORS``.
        uses, failed: events made with it, and those of them that failed.
        is_seed: whether it was asked for.
    """

    key: str
    origin: str | None = None
    origin_is_key: bool = False
    issued_by: int | None = None
    issued_ns: int | None = None
    expires_ns: int | None = None
    guessed: bool = False
    revoked_by: int | None = None
    revoked_ns: int | None = None
    actors: list[str] = field(default_factory=list)
    uses: int = 0
    failed: int = 0
    first_used_ns: int | None = None
    last_used_ns: int | None = None
    status: Status = Status.UNKNOWN
    is_seed: bool = False
    children: list[Link] = field(default_factory=list)

    def all(self) -> Iterator[Link]:
        """This credential and all that were derived from it, each before its own."""
        yield self
        for child in self.children:
            yield from child.all()


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a seed leads to: trees of credentials, each under its first one, and when the log ends.

    Attributes:
        is_cut: whether credentials are left out because they are too many, or too deep.
    """

    roots: list[Link]
    end_ns: int | None
    is_cut: bool = False

    def keys(self) -> list[str]:
        """All credentials in the trees."""
        return [link.key for root in self.roots for link in root.all()]


MAX_ACTORS = 5
MAX_LINKS = 10_000
"""Credentials in the trees of one answer; what is beyond would not be read."""
MAX_LEVELS = 256
"""Hand-overs from a tree's root, at most: whoever writes logs could make thousands, and walks of trees recurse."""


def declared(store: Store) -> Credentials:
    """How the store's source uses credentials.

    Raises:
        QueryError: its events use none.
    """
    found = store.dissector.credentials
    if found is None:
        raise QueryError(f"{store.spec}: {store.dissector.title} has no credentials to follow")
    return found


def trace(store: Store, seed: str) -> Lineage:
    """The trees that a seed is part of.

    Args:
        store: complete.
        seed: a credential, a principal as the log spells it (an ARN, also a role's, or an identifier), a name of who
            used one, or an event's number.

    Raises:
        QueryError: nothing in the log is called that; the source has no credentials.
    """
    d = declared(store)
    links = _issued(store, d)
    seeds = _seeds(store, d, seed, links)
    roots: dict[str, Link] = {}
    for key in seeds:
        links.setdefault(key, Link(key)).is_seed = True
        first = _first(key, links)
        roots.setdefault(first.key, first)
    is_cut = _adopt(links, roots)
    _measure(store, d, {link.key: link for root in roots.values() for link in root.all()})
    end = ask(store, "SELECT max(time_ns) FROM events")[0][0]
    for root in roots.values():
        for link in root.all():
            link.status = _status(link, end)
    return Lineage(list(roots.values()), end, is_cut)


def _issued(store: Store, d: Credentials) -> dict[str, Link]:
    """Every credential that a record handed out."""
    expires = f"CASE WHEN NOT i.guessed THEN {d.expires_ns} END"
    rows = ask(
        store,
        f"SELECT i.key, i.parent, i.parent_is_key, i.evt_num, i.time_ns, i.guessed, {expires} "
        f"FROM ({issuing(d)}) i JOIN events e ON e.num = i.num ORDER BY i.time_ns, i.num",
    )
    return {
        key: Link(key, origin, is_key, number, time_ns, expires, guessed)
        for key, origin, is_key, number, time_ns, guessed, expires in rows
    }


def _seeds(store: Store, d: Credentials, seed: str, links: dict[str, Link]) -> list[str]:
    """The credentials that a seed stands for."""
    text = quoting.text(seed)
    if seed.removeprefix("#").isdecimal():
        number = quoting.number(int(seed.removeprefix("#")))
        shared = f"(SELECT s.key FROM ({shared_uses(d)}) s WHERE s.id = {d.shared})"
        rows = ask(store, f"SELECT coalesce({d.used}, {shared}, {d.issued}) FROM events e WHERE e.evt_num = {number}")
        if not rows:
            raise QueryError(f"{store.spec}: there is no event {seed}")
        if rows[0][0] is None:
            raise QueryError(f"{store.spec}: event {seed} was made without a credential, and handed out none")
        return [rows[0][0]]
    if seed in links or ask(store, f"SELECT 1 FROM events e WHERE {d.used} = {text} LIMIT 1"):
        return [seed]
    called = " OR ".join(f"{name} = {text}" for name in (d.principal, d.actor, *d.names))
    found = ask(
        store,
        f"SELECT {d.used} FROM events e WHERE {d.used} IS NOT NULL AND ({called} "
        f"OR starts_with({d.principal}, {text} || '/')) GROUP BY 1 ORDER BY min(e.num) LIMIT {MAX_LINKS}",
    )
    of_it = ask(
        store,
        f"SELECT DISTINCT {d.issued} FROM events e WHERE {d.issued} IS NOT NULL AND {d.resource} = {text} ORDER BY 1 "
        f"LIMIT {MAX_LINKS}",
    )
    handed = [link.key for link in links.values() if link.origin == seed]
    keys = list(dict.fromkeys([*(row[0] for row in (*found, *of_it)), *handed]))
    if not keys:
        raise QueryError(f"{store.spec}: no credential, principal or event '{seed}'; any.key and any.user have them")
    return keys


def _first(key: str, links: dict[str, Link]) -> Link:
    """The first credential of the chain that ends with this one."""
    link = links.setdefault(key, Link(key))
    seen = {key}
    for _ in range(MAX_DEPTH):
        origin = link.origin
        if origin is None or origin in seen or not link.origin_is_key:
            break
        seen.add(origin)
        link = links.setdefault(origin, Link(origin))
    return link


def _adopt(links: dict[str, Link], roots: dict[str, Link]) -> bool:
    """Hang every credential below the one it was obtained with, as far as the roots reach.

    Returns:
        Whether some are left out.
    """
    below: dict[str, list[Link]] = {}
    for link in links.values():
        if link.origin is not None:
            below.setdefault(link.origin, []).append(link)
    placed = set(roots)
    level = list(roots.values())
    for _ in range(MAX_LEVELS):
        for parent in level:
            parent.children = [link for link in below.get(parent.key, []) if link.key not in placed]
            placed.update(link.key for link in parent.children)
            if len(placed) >= MAX_LINKS:
                return True
        level = [child for parent in level for child in parent.children]
    return any(link.key not in placed for parent in level for link in below.get(parent.key, []))


def _measure(store: Store, d: Credentials, links: dict[str, Link]) -> None:
    """What was done with each credential, and whether it was revoked."""
    keys = listed(links)
    actors_of = f"list(DISTINCT {d.actor} ORDER BY {d.actor})[:{MAX_ACTORS}]"
    for key, uses, failed, first, last, actors in ask(
        store,
        f"SELECT {d.used} AS key, count(*), count(*) FILTER (NOT ({d.succeeded})), min(e.time_ns), max(e.time_ns), "
        f"{actors_of} FROM events e WHERE {d.used} IN ({keys}) GROUP BY 1",
    ):
        link = links[key]
        link.uses, link.failed, link.first_used_ns, link.last_used_ns = uses, failed, first, last
        link.actors = [actor for actor in actors if actor is not None]
    for (key,) in ask(store, f"SELECT key FROM (SELECT unnest([{keys}]) AS key) WHERE {d.lasts}"):
        links[key].status = Status.ALIVE
    changed = f"coalesce({d.revokes}, {d.restores})"
    for key, number, time_ns, revoked in ask(
        store,
        f"SELECT {changed} AS key, arg_max(e.evt_num, (e.time_ns, e.num)), arg_max(e.time_ns, (e.time_ns, e.num)), "
        f"arg_max({d.revokes} IS NOT NULL, (e.time_ns, e.num)) FROM events e "
        f"WHERE {changed} IN ({keys}) AND {d.succeeded} GROUP BY 1",
    ):
        if revoked:
            links[key].revoked_by, links[key].revoked_ns = number, time_ns


def listed(keys: Iterable[str]) -> str:
    """Credentials as SQL literals."""
    return ", ".join(quoting.text(key) for key in keys)


def _status(link: Link, end_ns: int | None) -> Status:
    if link.revoked_by is not None:
        return Status.REVOKED
    if link.expires_ns is not None and end_ns is not None:
        return Status.ALIVE if link.expires_ns > end_ns else Status.EXPIRED
    return link.status
