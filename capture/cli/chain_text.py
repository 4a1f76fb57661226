"""What ``chain`` prints (stage ⑤): trees of credentials, what they touched, which changes stand; text or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from thresher.capture.escape import escape
from thresher.capture.lineage import Standing
from thresher.capture.timetext import iso, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from thresher.capture.lineage import Change, Lineage, Link, Touched

SHOWN = 20
"""Resources and changes of a kind that text lists one by one; JSON has all."""
SHOWN_CALLS = 4


def as_json(lineage: Lineage, touched: Sequence[Touched], changes: Sequence[Change], zone: tzinfo) -> Iterator[str]:
    """One JSON object."""
    found = {
        "end": _iso(lineage.end_ns, zone),
        "cut": lineage.is_cut,
        "credentials": [_link(root, zone) for root in lineage.roots],
        "resources": [
            {
                "resource": each.resource,
                "access": each.access,
                "calls": each.calls,
                "count": each.count,
                "first": each.first,
                "last": each.last,
            }
            for each in touched
        ],
        "changes": [
            {
                "event": each.number,
                "time": _iso(each.time_ns, zone),
                "credential": each.key,
                "call": each.call,
                "resource": each.resource,
                "standing": each.standing.value,
                "undone_by": each.undone_by,
            }
            for each in changes
        ],
    }
    yield json.dumps(found, indent=2)


def _link(link: Link, zone: tzinfo) -> dict[str, Any]:
    return {
        "credential": link.key,
        "asked_for": link.is_seed,
        "obtained_with": link.origin,
        "guessed": link.guessed,
        "issued_by": link.issued_by,
        "issued": _iso(link.issued_ns, zone),
        "expires": _iso(link.expires_ns, zone),
        "first_used": _iso(link.first_used_ns, zone),
        "last_used": _iso(link.last_used_ns, zone),
        "uses": link.uses,
        "failed": link.failed,
        "actors": link.actors,
        "status": link.status.value,
        "revoked_by": link.revoked_by,
        "revoked": _iso(link.revoked_ns, zone),
        "derived": [_link(child, zone) for child in link.children],
    }


def _iso(time_ns: int | None, zone: tzinfo) -> str | None:
    return None if time_ns is None else iso(time_ns, zone)


def as_text(lineage: Lineage, touched: Sequence[Touched], changes: Sequence[Change], zone: tzinfo) -> Iterator[str]:
    """The lines for people."""
    for root in lineage.roots:
        if root.origin is not None:
            guess = "perhaps " if root.guessed else ""
            yield escape(f"{root.origin} obtained {guess}without a credential that these records know")
        yield from _tree(root, zone, "", "")
    if lineage.is_cut:
        yield "More credentials were derived from these, too many or too deep to be listed."
    if lineage.end_ns is not None:
        yield f"The log ends {_time(lineage.end_ns, zone)}."
    yield from _resources(touched)
    yield from _changes(changes, zone)


def _tree(link: Link, zone: tzinfo, head: str, below: str) -> Iterator[str]:
    mark = "  ◀ asked for" if link.is_seed else ""
    who = f"  {', '.join(link.actors)}" if link.actors else ""
    yield escape(f"{head}{link.key}{who}{mark}")
    inner = f"{below}{'│ ' if link.children else '  '}  "
    for line in _facts(link, zone):
        yield escape(f"{inner}{line}")
    for place, child in enumerate(link.children):
        is_last = place == len(link.children) - 1
        yield from _tree(child, zone, f"{below}{'└─' if is_last else '├─'} ", f"{below}{'   ' if is_last else '│  '}")


def _facts(link: Link, zone: tzinfo) -> Iterator[str]:
    if link.issued_ns is not None:
        how = "perhaps from the sign-in" if link.guessed else "issued"
        yield f"{how} {_time(link.issued_ns, zone)}, event {link.issued_by}"
    if link.first_used_ns is not None and link.last_used_ns is not None:
        failed = f", {link.failed:,} of them failed" if link.failed else ""
        yield f"used {_time(link.first_used_ns, zone)} to {_time(link.last_used_ns, zone)}: {link.uses:,} calls{failed}"
    else:
        yield "not used in this log"
    end = f", expires {_time(link.expires_ns, zone)}" if link.expires_ns is not None else ""
    if link.revoked_ns is not None:
        end += f", {_time(link.revoked_ns, zone)}, event {link.revoked_by}"
    yield f"at the end: {link.status.value}{end}"


def _resources(touched: Sequence[Touched]) -> Iterator[str]:
    kinds = dict.fromkeys(each.access for each in touched)
    for access in kinds:
        of_kind = [each for each in touched if each.access == access]
        yield ""
        yield f"Resources, {access} ({len(of_kind):,}):"
        for each in of_kind[:SHOWN]:
            calls = ", ".join(call.partition(":")[2] or call for call in each.calls[:SHOWN_CALLS])
            more = f" and {len(each.calls) - SHOWN_CALLS} more" if len(each.calls) > SHOWN_CALLS else ""
            yield escape(f"  {each.count:>6,} × {each.resource}  {calls}{more}")
        yield from _rest(len(of_kind))


def _changes(changes: Sequence[Change], zone: tzinfo) -> Iterator[str]:
    titles = {
        Standing.STANDS: "Changes that still stand",
        Standing.UNKNOWN: "Changes of which is not known what would undo them",
        Standing.UNDONE: "Changes that were undone",
    }
    for standing, title in titles.items():
        found = [each for each in changes if each.standing is standing]
        if not found:
            continue
        yield ""
        yield f"{title} ({len(found):,}):"
        for each in found[:SHOWN]:
            undone = f"  undone by event {each.undone_by}" if each.undone_by is not None else ""
            what = f"{each.call}  {each.resource or ''}"
            yield escape(f"  {each.number:>7} {_time(each.time_ns, zone)}  {what}{undone}")
        yield from _rest(len(found))


def _rest(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  … and {count - SHOWN:,} more; -T json has all"


def _time(time_ns: int, zone: tzinfo) -> str:
    return moment(time_ns, "ad", zone, 0)
