"""Which stamps count, and in which order.

Rule: default-rules.md, "Order is the feed's own within a feed, `at` between feeds". A stamp that a correction adds has
a stated time and is written down later, so it goes by that time among all the others (docs/decisions/0102).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from heapq import merge

from sync.training.facts import Stamp

CORRECTION = "correction"
"""The `via` of a stamp whose time somebody stated afterwards."""


def counts(stamp: Stamp, voided: Collection[str]) -> bool:
    """A stamp outside its sitting's window never counts, nor one that a correction has voided."""
    return stamp.counted and stamp.id not in voided


def in_order(stamps: Iterable[Stamp]) -> list[Stamp]:
    """One person's stamps of one sitting, merged from several feeds: the same for any order of arrival.

    Each feed is a queue in its own order, whatever its clock did; the queue whose head has the earliest `at` goes next.
    """
    queues: dict[str | None, list[Stamp]] = defaultdict(list)
    for stamp in stamps:
        queues[None if stamp.via == CORRECTION else stamp.feed].append(stamp)
    for feed, queue in queues.items():
        queue.sort(key=_by_time if feed is None else _by_feed)
    return list(merge(*queues.values(), key=_by_time))


def _by_feed(stamp: Stamp) -> tuple[int, int, str]:
    return stamp.seq, stamp.at, stamp.id


def _by_time(stamp: Stamp) -> tuple[int, str, int, str]:
    return stamp.at, stamp.feed, stamp.seq, stamp.id
