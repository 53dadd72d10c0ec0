"""What the worked cases do not show: sums, rates, explanations, findings, other classes, teachers, the forecast."""

from dataclasses import replace
from fractions import Fraction

from sync.training.forecast import forecast
from sync.training.hours import class_hours, teacher_hours
from tests.training.day import DEFAULT, Facts, at, pack_with, read, told

LATER = at("00:00", 30)


def test_sums_and_rate_are_of_the_lessons_held() -> None:
    """A full lesson, one 30 minutes late, one to come, one cancelled: 7 of 8 hours held, of 12 planned."""
    facts = read(
        "A 08:00-11:00 4; B 2 08:00-11:00 4; C 3 08:00-11:00 4; D 4 08:00-11:00 4 cancelled",
        "in 07:50; out 11:00; in 08:30 B day 2; out 11:00 B day 2",
    )
    [hours] = facts.hours(now=at("12:00", 2))
    assert told(hours) == "A 正常 4 4; B 迟到 3.33 3; C 未开课 0 0"
    assert (hours.planned, hours.held, hours.measured, hours.credited) == (1200, 800, 733, 700)
    assert hours.rate == Fraction(7, 8)


def test_before_the_first_lesson_there_is_no_rate() -> None:
    [hours] = read("A 08:00-11:00 4").hours(now=at("07:00"))
    assert hours.rate is None
    assert (hours.held, hours.measured, hours.credited) == (0, 0, 0)


def test_a_lesson_not_taken_was_held_all_the_same() -> None:
    [hours] = read("A 08:00-11:00 4", mates=False).hours()
    assert (hours.held, hours.rate) == (400, 0)


def test_one_unknown_lesson_makes_the_sum_unknown_and_not_the_credit() -> None:
    [hours] = read("A 08:00-11:00 4; B 14:00-17:00 4", "in 07:50; in 13:50 B; out 17:00 B").hours()
    assert (hours.measured, hours.credited) == (None, 400)


def test_theory_and_practice_onsite_and_online_are_kept_apart() -> None:
    facts = read(
        "A 08:00-09:30 2 theory; B 09:40-11:10 2; C 14:00-15:30 2 theory online; D 15:40-17:10 2 theory",
        "in 07:50; out 11:10 B; in 15:30 D",
    )
    [hours] = facts.hours()
    assert [(p.kind, p.mode, p.planned, p.measured, p.credited) for p in hours.parts] == [
        ("theory", "onsite", 400, None, 200),
        ("theory", "online", 200, None, 0),
        ("practice", "onsite", 200, 200, 200),
    ]


def test_people_come_back_in_the_order_given() -> None:
    found = read("A 08:00-11:00 4", "in 07:50 of 甲; out 11:00 of 甲; in 08:30 of 乙; out 11:00 of 乙").hours(
        "乙", "甲"
    )
    assert [(hours.person, told(hours)) for hours in found] == [("乙", "A 迟到 3.33 3"), ("甲", "A 正常 4 4")]


def _why(facts: Facts, lesson: int = 0, **options: object) -> str:
    return "\n".join(facts.hours(**options)[0].lessons[lesson].why)  # type: ignore[arg-type]


def test_why_quotes_stamps_rule_and_clause() -> None:
    why = _why(read("A 08:00-11:00 4", "in 08:30; out 11:02"))
    assert "08:30 签到" in why
    assert "11:02 签退" in why
    assert "晚于 08:10；迟到宽限 10 分钟（依据：默认）" in why
    assert "实测 3.33 课时，向下取整为 3 课时：课时取整单位 0.5 课时（依据：默认）" in why


def test_why_quotes_the_county_s_value_and_not_the_default() -> None:
    pack = pack_with({"early_grace": 15, "late_grace": 20, "away_grace": 5})
    why = _why(read("A 08:00-11:00 4", "in 08:21; out 09:00; in 09:06; out 10:40"), pack=pack)
    assert "晚于 08:20；迟到宽限 20 分钟" in why
    assert "中途离开：共 6 分钟；中途离开宽限 5 分钟" in why
    assert "早于 10:45；早退宽限 15 分钟" in why


def test_why_names_the_grace_by_which_all_hours_are_credited() -> None:
    why = _why(read("A 08:00-11:00 4", "in 08:05; out 11:00"))
    assert "在课 175 分钟，所缺的都在宽限之内：迟到宽限 10 分钟（依据：默认）；按计划课时计" in why
    assert "在课 180 分钟，全程在课；按计划课时计" in _why(read("A 08:00-11:00 4", "in 08:00; out 11:00"))


def test_why_shows_seconds_where_they_decide() -> None:
    assert "08:10:01 才在课，晚于 08:10" in _why(read("A 08:00-11:00 4", "in 08:10:01; out 11:00"))


def test_why_shows_corrections_and_what_they_took_out() -> None:
    why = _why(read("A 08:00-11:00 4", "in 08:00 correction; out 09:00 voided; out 11:00; in 06:00 uncounted"))
    assert "08:00 签到（更正：忘带卡，见证人 王五）" in why
    assert "不计的记录：09:00 签退，已作废（刷错卡，见证人 王五）" in why
    assert "不计的记录：06:00 签到，在签到签退时段之外" in why


def test_why_names_the_missing_half() -> None:
    assert "11:00 签退，没有与它相配的签到" in _why(read("A 08:00-11:00 4", "out 11:00"))
    assert "07:50 签到，没有与它相配的签退（10:45 至 12:00 刷卡即签退）" in _why(read("A 08:00-11:00 4", "in 07:50"))


def test_why_says_what_the_day_s_cap_cut() -> None:
    facts = read("A 08:00-12:00 5; B 14:00-18:00 5", "in 07:50; out 12:00; in 13:50 B; out 18:00 B")
    assert "少计" not in _why(facts)
    assert "当天此前已计 5 课时，本课次少计 2 课时：每日课时上限 8 课时（依据：默认）" in _why(facts, 1)


def test_why_says_that_leave_was_used_up() -> None:
    facts = read("A 08:00-11:00 4; B 2 08:00-11:00 4; C 3 08:00-11:00 4; D 4 08:00-11:00 4; E 5 08:00-11:00 4",
                 leaves="A; B")  # fmt: skip
    assert "请假：家中有事；此前已请假 0 课时，上限 4 课时：请假课时上限 20%（依据：默认）" in _why(facts)
    assert "此前已请假 4 课时，加上本课次超过上限 4 课时" in _why(facts, 1)
    assert "按缺勤计" in _why(facts, 1)


def test_why_shows_leave_that_was_taken_back_and_what_stands_instead() -> None:
    five = "A 08:00-11:00 4; B 2 08:00-11:00 4; C 3 08:00-11:00 4; D 4 08:00-11:00 4; E 5 08:00-11:00 4"
    why = _why(read(five, leaves="A back"))
    assert "请假已撤销，不算请假：家中有事（撤销原因：登记错课次）" in why and "低于最低在课比例" in why
    assert "请假已撤销" in _why(read(five, leaves="A back; A")) and "上限 4 课时" in _why(
        read(five, leaves="A back; A")
    )
    assert "撤销" not in _why(read(five, leaves="A"))


def test_why_tells_absent_from_not_taken() -> None:
    assert "在课 60 分钟，全长 180 分钟，低于最低在课比例 50%（依据：默认）" in _why(
        read("A 08:00-11:00 4", "in 10:00; out 11:00")
    )
    assert "未点名，不是缺勤" in _why(read("A 08:00-11:00 4", mates=False))


def test_why_says_what_a_missed_roll_call_took() -> None:
    why = _why(read("A 08:00-11:00 4", "in 07:50; out 09:00; in 09:05; out 11:00", calls="08:30 no"))
    assert "08:30 点名未到，扣去前后两次记录之间 07:50 至 09:00" in why


def test_why_shows_more_hours_than_a_cut_lesson_has_minutes() -> None:
    why = _why(read("A 08:00-11:00 4 cut 09:30", "in 07:50; out 09:30"))
    assert "提前到 09:30 结束" in why
    assert "计划 4 课时应有 180 分钟，实有 90 分钟：每课时分钟数 45 分钟" in why
    assert "应有" not in _why(read("A 08:00-11:00 4 cut 09:30 hours 2", "in 07:50; out 09:30"))


def test_two_lessons_at_once_are_a_finding_on_the_one_that_loses() -> None:
    facts = read("A 08:00-11:00 4; X 10:00-12:00 2 class two", "in 07:50; out 11:00; in 10:00 X; out 12:00 X")
    [hours] = facts.hours()
    [overlap] = hours.overlaps
    assert (overlap.person, overlap.kept, overlap.lost) == ("张三", "A", "X")
    assert overlap.spans == ((at("10:00"), at("11:00")),)
    assert "10:00 至 11:00 同时在两个课次：计入先签到的那个（2026-03-02 08:00 开始的课次）" in "\n".join(
        hours.lessons[1].why
    )


def test_lessons_of_other_classes_matter_only_where_she_was_stamped() -> None:
    """She earned 5 hours in another class in the morning: 3 are left of the day, and only the class is answered for."""
    facts = read("A 14:00-18:00 5; X 08:00-12:00 5 class two", "in 13:50; out 18:00; in 07:50 X; out 12:00 X")
    own, other = facts.lessons[:1], facts.lessons[1:]
    known = class_hours(own, ["张三"], facts.stamps, [], [], [], DEFAULT, LATER, elsewhere=other)
    alone = class_hours(own, ["张三"], facts.stamps, [], [], [], DEFAULT, LATER)
    mate = class_hours(own, ["新人"], facts.stamps, [], [], [], DEFAULT, LATER, elsewhere=other)
    assert [told(hours) for hours in (known[0], alone[0], mate[0])] == ["A 正常 5 3", "A 正常 5 5", "A 缺勤 0 0"]


def test_minutes_in_another_class_first_are_lost_here() -> None:
    facts = read("A 10:00-12:00 2; X 08:00-11:00 4 class two", "in 10:00; out 12:00; in 07:50 X; out 11:00 X")
    [hours] = class_hours(
        facts.lessons[:1], ["张三"], facts.stamps, [], [], [], DEFAULT, LATER, elsewhere=facts.lessons[1:]
    )
    assert told(hours) == "A 迟到 1 1"
    assert [(overlap.kept, overlap.lost) for overlap in hours.overlaps] == [("X", "A")]


def test_a_teacher_answers_for_her_lessons_by_the_same_rules() -> None:
    facts = read(
        "A 08:00-11:00 4 by 李师; B 14:00-17:00 4 by 周师; C 2 08:00-11:00 4 by 李师",
        "in 08:20 of 李师; out 11:00 of 李师; in 13:50 B of 周师; out 17:00 B of 周师",
    )
    found = teacher_hours(facts.lessons, facts.stamps, [], [], DEFAULT, LATER)
    assert [(hours.person, told(hours)) for hours in found] == [
        ("周师", "B 正常 4 4"),
        ("李师", "A 迟到 3.56 3.5; C 缺勤 0 0"),
    ]


def test_a_teacher_of_a_lesson_that_nobody_took_was_not_absent() -> None:
    facts = read("A 08:00-11:00 4 by 李师", mates=False)
    assert [told(hours) for hours in teacher_hours(facts.lessons, [], [], [], DEFAULT, LATER)] == ["A 未点名 0 0"]


def test_a_teacher_in_two_places_at_once() -> None:
    facts = read(
        "A 08:00-11:00 4 by 李师; X 10:00-12:00 2 class two by 李师",
        "in 07:50 of 李师; out 11:00 of 李师; in 10:00 X of 李师; out 12:00 X of 李师",
    )
    [hours] = teacher_hours(facts.lessons, facts.stamps, [], [], DEFAULT, LATER)
    assert told(hours) == "A 正常 4 4; X 迟到 1 1"
    assert len(hours.overlaps) == 1


def test_a_teacher_s_day_elsewhere_holds_only_the_lessons_that_she_taught_there() -> None:
    """2 hours in the other class and 5 here are within the day's cap; the colleague's lesson after hers is not hers."""
    facts = read(
        "A 18:00-21:00 5 by 李师; X 14:00-15:30 2 class two by 李师; Y 15:40-17:10 2 class two by 周师",
        "in 17:50 of 李师; out 21:00 of 李师; in 13:50 X of 李师; out 17:10 X of 李师",
    )
    [hours] = teacher_hours(facts.lessons[:1], facts.stamps, [], [], DEFAULT, LATER, elsewhere=facts.lessons[1:])
    assert told(hours) == "A 正常 5 5"


def test_the_hours_of_a_class_do_not_change_with_what_others_did() -> None:
    facts = read("A 08:00-11:00 4", "in 07:50; out 11:00")
    more = Facts(facts.lessons, [*facts.stamps, *(replace(s, id=f"x{s.id}", person="赵六") for s in facts.stamps)])
    assert facts.hours() == more.hours()


def test_forecast() -> None:
    """20 hours planned, 80% is 16. After two lessons with 4 and 0 credited 12 are lacking, and 12 are to come."""
    facts = read(
        "A 08:00-11:00 4; B 2 08:00-11:00 4; C 3 08:00-11:00 4; D 4 08:00-11:00 4; E 5 08:00-11:00 4",
        "in 07:50; out 11:00",
    )
    [hours] = facts.hours(now=at("12:00", 2))
    found = forecast(hours, DEFAULT)
    assert (found.short, found.lessons_left, found.hours_left) == (1200, 3, 1200)
    assert found.sentence("张三") == "张三还差 12 课时，还剩 3 课次。"
    strict = forecast(hours, pack_with({"attendance_rate": "0.9"}))
    assert strict.sentence("张三") == "张三还差 14 课时，还剩 3 课次（共 12 课时，不够补齐）。"
    assert forecast(hours, pack_with({"attendance_rate": "0.2"})).sentence("张三") == "张三课时已够。"


def test_forecast_rounds_what_is_needed_up() -> None:
    """A third of 4 hours is 1.333: 1.33 credited would not be enough."""
    [hours] = read("A 08:00-11:00 4").hours(now=at("07:00"))
    assert forecast(hours, pack_with({"attendance_rate": "1/3"})).short == 134
