"""A county and a laptop with a class of sixty, made by the program's own jobs at a clock that the test turns."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from stdnum.cn import ric

from sync.carry.outgoing import parcels
from sync.county import devices
from sync.jobs import checkin, enrol, moment, operators
from sync.jobs.classes import NewLesson, add_class, add_lesson, cancel_lesson, cut_lesson
from sync.jobs.find import Person
from sync.jobs.leave import give_leave
from sync.jobs.rosters import roster_of
from sync.ledger.clock import Reading
from sync.ledger.intake import Intake, take
from sync.ledger.ledger import Ledger
from sync.training.card import new_card

DAY = date(2026, 11, 21)
PEOPLE = 60


@dataclass
class HandClock:
    """Stands where the test puts it; seconds since 1970 UTC."""

    at: int

    def read(self) -> Reading:
        return Reading(self.at * 1000, self.at * 1000, "0000b007")

    def set(self, text: str) -> None:
        self.at = moment.instant(DAY, time.fromisoformat(text))


def morning() -> HandClock:
    return HandClock(moment.instant(DAY, time(7, 0)))


def identity_number(n: int) -> str:
    """A made-up person's: the area has never been used."""
    body = f"419999{1960 + n % 40}{n % 12 + 1:02d}{n % 28 + 1:02d}{n:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def enrolled_laptop(folder: Path, county: Ledger, name: str, institution: str, clock: HandClock) -> Ledger:
    laptop = Ledger.create(folder, name, clock=clock)
    grant, _ = devices.enrol(county, enrol.request(laptop), institution)
    enrol.accept(laptop, grant)
    return laptop


def bring(laptop: Ledger, county: Ledger, after: int | None = None) -> list[Intake]:
    """What the laptop recorded after a number, or all that waits, as a USB stick brings it."""
    held = None if after is None else {county.feed: county.position(county.feed).seq, laptop.feed: after}
    return [take(county, parcel.data, parcel.file_name, "usb") for parcel in parcels(laptop, held)]


def hold_class(laptop: Ledger, clock: HandClock) -> str:
    """A class of sixty and its day: late and early ones, no-shows, stamps by hand, corrections, a void, leave, a cut
    lesson and a cancelled one. Answers the class's id."""
    class_id = add_class(laptop, "2026-ZS-01", "ZSPT-5", "中式烹调师秋季班", "2026-11-21", "2026-11-30", "青石村村部")
    lessons = [
        add_lesson(laptop, class_id, NewLesson(DAY, *_clocks(block), 400, kind, teacher="周师傅", topic=topic))[0]
        for block, kind, topic in (
            ("08:30 11:30", "theory", "食品安全与刀工"),
            ("14:00 17:00", "practice", "家常川菜实操"),
            ("19:00 22:00", "theory", "成本核算"),
        )
    ]
    with laptop.writing() as w:
        for n in range(PEOPLE):
            person = {"name": _name(n), "id_number": identity_number(n), "sex": "男", "ethnicity": "汉族"}
            trainee = w.write("trainee", person | {"category": "农村转移劳动力", "hukou": "青石村"})
            card = new_card(lambda below, n=n: 7000 + n)  # type: ignore[misc]
            w.write("enrollment", {"training_class": class_id, "trainee": trainee, "status": "enrolled", "card": card})
    people = roster_of(laptop, class_id)
    for came, went, lesson in (("08:20:00", "11:28:00", lessons[0]), ("13:55:00", "17:02:00", lessons[1])):
        _check(laptop, clock, lesson, came, [row["card"] for row in people[3:]])
        clock.set("09:10:00" if lesson == lessons[0] else "14:40:00")
        by_hand = Person(people[2]["id"], people[2]["name"], "")
        checkin.stamp_by_hand(laptop, checkin.open_desk(laptop, lesson), by_hand, "in", "忘带卡")
        if lesson == lessons[1]:
            clock.set("16:40:00")
            cut_lesson(laptop, lesson, "16:45", "村里停电")
        _check(laptop, clock, lesson, went, [row["card"] for row in people[2:55]])
    laptop.operator = operators.add_operator(laptop, "罗老师", "2580")
    checkin.correct(laptop, lessons[0], people[55]["id"], "out", "11:30", "漏刷", "村支书王建国")
    give_leave(laptop, lessons[1], people[0]["id"], "家里有事")
    first = laptop.conn.execute("SELECT id FROM stamps WHERE person = ? ORDER BY seq", (people[10]["id"],)).fetchone()
    checkin.void(laptop, first[0], "替人刷卡", "周师傅")
    cancel_lesson(laptop, lessons[2], "村里停电")
    clock.set("18:00:00")
    return class_id


def _clocks(block: str) -> tuple[time, time]:
    start, end = block.split()
    return time.fromisoformat(start), time.fromisoformat(end)


def _name(n: int) -> str:
    rare = {0: "阿卜杜拉·买买提", 1: "𬱖小䶮", 2: "𠮷㛃"}
    return rare.get(n, "赵钱孙李周吴郑王冯陈"[n % 10] + "秀建国桂春"[n % 5] + "英华芳明兰平"[n % 6])


def _check(laptop: Ledger, clock: HandClock, lesson: str, at: str, cards: list[str]) -> None:
    clock.set(at)
    desk = checkin.open_desk(laptop, lesson)
    for card in cards:
        assert checkin.scan(laptop, desk, card, "scanner").result == "recorded"
        clock.at += 2
