"""What speaks against the clock: each reason by itself, what clears it, and that it never stops anything."""

from collections.abc import Callable

import pytest

from sync.jobs import moment
from sync.jobs.doubt import clock_state
from sync.ledger import instant
from sync.ledger.ledger import Ledger
from tests.jobs.school import School
from tests.nodes import START, HandClock, Place, note

NEW_BOOT = "b007b008"


def _reboot(clock: HandClock, wall_seconds: int) -> None:
    clock.boot, clock.mono, clock.wall = NEW_BOOT, 5_000, clock.wall + wall_seconds * 1000


def _doubts(ledger: Ledger) -> list[str]:
    return list(clock_state(ledger)["doubt"])


def test_a_clock_that_runs_as_it_should_is_not_doubted(place: Place) -> None:
    note(place.one, "一")
    place.clock.pass_by(3600)
    assert _doubts(place.one) == []
    _reboot(place.clock, 86_400)
    assert _doubts(place.one) == []


def _dead_battery(place: Place) -> None:
    _reboot(place.clock, 0)
    place.clock.wall = 1_577_836_800_000


def _behind_the_last_change(place: Place) -> None:
    place.clock.pass_by(86_400)
    note(place.one, "一")
    _reboot(place.clock, -301)


def _behind_the_county(place: Place) -> None:
    _reboot(place.clock, -301)


def _set_forward(place: Place) -> None:
    note(place.one, "一")
    place.clock.pass_by(60)
    place.clock.wall += 301_000


def _set_back(place: Place) -> None:
    note(place.one, "一")
    place.clock.pass_by(3600)
    place.clock.wall -= 301_000


def _behind_the_trusted_time(place: Place) -> None:
    instant.note(place.one, START + 121)


@pytest.mark.parametrize(
    "happens, words",
    [
        (_dead_battery, "早于 2026 年"),
        (_behind_the_last_change, "早于本机上一条记录"),
        (_behind_the_county, "早于县里最近一次下发"),
        (_set_forward, "时钟被拨快了 5 分 1 秒"),
        (_set_back, "时钟被拨慢了 5 分 1 秒"),
        (_behind_the_trusted_time, "比县里的时间慢了 2 分 1 秒"),
    ],
)
def test_each_reason_is_told_and_stops_nothing(place: Place, happens: Callable[[Place], None], words: str) -> None:
    happens(place)
    assert [said for said in _doubts(place.one) if words in said]
    seq = place.one.position(place.one.feed).seq
    note(place.one, "照常记")
    assert place.one.position(place.one.feed).seq == seq + 1


def test_five_minutes_are_no_reason(place: Place) -> None:
    note(place.one, "一")
    place.clock.wall -= 300_000
    assert _doubts(place.one) == []
    place.clock.wall += 600_000
    assert _doubts(place.one) == []
    instant.note(place.one, place.clock.wall // 1000 + 120)
    assert _doubts(place.one) == []


def test_the_stated_time_clears_a_dead_battery(place: Place) -> None:
    place.clock.pass_by(86_400)
    note(place.one, "一")
    _dead_battery(place)
    assert len(_doubts(place.one)) >= 2
    moment.state_clock(place.one, "2026-11-22 10:00:00", "主板电池没电")
    assert _doubts(place.one) == []
    place.clock.pass_by(1800)
    assert _doubts(place.one) == []


def test_a_clock_that_is_set_after_the_time_was_stated_is_doubted_for_the_whole_boot(place: Place) -> None:
    moment.state_clock(place.one, "2026-11-21 10:00:00", "时间被人改过")
    place.clock.pass_by(60)
    place.clock.wall += 3_600_000
    note(place.one, "一")
    assert [said for said in _doubts(place.one) if "拨快了 1 小时" in said]


def test_trusted_time_runs_on_in_its_boot_only(place: Place) -> None:
    instant.note(place.one, START + 1000)
    place.clock.pass_by(600)
    place.clock.wall -= 86_400_000
    assert moment.now(place.one).trusted == START + 1600
    assert clock_state(place.one)["trusted"] == moment.iso(START + 1600)
    place.clock.boot = NEW_BOOT
    assert moment.now(place.one).trusted is None


def test_a_receipt_older_than_the_last_is_no_clock(place: Place) -> None:
    place.one.conn.execute("INSERT INTO receipts (feed, seq, hash, at, paper) VALUES ('f', 1, 'h', ?, '')", (START,))
    instant.note(place.one, START - 1)
    assert moment.now(place.one).trusted is None


def test_a_stamp_carries_the_trusted_time(school: School) -> None:
    lesson = school.lesson("1 08:00-11:00")
    school.set_clock("07:50")
    right = school.clock.wall // 1000 + 240
    instant.note(school.ledger, right)
    school.stamp(lesson, school.people[0], "in", "07:55")
    found = school.ledger.conn.execute('SELECT "at", trusted FROM stamps').fetchall()
    assert found == [(right - 240 + 300, right + 300)]
