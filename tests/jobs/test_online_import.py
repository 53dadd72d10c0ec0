"""Hours from a learning platform: which lesson they count for, what is refused, and that a file counts once."""

from pathlib import Path

import pytest

from sync.carry.outgoing import parcels
from sync.errors import BadInput
from sync.jobs.classes import cancel_lesson
from sync.jobs.hours import answer, hours_of
from sync.jobs.online import Plan, carry_out, plan_import
from sync.ledger.intake import take
from tests.jobs.school import NAMES, NUMBERS, School, identity_number
from tests.nodes import Place

HEAD = "姓名,身份证号,课程名称,学习时长(分钟)"


def _file(tmp_path: Path, *lines: str, head: str = HEAD, name: str = "云学堂.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join((head, *lines)), "utf-8")
    return path


def _row(who: int, course: str, amount: object) -> str:
    return f"{NAMES[who]},{NUMBERS[who]},{course},{amount}"


def _import(school: School, path: Path) -> Plan:
    plan = plan_import(school.ledger, path, "C1")
    carry_out(school.ledger, plan)
    return plan


def _credited(school: School, who: int) -> list[tuple[str, float | None, float]]:
    """State, measured and credited hours of each lesson."""
    [person] = [row for row in answer(hours_of(school.ledger, "C1")) if row["trainee"] == school.people[who]]
    return [(entry["state"], entry["measured"], entry["credited"]) for entry in person["lessons"]]


def _online(school: School, *topics: str) -> list[str]:
    made = [school.lesson(f"{day} 19:00-22:00", topic, mode="online") for day, topic in enumerate(topics, start=1)]
    school.set_clock("23:00", 5)
    return made


def test_rows_count_for_the_lesson_whose_topic_they_name(school: School, tmp_path: Path) -> None:
    """180 minutes are 4 hours of 45; two rows of one topic add up to 135 minutes, 3 hours."""
    first, second = _online(school, "食品安全", "成本核算")
    plan = _import(school, _file(tmp_path, _row(0, "第二章 成本核算", 90), _row(0, "成本核算（二）", 45),
                                 _row(1, "食品安全", 180)))  # fmt: skip
    assert [(one.trainee, one.lesson, one.hours, one.minutes, one.before) for one in plan.wanted] == [
        (school.people[0], second, 300, 135, None),
        (school.people[1], first, 400, 180, None),
    ]
    assert _credited(school, 0) == [("缺勤", 0, 0), ("早退", 3, 3)]
    assert _credited(school, 1) == [("正常", 4, 4), ("缺勤", 0, 0)]
    assert _credited(school, 2) == [("缺勤", 0, 0), ("缺勤", 0, 0)]


def test_hours_without_a_topic_fill_the_lessons_in_order_of_start(school: School, tmp_path: Path) -> None:
    """270 minutes are 6 hours: 4 and 2. The third lesson has no import from anybody."""
    _online(school, "食品安全", "成本核算", "法规")
    _import(school, _file(tmp_path, _row(0, "网络学院通识课", 270)))
    assert _credited(school, 0) == [("正常", 4, 4), ("早退", 2, 2), ("未点名", 0, 0)]


def test_a_lesson_never_takes_more_than_its_hours_and_it_is_said(school: School, tmp_path: Path) -> None:
    _online(school, "食品安全", "成本核算")
    plan = _import(school, _file(tmp_path, _row(0, "食品安全", 225), _row(1, "成本核算", 10)))
    assert [(one.hours, one.minutes) for one in plan.wanted] == [(400, 180), (22, 10)]
    assert [(warning.row, "多 1 课时" in warning.note) for warning in plan.warnings] == [(2, True)]


def test_only_online_lessons_that_take_place_are_filled(school: School, tmp_path: Path) -> None:
    school.lesson("1 08:00-11:00")
    cancelled, stands = _online(school, "食品安全", "成本核算")
    cancel_lesson(school.ledger, cancelled, "平台维护")
    assert [one.lesson for one in plan_import(school.ledger, _file(tmp_path, _row(0, "", 60)), "C1").wanted] == [stands]


def test_a_class_without_online_lessons_says_so(school: School, tmp_path: Path) -> None:
    school.lesson("1 08:00-11:00")
    with pytest.raises(BadInput, match="没有线上课次") as caught:
        plan_import(school.ledger, _file(tmp_path, _row(0, "", 60)), "C1")
    assert caught.value.reason == "no-online-lesson"


def test_each_row_that_cannot_count_says_why(school: School, tmp_path: Path) -> None:
    _online(school, "食品安全")
    stranger = identity_number(77)
    path = _file(
        tmp_path,
        _row(0, "食品安全", 60),
        f"路人甲,{stranger},食品安全,60",
        f"马大兰,{NUMBERS[0]},食品安全,60",
        _row(1, "驾驶理论", 60),
        _row(0, "食品安全", 60),
    )
    plan = _import(school, path)
    assert [(refusal.row, refusal.reason) for refusal in plan.refused] == [
        (3, "not-in-class"), (4, "name-differs"), (5, "other-course"), (6, "duplicate-in-file"),
    ]  # fmt: skip
    assert [row.row for row in plan.accepted] == [2]


def test_the_same_file_again_changes_nothing(school: School, tmp_path: Path) -> None:
    _online(school, "食品安全", "成本核算")
    path = _file(tmp_path, _row(0, "食品安全", 100), _row(1, "食品安全", 0), _row(2, "成本核算", 180))
    _import(school, path)
    before = school.ledger.position(school.ledger.feed)
    again = _import(school, path)
    assert (again.wanted, again.unchanged) == ([], 3)
    assert school.ledger.position(school.ledger.feed) == before


def test_a_preview_writes_nothing(school: School, tmp_path: Path) -> None:
    _online(school, "食品安全")
    before = school.ledger.position(school.ledger.feed)
    assert plan_import(school.ledger, _file(tmp_path, _row(0, "食品安全", 100)), "C1").wanted
    assert school.ledger.position(school.ledger.feed) == before


def test_a_later_export_stands_also_downwards(school: School, tmp_path: Path) -> None:
    """6 hours, then 3: what the second lesson had is taken back."""
    _online(school, "食品安全", "成本核算")
    _import(school, _file(tmp_path, _row(0, "", 270)))
    later = _import(school, _file(tmp_path, _row(0, "", 135)))
    assert [(one.hours, one.before) for one in later.wanted] == [(300, 400), (0, 200)]
    assert len(later.warnings) == 2
    assert _credited(school, 0) == [("早退", 3, 3), ("缺勤", 0, 0)]


def test_two_plans_of_one_file_write_once(school: School, tmp_path: Path) -> None:
    """Two windows showed the same preview, and both said yes."""
    _online(school, "食品安全")
    path = _file(tmp_path, _row(0, "食品安全", 100))
    plans = [plan_import(school.ledger, path, "C1") for _ in range(2)]
    for plan in plans:
        carry_out(school.ledger, plan)
    assert school.ledger.conn.execute("SELECT count(*) FROM online_hours").fetchone() == (1,)


def test_why_names_the_file(school: School, tmp_path: Path) -> None:
    _online(school, "食品安全")
    _import(school, _file(tmp_path, _row(0, "食品安全", 100), name="十一月.csv"))
    why = "".join(answer(hours_of(school.ledger, "C1"))[0]["lessons"][0]["why"])
    assert "线上导入：十一月.csv（摘要 " in why and "2.22 课时（100 分钟）" in why


def test_county_and_laptop_agree(school: School, place: Place, tmp_path: Path) -> None:
    _online(school, "食品安全", "成本核算")
    _import(school, _file(tmp_path, _row(0, "", 270), _row(1, "", 100)))
    for parcel in parcels(school.ledger):
        take(place.county, parcel.data, parcel.file_name, "usb")
    assert answer(hours_of(place.county, "C1")) == answer(hours_of(school.ledger, "C1"))
    assert _credited(school, 0)[0] == ("正常", 4, 4)
