"""Withdrawing, and editing a lesson that has not begun: what changes, and what stays."""

import pytest

from sync.errors import BadInput
from sync.jobs import checkin
from sync.jobs.classes import Edit, cancel_lesson, edit_lesson
from sync.jobs.find import enrollment_of, find_lesson
from sync.jobs.hours import hours_of
from sync.jobs.rosters import enrol_one, roster_of, withdraw
from sync.sheets.roster import Entry
from tests.jobs.school import NAMES, NUMBERS, School


def test_who_withdraws_keeps_her_hours_and_loses_her_place(school: School) -> None:
    first, person = school.lesson("1 08:00-11:00"), school.people[0]
    school.stamp(first, person, "in", "07:55")
    school.stamp(first, person, "out", "11:00")
    before = next(row for row in hours_of(school.ledger, "C1").people if row.person == person)
    assert before.credited == 400
    withdraw(school.ledger, "C1", person, "外出务工")
    assert enrollment_of(school.ledger, school.class_id, person) == ""
    assert next(row for row in hours_of(school.ledger, "C1").people if row.person == person) == before
    second = school.lesson("2 08:00-11:00")
    school.set_clock("07:55", 2)
    desk = checkin.open_desk(school.ledger, second)
    card = next(row["card"] for row in roster_of(school.ledger, school.class_id) if row["id"] == person)
    assert checkin.scan(school.ledger, desk, card, "scanner").result == "not-enrolled"


def test_who_withdrew_may_come_again(school: School) -> None:
    withdraw(school.ledger, "C1", NUMBERS[0], "生病")
    again = enrol_one(school.ledger, "C1", Entry(0, NAMES[0], NUMBERS[0], "", {}))
    assert again == school.people[0]
    assert enrollment_of(school.ledger, school.class_id, again)


@pytest.mark.parametrize("reason", ["", "  "])
def test_withdrawing_needs_a_reason(school: School, reason: str) -> None:
    with pytest.raises(BadInput):
        withdraw(school.ledger, "C1", school.people[0], reason)
    assert enrollment_of(school.ledger, school.class_id, school.people[0])


def test_who_is_not_in_the_class_cannot_leave_it(school: School) -> None:
    withdraw(school.ledger, "C1", school.people[0], "生病")
    with pytest.raises(BadInput) as error:
        withdraw(school.ledger, "C1", school.people[0], "生病")
    assert error.value.reason == "not-enrolled"


def test_a_lesson_is_edited_until_it_begins(school: School) -> None:
    school.set_clock("07:00")
    lesson = school.lesson("1 08:00-11:00", "旧内容", teacher="杨老师")
    teacher = find_lesson(school.ledger, lesson).teacher
    edit_lesson(school.ledger, lesson, Edit(topic=" 新内容 "))
    row = find_lesson(school.ledger, lesson)
    assert (row.topic, row.teacher, row.hours) == ("新内容", teacher, 400)
    warnings = edit_lesson(school.ledger, lesson, Edit(teacher="刘老师", hours=800))
    row = find_lesson(school.ledger, lesson)
    assert (row.topic, row.hours) == ("新内容", 800)
    assert row.teacher not in ("", teacher)
    assert any("8 课时" in warning for warning in warnings)
    school.set_clock("08:00")
    with pytest.raises(BadInput) as error:
        edit_lesson(school.ledger, lesson, Edit(topic="再改"))
    assert error.value.reason == "lesson-begun"
    assert find_lesson(school.ledger, lesson) == row


def test_a_cancelled_lesson_is_not_edited(school: School) -> None:
    school.set_clock("07:00")
    lesson = school.lesson("1 08:00-11:00")
    cancel_lesson(school.ledger, lesson, "下雨")
    with pytest.raises(BadInput):
        edit_lesson(school.ledger, lesson, Edit(topic="改"))
