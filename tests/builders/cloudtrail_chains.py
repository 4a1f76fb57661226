"""Chains of credentials in plain Python, over all records of a log: what chain fields are compared with (stage ②)."""

from __future__ import annotations

from typing import Any

from tests.builders.cloudtrail_walk import Record, at, issued_key, user

CHAIN_FIELDS = ("root", "actor", "depth", "parent", "issuedby", "keys", "guessed")


def used_key(record: Record) -> str | None:
    return at(record, "userIdentity", "accessKeyId") or None


def shared(record: Record) -> str | None:
    return record.get("sharedEventID") or None


def user_of(record: Record) -> str | None:
    identity = at(record, "userIdentity") or {}
    said = (used_key(record), identity.get("arn"), identity.get("principalId"), identity.get("invokedBy"))
    return next((text for text in (*said, record.get("sourceIPAddress")) if text is not None), None)


class Chains:
    """Who handed out which key, and from there every key's way back.

    Args:
        records: in the order of their time, with the number of each.
    """

    def __init__(self, records: list[Record], numbers: list[int]) -> None:
        self.issued: dict[str, tuple[Record, int]] = {}
        self.first_use: dict[str, Record] = {}
        self.shared: dict[str, Record] = {}
        """Of the records of one action in several accounts the one that names the key."""
        for _, record in sorted(zip(numbers, records, strict=True), key=lambda pair: pair[0]):
            if used_key(record) and (together := shared(record)):
                self.shared.setdefault(together, record)
        for record, number in zip(records, numbers, strict=True):
            key, used = issued_key(record), used_key(record)
            if key and (key not in self.issued or (used and not used_key(self.issued[key][0]))):
                self.issued[key] = record, number
        for number, record in sorted(zip(numbers, records, strict=True), key=lambda pair: pair[0]):
            del number
            self.first_use.setdefault(used_key(record) or "", record)

    def keys(self, key: str) -> list[str]:
        """The chain from its first credential to this one."""
        chain = [key]
        while chain[0] in self.issued:
            handed = self.issued[chain[0]][0]
            chain.insert(0, self._key_behind(handed) or user_of(handed) or "")
        return chain

    def _key_behind(self, record: Record) -> str | None:
        together = self.shared.get(shared(record) or "")
        return used_key(record) or (used_key(together) if together else None)

    def of(self, record: Record) -> dict[str, Any]:
        """The chain fields of an event, absent ones left out."""
        key = self._key_behind(record)
        if key is None:
            return {}
        keys = self.keys(key)
        found: dict[str, Any] = {"root": keys[0], "keys": keys, "depth": len(keys) - 1}
        if key not in self.issued:
            return {**found, "actor": user(self.first_use[key])}
        first = self.issued[keys[1]][0]
        first = first if used_key(first) else self.shared.get(shared(first) or "", first)
        return {**found, "actor": user(first), "parent": keys[-2], "issuedby": self.issued[key][1]}
