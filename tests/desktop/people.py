"""Made-up people and days for the window's tests and pictures."""

from datetime import date, time

from stdnum.cn import ric

from sync.jobs import moment
from sync.jobs.classes import NewLesson, add_lesson
from sync.jobs.rosters import enrol_one
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.sheets.roster import Entry

RARE = ("王䶮", "㛃小花", "𬱖国强", "𠮷田秀", "𰻝面香", "阿卜杜拉·买买提")
_SURNAMES, _GIVEN = "张李王刘陈杨赵黄周吴徐孙曾单仇", "秀英桂兰建国志强玉梅海燕春花德福"
HOUR = 3600


class StillClock:
    """A clock that stands where a test put it: an ISO time in Beijing."""

    def __init__(self, at: str) -> None:
        self.put(at)

    def put(self, at: str) -> None:
        day, clock = at.split("T")
        self.wall = moment.instant(moment.parse_day(day), moment.parse_time(clock)) * 1000

    def read(self) -> Reading:
        return Reading(self.wall, self.wall - 1_400_000_000_000, "boot0001")


def id_number(serial: int) -> str:
    """A sound number that nobody was given: the area code 999 does not exist below province 35."""
    body = f"350999{1960 + serial % 45}{serial % 12 + 1:02d}{serial % 28 + 1:02d}{serial % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def person(serial: int) -> Entry:
    name = RARE[serial] if serial < len(RARE) else _name(serial)
    more = {
        "sex": "男" if serial % 1000 % 2 else "女",
        "category": "农村转移就业劳动者",
        "address": f"清水乡清水村 {serial} 号",
    }
    return Entry(serial + 2, name, id_number(serial), f"138{serial:08d}", more)


def _name(serial: int) -> str:
    first = _GIVEN[serial % len(_GIVEN)]
    second = _GIVEN[serial // len(_GIVEN) % len(_GIVEN)]
    return _SURNAMES[serial % len(_SURNAMES)] + first + second


def enrol(ledger: Ledger, class_id: str, count: int) -> list[str]:
    """Enrols people one by one; answers their ids."""
    return [enrol_one(ledger, class_id, person(serial)) for serial in range(count)]


def lesson(
    ledger: Ledger, class_id: str, day: str, start: str, end: str, topic: str = "老人护理", teacher: str = "李老师"
) -> str:
    new = NewLesson(date.fromisoformat(day), time.fromisoformat(start), time.fromisoformat(end), 400, "theory")
    new = NewLesson(new.day, new.start, new.end, new.hours, new.kind, teacher=teacher, topic=topic)
    return add_lesson(ledger, class_id, new)[0]


def stamp(ledger: Ledger, lesson_id: str, trainee: str, kind: str, at: str) -> None:
    """A stamp for HH:MM of 2026-11-21."""
    instant = moment.instant(date(2026, 11, 21), moment.parse_time(at))
    with ledger.writing() as w:
        w.fact("stamp", kinds.Stamp(lesson_id, trainee, "in" if kind == "in" else "out", "camera", at=instant))
