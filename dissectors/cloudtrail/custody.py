"""Checks a local copy of CloudTrail logs against the digests in it: hashes, links, signatures, gaps (stage ②)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from thresher.capture.custody import Content, Finding, Verdict
from thresher.dissectors.cloudtrail import signatures
from thresher.dissectors.cloudtrail.digests import PUBLIC_KEYS, SIDECAR, Digest, read, saved_signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from thresher.dissectors.cloudtrail.signatures import PublicKey

_LOG_NAME = re.compile(r"(?P<account>\d{12})_CloudTrail_(?P<region>[a-z0-9-]+)_(?P<time>\d{8}T\d{4})Z_")
_NONE, _HOUR = timedelta(), timedelta(hours=1)
_SLACK = timedelta(minutes=15)
"""A file may be listed by the digest of the hour after the one that its name tells."""


def check(files: Sequence[Content]) -> list[Finding]:
    """A finding for every file but sidecars and keys, and for every file that a digest names and that is not here."""
    return list(_Custody(files).findings())


def _name(path: str) -> str:
    """What a file here and its object have in common whether or not it was uncompressed on the way."""
    return path.rpartition("/")[2].removesuffix(".gz")


class _Custody:
    """One copy being checked."""

    def __init__(self, files: Sequence[Content]) -> None:
        sidecars = {file.path: file.text for file in files if file.path.endswith(SIDECAR)}
        self._keys: dict[str, PublicKey] = {}
        for file in files:
            if file.path.rpartition("/")[2] == PUBLIC_KEYS:
                self._keys.update(signatures.public_keys(file.text or b""))
        self._files: dict[str, list[Content]] = {}
        found: list[Digest] = []
        for file in files:
            if file.path in sidecars or file.path.rpartition("/")[2] == PUBLIC_KEYS:
                continue
            saved = sidecars.get(file.path + SIDECAR) or sidecars.get(f"{file.path}.gz{SIDECAR}")
            digest = read(file, saved_signature(saved) if saved else "")
            if digest is None:
                self._files.setdefault(_name(file.path), []).append(file)
            else:
                found.append(digest)
        found.sort(key=lambda digest: (digest.chain, digest.end, digest.path))
        self._digests = found
        self._by_object = {_name(digest.object): digest for digest in found}

    def findings(self) -> Iterator[Finding]:
        """Digests first, then what they list, then what none lists."""
        changed = set()
        for digest in self._digests:
            finding = self._of_digest(digest)
            if finding.verdict is Verdict.CHANGED:
                changed.add(digest.path)
            yield finding
        yield from self._gaps()
        seen: set[str] = set()
        for digest in self._digests:
            for key, sha256 in digest.listed.items():
                yield from self._listed(digest, key, sha256, digest.path in changed, seen)
        for same_name in self._files.values():
            yield from (self._unlisted(file) for file in same_name if file.path not in seen)

    def _of_digest(self, digest: Digest) -> Finding:
        """What its signature says, else what the digest behind it says."""
        key = self._keys.get(digest.fingerprint)
        if digest.signature and key is not None:
            try:
                holds = signatures.holds(key, digest.signed(), bytes.fromhex(digest.signature))
            except ValueError:
                holds = False
            if holds:
                return Finding(digest.path, Verdict.VALID, "its signature holds")
            return Finding(digest.path, Verdict.CHANGED, "its signature does not hold")
        follower = next((each for each in self._digests if each.previous == digest.object), None)
        if follower is not None:
            if follower.previous_sha256 == digest.sha256:
                return Finding(digest.path, Verdict.VALID, "the digest behind it has its hash", follower.path)
            return Finding(digest.path, Verdict.CHANGED, "the digest behind it has another hash", follower.path)
        lacks = "its signature was not saved" if not digest.signature else "the key of its signature was not saved"
        return Finding(digest.path, Verdict.UNVERIFIABLE, f"{lacks}, and no digest behind it is here")

    def _gaps(self) -> Iterator[Finding]:
        """Digests that are not here: those that another names, and hours between two that nobody names."""
        before: Digest | None = None
        for digest in self._digests:
            if before is not None and before.chain != digest.chain:
                before = None
            since = before.end if before else None
            if digest.previous is None:
                if before is not None:
                    yield Finding(
                        digest.path, Verdict.UNVERIFIABLE, "begins a new chain: digests were off, or were cut"
                    )
            elif _name(digest.previous) not in self._by_object:
                yield Finding(digest.previous, Verdict.MISSING, "the digest behind it names it", digest.path)
                hours = int((digest.start - since) / _HOUR) if since else 1
                if hours > 1 and since:
                    period = f"{since:%Y-%m-%d %H:%M} to {digest.start - _HOUR:%Y-%m-%d %H:%M}"
                    why = f"{hours - 1} more digest{'s' if hours > 2 else ''} in a row, {period} UTC"
                    yield Finding(f"{digest.chain} {since:%Y%m%dT%H%M%SZ}", Verdict.MISSING, why, digest.path)
            before = digest

    def _listed(self, digest: Digest, key: str, sha256: str, is_doubtful: bool, seen: set[str]) -> Iterator[Finding]:
        """The copies of a file that a digest lists."""
        copies = self._files.get(_name(key), [])
        if not copies:
            yield Finding(key, Verdict.MISSING, "a digest lists it", digest.path)
        for file in copies:
            seen.add(file.path)
            if file.sha256 != sha256:
                extra = f"; it is {file.members} gzip files in one" if file.members > 1 else ""
                yield Finding(file.path, Verdict.CHANGED, f"its digest has another hash{extra}", digest.path)
            elif is_doubtful:
                why = "its digest has its hash, but was changed itself"
                yield Finding(file.path, Verdict.UNVERIFIABLE, why, digest.path)
            else:
                yield Finding(file.path, Verdict.VALID, "its digest has its hash", digest.path)

    def _unlisted(self, file: Content) -> Finding:
        """A file that no digest lists: suspicious only where digests cover the time of its delivery."""
        match = _LOG_NAME.search(file.path.rpartition("/")[2])
        if match is None:
            return Finding(
                file.path, Verdict.UNVERIFIABLE, "its name tells no time of delivery, and no digest lists it"
            )
        delivered = datetime.strptime(match["time"], "%Y%m%dT%H%M").replace(tzinfo=UTC)
        digests = [self._covering(match["account"], match["region"], delivered + slack) for slack in (_NONE, _SLACK)]
        if all(digests):
            proof = digests[0].path if digests[0] else ""
            return Finding(file.path, Verdict.UNLISTED, "the digest of its hour does not list it", proof)
        return Finding(file.path, Verdict.UNVERIFIABLE, "not all digests that could list it are here")

    def _covering(self, account: str, region: str, time: datetime) -> Digest | None:
        prefix = f"{account} {region}_"
        regular = (d for d in self._digests if d.chain.startswith(prefix) and not d.is_backfill)
        return next((d for d in regular if d.start <= time < d.end), None)
