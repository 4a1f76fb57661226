"""OCSF events as JSON, as Security Lake's tables are exported, to CloudTrail records (stage ①)."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from thresher.dissectors.cloudtrail.tables import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thresher.capture.contract import Records

ORIGINAL = "OCSF event with the original record"
_MARK = b'"class_uid"'


def is_mapped(text: bytes) -> bool:
    """Whether this looks like an OCSF event."""
    return _MARK in text


def mapped_back(records: Records) -> Records:
    """The records that the events were made of, at the places of the events; an event of something else stays."""
    texts = [bytes(text) for text in records.texts]
    found = [_record(text) for text in texts]
    how = next((how for _, how in filter(None, found)), "")
    return dataclasses.replace(
        records,
        texts=[
            text if one is None else one[0].encode("utf-8", "replace") for text, one in zip(texts, found, strict=True)
        ],
        wrapping=" › ".join(filter(None, (records.wrapping, ORIGINAL if how == made.TAKEN else how))),
        lengths=records.lengths if records.lengths is not None else [len(text) for text in texts],
    )


def _record(text: bytes) -> tuple[str, str] | None:
    try:
        event: Mapping[str, object] = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return made.record(event) if "class_uid" in event else None
