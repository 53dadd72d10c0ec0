"""Hours that a learning platform reports for online lessons: which import stands, what it is worth, which lessons it is
for.

Rules: docs/decisions/0103, with min_presence of the pack. Hours are whole hundredths; what is shared out is exact.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from sync.training.facts import OnlineHours
from sync.training.limits import Limits
from sync.training.state import ABSENT, EARLY, NORMAL

Place = tuple[str, str]
"""A lesson and a person."""


def latest(imports: Iterable[OnlineHours]) -> dict[Place, OnlineHours]:
    """The import that stands for each lesson and person: of one feed its last, of several feeds the last by clock.

    The same for any order of arrival.
    """
    by_feed: dict[tuple[Place, str], OnlineHours] = {}
    for fact in imports:
        key = (fact.lesson, fact.person), fact.feed
        if key not in by_feed or (by_feed[key].seq, by_feed[key].id) < (fact.seq, fact.id):
            by_feed[key] = fact
    stands: dict[Place, OnlineHours] = {}
    for (place, _), fact in by_feed.items():
        if place not in stands or _when(stands[place]) < _when(fact):
            stands[place] = fact
    return stands


def _when(fact: OnlineHours) -> tuple[int, str, int, str]:
    return fact.at, fact.feed, fact.seq, fact.id


def online_state(hours: int, planned: int, limits: Limits) -> str:
    """正常 with all the planned hours learnt, 缺勤 below min_presence of them, else 早退: she did not go to the end."""
    share, whole = limits.min_presence
    if not hours or hours * whole < share * planned:
        return ABSENT
    return NORMAL if hours >= planned else EARLY


def share_out(hours: Fraction, room: Sequence[tuple[str, Fraction]]) -> dict[str, Fraction]:
    """Fill lessons in the order given, each up to its room, until the hours are used.

    `room` is lesson and hours; what does not fit anywhere is left out.
    """
    given: dict[str, Fraction] = {}
    for lesson, free in room:
        part = min(hours, free)
        if part > 0:
            given[lesson] = part
            hours -= part
    return given


def half_up(value: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return int(value + Fraction(1, 2))


def plain_topic(text: str) -> str:
    """A topic as it is compared: without white space, punctuation, width and case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def named_topic(text: str, topics: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The lessons that an export's course or chapter means, by `plain_topic`; empty when it names none.

    An export may say more than the timetable (第一章 食品安全); of several topics in it the longest is meant.
    """
    said = plain_topic(text)
    if said in topics:
        return topics[said]
    within = [topic for topic in topics if topic and topic in said]
    return topics[max(within, key=lambda topic: (len(topic), topic))] if within else ()
