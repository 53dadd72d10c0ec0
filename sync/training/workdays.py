"""Working days (工作日): Monday to Friday, moved by the State Council's yearly notice of holidays and make-up days.

The dates of that notice are the library's, which knows them up to the year for which it was made. Of later years only
the holidays with a date of their own are sure. What the county's calendar says of a day goes before all of it.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from chinese_calendar import is_workday as _by_notice

County = Mapping[date, bool]
"""Day → whether the county works on it; a day that it says nothing of is missing."""
_SATURDAY = 5
_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of 元旦, 劳动节 and 国庆节, by the 全国年节及纪念日放假办法 in force since 2025.

The other holidays go by the moon or the sun.
"""


def is_workday(day: date, county: County) -> bool:
    """Whether offices are open. In a year whose holidays are not known: Monday to Friday, but for those with a date."""
    if day in county:
        return county[day]
    if holidays_known(day.year):
        return bool(_by_notice(day))
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED


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
    named = "、".join(years)
    return f"{named} 年的放假安排本程序还不知道，只除去了周末、元旦、劳动节、国庆节和县日历的停课日，请核对。"
