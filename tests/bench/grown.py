"""Benchmarks of a grown ledger: 10,000 trainees, 200 classes of 20 lessons, 200,000 stamps.

Scans there cost what they cost in an empty ledger, measured in turn; and the hours of a class, and of all classes,
are asked for as every page and verb does, with all that is read for them.
"""

import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from sync.jobs import checkin, moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.hours import hours_of
from sync.jobs.rosters import carry_out, plan_import, roster_of
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.seal import kinds
from sync.training.card import new_card
from tests.bench.ledgers import LARGE
from tests.bench.table import Row

CLASSES, PEOPLE, DAYS = 200, 50, 5
BLOCKS = (("08:00", "09:30"), ("09:40", "11:10"), ("14:00", "15:30"), ("15:40", "17:10"))
FIRST_DAY = date(2026, 10, 5)
TODAY = date(2026, 11, 21)
SITTINGS = 8


class HandClock:
    """Goes on by a second at each look."""

    def __init__(self) -> None:
        self.at = moment.instant(FIRST_DAY, moment.parse_time("07:00"))

    def read(self) -> Reading:
        self.at += 1
        return Reading(self.at * 1000, self.at, "b0070001")


def new_ledger(folder: Path) -> Ledger:
    ledger = Ledger.create(folder, "量程", clock=HandClock())
    with ledger.writing() as w:
        w.write("course", {"code": "K", "name": "焊工", "level": "初级", "hours": 12000, "subsidy": 0})
    return ledger


def grow(ledger: Ledger) -> None:
    """Each class in a transaction of its own: five days, four stamps a day for each of its people."""
    for number in range(CLASSES):
        chance = random.Random(number)
        last = FIRST_DAY + timedelta(days=DAYS - 1)
        class_id = add_class(ledger, f"G{number}", "K", f"焊工 {number} 班", FIRST_DAY.isoformat(), last.isoformat())
        with ledger.writing() as w:
            people = [_trainee(w, class_id, number * PEOPLE + serial) for serial in range(PEOPLE)]
            for day in range(DAYS):
                _day(w, class_id, people, FIRST_DAY + timedelta(days=day), chance)


def _trainee(w: Writer, class_id: str, serial: int) -> str:
    trainee = w.write(
        "trainee", {"name": f"学员{serial}", "id_number": f"99{serial:016d}", "phone": f"138{serial:08d}"}
    )
    card = new_card(random.Random(serial).randrange)
    w.write("enrollment", {"training_class": class_id, "trainee": trainee, "status": "enrolled", "card": card})
    return trainee


def _day(w: Writer, class_id: str, people: list[str], day: date, chance: random.Random) -> None:
    spans = [tuple(moment.instant(day, moment.parse_time(clock)) for clock in block) for block in BLOCKS]
    lessons = [
        w.write(
            "lesson",
            {
                "training_class": class_id,
                "start": start,
                "end": end,
                "hours": 200,
                "kind": "practice",
                "mode": "onsite",
            },
        )
        for start, end in spans
    ]
    for half in (0, 2):
        for person in people:
            came = spans[half][0] + chance.randint(-900, 900)
            left = spans[half + 1][1] + chance.randint(-900, 900)
            w.fact("stamp", kinds.Stamp(lessons[half], person, "in", "camera", at=came))
            w.fact("stamp", kinds.Stamp(lessons[half], person, "out", "camera", at=left))


class Door:
    """A class of forty that comes today and on the next days; each sitting is one more scan of everybody."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        last = TODAY + timedelta(days=SITTINGS)
        class_id = add_class(ledger, "B1", "K", "焊工班", TODAY.isoformat(), last.isoformat())
        carry_out(ledger, plan_import(ledger, LARGE.with_name("roster-template-40.xlsx"), "B1"))
        self.cards = [row["card"] for row in roster_of(ledger, class_id)]

    def open(self, number: int) -> checkin.Desk:
        day = TODAY + timedelta(days=number)
        new = NewLesson(day, moment.parse_time("09:00"), moment.parse_time("11:15"), 300, "practice", topic="平焊")
        desk = checkin.open_desk(self.ledger, add_lesson(self.ledger, "B1", new)[0])
        clock = self.ledger.clock
        assert isinstance(clock, HandClock)
        clock.at = desk.sitting.start - 600
        return desk

    def scan(self, desk: checkin.Desk, card: str) -> float:
        since = time.perf_counter()
        found = checkin.scan(self.ledger, desk, card, "camera")
        took = time.perf_counter() - since
        assert found.result == "recorded", found
        return took


def scans(empty: Ledger, grown: Ledger) -> tuple[list[float], list[float]]:
    """Seconds of each scan, in turn at both doors."""
    doors = Door(empty), Door(grown)
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(SITTINGS):
        desks = [door.open(number) for door in doors]
        for place in range(len(doors[0].cards)):
            for door, desk, times in zip(doors, desks, took, strict=True):
                times.append(door.scan(desk, door.cards[place]))
    return took


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with new_ledger(folder / "empty") as empty, new_ledger(folder / "grown") as grown:
            grow(grown)
            (stamps,) = grown.conn.execute("SELECT count(*) FROM stamps").fetchone()
            assert stamps == CLASSES * PEOPLE * DAYS * 4
        # Opened anew, as in the morning.
        with Ledger.open(folder / "empty", HandClock()) as empty, Ledger.open(folder / "grown", HandClock()) as grown:
            bare, ours = scans(empty, grown)
            one = [_timed_hours(grown, f"G{number}") for number in range(40)]
            since, busy = time.perf_counter(), time.process_time()
            people = sum(len(hours_of(grown, f"G{number}").people) for number in range(CLASSES))
            all_of_them, busy = time.perf_counter() - since, time.process_time() - busy
            assert people == CLASSES * PEOPLE
    ratio = median(ours) / median(bare)
    return [
        Row(
            f"scan with {CLASSES * PEOPLE:,} trainees and {stamps:,} stamps, median of {len(ours)}",
            f"{median(ours) * 1000:.2f} ms, {ratio:.2f}×",
            f"{median(bare) * 1000:.2f} ms in an empty ledger",
            "≤ 1.5×",
            ratio <= 1.5,
        ),
        Row("the same, p95", f"{_p95(ours) * 1000:.2f} ms", f"{_p95(bare) * 1000:.2f} ms", "", None),
        Row(
            "hours of 50 people, 20 lessons, from the ledger, median",
            f"{median(one) * 1000:.1f} ms",
            "",
            "≤ 50 ms",
            median(one) <= 0.050,
        ),
        Row(
            f"hours of {people:,} trainees",
            f"{all_of_them:.2f} s",
            f"{busy:.2f} s of it at work",
            "≤ 5 s",
            all_of_them <= 5,
        ),
    ]


def _timed_hours(ledger: Ledger, name: str) -> float:
    since = time.perf_counter()
    assert len(hours_of(ledger, name).people) == PEOPLE
    return time.perf_counter() - since
