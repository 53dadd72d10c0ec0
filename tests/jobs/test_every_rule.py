"""Each rule of the shipped pack decides something: one worked case by its default, and another by another value.

The tables of worked cases (tests/training) go into each; this one is held against the pack, so that no rule is only
decoration and none is a number in code. And every state is among the worked cases.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from sync.jobs import checkin, identity, moment
from sync.jobs.classes import add_class, plan_warnings
from sync.jobs.find import find_class, find_lesson
from sync.jobs.rosters import late_enrolment
from sync.seal import county_kinds
from sync.training import callbacks, eligibility, state
from sync.training.archive import kept_until
from sync.training.forecast import forecast
from sync.training.pack import UNITS, RulePack
from sync.training.scan import decide
from sync.training.sitting import sittings
from sync.training.teaching import share_short, too_many_institutions
from sync.training.workdays import last_day
from tests.jobs.school import FIRST_DAY, School
from tests.training import test_hours_cases as cases
from tests.training.day import DEFAULT, at, lesson, pack_with, read, told
from tests.training.test_eligibility import FOUR, born, trainings
from tests.training.test_teaching import posts

ONE = "A 08:00-11:00 4"

Open = Callable[[], School]
"""Opens the school, for the few rules that need one."""
Ask = Callable[[Open, RulePack], object]


def _hours(lessons: str, stamps: str = "", **rest: str) -> Ask:
    return lambda _, pack: told(read(lessons, stamps, **rest).hours(pack=pack)[0])  # type: ignore[arg-type]


def _scan(scanned: str, last: str = "") -> Ask:
    def ask(_: Open, pack: RulePack) -> object:
        [sitting] = sittings(read(ONE).lessons, pack)
        before = read(ONE, last, mates=False).stamps
        return decide(sitting, at(scanned), before[-1] if before else None, pack).result

    return ask


def _forecast(_: Open, pack: RulePack) -> object:
    facts = read(f"{ONE}; B 2 08:00-11:00 4", "in 07:50; out 11:00")
    return forecast(facts.hours(now=at("12:00"))[0], pack).sentence("张三")


def _minutes(open_: Open, pack: RulePack) -> object:
    school = open_()
    made = find_lesson(school.ledger, school.lesson("1 08:00-11:00", hours=500))
    row = find_class(school.ledger, "C1")
    return len(plan_warnings([made], made, pack, row.date_from, row.date_to))


def _question(school: School, pack: RulePack, known: bool) -> object:
    first, later = (checkin.open_desk(school.ledger, school.lesson(f"{day} 08:00-11:00")) for day in (1, 2))
    if known:
        for person in school.people:
            identity.answer(school.ledger, first, person, ["document"], True, "first")
    desk = checkin.Desk(later.lesson, pack, later.sitting)
    return [identity.question(school.ledger, desk, person) for person in school.people]


def _late(open_: Open, pack: RulePack) -> object:
    """Of a class of its own, since a pack reaches no class that has begun when it is published."""
    school = open_()
    first = moment.day_of(moment.now(school.ledger).at)
    with school.ledger.writing() as w:
        published = msgspec.structs.replace(pack, valid_from="2026-01-01")
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(published))))
    late = add_class(school.ledger, f"L{first}", "HG-5", "焊工班", str(first), str(first + timedelta(days=20)))
    school.set_clock("09:00", day=(first - FIRST_DAY).days + 4)
    return bool(late_enrolment(school.ledger, late))


def _shares(kind: str) -> Ask:
    return lambda _, pack: len(eligibility.hour_shares([lesson(f"A 08:00-11:00 5.5 {kind}".strip())], 1000, pack))


FOUR_TEACHERS = "王 full; 李 part; 周 part; 吴 part"
THREE_PLACES = "王 #1 @A; 王 #1 @B; 王 #1 @C"
MONDAY = date(2021, 12, 13)
TWICE = "A 01-05 焊工 初级; B 03-01 焊工 初级"
# rule | another value | what is asked | by the default | by the other value
CASES: dict[str, tuple[Any, Ask, object, object]] = {
    "hour_minutes": (36, _minutes, 1, 0),  # 5 hours in 180 minutes
    "checkin_opens": (60, _scan("07:00"), "outside-window", "recorded"),
    "checkout_opens": (30, _scan("10:40", "in 07:50"), "repeat", "recorded"),
    "join_gap": (5, _hours("A 08:00-09:30 2; B 09:40-11:10 2", "in 07:50; out 11:10 B"),
                 "A 正常 2 2; B 正常 2 2", "A 未签退 ? 0; B 未签到 ? 0"),
    "checkout_closes": (0, _scan("11:30", "in 07:50"), "recorded", "outside-window"),
    "repeat_within": (10, _scan("09:05", "out 09:00"), "recorded", "repeat"),
    "late_grace": (5, _hours(ONE, "in 08:06; out 11:00"), "A 正常 3.87 4", "A 迟到 3.87 3.5"),
    "early_grace": (5, _hours(ONE, "in 08:00; out 10:54"), "A 正常 3.87 4", "A 早退 3.87 3.5"),
    "away_grace": (5, _hours(ONE, "in 08:00; out 09:00; in 09:06; out 11:00"), "A 正常 3.87 4", "A 中途离开 3.87 3.5"),
    "min_presence": ("0.8", _hours(ONE, "in 08:00; out 10:00"), "A 早退 2.67 2.5", "A 缺勤 2.67 0"),
    "round_to": (1, _hours(ONE, "in 08:00; out 10:00"), "A 早退 2.67 2.5", "A 早退 2.67 2"),
    "daily_cap": (3, _hours(ONE, "in 08:00; out 11:00"), "A 正常 4 4", "A 正常 4 3"),
    "leave_cap": ("0.5", _hours(f"{ONE}; B 2 08:00-11:00 4", leaves="A"),
                  "A 缺勤 0 0; B 缺勤 0 0", "A 请假 0 0; B 缺勤 0 0"),
    "attendance_rate": ("0.5", _forecast, "张三还差 2.4 课时，还剩 1 课次。", "张三课时已够。"),
    "class_size": (30, lambda _, pack: bool(eligibility.class_size(40, pack)), False, True),
    "yearly_trainings": (2, lambda _, pack: bool(eligibility.yearly_trainings(trainings(FOUR), "C", pack)),
                         False, True),
    "same_course_level": (2, lambda _, pack: bool(eligibility.same_course_level(trainings(TWICE), "B", pack)),
                          True, False),
    "min_age": (18, lambda _, pack: bool(eligibility.age(born("20091121"), "2026-11-21", pack)), False, True),
    "max_age": (60, lambda _, pack: bool(eligibility.age(born("19561121"), "2026-11-21", pack)), False, True),
    "enrol_after_start": (5, _late, True, False),
    "theory_share_min": ("0.5", _shares(""), 0, 1),  # 4.5 of 10 are left for theory
    "practice_share_min": ("0.5", _shares("theory"), 0, 1),
    "identity_first_lesson": ("no", lambda open_, pack: "first" in _question(open_(), pack, False), True, False),  # type: ignore[operator]
    "callback_share": ("0.25", lambda _, pack: callbacks.wanted(41, pack), 5, 11),
    "identity_ask_share": (1, lambda open_, pack: _question(open_(), pack, True) == ["again"] * 3, False, True),
    "notice_days": (7, lambda _, pack: str(last_day(MONDAY, pack.days("notice_days"), {})), "2021-12-17", "2021-12-21"),
    "archive_years": (30, lambda _, pack: kept_until("2026-11-20", pack), "2036-11-20", "2056-11-20"),
    "fulltime_teacher_share": ("0.25", lambda _, pack: len(share_short(posts(FOUR_TEACHERS), pack)), 1, 0),
    "teacher_institutions": (2, lambda _, pack: len(too_many_institutions(posts(THREE_PLACES), pack)), 0, 1),
}  # fmt: skip


def test_there_is_a_case_for_each_rule_of_the_default_pack() -> None:
    assert CASES.keys() == UNITS.keys() == DEFAULT.rules.keys()


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_decides(request: pytest.FixtureRequest, rule: str) -> None:
    def open_() -> School:
        school = request.getfixturevalue("school")
        assert isinstance(school, School)
        return school

    other, ask, by_default, by_other = CASES[rule]
    assert ask(open_, DEFAULT) == by_default
    assert ask(open_, pack_with({rule: other})) == by_other


def test_every_state_is_among_at_least_sixty_worked_cases() -> None:
    expected = [row[-1] for row in (*cases.ONE_LESSON, *cases.OTHER)]
    assert len(expected) >= 60
    assert len({row[0] for row in (*cases.ONE_LESSON, *cases.OTHER)}) == len(expected), "each in words of its own"
    seen = {entry.split()[1] for line in expected for entry in line.split("; ")}
    states = {value for name, value in vars(state).items() if name.isupper() and isinstance(value, str) and value}
    assert len(states) == 10 and states <= seen
    assert seen - states == {"迟到早退", "迟到中途离开", "中途离开早退", "迟到中途离开早退"}
