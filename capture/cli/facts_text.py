"""What ``info`` prints of each source (stage ⑤), as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from thresher.capture.cli.coverage_text import in_short
from thresher.capture.coverage import covers
from thresher.capture.escape import escape
from thresher.capture.inputs.locate import UNKNOWN
from thresher.capture.query import unfinished_count
from thresher.capture.timetext import duration, iso

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from thresher.capture.case import Case
    from thresher.capture.store.store import Store

SHOWN_FILES = 5
SHOWN_LEFT_OUT = 3
"""Files that are listed one by one in text; JSON has all."""


def record(store: Store, label: str, zone: tzinfo) -> dict[str, Any]:
    """Everything known of a source, ready for JSON."""
    facts = store.facts()
    account = facts.accounting
    notes = store.noted.all.values()
    return {
        "capture": facts.spec,
        "label": label,
        "source": facts.dissector,
        "title": store.dissector.title,
        "files": [_file(each) for each in facts.files],
        "hash_state": facts.hash_state.value,
        "start": None if facts.start_ns is None else iso(facts.start_ns, zone),
        "end": None if facts.end_ns is None else iso(facts.end_ns, zone),
        "duration_ns": None if facts.start_ns is None or facts.end_ns is None else facts.end_ns - facts.start_ns,
        "rows": facts.rows,
        "shown_rows": facts.rows - facts.internal_rows,
        "internal_rows": facts.internal_rows,
        "unfinished_rows": unfinished_count(store),
        "untimed_rows": facts.untimed_rows,
        "event_blocks": account.event_blocks,
        "drops": account.drops,
        "bytes": {
            "events": account.event_bytes,
            "state": account.state_bytes,
            "unknown": account.unknown_bytes,
            "damaged": account.damaged_bytes,
            "total": facts.inflated_bytes,
        },
        "machine": dict(account.facts),
        "damage": [
            {"path": each.path, "offset": each.offset, "length": each.length, "what": each.what}
            for each in facts.damage
        ],
        "skipped": [{"path": each.path, "why": each.why} for each in facts.skipped],
        "notes": list(facts.notes),
        "from_cache": facts.from_cache,
        "noted": {
            "marked": sum(note.marked for note in notes),
            "comments": sum(bool(note.comment) for note in notes),
            "tagged": sum(bool(note.tags) for note in notes),
            "references": sum(note.is_reference for note in notes),
            "ignored": sum(note.ignored for note in notes),
        },
    }


def _file(each: Any) -> dict[str, Any]:
    return {
        "path": each.path,
        "size_bytes": each.size_bytes,
        "sha256": each.sha256,
        "compression": each.compression,
        "records": each.records,
    }


def as_json(case: Case, zone: tzinfo) -> Iterator[str]:
    """One JSON array with an object for each source."""
    records = [record(store, label, zone) for store, label in zip(case.stores, case.labels(), strict=True)]
    yield json.dumps(records, indent=2)


def as_text(case: Case, zone: tzinfo) -> Iterator[str]:
    """The lines for people, an empty line between sources."""
    for place, (store, label) in enumerate(zip(case.stores, case.labels(), strict=True)):
        if place:
            yield ""
        found = record(store, label, zone)
        pairs = [*_heading(found), *_counts(found), *_bytes(found), *_covered(store, zone), *_rest(found)]
        width = max(len(name) for name, _ in pairs) + 2
        for name, text in pairs:
            yield f"{name + ':' if name else '':<{width}}{escape(text)}"


def _heading(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Capture", found["capture"]
    yield "Source", f"{found['title']} ({found['source']})"
    files = found["files"]
    for place, each in enumerate(files[:SHOWN_FILES]):
        packed = f", {each['compression']}" if each["compression"] else ""
        yield ("File" if not place else ""), f"{each['path']}, {each['size_bytes']:,} bytes{packed}"
    if len(files) > SHOWN_FILES:
        size = sum(each["size_bytes"] for each in files)
        yield "", f"and {len(files) - SHOWN_FILES:,} more; {len(files):,} files, {size:,} bytes"
    if len(files) == 1 and files[0]["sha256"]:
        yield "SHA-256", f"{files[0]['sha256']} ({found['hash_state']})"
    else:
        yield "Hash", found["hash_state"]
    if found["start"] is not None:
        yield "First event", found["start"]
        yield "Last event", f"{found['end']} ({duration(found['duration_ns'])} later)"


def _counts(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if found["event_blocks"]:
        yield "Event blocks", f"{found['event_blocks']:,}"
    internal = f", and {found['internal_rows']:,} internal" if found["internal_rows"] else ""
    yield "Events", f"{found['shown_rows']:,}{internal}"
    if found["unfinished_rows"]:
        yield "Unfinished", f"{found['unfinished_rows']:,} calls whose end is not in the capture"
    if found["untimed_rows"]:
        yield "Without time", f"{found['untimed_rows']:,}"
    yield "Drops", f"{found['drops']:,}" if found["drops"] else "none reported"


def _bytes(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    parts = found["bytes"]
    named = [f"{parts[name]:,} {name}" for name in ("events", "state", "unknown", "damaged") if parts[name]]
    if named:
        accounted = sum(parts[name] for name in ("events", "state", "unknown", "damaged"))
        gap = "" if accounted == parts["total"] else f" ({parts['total'] - accounted:,} NOT accounted for)"
        yield "Bytes", f"{' + '.join(named)} = {accounted:,} of {parts['total']:,}{gap}"


def _left_out(skipped: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Files that belong to no source, briefly: a line a reason."""
    by_reason: dict[str, list[str]] = {}
    for each in skipped:
        by_reason.setdefault(each["why"], []).append(each["path"])
    for why, paths in by_reason.items():
        if len(paths) == 1:
            yield "Left out", f"{paths[0]}: {why}"
        elif why == UNKNOWN:
            yield "Left out", f"{len(paths):,} files in no known format: {_by_suffix(paths)}"
        else:
            names = ", ".join(path.rpartition("/")[2] for path in paths[:SHOWN_LEFT_OUT])
            more = f" and {len(paths) - SHOWN_LEFT_OUT:,} more" if len(paths) > SHOWN_LEFT_OUT else ""
            yield "Left out", f"{len(paths):,} files, each {why}: {names}{more}"


def _by_suffix(paths: list[str]) -> str:
    """What lies beside logs, not file by file; those without a suffix, and single ones of a kind, by name."""
    kinds: dict[str, list[str]] = {}
    for path in paths:
        name = path.rpartition("/")[2]
        kinds.setdefault(name.rpartition(".")[2] if "." in name[1:] else name, []).append(name)
    told = [names[0] if len(names) == 1 else f"{len(names):,} .{kind}" for kind, names in sorted(kinds.items())]
    more = f" and {len(told) - SHOWN_FILES:,} other kinds" if len(told) > SHOWN_FILES else ""
    return ", ".join(told[:SHOWN_FILES]) + more


def _covered(store: Store, zone: tzinfo) -> Iterator[tuple[str, str]]:
    if store.dissector.scope is not None:
        yield "Covers", in_short(covers(store), zone)


def _rest(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, text in found["machine"].items():
        yield name.replace("_", " ").capitalize(), str(text)
    places = len(found["damage"])
    yield "Damage", f"{places:,} place{'s' if places > 1 else ''}" if places else "none"
    for each in found["damage"]:
        yield "", f"{each['path']}: {each['length']:,} bytes from offset {each['offset']:,}: {each['what']}"
    yield from _left_out(found["skipped"])
    noted = [f"{count:,} {what}" for what, count in found["noted"].items() if count]
    if noted:
        yield "Case file", ", ".join(noted)
    for text in found["notes"]:
        yield "Note", text
