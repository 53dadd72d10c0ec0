"""Sittings: the lessons that people sit through without scanning in between, a half-day usually.

Rule: default-rules.md, "What a scan means", and join_gap.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sync.training.beijing import day
from sync.training.facts import Lesson, Stamp
from sync.training.pack import RulePack


@dataclass(frozen=True, slots=True)
class Sitting:
    """Lessons of a class on one day with no longer break than join_gap. Instants are seconds since 1970 UTC."""

    lessons: tuple[Lesson, ...]
    """Those that stand, in order of start."""
    start: int
    end: int
    gate: int
    """From this moment on a scan means `out`."""
    opens: int
    """The first second in which a scan counts."""
    closes: int
    """The last second in which a scan counts."""
    ids: frozenset[str]
    """Lessons whose stamps belong here: its own, and the cancelled ones that were part of it."""

    def holds(self, stamp: Stamp) -> bool:
        """Whether the stamp belongs to this sitting, counted or not."""
        return stamp.lesson in self.ids


def sittings(lessons: Iterable[Lesson], pack: RulePack) -> list[Sitting]:
    """The sittings of these lessons, of one class or of several, in order of start.

    A cancelled lesson leaves its sitting; its stamps stay with what is left of it (docs/decisions/0102). A lesson that
    was cut short ends where it was cut, for the gap to the next one too.
    """
    days: dict[tuple[str, int], list[Lesson]] = defaultdict(list)
    for lesson in sorted(lessons, key=in_order_of_start):
        days[lesson.class_id, day(lesson.start)].append(lesson)
    gap = pack.seconds("join_gap")
    made = [sitting for held in days.values() for block in _joined(held, gap) for sitting in _of_block(block, pack)]
    return sorted(made, key=lambda sitting: in_order_of_start(sitting.lessons[0]))


def in_order_of_start(lesson: Lesson) -> tuple[int, str]:
    """Lessons sort by start, and by id where two start together."""
    return lesson.start, lesson.id


def _joined(lessons: list[Lesson], gap: int) -> list[list[Lesson]]:
    """Runs of lessons, in order of start, with no break longer than `gap` seconds in a run."""
    runs: list[list[Lesson]] = []
    reached = 0
    for lesson in lessons:
        if runs and lesson.start - reached <= gap:
            runs[-1].append(lesson)
            reached = max(reached, lesson.ends)
        else:
            runs.append([lesson])
            reached = lesson.ends
    return runs


def _of_block(block: list[Lesson], pack: RulePack) -> list[Sitting]:
    """The sittings left of lessons that were planned as one, when some were cancelled."""
    runs = _joined([lesson for lesson in block if lesson.stands], pack.seconds("join_gap"))
    ids = [{lesson.id for lesson in run} for run in runs]
    for lesson in block:
        if runs and not lesson.stands:
            following = (number for number, run in enumerate(runs) if run[0].start >= lesson.start)
            ids[next(following, len(runs) - 1)].add(lesson.id)
    return [_sitting(run, frozenset(own), pack) for run, own in zip(runs, ids, strict=True)]


def _sitting(run: list[Lesson], ids: frozenset[str], pack: RulePack) -> Sitting:
    start = run[0].start
    end = max(lesson.ends for lesson in run)
    return Sitting(
        lessons=tuple(run),
        start=start,
        end=end,
        gate=end - pack.seconds("checkout_opens"),
        opens=start - pack.seconds("checkin_opens"),
        closes=end + pack.seconds("checkout_closes"),
        ids=ids,
    )
