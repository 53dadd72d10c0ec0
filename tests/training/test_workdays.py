"""Working days: worked cases in plain words, with the State Council's own dates, and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.workdays import is_workday, last_day, unknown_words

# in plain words | first day | working days | what the county's calendar says | last day
CASES = [
    ("婺城's own: Monday to Friday", "2021-12-13", 5, "", "2021-12-17"),
    ("posted on a Wednesday, over a weekend", "2026-11-18", 5, "", "2026-11-24"),
    ("posted on a Sunday: day one is Monday", "2026-11-22", 5, "", "2026-11-27"),
    ("posted on a Saturday that is worked for a holiday: it is day one", "2026-10-10", 2, "", "2026-10-12"),
    ("over National Day 2026: seven days off, and the Saturday after is worked", "2026-09-29", 5, "", "2026-10-10"),
    ("over Mid-Autumn 2026: Friday to Sunday off", "2026-09-24", 2, "", "2026-09-28"),
    ("over Spring Festival 2026: nine days off, the Saturday before is worked", "2026-02-13", 3, "", "2026-02-24"),
    ("over New Year 2026: Thursday to Saturday off, Sunday is worked", "2025-12-31", 3, "", "2026-01-05"),
    ("one day", "2026-11-23", 1, "", "2026-11-23"),
    ("one day, posted on a Saturday", "2026-11-21", 1, "", "2026-11-23"),
    ("none asked for", "2026-11-21", 0, "", "2026-11-21"),
    ("the county's fair on Wednesday", "2026-11-23", 5, "2026-11-25 off", "2026-11-30"),
    ("the county works on Saturday", "2026-11-23", 6, "2026-11-28 on", "2026-11-28"),
    ("the county works on National Day: its word goes before", "2026-09-30", 2, "2026-10-01 on", "2026-10-01"),
    ("the county is off on the make-up Saturday", "2026-10-09", 2, "2026-10-10 off", "2026-10-12"),
    ("2027, whose holidays nobody has published: Monday to Friday", "2027-03-04", 3, "", "2027-03-08"),
    ("2027: New Year's Day is off whatever will be published", "2026-12-31", 3, "", "2027-01-05"),
    ("2028: Labour Day is on a Monday, and its second day is off too", "2028-04-28", 2, "", "2028-05-03"),
    ("2027: National Day, Friday, and a weekend", "2027-09-30", 2, "", "2027-10-04"),
    ("2027, the county says of Spring Festival", "2027-02-05", 2, "2027-02-08 off;2027-02-09 off", "2027-02-10"),
    ("2027, the county works on New Year's Day", "2026-12-31", 2, "2027-01-01 on", "2027-01-01"),
]  # fmt: skip


def calendar(text: str) -> dict[date, bool]:
    return {date.fromisoformat(entry.split()[0]): entry.endswith("on") for entry in text.split(";") if entry}


@pytest.mark.parametrize(("words", "first", "count", "county", "last"), CASES, ids=[row[0] for row in CASES])
def test_worked_cases(words: str, first: str, count: int, county: str, last: str) -> None:
    assert last_day(date.fromisoformat(first), count, calendar(county)).isoformat() == last


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2026-11-23", "2026-11-27", ""),
        ("2026-12-30", "2027-01-05", "2027 年"),
        ("2003-12-30", "2004-01-05", "2003 年"),
        ("2027-12-30", "2028-01-05", "2027、2028 年"),
    ],
)
def test_years_that_nobody_knows_are_told(first: str, last: str, years: str) -> None:
    said = unknown_words(date.fromisoformat(first), date.fromisoformat(last))
    assert said.startswith(years) and ("请核对" in said) == bool(years)


DAYS = st.dates(date(2003, 12, 1), date(2028, 2, 1))
COUNTIES = st.dictionaries(DAYS, st.booleans(), max_size=20)


def worked(first: date, last: date, county: dict[date, bool]) -> int:
    return sum(is_workday(first + timedelta(days=n), county) for n in range((last - first).days + 1))


@given(first=DAYS, count=st.integers(1, 40), county=COUNTIES)
def test_exactly_so_many_working_days_and_the_last_is_one(first: date, count: int, county: dict[date, bool]) -> None:
    last = last_day(first, count, county)
    assert worked(first, last, county) == count
    assert is_workday(last, county)


@given(first=DAYS, later=st.integers(0, 20), count=st.integers(0, 20), more=st.integers(0, 5), county=COUNTIES)
def test_later_or_longer_never_ends_sooner(
    first: date, later: int, count: int, more: int, county: dict[date, bool]
) -> None:
    last = last_day(first, count, county)
    assert last <= last_day(first, count + more, county)
    assert last <= last_day(first + timedelta(days=later), count, county)


@given(day=DAYS, county=COUNTIES)
def test_the_countys_word_goes_before_the_state_councils(day: date, county: dict[date, bool]) -> None:
    for worked_there in (True, False):
        assert is_workday(day, {**county, day: worked_there}) is worked_there
