"""What a scan means, point by point. The sitting, 08:00 to 11:00, opens 07:30, turns 10:45, closes 12:00."""

from typing import Any

import pytest

from sync.training.facts import Stamp
from sync.training.scan import Decision, decide, last_stamp
from sync.training.sitting import sittings
from tests.training.day import DEFAULT, at, pack_with, read

# what happened | last stamp | scanned at | result | set by hand | other rules
SCANS = [
    ("before the window", "", "07:29:59", "outside-window", None, {}),
    ("the window opens", "", "07:30", "in", None, {}),
    ("the window's last second", "", "12:00", "out", None, {}),
    ("after the window", "", "12:00:01", "outside-window", None, {}),
    ("after the window, though she is in", "in 07:50", "12:00:01", "outside-window", None, {}),
    ("checkin_opens 60", "", "07:00", "in", None, {"checkin_opens": 60}),
    ("checkout_closes 0", "", "11:00:01", "outside-window", None, {"checkout_closes": 0}),
    ("first scan, a second before the gate", "", "10:44:59", "in", None, {}),
    ("first scan at the gate", "", "10:45", "out", None, {}),
    ("checkout_opens 30: an earlier gate", "", "10:30", "out", None, {"checkout_opens": 30}),
    ("the same scan again", "in 07:50", "07:51:59", "repeat in", None, {}),
    ("two minutes later: in already", "in 07:50", "07:52", "repeat in", None, {}),
    ("in the middle: in already", "in 07:50", "09:00", "repeat in", None, {}),
    ("in, a second before the gate", "in 07:50", "10:44:59", "repeat in", None, {}),
    ("in, at the gate", "in 07:50", "10:45", "out", None, {}),
    ("in just before the gate: still the same scan after it", "in 10:44", "10:45:59", "repeat in", None, {}),
    ("in just before the gate, two minutes later", "in 10:44", "10:46", "out", None, {}),
    ("let out, and the same scan again", "out 09:00", "09:01:59", "repeat out", None, {}),
    ("let out, and back", "out 09:00", "09:02", "in", None, {}),
    ("let out, and scanned at the gate", "out 09:00", "10:45", "out", None, {}),
    ("out, and out again later", "out 10:50", "10:52", "out", None, {}),
    ("out, and the same scan again", "out 10:50", "10:51:59", "repeat out", None, {}),
    ("the clock fell back by a minute", "in 08:00", "07:59", "repeat in", None, {}),
    ("the clock fell back by half an hour", "out 09:00", "08:30", "in", None, {}),
    ("repeat_within 5", "out 09:00", "09:04:59", "repeat out", None, {"repeat_within": 5}),
    ("repeat_within 0: nothing is the same scan", "out 09:00", "09:00", "in", None, {"repeat_within": 0}),
    ("set to out in the middle", "in 07:50", "09:00", "out", "out", {}),
    ("set to in after the gate", "out 10:46", "10:50", "in", "in", {}),
    ("set to in though she is in", "in 07:50", "09:00", "in", "in", {}),
    ("set by hand, but the same scan", "in 07:50", "07:51", "repeat in", "out", {}),
    ("set by hand, but outside the window", "in 07:50", "12:00:01", "outside-window out", "out", {}),
]


@pytest.mark.parametrize(
    ("words", "last", "scanned", "expected", "manual", "rules"), SCANS, ids=[row[0] for row in SCANS]
)
def test_what_a_scan_means(
    words: str, last: str, scanned: str, expected: str, manual: Any, rules: dict[str, Any]
) -> None:
    pack = pack_with(rules)
    [sitting] = sittings(read("A 08:00-11:00 4").lessons, pack)
    before = read("A 08:00-11:00 4", last, mates=False).stamps
    decision = decide(sitting, at(scanned), before[-1] if before else None, pack, manual)
    assert _words(decision) == expected


def _words(decision: Decision) -> str:
    if decision.result == "recorded":
        return str(decision.kind)
    return f"{decision.result} {decision.kind or ''}".strip()


# what happened | stamps | the last counted stamp
LAST = [
    ("nobody was there", "", None),
    ("hers, not another's", "in 07:50; in 08:00 of 赵六", "s1"),
    ("the later one", "in 07:50; out 09:00", "s2"),
    ("not a voided one", "in 07:50; out 09:00 voided", "s1"),
    ("not one outside the window", "in 07:20 uncounted", None),
    ("one for the other lesson of the sitting", "in 07:50; out 09:30 B", "s2"),
    ("not one of another sitting", "in 07:50; in 13:50 C", "s1"),
    ("a feed's own order, though its clock fell back", "in 08:00; out 07:30", "s2"),
    ("`at` between feeds", "out 09:00 @2; in 08:00 @1", "s1"),
    ("a correction goes by its stated time", "out 09:00; in 08:00 correction", "s1"),
]


@pytest.mark.parametrize(("words", "stamps", "expected"), LAST, ids=[row[0] for row in LAST])
def test_last_counted_stamp(words: str, stamps: str, expected: str | None) -> None:
    facts = read("A 08:00-09:30 2; B 09:40-11:10 2; C 14:00-16:00 2", stamps, mates=False)
    morning = sittings(facts.lessons, DEFAULT)[0]
    found = last_stamp(morning, "张三", facts.stamps, {void.stamp for void in facts.voids})
    assert (found and found.id) == expected


def test_a_half_day_at_the_door_makes_one_pair() -> None:
    """Scans as they come, each settled by what was recorded before it."""
    facts = read("A 08:00-09:30 2; B 09:40-11:10 2", mates=False)
    [sitting] = sittings(facts.lessons, DEFAULT)
    for number, scanned in enumerate(["07:20", "07:45", "07:46", "09:35", "11:00", "11:01", "11:12"]):
        decision = decide(sitting, at(scanned), last_stamp(sitting, "张三", facts.stamps, ()), DEFAULT)
        if decision.result == "recorded" and decision.kind:
            facts.stamps.append(Stamp(f"s{number}", "1", number, "A", "张三", decision.kind, at(scanned)))
    assert [(stamp.kind, stamp.at) for stamp in facts.stamps] == [
        ("in", at("07:45")),
        ("out", at("11:00")),
        ("out", at("11:12")),
    ]
