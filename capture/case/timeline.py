"""Events over time (stage ⑤): counts and failures in equal buckets, of everything or of a selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thresher.capture.case.order import Part
    from thresher.capture.store.store import Store


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts of events in equal stretches of time.

    Attributes:
        start_ns: where the first bucket begins, ns since 1970 in UTC.
        bucket_ns: length of a bucket in ns, at least 1.
        counts: events in each bucket.
        failed: those of them whose outcome is a failure.
    """

    start_ns: int
    bucket_ns: int
    counts: list[int]
    failed: list[int]


def span(stores: Sequence[Store]) -> tuple[int, int] | None:
    """First and last time of the shown rows of all stores in ns, None where no row has a time."""
    spans = [found for found in (query.time_span(store) for store in stores) if found]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def bucket_length(start_ns: int, end_ns: int, buckets: int) -> int:
    """The shortest length with which ``buckets`` buckets hold both ends."""
    return max(1, -(-(end_ns - start_ns + 1) // buckets))


def count(
    stores: Sequence[Store], parts: Sequence[Part] | None, buckets: int, start_ns: int | None, end_ns: int | None
) -> Timeline:
    """The timeline of these rows, or of all that are shown, from one time to another or over all of them."""
    found = span(stores)
    if found is None:
        return Timeline(0, 1, [0] * buckets, [0] * buckets)
    first = found[0] if start_ns is None else start_ns
    last = max(found[1] if end_ns is None else end_ns, first)
    length = bucket_length(first, last, buckets)
    if parts is None:
        return count_all(stores, first, length, buckets)
    return count_parts(stores, parts, first, length, buckets)


def count_all(stores: Sequence[Store], start_ns: int, bucket_ns: int, buckets: int) -> Timeline:
    """The timeline of all shown rows."""
    counts = np.zeros(buckets, np.int64)
    failed = np.zeros(buckets, np.int64)
    for store in stores:
        for bucket, events, failures in query.bucket_counts(store, start_ns, bucket_ns, buckets):
            counts[bucket] += events
            failed[bucket] += failures
    return Timeline(start_ns, bucket_ns, counts.tolist(), failed.tolist())


def count_parts(
    stores: Sequence[Store], parts: Sequence[Part], start_ns: int, bucket_ns: int, buckets: int
) -> Timeline:
    """The timeline of chosen rows."""
    counts = np.zeros(buckets, np.int64)
    failed = np.zeros(buckets, np.int64)
    for part in parts:
        for times, failures in query.times_of(stores[part.store], np.sort(part.nums)):
            places = _places(times, start_ns, bucket_ns, buckets)
            inside = places >= 0
            counts += np.bincount(places[inside], minlength=buckets)
            failed += np.bincount(places[inside & failures], minlength=buckets)
    return Timeline(start_ns, bucket_ns, counts.tolist(), failed.tolist())


def _places(times: NDArray[np.int64], start_ns: int, bucket_ns: int, buckets: int) -> NDArray[np.int64]:
    """The bucket of each time, -1 outside."""
    places = (times - start_ns) // bucket_ns
    places[(times < start_ns) | (places >= buckets)] = -1
    return places
