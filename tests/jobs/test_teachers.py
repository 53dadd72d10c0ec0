"""Teachers at the door and in the figures."""

import pytest

from sync.errors import BadInput, NotFound
from sync.jobs import checkin
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.find import find_person
from sync.jobs.hours import answer, hours_of, teacher_hours_of
from sync.jobs.leave import give_leave
from sync.jobs.moment import parse_time
from sync.seal import kinds
from tests.jobs.school import FIRST_DAY, NUMBERS, School


def test_a_teacher_is_found_by_name_and_a_trainee_is_not(school: School) -> None:
    school.lesson("1 10:00-13:00", teacher="Zhang Wei")
    teacher = find_person(school.ledger, " Zhang Wei ")
    assert find_person(school.ledger, teacher.id) == teacher
    assert find_person(school.ledger, NUMBERS[0]).id == school.people[0]
    with pytest.raises(NotFound):
        find_person(school.ledger, "马小兰")


def test_two_teachers_of_one_name_are_not_guessed(school: School) -> None:
    with school.ledger.writing() as w:
        ids = [w.write("teacher", {"name": "李师傅"}) for _ in range(2)]
    with pytest.raises(BadInput) as caught:
        find_person(school.ledger, "李师傅")
    assert caught.value.reason == "ambiguous" and all(id_ in caught.value.message for id_ in ids)


def test_only_a_teacher_of_the_sitting_needs_no_reason(school: School) -> None:
    """The second lesson's teacher may come to the desk that is open for the first."""
    first = school.lesson("1 10:00-11:30", teacher="李师傅")
    school.lesson("1 11:40-13:10", teacher="周师傅")
    school.lesson("2 10:00-11:30", teacher="吴师傅")
    school.set_clock("09:50")
    desk = checkin.open_desk(school.ledger, first)

    def stamp(name: str) -> str:
        return checkin.stamp_by_hand(school.ledger, desk, find_person(school.ledger, name), "in", "").result

    assert [stamp("李师傅"), stamp("周师傅")] == ["recorded", "recorded"]
    with pytest.raises(BadInput, match="写明原因"):
        stamp("吴师傅")
    with pytest.raises(BadInput, match="写明原因"):
        stamp(NUMBERS[0])


def test_a_teacher_has_no_leave(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00", teacher="李师傅")
    with pytest.raises(BadInput, match="不是这个班的学员"):
        give_leave(school.ledger, lesson, "李师傅", "生病")


def test_teachers_hours_are_of_their_own_lessons(school: School) -> None:
    """Half an hour late for three: 3.33 measured, 3 credited. The other was not stamped, but trainees were."""
    late = school.lesson("1 10:00-13:00", teacher="李师傅")
    school.stamp(late, "李师傅", "in", "10:30", via="search")
    school.stamp(late, "李师傅", "out", "13:00", via="search")
    absent = school.lesson("2 10:00-13:00", teacher="周师傅")
    school.stamp(absent, school.people[0], "in", "09:50", day=2)
    school.set_clock("14:00", day=2)
    found = {row["name"]: row for row in answer(teacher_hours_of(school.ledger, "C1"), "teacher")}
    assert found.keys() == {"李师傅", "周师傅"}
    assert found["李师傅"]["teacher"] == find_person(school.ledger, "李师傅").id
    [entry] = found["李师傅"]["lessons"]
    assert (entry["state"], entry["measured"], entry["credited"]) == ("迟到", 3.33, 3)
    assert [entry["state"] for entry in found["周师傅"]["lessons"]] == ["缺勤"]
    assert found["李师傅"]["parts"] == [
        {"kind": "theory", "mode": "onsite", "planned": 4, "measured": 3.33, "credited": 3}
    ]


def test_a_half_day_in_another_class_counts_whole_for_the_day(school: School) -> None:
    """Her stamps there name the first of two joined lessons: 4 + 2 hours there leave 2 of the day's 8 here."""
    mine = school.lesson("1 19:00-22:00")
    (course,) = school.ledger.conn.execute("SELECT code FROM courses LIMIT 1").fetchone()
    add_class(school.ledger, "C2", course, "另一班", "2026-11-21", "2026-11-30")
    there = [
        add_lesson(school.ledger, "C2", NewLesson(FIRST_DAY, parse_time(start), parse_time(end), hours, "theory"))[0]
        for start, end, hours in (("10:00", "13:00", 400), ("13:10", "14:40", 200))
    ]
    person = school.people[0]
    for lesson, kind, clock in ((there[0], "in", "09:50"), (there[0], "out", "14:40"), (mine, "in", "18:50"),
                                (mine, "out", "22:00")):  # fmt: skip
        school.set_clock(clock)
        with school.ledger.writing() as w:
            w.fact("stamp", kinds.Stamp(lesson, person, kind, "scanner"))  # type: ignore[arg-type]
    [found] = [row for row in answer(hours_of(school.ledger, "C1")) if row["trainee"] == person]
    assert found["credited"] == 2
