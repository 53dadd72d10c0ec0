"""Online lessons by what a platform reports: worked cases, explanations, and which lesson hours count for."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.hours import class_hours, teacher_hours
from sync.training.online import half_up, latest, named_topic, plain_topic, share_out
from tests.training.day import DEFAULT, Facts, at, pack_with, read, told

ONE = "A 08:00-11:00 4 online"
TWO = "A 08:00-11:00 4 online; B 14:00-17:00 4 online"
MIXED = "A 08:00-09:30 2; B 19:00-22:00 4 online"
LATER = at("00:00", 30)

# what happened | lessons | stamps | imports | the rest | lesson, state, measured, credited
CASES = [
    ("all hours learnt", ONE, "", "A 4", {}, "A 正常 4 4"),
    ("more than planned is not more", ONE, "", "A 6.5", {}, "A 正常 4 4"),
    ("a hundredth short is not full, there is no grace: 3.99 rounds down", ONE, "", "A 3.99", {}, "A 早退 3.99 3.5"),
    ("three of four hours", ONE, "", "A 3", {}, "A 早退 3 3"),
    ("exactly half is not absent", ONE, "", "A 2", {}, "A 早退 2 2"),
    ("a hundredth less than half is absent, measured all the same", ONE, "", "A 1.99", {}, "A 缺勤 1.99 0"),
    ("the export says nothing learnt", ONE, "", "A 0", {}, "A 缺勤 0 0"),
    ("no import for anybody", ONE, "", "", {}, "A 未点名 0 0"),
    ("others were in the export, she was not", ONE, "", "A 4 of 李四", {}, "A 缺勤 0 0"),
    ("an import of another lesson says nothing about this one", TWO, "", "A 4 of 李四", {}, "A 缺勤 0 0; B 未点名 0 0"),
    ("others were stamped in a live lesson, she was not", ONE, "", "", {"mates": True}, "A 缺勤 0 0"),
    ("stamped in a live lesson without any import", ONE, "in 08:30; out 11:00", "", {}, "A 迟到 3.33 3"),
    ("stamped, and others imported: her stamps count", ONE, "in 08:30; out 11:00", "A 4 of 李四", {}, "A 迟到 3.33 3"),
    ("an import stands in place of stamps, upwards", ONE, "in 08:30; out 11:00", "A 4", {}, "A 正常 4 4"),
    ("an import stands in place of stamps, downwards", ONE, "in 07:50; out 11:00", "A 2.5", {}, "A 早退 2.5 2.5"),
    ("an open half is no matter where hours were imported", ONE, "in 07:50", "A 3", {}, "A 早退 3 3"),
    ("an export of nothing beside stamps", ONE, "in 07:50; out 11:00", "A 0", {}, "A 缺勤 0 0"),
    ("the last import of a laptop stands", ONE, "", "A 4; A 2.5", {}, "A 早退 2.5 2.5"),
    ("its own order, whatever its clock did", ONE, "", "A 4; A 2.5 at 07:00", {}, "A 早退 2.5 2.5"),
    ("between laptops the later by clock", ONE, "", "A 4 @2 at 21:00; A 2.5 @1 at 20:00", {}, "A 正常 4 4"),
    ("before the lesson's time there are no hours yet", ONE, "", "A 4", {"now": "07:59"}, "A 未开课 0 0"),
    ("at the lesson's start they count", ONE, "", "A 4", {"now": "08:00"}, "A 正常 4 4"),
    ("leave, and nothing learnt", TWO, "", "A 4 of 李四", {"leaves": "A", "pack": {"leave_cap": "0.5"}},
     "A 请假 0 0; B 未点名 0 0"),
    ("leave, and the export says nothing learnt", TWO, "", "A 0", {"leaves": "A", "pack": {"leave_cap": "0.5"}},
     "A 请假 0 0; B 未点名 0 0"),
    ("leave, but she learnt all the same", ONE, "", "A 3", {"leaves": "A"}, "A 早退 3 3"),
    ("leave beyond the cap", ONE, "", "", {"leaves": "A"}, "A 缺勤 0 0"),
    ("an onsite lesson takes no import", "A 08:00-11:00 4", "", "A 4", {}, "A 未点名 0 0"),
    ("onsite by stamps and online by import on one day", MIXED, "in 07:50; out 09:30", "B 4", {},
     "A 正常 2 2; B 正常 4 4"),
    ("the day's cap counts both, in order of start", "A 08:00-12:00 5; B 19:00-22:00 4 online",
     "in 07:50; out 12:00", "B 4", {}, "A 正常 5 5; B 正常 4 3"),
    ("the day's cap is of the lesson's day", "A 08:00-12:00 5; B 2 19:00-22:00 4 online", "in 07:50; out 12:00", "B 4",
     {}, "A 正常 5 5; B 正常 4 4"),
    ("min_presence 3/4 of the pack", ONE, "", "A 2.99", {"pack": {"min_presence": "3/4"}}, "A 缺勤 2.99 0"),
    ("round_to 1 of the pack", ONE, "", "A 3.75", {"pack": {"round_to": 1}}, "A 早退 3.75 3"),
    ("cut with its hours restated: three are all", "A 08:00-11:00 4 cut 10:15 hours 3 online", "", "A 3", {},
     "A 正常 3 3"),
    ("a cancelled lesson's import is nowhere", "A 08:00-11:00 4 online cancelled; B 14:00-17:00 4 online", "", "A 4",
     {}, "B 未点名 0 0"),
    ("online hours take no minutes from a lesson at the same time", "A 08:00-11:00 4 online; X 08:00-11:00 4 class two",
     "in 07:50 X; out 11:00 X", "A 4", {}, "A 正常 4 4; X 正常 4 4"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "lessons", "stamps", "online", "rest", "expected"), CASES, ids=[row[0] for row in CASES]
)
def test_online_lessons(
    words: str, lessons: str, stamps: str, online: str, rest: dict[str, Any], expected: str
) -> None:
    facts = read(lessons, stamps, leaves=rest.get("leaves", ""), mates=rest.get("mates", False), online=online)
    now = at(rest["now"]) if "now" in rest else None
    assert told(facts.hours(pack=pack_with(rest.get("pack", {})), now=now)[0]) == expected


def _why(facts: Facts) -> str:
    return "\n".join(facts.hours()[0].lessons[0].why)


def test_why_names_the_import_its_source_and_the_rules() -> None:
    why = _why(read(ONE, "in 08:30; out 11:00", online="A 3.3 minutes 149"))
    assert "线上导入：云学堂导出，3.3 课时（149 分钟）。" in why
    assert "按早退计" in why and "向下取整为 3 课时：课时取整单位 0.5 课时（依据：默认）" in why
    assert "只作旁证：08:30 签到、11:00 签退" in why
    assert "计入的记录" not in why


def test_why_tells_the_states_of_an_online_lesson_apart() -> None:
    assert "已学满计划的 4 课时" in _why(read(ONE, mates=False, online="A 4"))
    assert "超过本课次计划的 4 课时，超出的不计" in _why(read(ONE, mates=False, online="A 5"))
    assert "低于最低在课比例 50%（依据：默认）" in _why(read(ONE, mates=False, online="A 1"))
    assert "还没有导入线上学时" in _why(read(ONE, mates=False))
    assert "其中没有这名学员的学时" in _why(read(ONE, mates=False, online="A 4 of 李四"))
    assert "请假：家中有事" in _why(read(ONE, mates=False, online="A 0", leaves="A"))


def test_hours_learnt_for_another_class_count_for_the_day() -> None:
    """4 hours online in the other class in the morning leave 4 of the day's 8, of 5 here."""
    facts = read("A 14:00-18:00 5; X 08:00-11:00 4 class two online", "in 13:50; out 18:00", mates=False, online="X 4")
    own, other = facts.lessons[:1], facts.lessons[1:]

    def credited(*online: Any) -> str:
        found = class_hours(own, ["张三"], facts.stamps, [], [], [], DEFAULT, LATER, online=online, elsewhere=other)
        return told(found[0])

    assert credited(*facts.online) == "A 正常 5 4"
    assert credited() == "A 正常 5 5"


def test_an_import_makes_no_teacher_absent() -> None:
    """Teachers are asked about by stamps alone."""
    facts = read("A 08:00-11:00 4 online by 李师", mates=False, online="A 4")
    assert [told(hours) for hours in teacher_hours(facts.lessons, [], [], [], DEFAULT, LATER)] == ["A 未点名 0 0"]


def test_the_latest_import_is_the_same_for_any_order() -> None:
    imports = read(ONE, online="A 4; A 3 @2; A 2 at 07:00; A 1 @2 at 19:00").online
    last = {("A", "张三"): imports[3]}
    # Feed 1 ends with 2 hours at 07:00 by its clock, feed 2 with 1 hour at 19:00.
    assert latest(imports) == latest(imports[::-1]) == last
    assert latest(imports[:3]) == {("A", "张三"): imports[1]}


def test_of_two_imports_at_one_place_of_a_feed_one_stands_for_any_order() -> None:
    [one] = read(ONE, online="A 4").online
    fork = replace(one, id="o9", hours=100)
    assert latest([one, fork]) == latest([fork, one])


def test_hours_fill_lessons_in_order() -> None:
    room = [("A", Fraction(4)), ("B", Fraction(2)), ("C", Fraction(4))]
    assert share_out(Fraction(5), room) == {"A": 4, "B": 1}
    assert share_out(Fraction(99), room) == {"A": 4, "B": 2, "C": 4}
    assert share_out(Fraction(0), room) == {}


@given(st.fractions(0, 50), st.lists(st.fractions(0, 10), max_size=6))
def test_shared_out_hours_are_never_more_than_there_are_or_fit(hours: Fraction, sizes: list[Fraction]) -> None:
    room = [(str(number), size) for number, size in enumerate(sizes)]
    given_out = share_out(hours, room)
    assert all(0 < part <= dict(room)[lesson] for lesson, part in given_out.items())
    assert sum(given_out.values()) == min(hours, sum(sizes))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("食品安全", ["A"]),
        ("第一章 食品安全", ["A"]),
        ("食品安全 与操作", ["B"]),
        ("《食品安全》", ["A"]),
        ("FOOD", ["C"]),
        ("刀工", []),
        ("", []),
        ("安全", []),
    ],
)
def test_topics_are_found_in_what_an_export_says(said: str, meant: list[str]) -> None:
    topics = {plain_topic("食品安全"): ["A"], plain_topic("食品安全与操作"): ["B"], plain_topic("food"): ["C"]}
    assert list(named_topic(said, topics)) == meant


def test_half_a_hundredth_rounds_up() -> None:
    assert [half_up(Fraction(n, 2)) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
