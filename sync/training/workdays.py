"""Working days (工作日): Monday to Friday, moved by the State Council's yearly notice of holidays and make-up days.

The dates of that notice are the library's, which knows them up to the year for which it was made. What the county's
calendar says of a day goes before all of it.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from chinese_calendar import is_workday as _by_notice

County = Mapping[date, bool]
"""Day → whether the county works on it; a day that it says nothing of is missing."""
_SATURDAY = 5


def is_workday(day: date, county: County) -> bool:
    """Whether offices are open. In a year whose holidays are not known: Monday to Friday."""
    if day in county:
        return county[day]
    return bool(_by_notice(day)) if holidays_known(day.year) else day.weekday() < _SATURDAY


def last_day(first: date, count: int, county: County) -> date:
    """The day on which `count` working days from `first` on are full; `first` is one of them if it is a working day.

    The notice of 婺城 hung from Monday 2021-12-13 to Friday 12-17: five working days. With none asked for, `first`.
    """
    day, left = first, count
    while left > 0:
        left -= is_workday(day, county)
        if left:
            day += timedelta(days=1)
    return day


def holidays_known(year: int) -> bool:
    try:
        _by_notice(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def unknown_words(first: date, last: date) -> str:
    """What must be said of a count over these days; empty where every year's holidays are known."""
    years = [str(year) for year in range(first.year, last.year + 1) if not holidays_known(year)]
    if not years:
        return ""
    return f"{'、'.join(years)} 年的放假安排本程序还不知道，已按周一至周五算，请核对县日历。"
