"""Findings from facts alone: each kind with what makes it, and what does not."""

from dataclasses import replace

from sync.training.findings import (
    Tick,
    clock_apart,
    clock_jumps,
    cut_lessons,
    manual_stamps,
    missed_calls,
    outside_window,
    overlaps,
)
from tests.training.day import DEFAULT, pack_with, read

NAMES = {"张三": "张三"}


def test_two_lessons_at_once() -> None:
    facts = read("A 08:00-11:00 4; X 10:00-12:00 2 class two", "in 07:50; out 11:00; in 10:00 X; out 12:00 X")
    [found] = overlaps(facts.hours()[0].overlaps, NAMES, {"A": "甲班上午", "X": "乙班上午"})
    assert (found.kind, found.person, found.evidence) == ("overlap", "张三", ("A", "X"))
    assert found.sentence == (
        "张三 2026-03-02 10:00 至 11:00 同时在两个课次：甲班上午（先签到，计入）和 乙班上午（不计入）。"
    )


def test_a_cut_lesson_with_more_hours_than_minutes() -> None:
    """90 minutes are 2 hours of 45; a county with hours of 20 minutes has nothing to say of 4."""
    [lesson] = read("A 08:00-11:00 4 cut 09:30").lessons
    [found] = cut_lessons([lesson], DEFAULT)
    assert (found.kind, found.evidence) == ("cut-hours", ("A",))
    assert "计划 4 课时应有 180 分钟，实有 90 分钟" in found.sentence
    assert cut_lessons([lesson], pack_with({"hour_minutes": 20})) == []
    for fine in ("A 08:00-11:00 4 cut 09:30 hours 2", "A 08:00-09:30 4", "A 08:00-11:00 4 cut 09:30 cancelled"):
        assert cut_lessons(read(fine).lessons, DEFAULT) == []


def test_stamps_by_hand_are_counted_apart() -> None:
    """Of the four that count, two are by hand: a search without a witness, a correction with one."""
    facts = read(
        "A 08:00-11:00 4",
        "in 07:50; in 07:52 of 李四; out 11:00; out 11:00 of 李四 correction; in 07:00 uncounted; in 08:00 voided",
        mates=False,
    )
    facts.stamps[1] = replace(facts.stamps[1], via="search", reason="忘带卡")
    facts.stamps[4] = replace(facts.stamps[4], via="search")
    [found] = manual_stamps(facts.stamps, [void.stamp for void in facts.voids])
    assert (found.kind, found.person, found.evidence) == ("manual-stamps", "", ("s2", "s4"))
    assert found.sentence == (
        "计入的签到签退 4 条，其中手工 2 条（50%）：查找姓名 1 条、事后更正 1 条；没有见证人的 1 条。"
    )
    assert manual_stamps([facts.stamps[0]], []) == []


def test_stamps_outside_the_window_by_person() -> None:
    facts = read("A 08:00-11:00 4", "in 07:10 uncounted; in 07:50; in 06:50 uncounted; in 07:00 uncounted of 李四")
    found = outside_window(facts.stamps, NAMES)
    assert [(one.kind, one.person, one.evidence) for one in found] == [
        ("outside-window", "张三", ("s3", "s1")),
        ("outside-window", "李四", ("s4",)),
    ]
    assert "张三 有 2 条记录" in found[0].sentence and "2026-03-02 06:50、2026-03-02 07:10" in found[0].sentence
    assert "名单外的人" in found[1].sentence


def test_missed_roll_calls() -> None:
    facts = read("A 08:00-11:00 4", calls="09:00 no; 10:00 yes")
    [found] = missed_calls(facts.calls, NAMES)
    assert (found.kind, found.person, found.evidence) == ("missed-rollcall", "张三", ("A", "c0"))
    assert "2026-03-02 09:00 课中点名未到" in found.sentence


NINE = 1_795_222_800_000
"""2026-11-21 09:00 in Beijing, in milliseconds."""


def _ticks(*clocks: tuple[int, int, str], feed: str = "f") -> list[Tick]:
    """(minutes of wall clock, minutes of monotonic clock, boot) of a feed's stamps."""
    return [
        Tick(f"{feed}{seq}", feed, seq, NINE + 60_000 * wall, 60_000 * mono, boot)
        for seq, (wall, mono, boot) in enumerate(clocks)
    ]


def test_a_clock_that_runs_is_no_finding() -> None:
    assert clock_jumps(_ticks((0, 5, "b"), (90, 95, "b"), (91, 95, "b"), (500, 0, "c"))) == []


def test_a_clock_that_was_moved_within_a_boot() -> None:
    """An hour passed on the wall and ten minutes in truth; then it was set back by as much."""
    found = clock_jumps(_ticks((0, 0, "b"), (60, 10, "b"), (20, 20, "b")))
    assert [(one.kind, one.evidence) for one in found] == [("clock-jump", ("f0", "f1")), ("clock-jump", ("f1", "f2"))]
    assert "调快约 50 分钟" in found[0].sentence and "2026-11-21 10:00" in found[0].sentence
    assert "调慢约 50 分钟" in found[1].sentence


def test_a_clock_that_went_back_over_a_reboot() -> None:
    [found] = clock_jumps(_ticks((0, 500, "b"), (-300, 1, "c")))
    assert "调慢" in found.sentence and "重启" in found.sentence


def test_stamps_that_the_county_s_time_contradicts() -> None:
    """Two minutes are forgiven; one boot is one finding, told with the most. A correction bears no such time."""

    def tick(number: int, apart: int | None, boot: str = "b") -> Tick:
        at = NINE // 1000 + 60 * number
        return Tick(
            f"t{number}", "f", number, 1000 * at, 60_000 * number, boot, at, None if apart is None else at - apart
        )

    fine = [tick(0, 120), tick(1, -120), tick(2, None)]
    assert clock_apart(fine) == []
    wrong = [tick(3, 121), tick(4, 3600), tick(5, -180, "c")]
    first, second = clock_apart([*wrong[::-1], *fine])
    assert (first.kind, first.evidence, second.evidence) == ("clock-apart", ("t3", "t4"), ("t5",))
    assert first.sentence == "2026-11-21 有 2 条记录的时间与县里的时间不符，最多快约 60 分钟，请核对。"
    assert "最多慢约 3 分钟" in second.sentence


def test_each_machine_has_its_own_clock() -> None:
    assert clock_jumps([*_ticks((0, 0, "b")), *_ticks((-300, 900, "b"), feed="g")]) == []


def test_jumps_are_the_same_for_any_order_of_arrival() -> None:
    ticks = _ticks((0, 0, "b"), (60, 10, "b"), (70, 20, "b"))
    assert clock_jumps(ticks[::-1]) == clock_jumps(ticks) != []
