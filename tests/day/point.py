"""A sample training point: a class that has run for three days, with a lesson in progress now. Everybody is made up."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from sync.county import accounts, devices
from sync.county import county as county_side
from sync.jobs import checkin, enrol, moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.leave import give_leave
from sync.jobs.rosters import carry_out, plan_import, roster_of
from sync.ledger.clock import Reading, SystemClock
from sync.ledger.ledger import Ledger
from sync.training.facts import Kind
from tests.day.world import SAMPLES, World

PAST_DAYS = 3
MINUTE = 60
TOPICS = ("安全与卫生", "刀工", "切配", "火候", "凉菜", "炒菜", "汤羹", "面点")


@dataclass(frozen=True)
class Point:
    """The world, its class, the lesson in progress, and the last one that is over."""

    world: World
    class_id: str
    lesson: str
    past_lesson: str


class StoryClock:
    """Stands wherever the story is."""

    def __init__(self, at: int) -> None:
        self.at = at

    def read(self) -> Reading:
        # Switched on anew every day, at midnight for simplicity.
        day = moment.day_of(self.at)
        since = self.at - moment.instant(day, time())
        return Reading(self.at * 1000, since * 1000, f"{day.toordinal():08x}")


def make_point(folder: Path, now: int = 0) -> Point:
    """A county and a laptop in a folder, as they stand now; the county has nothing of the laptop yet."""
    now = now or SystemClock().read().wall // 1000
    today = moment.day_of(now)
    clock = StoryClock(moment.instant(today - timedelta(days=PAST_DAYS), time(7, 30)))
    with _keys_in_files():
        county = county_side.create(folder / "county", "云岭县人社局（示例）", clock)
        laptop = Ledger.create(folder / "laptop", "红旗村培训点（示例）", clock=clock)
    (folder / "stick").mkdir()
    with county, laptop:
        password = accounts.add_account(county, "admin", "officer")
        grant, _ = devices.enrol(county, enrol.request(laptop), "春风职业培训学校")
        enrol.accept(laptop, grant)
        first, last = today - timedelta(days=PAST_DAYS), today + timedelta(days=20)
        dates = (first.isoformat(), last.isoformat())
        class_id = add_class(laptop, "HQ-2026-01", "ZSPT-5", "红旗村中式烹调师一班", *dates, "红旗村文化礼堂")
        carry_out(laptop, plan_import(laptop, SAMPLES / "roster-township-60.xlsx", class_id))
        past = _past_lessons(laptop, class_id, first)
        lesson, opens = _lessons_from_today(laptop, class_id, now)
        for number, past_lesson in enumerate(past):
            _hold(laptop, clock, past_lesson, random.Random(number))
        _let_in(laptop, clock, lesson, opens, now)
    return Point(World(folder, password), class_id, lesson, past[-1])


@contextmanager
def _keys_in_files() -> Iterator[None]:
    """A sample must leave nothing behind in its user's keyring."""
    address = os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    try:
        yield
    finally:
        if address is not None:
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = address


def _past_lessons(ledger: Ledger, class_id: str, first: date) -> list[str]:
    """Mornings and afternoons."""
    return [
        _add(ledger, class_id, first + timedelta(days=n), start, end, 300, TOPICS[2 * n + half])
        for n in range(PAST_DAYS)
        for half, (start, end) in enumerate(((time(9), time(11, 15)), (time(14), time(16, 15))))
    ]


def _add(ledger: Ledger, class_id: str, day: date, start: time, end: time, hours: int, topic: str) -> str:
    kind = "theory" if topic == TOPICS[0] else "practice"
    return add_lesson(ledger, class_id, NewLesson(day, start, end, hours, kind, teacher="李建国", topic=topic))[0]


def _lessons_from_today(ledger: Ledger, class_id: str, now: int) -> tuple[str, int]:
    """One that began half an hour ago and lasts for two hours, as far as the day allows; the next ones after it.

    Answers the id of the first, and when its door opened.
    """
    today = moment.day_of(now)
    midnight = moment.instant(today, time())
    start = max(now // (5 * MINUTE) * 5 * MINUTE - 30 * MINUTE, midnight)
    end = min(start + 120 * MINUTE, midnight + (24 * 60 - 1) * MINUTE)
    hours = max((end - start) * 100 // (45 * MINUTE) // 50 * 50, 50)
    lesson = _add(ledger, class_id, today, _clock(start), _clock(end), hours, TOPICS[6])
    if end + 270 * MINUTE < midnight + 24 * 60 * MINUTE:
        later = end + 120 * MINUTE
        _add(ledger, class_id, today, _clock(later), _clock(later + 135 * MINUTE), 300, TOPICS[7])
    for start_clock, end_clock in ((time(9), time(11, 15)), (time(14), time(16, 15))):
        _add(ledger, class_id, today + timedelta(days=1), start_clock, end_clock, 300, TOPICS[7])
    return lesson, max(start - 20 * MINUTE, midnight)


def _clock(at: int) -> time:
    return moment.parse_time(moment.iso(at)[11:16])


def _hold(ledger: Ledger, clock: StoryClock, lesson: str, chance: random.Random) -> None:
    """A lesson as lessons are: most come and stay, some are late, leave early, forget their card, or are ill."""
    desk = checkin.open_desk(ledger, lesson)
    start, end = desk.sitting.start, desk.sitting.end
    stamps: list[tuple[int, dict[str, str], Kind]] = []
    people = roster_of(ledger, desk.lesson.class_id)
    clock.at = start - 40 * MINUTE
    for person in people:
        lot = chance.random()
        if lot < 0.05:
            give_leave(ledger, lesson, person["id"], "家中有事")
        elif lot > 0.08:
            late = 20 * MINUTE if lot < 0.13 else -chance.randrange(1, 25 * MINUTE)
            stamps.append((start + late, person, "in"))
            if lot < 0.97:
                left = -35 * MINUTE if lot > 0.93 else chance.randrange(-5 * MINUTE, 10 * MINUTE)
                stamps.append((end + left, person, "out"))
    _stamp(ledger, clock, desk, stamps, chance)


def _let_in(ledger: Ledger, clock: StoryClock, lesson: str, opens: int, now: int) -> None:
    """Two in three are there; the others are for whoever tries it out."""
    desk = checkin.open_desk(ledger, lesson)
    people = roster_of(ledger, desk.lesson.class_id)
    span = max(now - opens - MINUTE, 1)
    came = [(opens + n * span // len(people), person) for n, person in enumerate(people) if n % 3]
    _stamp(ledger, clock, desk, [(at, person, "in") for at, person in came], random.Random(0))


def _stamp(
    ledger: Ledger,
    clock: StoryClock,
    desk: checkin.Desk,
    stamps: list[tuple[int, dict[str, str], Kind]],
    chance: random.Random,
) -> None:
    for at, person, kind in sorted(stamps, key=lambda stamp: stamp[0]):
        clock.at = at
        if chance.random() < 0.05:
            holder = checkin.Person(person["id"], person["name"], "")
            checkin.stamp_by_hand(ledger, desk, holder, kind, "忘带卡")
        else:
            checkin.scan(ledger, desk, person["card"], "camera", kind)
