"""Declares how credentials beget credentials in a source, and the fields that this gives every event (stage ②)."""

from __future__ import annotations

from dataclasses import dataclass

from thresher.capture.keyed import Keyed
from thresher.capture.model import Field, FieldType

MAX_DEPTH = 32
"""Credentials in a chain, at most: whoever writes logs could make a circle."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """A change and what takes it back.

    Attributes:
        does: service and call that make the change, as ``iam:CreateUser``.
        undoes: those that take it back.
        made: JSON paths that name what was made or changed, in the records of ``does``.
        taken: the same things in the records of ``undoes``, path by path.
    """

    does: tuple[str, ...]
    undoes: tuple[str, ...]
    made: tuple[str, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a source's events use and hand out credentials; the first ones are SQL over the event row ``e``.

    Attributes:
        used: the credential that the event was made with.
        issued: one that it handed out, NULL for most events.
        shared: what the records of one action have in common that several accounts hold, of which only some name the
            credential that was used; NULL for most events.
        expires_ns: when that one expires, in ns; NULL where never or not known.
        principal: who made the event, as precisely as the record says.
        actor: the same as people call it.
        names: what else somebody may call who made the event: a role's ARN, an identifier.
        session: what later events name as their issuing session where no credential links them: the principal of a
            session that a browser was signed in with; NULL where none was.
        signed_in: the principal of an event made in such a browser session.
        call: service and call, as ``iam:CreateUser``.
        resource: what it was done to.
        access: ``read``, or anything else for what changes something.
        succeeded: whether it did.
        revokes: the credential that the event made useless, NULL for most.
        restores: the credential that the event made useful again, NULL for most.
        lasts: whether a credential is good until somebody revokes it; over ``key`` instead of ``e``.
        fields: those that hold the event's credential, the one it used before the one that it handed out.
        chain: the field of all credentials in an event's chain.
        undoings: changes with what takes them back.
    """

    used: str
    issued: str
    shared: str
    expires_ns: str
    principal: str
    actor: str
    names: tuple[str, ...]
    session: str
    signed_in: str
    call: str
    resource: str
    access: str
    succeeded: str
    revokes: str
    restores: str
    lasts: str
    fields: tuple[str, ...] = ()
    chain: str = ""
    undoings: tuple[Undoing, ...] = ()


def shared_uses(declared: Credentials) -> str:
    """SQL for the credential behind each action that several accounts recorded: ``id``, ``key``, ``actor``."""
    d = declared
    return (
        f"SELECT {d.shared} AS id, arg_min({d.used}, e.num) AS key, arg_min({d.actor}, e.num) AS actor FROM events e "
        f"WHERE {d.shared} IS NOT NULL AND {d.used} IS NOT NULL GROUP BY 1"
    )


def issuing(declared: Credentials) -> str:
    """SQL for the rows that handed out a credential, one for each: the record that names its user, then the earliest.

    Columns: ``key``, ``parent`` (a credential, or the principal where none was used), ``parent_is_key``, ``num``,
    ``evt_num``, ``time_ns``, ``actor``, ``guessed``. Where only another account's record of the action names the
    credential that was used, that is the parent. A credential of a browser session that no record hands out comes
    from the sign-in of the same principal last before its first use; that is a guess.
    """
    d = declared
    columns = f"{d.used} AS parent, true AS parent_is_key, e.num, e.evt_num, e.time_ns, {d.actor} AS actor"
    return f"""WITH shared AS MATERIALIZED ({shared_uses(d)}),
handed AS (
  SELECT {d.issued} AS key, coalesce({d.used}, s.key, {d.principal}) AS parent,
   coalesce({d.used}, s.key) IS NOT NULL AS parent_is_key, e.num, e.evt_num, e.time_ns,
   coalesce(CASE WHEN {d.used} IS NULL THEN s.actor END, {d.actor}) AS actor, false AS guessed
  FROM events e LEFT JOIN shared s ON s.id = {d.shared} AND s.key <> {d.issued} WHERE {d.issued} IS NOT NULL
  QUALIFY row_number() OVER (
   PARTITION BY {d.issued} ORDER BY {d.used} IS NULL, s.key IS NULL, e.time_ns, e.num) = 1
), sign_ins AS (
  SELECT {d.session} AS session, {columns} FROM events e WHERE {d.session} IS NOT NULL AND {d.used} IS NOT NULL
), browsing AS (
  SELECT {d.used} AS key, any_value({d.signed_in}) AS session, min(e.time_ns) AS since FROM events e
  WHERE {d.signed_in} IS NOT NULL AND {d.used} IS NOT NULL AND {d.used} NOT IN (SELECT key FROM handed)
  GROUP BY {d.used}
)
SELECT key, parent, parent_is_key, num, evt_num, time_ns, actor, guessed FROM handed
UNION ALL
SELECT b.key, s.parent, s.parent_is_key, s.num, s.evt_num, s.time_ns, s.actor, true
FROM browsing b JOIN sign_ins s ON s.session = b.session AND s.time_ns <= b.since AND s.parent <> b.key
QUALIFY row_number() OVER (PARTITION BY b.key ORDER BY s.time_ns DESC, s.num DESC) = 1"""


def chains(declared: Credentials) -> str:
    """SQL for every credential with where it comes from: ``key``, ``parent``, ``root``, ``actor``, ``depth``, ``keys``,
    ``evt_num`` of the event that handed it out, ``guessed``.

    ``keys`` begins with the first of the chain and ends with the credential itself. An action that several accounts
    recorded stands there too, as that of the credential behind it.
    """
    d = declared
    return f"""WITH RECURSIVE issued AS MATERIALIZED ({issuing(d)}),
up AS (
  SELECT key, parent, parent AS root, actor, 1 AS depth, [parent, key] AS keys, evt_num, guessed FROM issued
  UNION ALL
  SELECT u.key, u.parent, i.parent, i.actor, u.depth + 1, list_prepend(i.parent, u.keys), u.evt_num,
   u.guessed OR i.guessed
  FROM up u JOIN issued i ON i.key = u.root WHERE u.depth < {MAX_DEPTH} AND NOT list_contains(u.keys, i.parent)
), derived AS (SELECT * FROM up QUALIFY row_number() OVER (PARTITION BY key ORDER BY depth DESC) = 1),
original AS (
  SELECT {d.used} AS key, NULL::VARCHAR AS parent, {d.used} AS root, arg_min({d.actor}, e.num) AS actor, 0 AS depth,
   [{d.used}] AS keys, NULL::UINTEGER AS evt_num, false AS guessed
  FROM events e WHERE {d.used} IS NOT NULL GROUP BY {d.used}
), known AS (
  SELECT * FROM derived UNION ALL
  SELECT * FROM original o WHERE NOT EXISTS (SELECT 1 FROM issued i WHERE i.key = o.key)
)
SELECT * FROM known UNION ALL
SELECT s.id, k.parent, k.root, k.actor, k.depth, k.keys, k.evt_num, k.guessed
FROM ({shared_uses(d)}) s JOIN known k ON k.key = s.key WHERE s.id NOT IN (SELECT key FROM known)"""


_STRING, _UINT, _BOOL = FieldType.STRING, FieldType.UINT, FieldType.BOOL
_FIELDS: tuple[tuple[str, FieldType, str, str, str], ...] = (
    ("root", _STRING, "root", "Chain root", "First credential, or principal, that the event's was derived from."),
    ("actor", _STRING, "actor", "Chain actor", "Who used the first credential of the chain."),
    ("depth", _UINT, "depth", "Chain depth", "How often credentials were handed on; 0 where no record tells of it."),
    ("parent", _STRING, "parent", "Chain parent", "Credential, or principal, that the event's was obtained with."),
    ("issuedby", _UINT, "evt_num", "Issued by", "Number of the event that handed out the event's credential."),
    (
        "keys",
        _STRING,
        "keys",
        "Chain",
        "All credentials from the first to the event's own; finds all done through one.",
    ),
    (
        "guessed",
        _BOOL,
        "nullif(guessed, false)",
        "Guessed",
        "True where a link is but a sign-in by the same principal.",
    ),
)
"""Name, type, SQL over a row of ``chains``, title, description."""


def chain_fields(prefix: str, declared: Credentials) -> tuple[Field, ...]:
    """The fields that place an event in its chain of credentials, named ``<prefix>.root`` and so on."""
    made = chains(declared)
    link = f"coalesce({declared.used}, {declared.shared})"
    return tuple(
        Field(
            f"{prefix}.{name}",
            type_,
            title,
            text,
            Keyed(f"SELECT key, {column} AS value FROM ({made})", link),
            is_list=name == "keys",
        )
        for name, type_, column, title, text in _FIELDS
    )
