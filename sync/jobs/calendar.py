"""The county's calendar: days on which no class is held, and those on which one may be held after all."""

from dataclasses import dataclass
from datetime import date

from sync.jobs.find import rows
from sync.ledger.ledger import Ledger

OFF, ON = "off", "on"
KINDS = {OFF: "停课日", ON: "调休上课日"}


@dataclass(frozen=True, slots=True)
class Day:
    """What the county says of a day (ISO, Beijing time)."""

    day: str
    kind: str
    name: str
    clause: str

    @property
    def warning(self) -> str:
        """What a timetable says of a lesson on this day; empty when nothing is wrong with it."""
        if self.kind != OFF:
            return ""
        return (
            f"{self.day} 是县里公布的停课日（{self.name}{'，' + self.clause if self.clause else ''}），请与县里确认。"
        )


def calendar(ledger: Ledger, first: str = "", last: str = "9999") -> list[Day]:
    """The days from `first` to `last` of which the county says something, in order; the latest word on each."""
    stands: dict[str, Day] = {}
    sql = "SELECT day, kind, name, clause FROM calendar_days WHERE day BETWEEN ? AND ? ORDER BY hlc_ms, hlc_n, id"
    for row in rows(ledger.conn, sql, first, last):
        stands[row["day"]] = Day(**row)
    return [stands[day] for day in sorted(stands) if stands[day].kind]


def warnings(ledger: Ledger, day: str) -> list[str]:
    """What the calendar says against a lesson on an ISO day. The laptop warns, the county decides."""
    return [one.warning for one in calendar(ledger, day, day) if one.warning]


def workdays(ledger: Ledger) -> dict[date, bool]:
    """The calendar as offices go by it, for counting working days: closed on `off`, open on `on`."""
    return {date.fromisoformat(one.day): one.kind == ON for one in calendar(ledger) if one.kind in KINDS}
