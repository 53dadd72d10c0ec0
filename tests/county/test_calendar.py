"""The county's calendar: the latest word on a day stands, everywhere; the laptop warns, the county finds."""

from datetime import date, time

import pytest

from sync.county import calendar as county_calendar
from sync.county.findings import findings
from sync.county.public import public_feeds, rotate, signed_batches
from sync.errors import BadInput, NotEnrolled
from sync.jobs import calendar
from sync.jobs.classes import Edit, NewLesson, add_class, add_lesson, edit_lesson, move_lesson
from sync.jobs.find import list_lessons
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from tests.nodes import Place, sealed

CLOSED = "2026-12-02 是县里公布的停课日（赶集日，云人社〔2026〕2号），请与县里确认。"


def hear(place: Place, laptop: Ledger) -> None:
    for signed in signed_batches(place.county, public_feeds(place.county), []):
        assert take(laptop, signed, "county", "http").state == "taken"


def days(ledger: Ledger) -> list[tuple[str, str]]:
    return [(one.day, one.kind) for one in calendar.calendar(ledger)]


def test_the_latest_word_on_a_day_stands(place: Place) -> None:
    county_calendar.set_days(place.county, "2026-10-01", "2026-10-03", "off", "国庆节")
    county_calendar.set_days(place.county, "2026-10-02", "", "on", "调休")
    # Under a new key and with a clock set back, what is said later is still later.
    place.clock.wall -= 86_400_000
    rotate(place.county)
    county_calendar.set_days(place.county, "2026-10-03", "", "", "")
    hear(place, place.one)
    assert days(place.one) == days(place.county) == [("2026-10-01", "off"), ("2026-10-02", "on")]
    (count,) = place.one.conn.execute("SELECT count(*) FROM calendar_days").fetchone()
    assert count == 5, "all that was said remains"


def test_what_is_no_calendar(place: Place) -> None:
    for first, last, kind, name in (
        ("2026-10-01", "2026-09-30", "off", "国庆节"),
        ("2026-10-01", "2027-10-01", "off", "国庆节"),
        ("2026-10-01", "", "halfday", "国庆节"),
        ("2026-10-01", "", "off", " "),
        ("十月一日", "", "off", "国庆节"),
    ):
        with pytest.raises(BadInput):
            county_calendar.set_days(place.county, first, last, kind, name)
    with pytest.raises(NotEnrolled):
        county_calendar.set_days(place.one, "2026-10-01", "", "off", "国庆节")
    assert days(place.county) == []


def test_the_timetable_warns_and_the_county_finds(place: Place) -> None:
    county_calendar.set_days(place.county, "2026-12-02", "", "off", "赶集日", "云人社〔2026〕2号")
    hear(place, place.one)
    class_id = add_class(place.one, "A1", "YYS-5", "育婴员班", "2026-12-01", "2026-12-20")
    new = NewLesson(date(2026, 12, 2), time(8, 30), time(11, 30), 400, "theory", topic="开班第一课")
    lesson, warnings = add_lesson(place.one, class_id, new)
    assert CLOSED in warnings
    assert CLOSED in edit_lesson(place.one, lesson, Edit(topic="换个题目"))
    assert CLOSED not in move_lesson(place.one, lesson, "2026-12-03", "", "", "改期")
    assert CLOSED in move_lesson(place.one, lesson, "2026-12-02", "", "", "又改回来")
    assert [row.id for row in list_lessons(place.one, class_id)] == [lesson], "it is taught all the same"

    def found() -> list[str]:
        take(place.county, sealed(place.one), "one.xpb", "usb")
        return [one["sentence"] for one in findings(place.county) if one["kind"] == "closed-day"]

    assert found() == [], "nobody came yet"
    with place.one.writing() as w:
        w.fact("stamp", kinds.Stamp(lesson, "P", "in", "camera"))
    assert found() == ["A1 班：2026-12-02 08:30 的课次在县里公布的停课日（赶集日）上了课。"]
    county_calendar.set_days(place.county, "2026-12-02", "", "on", "调休")
    assert found() == [], "the county took it back"
