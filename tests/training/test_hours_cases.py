"""Worked cases of the hours rules, in plain words. Each figure was reasoned from the contract, by hand.

Expected: lesson, state, measured hours, credited hours; ? is unknown. Most go by one lesson, 08:00 to 11:00, 4 hours:
180 minutes, so that a minute is 4/180 of an hour and the gate is 10:45.
"""

from typing import Any

import pytest

from tests.training.day import at, pack_with, read, told

ONE = "A 08:00-11:00 4"
HALF_DAY = "A 08:00-09:30 2; B 09:40-11:10 2"
FIVE_DAYS = "A 08:00-11:00 4; B 2 08:00-11:00 4; C 3 08:00-11:00 4; D 4 08:00-11:00 4; E 5 08:00-11:00 4"
FULL_DAY = "A 08:00-12:00 5; B 14:00-18:00 5"
FULL_DAY_STAMPS = "in 07:50; out 12:00; in 13:50 B; out 18:00 B"

# what happened | stamps | lesson, state, measured, credited
ONE_LESSON = [
    ("early in and out after the end is the whole lesson", "in 07:50; out 11:02", "A 正常 4 4"),
    ("10 minutes late is still in grace, and earns all", "in 08:10; out 11:00", "A 正常 3.78 4"),
    ("a second beyond the grace is late: 10199 of 10800 s", "in 08:10:01; out 11:00", "A 迟到 3.78 3.5"),
    ("half an hour late: 150 minutes", "in 08:30; out 11:00", "A 迟到 3.33 3"),
    ("leaves 10 minutes before the end, in grace", "in 07:50; out 10:50", "A 正常 3.78 4"),
    ("a second earlier is early", "in 07:50; out 10:49:59", "A 早退 3.78 3.5"),
    ("let out by hand at ten: 120 minutes", "in 07:50; out 10:00", "A 早退 2.67 2.5"),
    ("late and early: 130 minutes", "in 08:20; out 10:30", "A 迟到早退 2.89 2.5"),
    ("away for 10 minutes, in grace", "in 07:50; out 09:00; in 09:10; out 11:00", "A 正常 3.78 4"),
    ("away for 11 minutes", "in 07:50; out 09:00; in 09:11; out 11:00", "A 中途离开 3.76 3.5"),
    (
        "away twice for 6 minutes is away for 12",
        "in 07:50; out 08:30; in 08:36; out 09:30; in 09:36; out 11:00",
        "A 中途离开 3.73 3.5",
    ),
    ("late, away and early: 45 + 70", "in 08:15; out 09:00; in 09:20; out 10:30", "A 迟到中途离开早退 2.56 2.5"),
    ("late and away: 155 minutes", "in 08:15; out 09:00; in 09:20; out 11:10", "A 迟到中途离开 3.22 3"),
    ("away and early: 140 minutes", "in 07:50; out 09:00; in 09:20; out 10:40", "A 中途离开早退 3.11 3"),
    ("exactly half the lesson is not absent", "in 07:50; out 09:30", "A 早退 2 2"),
    ("a second less than half is absent, measured all the same", "in 07:50; out 09:29:59", "A 缺勤 2 0"),
    ("never came", "", "A 缺勤 0 0"),
    ("came after it was over: a pair, but no presence", "in 11:05; out 11:30", "A 缺勤 0 0"),
    ("forgot to scan out", "in 07:50", "A 未签退 ? 0"),
    ("forgot to scan in", "out 11:00", "A 未签到 ? 0"),
    ("forgot to scan in, scanned out twice", "out 10:50; out 11:00", "A 未签到 ? 0"),
    ("left by hand at nine, came back unseen, scanned out", "in 07:50; out 09:00; out 11:00", "A 未签到 ? 0"),
    ("left, came back, forgot to scan out", "in 07:50; out 09:00; in 09:05", "A 未签退 ? 0"),
    ("both halves missing: the in is asked for first", "out 09:00; in 09:05", "A 未签到 ? 0"),
    ("out at the gate, then later: she stayed longer", "in 07:50; out 10:46; out 10:58", "A 正常 3.96 4"),
    ("an out at the very gate may still be moved", "in 07:50; out 10:45; out 11:00", "A 正常 4 4"),
    ("an out a second before the gate may not", "in 07:50; out 10:44:59; out 11:00", "A 未签到 ? 0"),
    ("back by hand after the gate, and out", "in 07:50; out 10:46; in 10:48; out 11:00", "A 正常 3.96 4"),
    ("the missing in is supplied later by a correction", "out 11:00; in 08:00 correction", "A 正常 4 4"),
    ("the missing out is supplied by a correction", "in 08:00; out 10:30 correction", "A 早退 3.33 3"),
    ("a correction from the clerk's feed", "in 08:00; out 11:00 correction @2", "A 正常 4 4"),
    ("she was away, a correction says from when", "in 07:50; out 11:00; out 09:00 correction; in 09:30 correction",
     "A 中途离开 3.33 3"),
    ("a wrong out is voided", "in 07:50; out 09:00 voided; out 11:00", "A 正常 4 4"),
    ("the only in is voided", "in 07:50 voided; out 11:00", "A 未签到 ? 0"),
    ("both are voided: as if never seen", "in 07:50 voided; out 11:00 voided", "A 缺勤 0 0"),
    ("a voided correction does not count either", "in 08:00; out 11:00 correction voided", "A 未签退 ? 0"),
    ("a scan outside the window is kept, never counted", "in 07:10 uncounted; out 11:00", "A 未签到 ? 0"),
    ("two doors, two laptops: in at both, out at one", "in 07:50; in 08:20 @2; out 11:00", "A 正常 4 4"),
    ("in at one door, out at the other", "in 07:50; out 11:00 @2", "A 正常 4 4"),
    ("out at both doors: the later one ends it", "in 07:50; out 10:46; out 11:00 @2", "A 正常 4 4"),
    ("between feeds `at` orders, not the order of writing", "out 11:00 @2; in 07:50 @1", "A 正常 4 4"),
    ("within a feed its own order: the clock fell back, no minutes", "in 08:00; out 07:40", "A 缺勤 0 0"),
    ("the clock fell back, then she came again: 130 minutes", "in 08:00; out 07:40; in 08:50; out 11:00",
     "A 迟到 2.89 2.5"),
    ("an out from before the gate by a clock that fell back is no staying", "in 07:50; out 10:50; out 10:30",
     "A 未签到 ? 0"),
    ("an end is never moved back by a clock that fell back", "in 07:50; out 11:00; out 10:50", "A 正常 4 4"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "stamps", "expected"), ONE_LESSON, ids=[row[0] for row in ONE_LESSON])
def test_one_lesson(words: str, stamps: str, expected: str) -> None:
    assert told(read(ONE, stamps).hours()[0]) == expected


# what happened | lessons | stamps | the rest | expected
OTHER = [
    ("in and out once for a half-day of two lessons", HALF_DAY, "in 07:50; out 11:05", {}, "A 正常 2 2; B 正常 1.89 2"),
    ("late for the first only", HALF_DAY, "in 08:20; out 11:10", {}, "A 迟到 1.56 1.5; B 正常 2 2"),
    ("came for the second lesson", HALF_DAY, "in 09:35 B; out 11:10 B", {}, "A 缺勤 0 0; B 正常 2 2"),
    ("left in the second lesson", HALF_DAY, "in 07:50; out 10:40 B", {}, "A 正常 2 2; B 早退 1.33 1"),
    ("gone between the lessons only", HALF_DAY, "in 07:50; out 09:30; in 09:40 B; out 11:10 B", {},
     "A 正常 2 2; B 正常 2 2"),
    ("a missing out leaves the whole sitting open", HALF_DAY, "in 07:50", {}, "A 未签退 ? 0; B 未签退 ? 0"),
    ("a break of 30 minutes still joins", "A 08:00-09:30 2; B 10:00-11:30 2", "in 07:50; out 11:30 B", {},
     "A 正常 2 2; B 正常 2 2"),
    ("a break of 31 minutes parts", "A 08:00-09:30 2; B 10:01-11:31 2", "in 07:50; out 11:31 B", {},
     "A 未签退 ? 0; B 未签到 ? 0"),
    ("join_gap 0 parts lessons with any break", HALF_DAY, "in 07:50; out 11:10 B", {"pack": {"join_gap": 0}},
     "A 未签退 ? 0; B 未签到 ? 0"),
    ("lessons of another class never join", "A 08:00-09:30 2; X 09:40-11:10 2 class two", "in 07:50; out 11:10 X", {},
     "A 未签退 ? 0; X 未签到 ? 0"),
    ("late_grace 20", ONE, "in 08:20; out 11:00", {"pack": {"late_grace": 20}}, "A 正常 3.56 4"),
    ("early_grace 20", ONE, "in 07:50; out 10:40", {"pack": {"early_grace": 20}}, "A 正常 3.56 4"),
    ("away_grace 0: one minute is away", ONE, "in 07:50; out 09:00; in 09:01; out 11:00", {"pack": {"away_grace": 0}},
     "A 中途离开 3.98 3.5"),
    ("min_presence 1/3 is exact: 60 of 180", ONE, "in 08:00; out 09:00", {"pack": {"min_presence": "1/3"}},
     "A 早退 1.33 1"),
    ("min_presence 1/3: a second less", ONE, "in 08:00; out 08:59:59", {"pack": {"min_presence": "1/3"}},
     "A 缺勤 1.33 0"),
    ("min_presence 0 still asks for some presence", ONE, "in 11:05; out 11:30", {"pack": {"min_presence": 0}},
     "A 缺勤 0 0"),
    ("round_to 0.01 leaves the measured figure", ONE, "in 08:30; out 11:00", {"pack": {"round_to": "0.01"}},
     "A 迟到 3.33 3.33"),
    ("round_to 1", ONE, "in 08:11; out 11:00", {"pack": {"round_to": 1}}, "A 迟到 3.76 3"),
    ("round_to takes the rounded measured figure: 3.996 is 4.00", "A 08:00-11:00 4", "in 08:00:10; out 11:00",
     {"pack": {"late_grace": 0}}, "A 迟到 4 4"),
    ("half a hundredth rounds up: 129 of 200 minutes", "A 08:00-11:20 1", "in 09:11; out 11:20", {}, "A 迟到 0.65 0.5"),
    ("all hours of a normal lesson are credited, round or not", "A 08:00-11:00 3.75", "in 07:50; out 11:00", {},
     "A 正常 3.75 3.75"),
    ("checkout_opens 120: the gate is nine", ONE, "in 07:50; out 09:00; out 11:00", {"pack": {"checkout_opens": 120}},
     "A 正常 4 4"),
    ("the day's cap cuts the later lesson", FULL_DAY, FULL_DAY_STAMPS, {}, "A 正常 5 5; B 正常 5 3"),
    ("the cap is of a day: the next starts afresh", f"{FULL_DAY}; C 2 08:00-12:00 5",
     f"{FULL_DAY_STAMPS}; in 07:50 C day 2; out 12:00 C day 2", {}, "A 正常 5 5; B 正常 5 3; C 正常 5 5"),
    ("the cap is used up by what was credited, not planned", FULL_DAY, "in 10:00; out 12:00; in 13:50 B; out 18:00 B",
     {}, "A 迟到 2.5 2.5; B 正常 5 5"),
    ("daily_cap 6", FULL_DAY, FULL_DAY_STAMPS, {"pack": {"daily_cap": 6}}, "A 正常 5 5; B 正常 5 1"),
    ("daily_cap none", FULL_DAY, FULL_DAY_STAMPS, {"pack": {"daily_cap": None}}, "A 正常 5 5; B 正常 5 5"),
    ("the cap counts another class's lesson of that day", "A 08:00-12:00 5; X 14:00-18:00 5 class two",
     "in 07:50; out 12:00; in 13:50 X; out 18:00 X", {}, "A 正常 5 5; X 正常 5 3"),
    ("leave within the cap: 4 of 20 hours", FIVE_DAYS, "", {"leaves": "B"},
     "A 缺勤 0 0; B 请假 0 0; C 缺勤 0 0; D 缺勤 0 0; E 缺勤 0 0"),
    ("leave beyond the cap is absence, in lesson order", FIVE_DAYS, "", {"leaves": "D; B"},
     "A 缺勤 0 0; B 请假 0 0; C 缺勤 0 0; D 缺勤 0 0; E 缺勤 0 0"),
    ("leave_cap 0.4: two of five", FIVE_DAYS, "", {"leaves": "B; D; E", "pack": {"leave_cap": "0.4"}},
     "A 缺勤 0 0; B 请假 0 0; C 缺勤 0 0; D 请假 0 0; E 缺勤 0 0"),
    ("leave that does not fit leaves room for a shorter one", "A 08:00-11:00 3; B 2 08:00-11:00 2; C 3 08:00-17:00 10",
     "", {"leaves": "A; B", "mates": False}, "A 请假 0 0; B 缺勤 0 0; C 未点名 0 0"),
    ("she had leave and came all the same", FIVE_DAYS, "in 07:50; out 11:00", {"leaves": "A"},
     "A 正常 4 4; B 缺勤 0 0; C 缺勤 0 0; D 缺勤 0 0; E 缺勤 0 0"),
    ("leave that was not taken uses up none of the cap", FIVE_DAYS, "in 07:50; out 11:00", {"leaves": "A; C"},
     "A 正常 4 4; B 缺勤 0 0; C 请假 0 0; D 缺勤 0 0; E 缺勤 0 0"),
    ("leave that was taken back is absence", ONE, "", {"leaves": "A back", "pack": {"leave_cap": 1}}, "A 缺勤 0 0"),
    ("leave that was taken back and given again", ONE, "", {"leaves": "A back; A", "pack": {"leave_cap": 1}},
     "A 请假 0 0"),
    ("leave that was taken back leaves its room under the cap", FIVE_DAYS, "", {"leaves": "A back; B"},
     "A 缺勤 0 0; B 请假 0 0; C 缺勤 0 0; D 缺勤 0 0; E 缺勤 0 0"),
    ("leave taken back where nobody's attendance was taken is not absence", ONE, "",
     {"leaves": "A back", "mates": False, "pack": {"leave_cap": 1}}, "A 未点名 0 0"),
    ("leave for one lesson, but seen in its sitting", HALF_DAY, "in 09:35 B; out 11:10 B",
     {"leaves": "A", "pack": {"leave_cap": 1}}, "A 缺勤 0 0; B 正常 2 2"),
    ("leave where nobody's attendance was taken is leave", ONE, "",
     {"leaves": "A", "mates": False, "pack": {"leave_cap": 1}}, "A 请假 0 0"),
    ("not taken is never absent", ONE, "", {"mates": False}, "A 未点名 0 0"),
    ("the teacher's own stamps do not take the trainees' attendance", "A 08:00-11:00 4 by 李四",
     "in 07:50 of 李四; out 11:00 of 李四", {"mates": False}, "A 未点名 0 0"),
    ("one trainee's stamp does, for all", ONE, "in 07:50 of 赵六", {"mates": False}, "A 缺勤 0 0"),
    ("a voided stamp takes nobody's attendance", ONE, "in 07:50 of 赵六 voided", {"mates": False}, "A 未点名 0 0"),
    ("taken in the morning, not in the afternoon", "A 08:00-11:00 4; B 14:00-17:00 4", "in 07:50; out 11:00",
     {"mates": False}, "A 正常 4 4; B 未点名 0 0"),
    ("a second before the start", ONE, "in 07:50", {"now": "07:59:59"}, "A 未开课 0 0"),
    ("at the start, scanned in", ONE, "in 07:50", {"now": "08:00"}, "A 未签退 ? 0"),
    ("leave for a lesson to come", ONE, "", {"now": "07:00", "leaves": "A"}, "A 未开课 0 0"),
    ("a missed roll-call takes all that no stamp proves", ONE, "in 07:50; out 11:00", {"calls": "09:00 no"},
     "A 缺勤 0 0"),
    ("a missed roll-call takes up to the next stamp: 115 left", ONE, "in 07:50; out 09:00; in 09:05; out 11:00",
     {"calls": "08:30 no"}, "A 迟到 2.56 2.5"),
    ("an answered roll-call takes nothing", ONE, "in 07:50; out 11:00", {"calls": "09:00 yes"}, "A 正常 4 4"),
    ("an answered call bounds the missed one: 90 left", ONE, "in 07:50; out 11:00",
     {"calls": "08:30 no; 09:30 yes"}, "A 迟到 2 2"),
    ("two missed roll-calls, each up to the next stamp: 45 + 60 left",
     "A 08:00-11:00 4", "in 07:50; out 08:15; in 08:15; out 09:00; in 09:00; out 10:00; in 10:00; out 11:00",
     {"calls": "08:10 no; 09:30 no"}, "A 迟到中途离开 2.33 2"),
    ("a call missed while she was out takes nothing more", ONE, "in 07:50; out 09:00; in 09:10; out 11:00",
     {"calls": "09:05 no"}, "A 正常 3.78 4"),
    ("cut short by a power cut: its own end from then on", "A 08:00-11:00 4 cut 09:30", "in 07:50; out 09:30", {},
     "A 正常 4 4"),
    ("cut short, and left before: 75 of 90 minutes", "A 08:00-11:00 4 cut 09:30", "in 07:50; out 09:15", {},
     "A 早退 3.33 3"),
    ("cut short with the hours restated", "A 08:00-11:00 4 cut 09:30 hours 2", "in 07:50; out 09:30", {}, "A 正常 2 2"),
    ("a cut that leaves a long break parts the sitting", "A 08:00-09:30 2 cut 08:50; B 09:40-11:10 2",
     "in 07:50; out 08:50; in 09:35 B; out 11:10 B", {}, "A 正常 2 2; B 正常 2 2"),
    ("a cancelled lesson leaves the list", "A 08:00-09:30 2; B 09:40-11:10 2 cancelled", "in 07:50; out 09:25", {},
     "A 正常 1.89 2"),
    ("those who came for a cancelled lesson are there for the next", "A 08:00-09:30 2 cancelled; B 09:40-11:10 2",
     "in 07:50; out 11:10 B", {}, "B 正常 2 2"),
    ("a moved lesson keeps its stamps: 150 of 180", "A 08:30-11:30 4", "in 07:50; out 11:00", {}, "A 早退 3.33 3"),
    ("two lessons at once: the hour counts for the first", "A 08:00-11:00 4; X 10:00-12:00 2 class two",
     "in 07:50; out 11:00; in 10:00 X; out 12:00 X", {}, "A 正常 4 4; X 迟到 1 1"),
    ("two lessons at once: the one stamped into first, not listed first", "A 08:00-11:00 4; X 08:00-11:00 4 class two",
     "in 07:55; out 11:00; in 07:50 X; out 11:00 X", {}, "A 缺勤 0 0; X 正常 4 4"),
    ("an online lesson goes by the same stamps", "A 08:00-11:00 4 online", "in 08:30; out 11:00", {}, "A 迟到 3.33 3"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "lessons", "stamps", "rest", "expected"), OTHER, ids=[row[0] for row in OTHER])
def test_lessons(words: str, lessons: str, stamps: str, rest: dict[str, Any], expected: str) -> None:
    facts = read(lessons, stamps, rest.get("calls", ""), rest.get("leaves", ""), rest.get("mates", True))
    now = at(rest["now"]) if "now" in rest else None
    assert told(facts.hours(pack=pack_with(rest.get("pack", {})), now=now)[0]) == expected
