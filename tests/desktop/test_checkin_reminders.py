"""What the desk reminds of, by the clock of a lesson from 9:00 to 11:40."""

from dataclasses import replace
from datetime import time

import pytest

from desktop.checkin.reminders import Done, due, read_done, room_photo
from sync.jobs import checkin, moment, rollcall
from sync.jobs.checkin import Desk, open_desk
from sync.jobs.classes import cut_lesson
from sync.jobs.status import close_lesson
from tests.desktop.checkin_day import DAY, make_day


@pytest.fixture
def desk(tmp_path) -> Desk:
    made = make_day(tmp_path / "node", teacher="李桂兰")
    opened = open_desk(made.ledger, made.lesson)
    made.ledger.close()
    return opened


def at(clock: str) -> int:
    return moment.instant(DAY, time.fromisoformat(clock))


NOTHING = Done(teachers=frozenset({"teacher"}))


@pytest.mark.parametrize(
    ("clock", "key"),
    [
        ("08:59:59", None),
        ("09:00:00", "start"),
        ("09:53:19", "start"),
        ("09:53:20", None),
        ("10:19:59", None),
        ("10:20:00", "rollcall"),
        ("11:24:59", "rollcall"),
        ("11:25:00", "end"),
        ("11:39:59", "end"),
        ("11:40:00", "close"),
        ("23:00:00", "close"),
    ],
)
def test_one_thing_at_its_time(desk: Desk, clock: str, key: str | None) -> None:
    done = replace(NOTHING, teachers=frozenset({desk.lesson.teacher}))
    reminder = due(desk, at(clock), done)
    assert (reminder.key if reminder else None) == key


def test_the_next_thing_comes_when_one_is_done_or_put_aside(desk: Desk) -> None:
    done = replace(NOTHING, teachers=frozenset({desk.lesson.teacher}))
    noon = at("10:30:00")
    assert due(desk, noon, replace(done, called=True)).key == "middle"
    assert due(desk, noon, done, frozenset({"rollcall"})).key == "middle"
    assert due(desk, noon, replace(done, called=True, photos=frozenset({"middle"}))) is None
    assert due(desk, at("11:41:00"), replace(done, closed=True)).key == "end", "there is still somebody in the room"
    assert due(desk, at("11:41:00"), replace(done, closed=True, photos=frozenset({"end"}))) is None


def test_a_teacher_is_waited_for_from_the_opening_on(desk: Desk) -> None:
    assert due(desk, at("08:29:59"), Done()) is None
    assert due(desk, at("08:30:00"), Done()).key == "teacher"
    lesson = replace(desk.lesson, teacher="")
    assert due(Desk(lesson, desk.pack, desk.sitting), at("08:30:00"), Done()) is None


def test_which_photo_it_is(desk: Desk) -> None:
    kinds = [room_photo(desk, at(clock)) for clock in ("08:40:00", "09:53:19", "09:53:20", "11:24:59", "11:25:00")]
    assert kinds == ["start", "start", "middle", "middle", "end"]


def test_what_is_done_is_read_from_the_ledger(tmp_path) -> None:
    day = make_day(tmp_path / "node", teacher="李桂兰")
    desk = open_desk(day.ledger, day.lesson)
    assert read_done(day.ledger, desk) == Done()
    teacher = desk.lesson.teacher
    checkin.stamp_by_hand(day.ledger, desk, checkin.Person(teacher, "李桂兰", ""), "in", "")
    rollcall.draw(day.ledger, day.lesson)
    close_lesson(day.ledger, day.lesson)
    assert read_done(day.ledger, desk) == Done(frozenset(), True, frozenset({teacher}), True)
    day.ledger.close()


def test_a_lesson_that_was_cut_ends_at_its_cut(tmp_path) -> None:
    day = make_day(tmp_path / "node")
    day.clock.set("10:00:00")
    cut_lesson(day.ledger, day.lesson, "", "停电")
    desk = open_desk(day.ledger, day.lesson)
    assert due(desk, at("10:00:00"), Done()).key == "close"
    day.ledger.close()
