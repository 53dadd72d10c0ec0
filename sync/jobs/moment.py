"""Instants between machine and people: Beijing dates and times in, ISO 8601 with offset out, and the stated clock."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from sync.errors import BadInput
from sync.jobs import entry
from sync.ledger.clock import Reading
from sync.ledger.instant import trusted_now
from sync.ledger.ledger import Ledger
from sync.seal import kinds

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile("[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_YEARS = range(2000, 2100)
"""In which a training can take place: other years are slips of the finger."""


def iso(at: int) -> str:
    """Seconds since 1970 UTC as people's time: 2026-11-21T09:00:00+08:00."""
    return datetime.fromtimestamp(at, BEIJING).isoformat()


def parse_day(text: str) -> date:
    """YYYY-MM-DD, in a year that can be meant. Raises BadInput."""
    try:
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as error:
        raise BadInput(f"日期“{text}”看不懂，请写成 2026-11-21 这样。") from error
    if day.year not in _YEARS:
        raise BadInput(f"日期“{text}”的年份不对，应在 {_YEARS[0]} 年到 {_YEARS[-1]} 年之间。请核对。")
    return day


def parse_time(text: str) -> time:
    """HH:MM or HH:MM:SS, in Beijing time. Raises BadInput."""
    try:
        return time.fromisoformat(text if _TIME.fullmatch(text) else "-")
    except ValueError as error:
        raise BadInput(f"时间“{text}”看不懂，请写北京时间，写成 09:30 这样。") from error


def instant(day: date, clock: time) -> int:
    """A Beijing date and time as seconds since 1970 UTC."""
    return int(datetime.combine(day, clock, BEIJING).timestamp())


def day_of(at: int) -> date:
    return datetime.fromtimestamp(at, BEIJING).date()


@dataclass(frozen=True, slots=True)
class Now:
    """One look at the clock: `at` as the rules use it, and whether it had to be moved."""

    at: int
    offset: int
    reading: Reading
    trusted: int | None = None
    """The county's time, carried on in this boot; None without one. It is told beside `at`, and moves nothing."""

    @property
    def stated(self) -> int | None:
        """For a change's body: `at` where the wall clock alone would be wrong."""
        return self.at if self.offset else None


def now(ledger: Ledger) -> Now:
    """The wall clock in whole seconds, moved by the time that the trainer stated in this boot, if she did."""
    reading = ledger.clock.read()
    row = ledger.conn.execute(
        'SELECT "offset" FROM clock_statements WHERE feed = ? AND boot = ? ORDER BY seq DESC LIMIT 1',
        (ledger.feed, reading.boot),
    ).fetchone()
    offset = row[0] if row else 0
    return Now(reading.wall // 1000 + offset, offset, reading, trusted_now(ledger, reading))


def state_clock(ledger: Ledger, stated: str, reason: str) -> int:
    """The trainer says what time it is (HH:MM:SS today, or with a date before it); answers the offset in seconds.

    Only the time of day is asked, so the day is the one that brings the smallest move, unless it is given.
    """
    reason = entry.reason(reason, "请写明为什么要校正时间，例如：电脑电池没电，时间不对。")
    wall = ledger.clock.read().wall // 1000
    day, _, clock = stated.strip().rpartition(" ")
    if not clock:
        raise BadInput("请写出现在的时间，例如 09:30:00。")
    if day:
        right = instant(parse_day(day), parse_time(clock))
    else:
        today = day_of(wall)
        near = [instant(today + timedelta(days=n), parse_time(clock)) for n in (-1, 0, 1)]
        right = min(near, key=lambda at: abs(at - wall))
    with ledger.writing() as w:
        w.fact("clock.state", kinds.ClockState(right - wall, reason))
    return right - wall
