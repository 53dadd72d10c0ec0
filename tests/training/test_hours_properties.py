"""What must hold for any facts at all."""

import random
from collections import defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.training.beijing import day
from sync.training.facts import Leave, LeaveVoid, Lesson, OnlineHours, RollCall, Stamp, Void
from sync.training.hours import LessonHours
from sync.training.scan import decide, last_stamp
from sync.training.sitting import sittings
from sync.training.state import AWAY, NORMAL
from tests.training.day import DEFAULT, Facts, at, pack_with, read

PEOPLE = ("甲", "乙")
LATER = at("00:00", 30)


@st.composite
def _lesson(draw: st.DrawFn, number: int) -> Lesson:
    start = at("08:00", draw(st.integers(1, 2))) + 300 * draw(st.integers(0, 60))
    lasting = 300 * draw(st.integers(6, 36))
    lesson = Lesson(f"L{number}", draw(st.sampled_from("aab")), start, start + lasting,
                    draw(st.integers(1, 900)), "theory", draw(st.sampled_from(["onsite", "online"])))  # fmt: skip
    fate = draw(st.integers(0, 9))
    if fate == 0:
        return replace(lesson, cancelled=True)
    return replace(lesson, cut_end=start + draw(st.integers(0, lasting))) if fate == 1 else lesson


@st.composite
def _facts(draw: st.DrawFn) -> Facts:
    """Up to five lessons in two classes on two days: most people scan in and out, some do anything at all."""
    lessons = [draw(_lesson(number)) for number in range(draw(st.integers(1, 5)))]
    facts = Facts(lessons)
    around = st.integers(-1200, 1200)

    def stamp(lesson: Lesson, person: str, kind: str, when: int) -> None:
        number = len(facts.stamps)
        facts.stamps.append(
            Stamp(f"s{number}", draw(st.sampled_from("112")), number, lesson.id, person, kind, when,  # type: ignore[arg-type]
                  draw(st.integers(0, 9)) > 0, draw(st.sampled_from(["card", "card", "correction"])))
        )  # fmt: skip

    for lesson in lessons:
        for person in PEOPLE:
            habit = draw(st.integers(0, 5))
            if habit >= 2:
                stamp(lesson, person, "in", lesson.start + draw(around))
                if habit == 5:
                    middle = (lesson.start + lesson.ends) // 2
                    stamp(lesson, person, "out", middle)
                    stamp(lesson, person, "in", middle + draw(st.integers(0, 1200)))
                stamp(lesson, person, "out", lesson.ends + draw(around))
            elif habit == 1:
                for _ in range(draw(st.integers(1, 3))):
                    stamp(
                        lesson, person, draw(st.sampled_from(["in", "out"])), lesson.start + draw(st.integers(0, 9999))
                    )
            for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
                when = lesson.start + draw(st.integers(0, lesson.end - lesson.start))
                facts.calls.append(RollCall(f"c{len(facts.calls)}", lesson.id, person, when, draw(st.booleans())))
            for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
                number = len(facts.leaves)
                facts.leaves.append(Leave(f"l{number}", lesson.id, person, f"事{number}"))
            for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
                facts.online.append(_import(draw, len(facts.online), lesson, person))
    for number in range(draw(st.integers(0, 2)) if facts.leaves else 0):
        facts.leave_voids.append(LeaveVoid(f"b{number}", draw(st.sampled_from(facts.leaves)).id, f"由{number}"))
    for number in range(draw(st.integers(0, 2)) if facts.stamps else 0):
        facts.voids.append(Void(f"v{number}", draw(st.sampled_from(facts.stamps)).id, f"因{number}", "王五"))
    return facts


def _import(draw: st.DrawFn, number: int, lesson: Lesson, person: str) -> OnlineHours:
    """Several may share a feed's number or an instant, as in a fork."""
    feed, place = draw(st.sampled_from("112")), draw(st.integers(0, 2))
    return OnlineHours(f"o{number}", feed, place, lesson.id, person, draw(st.integers(0, 1000)), f"表{number}",
                       lesson.end + draw(st.integers(0, 2)))  # fmt: skip


@settings(deadline=None)
@given(_facts())
def test_nothing_exceeds_what_was_planned_or_the_day_s_cap(facts: Facts) -> None:
    """Measured hours stay within the plan, credited ones within plan and cap. The cap is not on what was measured."""
    for hours in facts.hours(*PEOPLE):
        days: dict[int, int] = defaultdict(int)
        for entry in hours.lessons:
            assert 0 <= entry.credited <= entry.planned
            assert entry.measured is None or 0 <= entry.measured <= entry.planned
            days[day(entry.account.lesson.start)] += entry.credited
        assert all(credited <= 800 for credited in days.values())
        assert hours.credited <= hours.held <= hours.planned


@settings(deadline=None)
@given(_facts(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(facts: Facts, chance: random.Random) -> None:
    """Not a figure, not a finding, not a sentence."""
    shuffled = Facts(*(chance.sample(part, len(part)) for part in _parts(facts)))
    before, after = facts.hours(*PEOPLE), shuffled.hours(*PEOPLE)
    assert before == after
    assert [e.why for h in before for e in h.lessons] == [e.why for h in after for e in h.lessons]


def _parts(facts: Facts) -> tuple[list, ...]:  # type: ignore[type-arg]
    return facts.lessons, facts.stamps, facts.voids, facts.calls, facts.leaves, facts.online, facts.leave_voids


@settings(deadline=None)
@given(_facts(), st.data())
def test_leave_never_changes_credit(facts: Facts, data: st.DataObject) -> None:
    """Stronger than that it never lowers it: leave speaks only where no stamp counts, and there nothing is earned."""
    lesson = data.draw(st.sampled_from(facts.lessons))
    person = data.draw(st.sampled_from(PEOPLE))
    more = replace(facts, leaves=[*facts.leaves, Leave("new", lesson.id, person, "家中有事")])
    for before, after in zip(facts.hours(*PEOPLE), more.hours(*PEOPLE), strict=True):
        assert [e.credited for e in before.lessons] == [e.credited for e in after.lessons]
        assert [e.measured for e in before.lessons] == [e.measured for e in after.lessons]


@settings(deadline=None)
@given(_facts())
def test_leave_taken_back_is_as_if_never_given(facts: Facts) -> None:
    """In every state and figure; the sentences still tell of it."""
    gone = {void.leave for void in facts.leave_voids}
    never = replace(facts, leaves=[leave for leave in facts.leaves if leave.id not in gone], leave_voids=[])
    for one, other in zip(facts.hours(*PEOPLE), never.hours(*PEOPLE), strict=True):
        for entry, same in zip(one.lessons, other.lessons, strict=True):
            assert (entry.state, entry.measured, entry.credited) == (same.state, same.measured, same.credited)
        told = [sentence for entry in one.lessons for sentence in entry.why if "请假已撤销" in sentence]
        lessons = {entry.lesson for entry in one.lessons}
        assert len(told) == sum(
            leave.id in gone and leave.person == one.person and leave.lesson in lessons for leave in facts.leaves
        )


@settings(deadline=None)
@given(_facts(), st.data())
def test_more_imported_hours_never_earn_less_in_their_lesson(facts: Facts, data: st.DataObject) -> None:
    """A later import of the same feed with more hours, for one person and lesson; the day's cap is taken away."""
    lesson, person = data.draw(st.sampled_from(facts.lessons)), data.draw(st.sampled_from(PEOPLE))
    some, more = sorted(data.draw(st.tuples(st.integers(0, 1000), st.integers(0, 1000))))
    pack = pack_with({"daily_cap": None})
    figures = []
    for hours in (some, more):
        last = OnlineHours("last", "3", 9, lesson.id, person, hours, "表", lesson.end + 9)
        [found] = replace(facts, online=[*facts.online, last]).hours(person, pack=pack)
        figures.append([(e.measured, e.credited) for e in found.lessons if e.lesson == lesson.id])
        assert all(e.measured == min(hours, e.planned) for e in found.lessons if e.account.online is not None
                   and e.lesson == lesson.id)  # fmt: skip
    for before, after in zip(*figures, strict=True):
        assert before[0] is None or after[0] is None or before[0] <= after[0]
        assert before[1] <= after[1]


@settings(deadline=None)
@given(_facts())
def test_imports_change_online_lessons_only(facts: Facts) -> None:
    """Figures of onsite lessons on days without an online one are the same with and without them."""
    remote = {day(lesson.start) for lesson in facts.lessons if lesson.mode == "online"}
    with_them, without = facts.hours(*PEOPLE), replace(facts, online=[]).hours(*PEOPLE)
    for some, others in zip(with_them, without, strict=True):
        for one, other in zip(some.lessons, others.lessons, strict=True):
            if day(one.account.lesson.start) not in remote and not facts.leaves:
                assert (one.state, one.measured, one.credited) == (other.state, other.measured, other.credited)


_runs = st.lists(st.tuples(st.booleans(), st.integers(1, 60)), min_size=1, max_size=12).map(
    lambda runs: [here for here, long in runs for _ in range(long)][:240]
)


def _entry(present: list[bool]) -> LessonHours:
    """A lesson 08:00-11:00 of 4 hours; `present` is each minute from 07:30 on, stamped by hand at each change."""
    facts = read("A 08:00-11:00 4")
    opening = at("07:30")
    for minute, (before, here) in enumerate(zip([False, *present], [*present, False], strict=True)):
        if before != here:
            number = len(facts.stamps)
            facts.stamps.append(
                Stamp(f"s{number}", "1", number, "A", "张三", "in" if here else "out", opening + 60 * minute)
            )
    return facts.hours()[0].lessons[0]


@settings(deadline=None)
@given(_runs)
def test_measured_hours_are_the_minutes_counted_one_by_one(present: list[bool]) -> None:
    """Against a count that knows nothing of spans: 180 minutes are 400 hundredths, half up."""
    minutes = sum(present[30:210])
    assert _entry(present).measured == int(minutes * 400 / 180 + 0.5)


@settings(deadline=None)
@given(_runs, _runs)
def test_presence_that_includes_another_never_earns_less(some: list[bool], more: list[bool]) -> None:
    """The honest form, for one person and lesson under the words of the contract.

    Measured hours never fall. Credited hours never fall, but for one corner (docs/decisions/0102): where the smaller
    presence was 正常, and the larger reaches further to an end and is 中途离开 by the gap that this makes.
    """
    length = max(len(some), len(more))
    smaller = some + [False] * (length - len(some))
    larger = [a or b for a, b in zip(smaller, more + [False] * (length - len(more)), strict=True)]
    before, after = _entry(smaller), _entry(larger)
    assert before.measured is not None and after.measured is not None
    assert after.measured >= before.measured
    corner = before.state == NORMAL and after.state == AWAY
    assert after.credited >= before.credited or corner
    if corner:
        (first, last), (came, left) = _ends(before), _ends(after)
        assert came < first or left > last


def _ends(entry: LessonHours) -> tuple[int, int]:
    spans = entry.account.spans
    return spans[0][0], spans[-1][1]


def test_the_corner_where_more_presence_earns_less() -> None:
    """From 08:09, away for 9 minutes: 正常. With 08:00 to 08:01 as well she was away for 17."""
    smaller = read("A 08:00-11:00 4", "in 08:09; out 09:00; in 09:09; out 11:00").hours()[0].lessons[0]
    larger = (
        read("A 08:00-11:00 4", "in 08:00; out 08:01; in 08:09; out 09:00; in 09:09; out 11:00").hours()[0].lessons[0]
    )
    assert (smaller.state, smaller.credited) == ("正常", 400)
    assert (larger.state, larger.credited) == ("中途离开", 350)


@settings(deadline=None)
@given(st.lists(st.integers(0, 280), min_size=1, max_size=12, unique=True))
def test_at_one_door_a_scan_before_the_gate_and_one_after_it_leave_nothing_unknown(minutes: list[int]) -> None:
    """Whatever else is scanned, at one laptop in automatic mode, from 07:30 to 12:10."""
    facts = read("A 08:00-11:00 4")
    [sitting] = sittings(facts.lessons, DEFAULT)
    results = []
    for number, minute in enumerate(sorted(minutes)):
        scanned = at("07:30") + 60 * minute
        decision = decide(sitting, scanned, last_stamp(sitting, "张三", facts.stamps, ()), DEFAULT)
        results.append(decision)
        if decision.result == "recorded" and decision.kind:
            facts.stamps.append(Stamp(f"n{number}", "1", number, "A", "张三", decision.kind, scanned))
    kinds = [decision.kind for decision in results if decision.result == "recorded"]
    entry = facts.hours()[0].lessons[0]
    if "in" in kinds and "out" in kinds:
        assert entry.measured is not None
    elif kinds:
        assert (entry.state, entry.credited) == ("未签退" if "in" in kinds else "未签到", 0)
    else:
        assert entry.state == "缺勤"
