"""A class at one laptop, as its trainer would set it up: three trainees, and the lessons that a test asks for."""

from dataclasses import dataclass, field
from datetime import timedelta

from stdnum.cn import ric

from sync.jobs import checkin, moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.find import Person, find_person
from sync.ledger.ledger import Ledger
from sync.training.card import new_card
from sync.training.facts import Kind
from tests.nodes import HandClock

NAMES = ("马小兰", "单国建", "曾玉")
FIRST_DAY = moment.parse_day("2026-11-21")


def identity_number(serial: int) -> str:
    """A made-up person's: the area has never been used."""
    body = f"4199991975{serial % 12 + 1:02d}15{serial:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


NUMBERS = tuple(identity_number(serial) for serial in range(len(NAMES)))


@dataclass
class School:
    """Class C1, from 2026-11-21 on."""

    ledger: Ledger
    clock: HandClock
    class_id: str = ""
    people: list[str] = field(default_factory=list)
    """Trainees' ids, in the order of NAMES."""

    def set_clock(self, text: str, day: int = 1) -> None:
        """To a Beijing time of the class's n-th day; the monotonic clock goes along."""
        at = moment.instant(FIRST_DAY + timedelta(days=day - 1), moment.parse_time(text)) * 1000
        self.clock.mono += max(at - self.clock.wall, 0)
        self.clock.wall = at

    def lesson(self, text: str, topic: str = "食品安全", *, mode: str = "onsite", hours: int = 400, **more: str) -> str:
        """`text`: "1 08:00-11:00" is the class's first day."""
        day, _, span = text.partition(" ")
        start, end = (moment.parse_time(clock) for clock in span.split("-"))
        new = NewLesson(
            FIRST_DAY + timedelta(days=int(day) - 1), start, end, hours, "theory", mode, topic=topic, **more
        )
        return add_lesson(self.ledger, self.class_id, new)[0]

    def stamp(self, lesson: str, person: str, kind: Kind, clock: str, via: str = "card", day: int = 1) -> str:
        """A card (or a search) at the desk; answers the stamp's id."""
        self.set_clock(clock, day)
        desk = checkin.open_desk(self.ledger, lesson)
        if via == "card":
            row = self.ledger.conn.execute("SELECT card FROM enrollments WHERE trainee = ?", (person,)).fetchone()
            return checkin.scan(self.ledger, desk, row[0], "scanner", kind).stamp
        return checkin.stamp_by_hand(self.ledger, desk, find_person(self.ledger, person), kind, "忘带卡").stamp

    def person(self, serial: int) -> Person:
        return Person(self.people[serial], NAMES[serial], NUMBERS[serial])


def open_school(ledger: Ledger, clock: HandClock) -> School:
    (course,) = ledger.conn.execute("SELECT code FROM courses ORDER BY code LIMIT 1").fetchone()
    school = School(ledger, clock)
    school.class_id = add_class(ledger, "C1", course, "初级班", "2026-11-21", "2026-11-30", "村部")
    with ledger.writing() as w:
        for serial, (name, number) in enumerate(zip(NAMES, NUMBERS, strict=True)):
            trainee = w.write("trainee", {"name": name, "id_number": number})
            card = new_card(lambda below, serial=serial: (serial * 7 + 3) % below)
            values = {"training_class": school.class_id, "trainee": trainee, "status": "enrolled", "card": card}
            w.write("enrollment", values)
            school.people.append(trainee)
    return school
