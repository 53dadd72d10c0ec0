"""Presence that is hard to fake: roll-calls, identity questions, the code at a lesson's end."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.jobs import checkin, identity, moment, rollcall
from sync.jobs.attendance import attendance
from sync.jobs.rosters import late_enrolment
from sync.jobs.status import anchor, close_lesson
from sync.ledger.ledger import Ledger
from sync.training.lots import drawn
from sync.training.pack import Rule
from tests.jobs.school import NAMES, School


def kinds_of(ledger: Ledger) -> list[str]:
    return [
        row[0] for row in ledger.conn.execute("SELECT kind FROM changes WHERE feed = ? ORDER BY seq", (ledger.feed,))
    ]


def test_a_draw_shows_the_seed_that_was_committed_before(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    for person in school.people[:2]:
        school.stamp(lesson, person, "in", "09:50")
    made = rollcall.commit(school.ledger, lesson)
    assert rollcall.commit(school.ledger, lesson) == made, "one waits already"
    called = [row["trainee"] for row in rollcall.draw(school.ledger, lesson, 5)]
    assert sorted(called) == sorted(school.people[:2]), "who is not there is not called"
    row = school.ledger.conn.execute(
        "SELECT r.seed, r.people, r.pool, c.commitment, c.seq < r.seq"
        ' FROM rollcalls r JOIN rollcall_commits c ON c.id = r."commit"'
    ).fetchone()
    seed, people, pool, commitment, before = row
    assert before and hashlib.sha256(seed.encode()).hexdigest() == commitment
    assert drawn(seed, msgspec.json.decode(pool), 5) == msgspec.json.decode(people) == called


def test_each_draw_has_a_seed_of_its_own(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    for _ in range(3):
        rollcall.draw(school.ledger, lesson, 1)
    seeds = [row[0] for row in school.ledger.conn.execute("SELECT seed FROM rollcalls")]
    assert len(set(seeds)) == 3
    assert kinds_of(school.ledger)[-6:] == ["rollcall.commit", "rollcall.draw"] * 3


def test_who_left_or_whose_stamp_was_voided_is_not_called(school: School) -> None:
    """Across the lessons of one sitting: she came at the first and left at the second."""
    first, second = school.lesson("1 10:00-11:30"), school.lesson("1 11:40-13:10")
    gone, voided, there = school.people
    school.stamp(first, gone, "in", "09:50")
    wrong = school.stamp(first, voided, "in", "09:50")
    school.stamp(first, there, "in", "09:50")
    school.stamp(second, gone, "out", "12:00")
    checkin.void(school.ledger, wrong, "刷错人", "王老师")
    assert rollcall.present(school.ledger, second) == [there]


def test_nobody_there_draws_from_the_whole_class(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    assert len(rollcall.draw(school.ledger, lesson, 2)) == 2
    with pytest.raises(BadInput, match="至少 1 人"):
        rollcall.draw(school.ledger, lesson, 0)


def test_the_last_mark_of_a_draw_stands(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    assert rollcall.latest(school.ledger, lesson) == []
    [one, *others] = rollcall.draw(school.ledger, lesson, 3)
    rollcall.mark(school.ledger, lesson, one["trainee"], False)
    rollcall.mark(school.ledger, lesson, one["trainee"], True)
    assert [(call.person, call.present) for call in rollcall.calls(school.ledger, f'["{lesson}"]')] == [
        (one["trainee"], True)
    ]
    assert [(called.person, called.there) for called in rollcall.latest(school.ledger, lesson)] == [
        (one["trainee"], True),
        *((other["trainee"], None) for other in others),
    ]


@given(st.lists(st.text("abc123", min_size=1), unique=True), st.integers(1, 9), st.text())
def test_a_draw_is_of_the_pool_and_follows_the_seed_alone(pool: list[str], count: int, seed: str) -> None:
    called = drawn(seed, pool, count)
    assert len(called) == min(count, len(pool)) and set(called) <= set(pool)
    assert called == drawn(seed, pool[::-1], count)


def test_everybody_is_asked_once_at_the_first_lesson(school: School) -> None:
    desk = checkin.open_desk(school.ledger, school.lesson("1 10:00-13:00"))
    person = school.people[0]
    assert identity.question(school.ledger, desk, person) == "first"
    identity.answer(school.ledger, desk, person, ["document", "card"], True, "first")
    assert identity.question(school.ledger, desk, person) == ""
    found = identity.coverage(school.ledger, "C1")
    assert (found.enrolled, found.verified, found.asked_again) == (3, 1, 0)
    assert found.missing == school.people[1:] and found.doubtful == []


def test_whoever_was_not_the_person_is_asked_first_again_at_the_next_lesson(school: School) -> None:
    today = checkin.open_desk(school.ledger, school.lesson("1 10:00-13:00"))
    tomorrow = checkin.open_desk(school.ledger, school.lesson("2 10:00-13:00"))
    person = school.people[0]
    identity.answer(school.ledger, today, person, ["document"], False, "first")
    assert identity.question(school.ledger, today, person) == "", "not twice in one sitting"
    assert identity.question(school.ledger, tomorrow, person) == "first"
    assert identity.coverage(school.ledger, "C1").doubtful == [person]


@pytest.mark.parametrize(("share", "asked"), [("0", 0), ("1", 3)])
def test_the_share_that_is_asked_again_is_the_packs(school: School, share: str, asked: int) -> None:
    first = checkin.open_desk(school.ledger, school.lesson("1 10:00-13:00"))
    for person in school.people:
        identity.answer(school.ledger, first, person, ["document"], True, "first")
    desk = checkin.open_desk(school.ledger, school.lesson("2 10:00-13:00"))
    rules = desk.pack.rules | {"identity_ask_share": Rule("", share, "")}
    desk = checkin.Desk(desk.lesson, msgspec.structs.replace(desk.pack, rules=rules), desk.sitting)
    questions = [identity.question(school.ledger, desk, person) for person in school.people]
    assert questions.count("again") == asked


def test_the_lot_is_the_same_for_every_lesson_of_a_sitting_and_its_share_is_kept(school: School) -> None:
    """Among 400 lessons (one person), a fifth asked: 80 ± 4 standard deviations (8)."""
    first, second = school.lesson("1 10:00-11:30"), school.lesson("1 11:40-13:10")
    before = checkin.open_desk(school.ledger, school.lesson("2 10:00-13:00"))
    identity.answer(school.ledger, before, school.people[0], ["document"], True, "first")
    desks = [checkin.open_desk(school.ledger, lesson) for lesson in (first, second)]
    assert len({identity.question(school.ledger, desk, school.people[0]) for desk in desks}) == 1
    lots = [identity._lot(school.ledger, f"lesson {n}", school.people[0]) for n in range(400)]
    assert 48 <= sum(lot < desks[0].pack.share("identity_ask_share") for lot in lots) <= 112


def test_an_answer_says_how_she_was_compared(school: School) -> None:
    desk = checkin.open_desk(school.ledger, school.lesson("1 10:00-13:00"))
    for ways in ([], ["guess"]):
        with pytest.raises(BadInput, match="核对方式"):
            identity.answer(school.ledger, desk, school.people[0], ways, True, "first")
    assert kinds_of(school.ledger).count("identity.check") == 0


def test_a_closed_lesson_keeps_its_code_whatever_comes_after(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    school.stamp(lesson, school.people[0], "in", "09:50")
    closed = close_lesson(school.ledger, lesson)
    assert kinds_of(school.ledger)[-1] == "lesson.close"
    assert closed["head"] == school.ledger.position(school.ledger.feed).hash
    school.stamp(lesson, school.people[1], "in", "10:50")
    assert close_lesson(school.ledger, lesson) == closed == anchor(school.ledger, lesson)
    assert kinds_of(school.ledger).count("lesson.close") == 1
    assert anchor(school.ledger)["head"] != closed["head"]
    assert closed["shown"].replace("-", "") == closed["anchor"] and len(closed["anchor"]) == 16
    assert NAMES[0] not in str(closed)


def test_an_enrolment_after_the_rules_days_is_warned_about_with_its_clause(school: School) -> None:
    """The class began on the 21st; the default pack allows two days."""
    school.set_clock("09:00", day=3)
    assert late_enrolment(school.ledger, "C1") == ""
    school.set_clock("09:00", day=4)
    words = late_enrolment(school.ledger, "C1")
    assert "开班已经 3 天" in words and "2 天" in words and "县级培训监管系统" in words


def test_when_she_came_first_is_kept_apart_from_when_she_was_last_seen(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    early, person, _ = school.people
    first = school.stamp(lesson, person, "in", "10:20")
    school.stamp(lesson, person, "out", "11:00")
    school.stamp(lesson, person, "in", "11:20")
    school.stamp(lesson, early, "in", "08:00")
    desk = checkin.open_desk(school.ledger, lesson)

    def came(who: str) -> str:
        return moment.iso(attendance(school.ledger, desk)[who].came)[11:16]

    assert came(person) == "10:20"
    assert attendance(school.ledger, desk)[early].came == 0, "outside the window is not there"
    checkin.void(school.ledger, first, "刷错人", "王老师")
    assert came(person) == "11:20"
