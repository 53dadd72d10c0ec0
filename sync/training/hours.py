"""From stamps to hours: what each person earned in each lesson, and why.

Rule: default-rules.md, "From stamps to hours", in this order: which stamps count and how they pair (`presence`),
minutes in two lessons at once, state and measured hours (`state`), the leave cap, rounding, the day's cap. The answer
depends on the set of facts only, never on the order in which they arrived. Hours are whole hundredths, instants are
seconds since 1970 UTC.

An online lesson goes by the hours imported for a person from a learning platform, in place of her presence; without
them by the same stamps as any other (docs/decisions/0103).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import msgspec

from sync.training.account import Account, Overlap, explain
from sync.training.beijing import day
from sync.training.facts import Leave, LeaveVoid, Lesson, OnlineHours, RollCall, Stamp, Void
from sync.training.limits import Limits, limits
from sync.training.online import online_state
from sync.training.pack import RulePack
from sync.training.presence import NOWHERE, Presence, Span, clip, intersect, length, presence, subtract
from sync.training.records import Place, Records, records
from sync.training.sitting import in_order_of_start
from sync.training.state import (
    ABSENT,
    NOT_BEGUN,
    NOT_TAKEN,
    ON_LEAVE,
    credited_hours,
    measured_hours,
    open_half,
    state_of,
)


class LessonHours(msgspec.Struct, frozen=True):
    """One person in one lesson. `measured` is None where a missing stamp leaves it unknown."""

    lesson: str
    state: str
    planned: int
    measured: int | None
    credited: int
    account: Account

    @property
    def why(self) -> list[str]:
        """Chinese sentences: which stamps, which rule, which clause."""
        return explain(self.account, self.state, self.measured, self.credited)


class Part(msgspec.Struct, frozen=True):
    """A sum over the lessons of one kind and mode; `measured` is None where any of them is unknown."""

    kind: str
    mode: str
    planned: int
    measured: int | None
    credited: int


class PersonHours(msgspec.Struct, frozen=True):
    """One person in one class: sums over `lessons`, which are in order of start and leave out the cancelled ones."""

    person: str
    planned: int
    held: int
    """Planned hours of the lessons that have begun."""
    measured: int | None
    """None where any lesson's is unknown."""
    credited: int
    rate: Fraction | None
    """Attendance rate: credited ÷ held; None before the first lesson."""
    lessons: tuple[LessonHours, ...]
    overlaps: tuple[Overlap, ...]
    """Minutes that another lesson had already, each a finding."""

    @property
    def parts(self) -> list[Part]:
        """The same sums kept apart by theory and practice, onsite and online."""
        groups: dict[tuple[str, str], list[LessonHours]] = defaultdict(list)
        for entry in self.lessons:
            groups[entry.account.lesson.kind, entry.account.lesson.mode].append(entry)
        return [
            Part(kind, mode, sum(e.planned for e in group), _measured(group), sum(e.credited for e in group))
            for (kind, mode), group in sorted(groups.items(), reverse=True)
        ]


def class_hours(
    lessons: Iterable[Lesson],
    people: Iterable[str],
    stamps: Iterable[Stamp],
    voids: Iterable[Void],
    rollcalls: Iterable[RollCall],
    leaves: Iterable[Leave],
    pack: RulePack,
    now: int,
    *,
    online: Iterable[OnlineHours] = (),
    elsewhere: Iterable[Lesson] = (),
    leave_voids: Iterable[LeaveVoid] = (),
) -> list[PersonHours]:
    """The hours of these trainees, in the order given, in these lessons of a class.

    `elsewhere` are lessons of other classes; where one of these people was stamped there, or had hours imported (both
    are among `stamps` and `online`), they matter for the day's cap and for minutes in two lessons at once, and are not
    answered for.
    """
    people, own, other = list(people), list(lessons), list(elsewhere)
    found = records([*own, *other], people, stamps, voids, rollcalls, leaves, pack, online, leave_voids)
    engine = _Engine(found, own, other, pack, now)
    return [engine.hours(person, engine.own) for person in people]


def teacher_hours(
    lessons: Iterable[Lesson],
    stamps: Iterable[Stamp],
    voids: Iterable[Void],
    rollcalls: Iterable[RollCall],
    pack: RulePack,
    now: int,
    *,
    elsewhere: Iterable[Lesson] = (),
) -> list[PersonHours]:
    """The hours of each teacher in her lessons, by id: the same rules without leave, and by stamps alone."""
    own, other = list(lessons), list(elsewhere)
    engine = _Engine(records([*own, *other], (), stamps, voids, rollcalls, (), pack), own, other, pack, now)
    teachers = sorted({lesson.teacher for lesson in engine.own if lesson.teacher})
    return [engine.hours(teacher, [le for le in engine.own if le.teacher == teacher]) for teacher in teachers]


@dataclass(slots=True)
class _Draft:
    """A lesson on its way to a figure."""

    lesson: Lesson
    place: int
    mine: bool
    stamps: Sequence[Stamp]
    presence: Presence
    spans: tuple[Span, ...]
    overlaps: tuple[Overlap, ...] = ()
    online: OnlineHours | None = None
    """Imported hours: they stand in place of presence, which is empty then."""

    @property
    def took_part(self) -> bool:
        """Whether anything shows that she did: a counted stamp of the sitting, or hours on a platform."""
        return bool(self.stamps) or (self.online is not None and self.online.hours > 0)


class _Engine:
    """The rules over one reading of the facts."""

    def __init__(
        self, found: Records, lessons: list[Lesson], elsewhere: list[Lesson], pack: RulePack, now: int
    ) -> None:
        self.found, self.pack, self.now = found, pack, now
        self.limits: Limits = limits(pack)
        self.seen: dict[Place, Presence] = {}
        self.own = sorted((lesson for lesson in lessons if lesson.stands), key=in_order_of_start)
        own = {lesson.id for lesson in self.own}
        self.other = [lesson for lesson in elsewhere if lesson.stands and lesson.id not in own]
        self.clashes = _any_at_once([*self.own, *self.other])
        self.leave_most: dict[str, Fraction] = defaultdict(Fraction)
        for lesson in self.own:
            self.leave_most[lesson.class_id] += lesson.planned * pack.share("leave_cap")

    def hours(self, person: str, lessons: Sequence[Lesson]) -> PersonHours:
        drafts = [self.draft(person, lesson, True) for lesson in lessons]
        if self.other:
            drafts += [self.draft(person, lesson, False) for lesson in self.other if self.was_at(person, lesson)]
            drafts.sort(key=lambda draft: in_order_of_start(draft.lesson))
        if self.clashes:
            _share_out(person, drafts)
        entries = tuple(self.entries(person, drafts))
        held = sum(entry.planned for entry in entries if entry.state != NOT_BEGUN)
        credited = sum(entry.credited for entry in entries)
        return PersonHours(
            person=person,
            planned=sum(entry.planned for entry in entries),
            held=held,
            measured=_measured(entries),
            credited=credited,
            rate=Fraction(credited, held) if held else None,
            lessons=entries,
            overlaps=tuple(overlap for draft in drafts if draft.mine for overlap in draft.overlaps),
        )

    def was_at(self, person: str, lesson: Lesson) -> bool:
        """Whether she took part in this lesson of another class, as its teacher or as a trainee there."""
        if (lesson.id, person) in self.found.online:
            return True
        teaches_there = person in self.found.teachers[lesson.class_id]
        if teaches_there and lesson.teacher != person:
            return False
        return (self.found.number[lesson.id], person) in self.found.counted

    def draft(self, person: str, lesson: Lesson, mine: bool) -> _Draft:
        place = self.found.number[lesson.id]
        stamps = self.found.counted.get((place, person), ())
        online = self.found.online.get((lesson.id, person))
        if online is not None or not stamps:
            return _Draft(lesson, place, mine, stamps, NOWHERE, (), online=online)
        seen = self.seen.get((place, person))
        if seen is None:
            seen = presence(stamps, self.found.sittings[place].gate, self.found.calls.get((place, person), ()))
            self.seen[place, person] = seen
        return _Draft(lesson, place, mine, stamps, seen, clip(seen.spans, lesson.start, lesson.ends))

    def entries(self, person: str, drafts: Iterable[_Draft]) -> Iterator[LessonHours]:
        """Settle the lessons in order of start: what leave and the day's cap take depends on what came before."""
        leave_used = 0
        day_used: dict[int, int] = defaultdict(int)
        for draft in drafts:
            lesson = draft.lesson
            leave = self.found.leaves.get((lesson.id, person)) if draft.mine else None
            state = self.state(person, draft, leave, leave_used)
            measured = self.measure(draft, state)
            worth = credited_hours(state, lesson.planned, measured, self.limits)
            today = day(lesson.start)
            before = day_used[today]
            cap = self.limits.daily_cap
            credited = worth if cap is None else max(0, min(worth, cap - before))
            day_used[today] = before + credited
            if draft.mine:
                account = self.account(person, draft, leave, leave_used, before, worth - credited)
                yield LessonHours(lesson.id, state, lesson.planned, measured, credited, account)
            if state == ON_LEAVE:
                leave_used += lesson.planned

    def state(self, person: str, draft: _Draft, leave: Leave | None, leave_used: int) -> str:
        """The first that holds, in the order of the contract."""
        lesson = draft.lesson
        if self.now < lesson.start:
            return NOT_BEGUN
        if leave is not None and not draft.took_part:
            return ON_LEAVE if leave_used + lesson.planned <= self.leave_most[lesson.class_id] else ABSENT
        if draft.online is not None:
            return online_state(draft.online.hours, lesson.planned, self.limits)
        if not draft.stamps and draft.place not in self.found.taken and lesson.id not in self.found.imported:
            return NOT_TAKEN
        return open_half(draft.presence) or state_of(draft.spans, lesson.start, lesson.ends, self.limits)

    def measure(self, draft: _Draft, state: str) -> int | None:
        if state == NOT_BEGUN:
            return 0
        if open_half(draft.presence):
            return None
        lesson = draft.lesson
        if draft.online is not None:
            return min(draft.online.hours, lesson.planned)
        return measured_hours(lesson.planned, length(draft.spans), lesson.ends - lesson.start)

    def account(
        self, person: str, draft: _Draft, leave: Leave | None, leave_used: int, day_used: int, capped: int
    ) -> Account:
        found, place = self.found, (draft.place, person)
        aside = tuple(found.aside.get(place, ()))
        return Account(
            lesson=draft.lesson,
            sitting=found.sittings[draft.place],
            pack=self.pack,
            stamps=tuple(draft.stamps),
            aside=aside,
            voids=tuple(found.voids[stamp.id] for stamp in aside if stamp.id in found.voids),
            presence=draft.presence,
            spans=draft.spans,
            overlaps=draft.overlaps,
            online=draft.online,
            imported=draft.lesson.id in found.imported,
            leave=leave,
            leaves_taken_back=tuple(found.taken_back.get((draft.lesson.id, person), ())),
            leave_used=leave_used,
            leave_most=floor(self.leave_most[draft.lesson.class_id]),
            day_used=day_used,
            capped=capped,
        )


def _measured(entries: Iterable[LessonHours]) -> int | None:
    total = 0
    for entry in entries:
        if entry.measured is None:
            return None
        total += entry.measured
    return total


def _any_at_once(lessons: Iterable[Lesson]) -> bool:
    reached = None
    for lesson in sorted(lessons, key=in_order_of_start):
        if reached is not None and lesson.start < reached:
            return True
        reached = lesson.ends if reached is None else max(reached, lesson.ends)
    return False


def _share_out(person: str, drafts: Iterable[_Draft]) -> None:
    """Minutes in two lessons at once stay with the one that she was stamped into first; the other says what it lost."""
    earlier: list[_Draft] = []
    for draft in sorted((d for d in drafts if d.spans), key=_stamped_into):
        for other in earlier:
            common = intersect(draft.spans, other.spans)
            if common:
                draft.spans = tuple(subtract(draft.spans, common))
                kept = other.lesson
                draft.overlaps += (Overlap(person, kept.id, draft.lesson.id, tuple(common), kept.start),)
        earlier.append(draft)


def _stamped_into(draft: _Draft) -> tuple[int, int, str]:
    """When she was stamped into this lesson: the `in` of the first pair that reaches into it."""
    lesson = draft.lesson
    ins = [came for came, left in draft.presence.pairs if clip([(came, left)], lesson.start, lesson.ends)]
    return min(ins), *in_order_of_start(lesson)
