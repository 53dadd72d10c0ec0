"""Until when the papers of a class are kept. Rule: archive_years, whole years from the class's last day."""

from calendar import isleap
from datetime import date

from sync.training.pack import RulePack


def kept_until(last_day: str, pack: RulePack) -> str:
    """The same day so many years later (ISO), and where there is no 29 February the 1 March: no year is short.

    Empty when the class's last day can't be read, or the calendar ends before.
    """
    try:
        last = date.fromisoformat(last_day)
        year = last.year + pack.years("archive_years")
        leapless = (last.month, last.day) == (2, 29) and not isleap(year)
        return (date(year, 3, 1) if leapless else last.replace(year=year)).isoformat()
    except ValueError:
        return ""


def kept_words(last_day: str, pack: RulePack) -> str:
    """As a page says it, with rule and clause; empty where no day can be said."""
    until = kept_until(last_day, pack)
    return f"档案保存至 {until}：{pack.quote('archive_years')}。" if until else ""
