"""What the rules ask about people and plans, from a real ledger: warned about on the way in, found afterwards."""

from pathlib import Path

import openpyxl
import pytest

from sync.carry.outgoing import parcels
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.eligibility import remarks
from sync.jobs.findings import findings_of
from sync.jobs.moment import parse_time
from sync.jobs.rosters import carry_out, enrol_one, plan_import, withdraw
from sync.ledger.intake import take
from sync.sheets.roster import Entry
from tests.jobs.school import FIRST_DAY, NAMES, NUMBERS, School, identity_number
from tests.nodes import Place
from tests.training.test_eligibility import born


def _another_class(school: School, code: str, first_day: str) -> None:
    (course,) = school.ledger.conn.execute("SELECT course FROM classes WHERE id = ?", (school.class_id,)).fetchone()
    add_class(school.ledger, code, course, f"{code} 班", first_day, "2026-12-20")


def _enrol(school: School, code: str, number: str = NUMBERS[0]) -> str:
    return enrol_one(school.ledger, code, Entry(1, NAMES[0], number, ""))


def _found(school: School, code: str) -> list[tuple[str, str]]:
    return [(one.kind, one.person) for one in findings_of(school.ledger, code)]


def test_the_same_course_twice_in_a_year_is_a_finding_of_the_later_class(school: School) -> None:
    _another_class(school, "C2", "2026-12-01")
    person = _enrol(school, "C2")
    assert person == school.people[0], "one person by her number"
    assert _found(school, "C2") == [("same-course", person)]
    [found] = findings_of(school.ledger, "C2")
    assert found.sentence.startswith(f"{NAMES[0]} ") and "C1 班" in found.sentence and "浙江" in found.sentence
    assert _found(school, "C1") == []
    withdraw(school.ledger, "C1", person, "外出务工")
    assert _found(school, "C2") == [], "who left the first class has one"


def test_the_fourth_training_of_a_year(school: School) -> None:
    for code, day in (("C2", "2026-12-01"), ("C3", "2026-12-02"), ("C4", "2026-12-03")):
        _another_class(school, code, day)
        person = _enrol(school, code)
    assert _found(school, "C3") == [("same-course", person)]
    assert _found(school, "C4") == [("yearly-trainings", person), ("same-course", person)]


def test_too_young_is_told_before_and_found_after(school: School) -> None:
    child = born("20150101")
    size, odd = remarks(school.ledger, "C1", [child, identity_number(8)])
    assert size == "" and list(odd) == [child] and "11 岁" in odd[child]
    person = _enrol(school, "C1", child)
    assert _found(school, "C1") == [("age", person)]


def test_fifty_one_are_told_of_on_import_and_refused_by_nobody(school: School, tmp_path: Path) -> None:
    """Three are there: 47 more are fifty. One of those who join is eleven."""
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号"])
    for serial in range(10, 57):
        book.active.append([f"王{chr(0x4E00 + serial)}", identity_number(serial)])
    book.save(tmp_path / "47.xlsx")
    assert plan_import(school.ledger, tmp_path / "47.xlsx", "C1").answer()["remarks"] == []
    book.active.append(["王小", born("20150101")])
    book.save(tmp_path / "48.xlsx")
    plan = plan_import(school.ledger, tmp_path / "48.xlsx", "C1")
    size, child = plan.answer()["remarks"]
    assert size["row"] is None and "全班 51 人，超过班级人数上限 50" in size["note"]
    assert child["row"] == 49 and "11 岁" in child["note"]
    assert len(plan.answer()["accepted"]) == 48 and plan.answer()["warnings"] == []
    carry_out(school.ledger, plan)
    assert _found(school, "C1")[0] == ("class-size", "")
    again = plan_import(school.ledger, tmp_path / "48.xlsx", "C1").answer()
    assert (again["unchanged"], [row["row"] for row in again["remarks"]]) == (48, [None])


def test_a_plan_that_leaves_no_room_for_practice_is_warned_about_and_found(school: School) -> None:
    """Of the course's hours (or more, once more is planned) two fifths must be practice."""
    (standard,) = school.ledger.conn.execute(
        "SELECT k.hours FROM courses k JOIN classes c ON c.course = k.id WHERE c.id = ?", (school.class_id,)
    ).fetchone()
    new = NewLesson(FIRST_DAY, parse_time("08:00"), parse_time("20:00"), standard * 6 // 10, "theory")
    _, warnings = add_lesson(school.ledger, "C1", new)
    assert not any("实操" in words for words in warnings)
    _, warnings = add_lesson(
        school.ledger, "C1", NewLesson(FIRST_DAY, parse_time("20:00"), parse_time("21:00"), 100, "theory")
    )
    assert any("实操最多只剩" in words and "实操课时最低比例 40%" in words for words in warnings)
    assert ("hour-shares", "") in _found(school, "C1")


def test_the_county_finds_the_same(school: School, place: Place) -> None:
    _another_class(school, "C2", "2026-12-01")
    _enrol(school, "C2", born("20150101"))
    _enrol(school, "C2")
    for parcel in parcels(school.ledger):
        take(place.county, parcel.data, parcel.file_name, "usb")
    assert findings_of(place.county, "C2") == findings_of(school.ledger, "C2") != []


@pytest.mark.parametrize("number", ["", "没有号码"])
def test_a_number_that_says_nothing_is_asked_nothing(school: School, number: str) -> None:
    assert remarks(school.ledger, "C1", [number]) == ("", {})
