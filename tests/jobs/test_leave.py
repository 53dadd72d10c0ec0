"""Leave: given, taken back, given again, and what the cap says of it; on the laptop and at the county."""

import pytest

from sync.carry.outgoing import parcels
from sync.errors import BadInput
from sync.jobs import leave
from sync.jobs.attendance import attendance
from sync.jobs.checkin import open_desk
from sync.jobs.hours import answer, hours_of
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from tests.jobs.school import School
from tests.nodes import Place


def _state(ledger: Ledger, person: str, lesson: str) -> tuple[str, list[str]]:
    [found] = [row for row in answer(hours_of(ledger, "C1")) if row["trainee"] == person]
    [entry] = [entry for entry in found["lessons"] if entry["lesson"] == lesson]
    return entry["state"], entry["why"]


def _five_days(school: School) -> list[str]:
    """Of 20 hours, four may be leave: one lesson. Somebody comes each day, so attendance is taken."""
    lessons = [school.lesson(f"{day} 10:00-13:00") for day in range(1, 6)]
    for day, lesson in enumerate(lessons, start=1):
        school.stamp(lesson, school.people[2], "in", "09:50", day=day)
    school.set_clock("14:00", day=5)
    return lessons


def test_leave_taken_back_is_absence_and_both_stay_visible(school: School) -> None:
    lessons, person = _five_days(school), school.people[0]
    given = leave.give_leave(school.ledger, lessons[0], person, "生病")
    assert _state(school.ledger, person, lessons[0])[0] == "请假"
    [made] = leave.void_leave(school.ledger, lessons[0], person, " 登记错人 ")
    state, why = _state(school.ledger, person, lessons[0])
    assert state == "缺勤" and "请假已撤销，不算请假：生病（撤销原因：登记错人）。" in why
    kept = school.ledger.conn.execute("SELECT id, leave, reason FROM leave_voids").fetchall()
    assert kept == [(made, given, "登记错人")]
    assert school.ledger.conn.execute("SELECT count(*) FROM leaves").fetchone() == (1,)


def test_leave_taken_back_makes_room_under_the_cap(school: School) -> None:
    """The first lesson's leave had used up the four hours; without it the second fits."""
    lessons, person = _five_days(school), school.people[0]
    for lesson in lessons[:2]:
        leave.give_leave(school.ledger, lesson, person, "农忙")
    assert [_state(school.ledger, person, lesson)[0] for lesson in lessons[:2]] == ["请假", "缺勤"]
    leave.void_leave(school.ledger, lessons[0], person, "登记错课次")
    assert [_state(school.ledger, person, lesson)[0] for lesson in lessons[:2]] == ["缺勤", "请假"]


def test_leave_given_again_stands(school: School) -> None:
    lessons, person = _five_days(school), school.people[0]
    for given, taken_back in (("生病", "登记错人"), ("家中有事", "")):
        leave.give_leave(school.ledger, lessons[0], person, given)
        if taken_back:
            leave.void_leave(school.ledger, lessons[0], person, taken_back)
    state, why = _state(school.ledger, person, lessons[0])
    assert state == "请假" and any("请假：家中有事" in sentence for sentence in why)


def test_of_two_leaves_for_one_lesson_both_are_taken_back(school: School) -> None:
    lesson, person = school.lesson("1 10:00-13:00"), school.people[0]
    for reason in ("生病", "家中有事"):
        leave.give_leave(school.ledger, lesson, person, reason)
    assert len(leave.void_leave(school.ledger, lesson, person, "本人到课了")) == 2
    assert leave.on_leave(school.ledger, lesson) == {}


def test_the_desk_shows_the_leave_that_stands(school: School) -> None:
    lesson, person = school.lesson("1 10:00-13:00"), school.people[0]
    leave.give_leave(school.ledger, lesson, person, "生病")
    desk = open_desk(school.ledger, lesson)
    one = attendance(school.ledger, desk)[person]
    assert (one.leave, one.leave_reason, one.missing) == (True, "生病", False)
    leave.void_leave(school.ledger, lesson, person, "登记错人")
    one = attendance(school.ledger, desk)[person]
    assert (one.leave, one.leave_reason, one.missing) == (False, "", True)


def test_nothing_to_take_back_and_no_reason_are_refused(school: School) -> None:
    lesson, person = school.lesson("1 10:00-13:00"), school.people[0]
    with pytest.raises(BadInput) as refused:
        leave.void_leave(school.ledger, lesson, person, "登记错人")
    assert refused.value.reason == "no-leave"
    leave.give_leave(school.ledger, lesson, person, "生病")
    with pytest.raises(BadInput, match="写明原因"):
        leave.void_leave(school.ledger, lesson, person, "  ")
    assert leave.on_leave(school.ledger, lesson) == {person: "生病"}


def test_leave_beyond_the_cap_is_told_with_its_clause_and_stops_nothing(school: School) -> None:
    lessons, person = _five_days(school), school.people[0]
    leave.give_leave(school.ledger, lessons[3], person, "农忙")
    assert leave.beyond_cap(school.ledger, "C1", person) == ""
    leave.give_leave(school.ledger, lessons[4], person, "农忙")
    words = leave.beyond_cap(school.ledger, "C1", person)
    assert "共 8 课时，上限 4 课时：请假课时上限 20%（依据：默认）" in words and "按缺勤计" in words
    assert leave.beyond_cap(school.ledger, "C1", school.people[1]) == ""


def test_the_county_sees_it_the_same(school: School, place: Place) -> None:
    lessons, person = _five_days(school), school.people[0]
    for lesson in lessons[:2]:
        leave.give_leave(school.ledger, lesson, person, "农忙")
    leave.void_leave(school.ledger, lessons[0], person, "登记错课次")
    for parcel in parcels(school.ledger):
        take(place.county, parcel.data, parcel.file_name, "usb")
    mine, theirs = ([_state(ledger, person, lesson) for lesson in lessons] for ledger in (school.ledger, place.county))
    assert mine == theirs and mine[1][0] == "请假"
