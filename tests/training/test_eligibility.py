"""Worked cases of the rules about people and plans, in plain words; each figure was reasoned from the contract."""

import pytest
from stdnum.cn import ric

from sync.training.eligibility import (
    Training,
    age,
    class_size,
    hour_shares,
    same_course_level,
    yearly_trainings,
)
from tests.training.day import lesson, pack_with


def born(day: str) -> str:
    """The identity number of somebody made up who was born on YYYYMMDD."""
    body = f"419999{day}001"
    return body + str(ric.calc_check_digit(body + "0"))


# in plain words | people | other rules | a word?
SIZES = [
    ("fifty are a class", 50, {}, False),
    ("fifty-one are one too many", 51, {}, True),
    ("class_size 30", 31, {"class_size": 30}, True),
    ("class_size none", 300, {"class_size": None}, False),
]


@pytest.mark.parametrize(("words", "people", "rules", "told"), SIZES, ids=[row[0] for row in SIZES])
def test_class_size(words: str, people: int, rules: dict[str, object], told: bool) -> None:
    said = class_size(people, pack_with(rules))
    assert bool(said) == told
    assert not told or (f"全班 {people} 人" in said and "依据" in said)


# in plain words | lessons | the course's hours | other rules | what is told of
SHARES = [
    ("the first lesson of a plan says nothing yet", "A 08:00-11:00 4 theory", 80, {}, []),
    ("two fifths of practice can still be reached: 6 of 10", "A 08:00-11:00 6 theory", 10, {}, []),
    ("a hundredth more and they can't", "A 08:00-11:00 6.01 theory", 10, {}, ["实操最多只剩 3.99 课时"]),
    ("all practice", "A 08:00-11:00 4; B 2 08:00-11:00 6", 10, {}, ["理论最多只剩 0 课时"]),
    ("more than the course asks for: 4 of 11 is under two fifths",
     "A 08:00-11:00 7; B 2 08:00-11:00 4 theory", 10, {}, ["理论最多只剩 4 课时"]),
    ("a cancelled lesson is no part of the plan", "A 08:00-11:00 7 theory cancelled", 10, {}, []),
    ("theory_share_min 0", "A 08:00-11:00 10", 10, {"theory_share_min": 0}, []),
    ("practice_share_min 0.7", "A 08:00-11:00 4 theory", 10, {"practice_share_min": "0.7"}, ["实操最多只剩 6 课时"]),
    ("no hours at all", "", 0, {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("words", "lessons", "standard", "rules", "told"), SHARES, ids=[row[0] for row in SHARES])
def test_shares_of_theory_and_practice(
    words: str, lessons: str, standard: int, rules: dict[str, object], told: list[str]
) -> None:
    planned = [lesson(text.strip()) for text in lessons.split(";") if text.strip()]
    said = hour_shares(planned, 100 * standard, pack_with(rules))
    assert len(said) == len(told)
    for sentence, part in zip(said, told, strict=True):
        assert part in sentence and "依据" in sentence


# in plain words | born | the class's first day | other rules | what is told
AGES = [
    ("sixteen on the day", "20101121", "2026-11-21", {}, ""),
    ("sixteen tomorrow", "20101122", "2026-11-21", {}, "15 岁，低于"),
    ("born on a leap day, sixteen on the first of March", "20120229", "2028-02-28", {}, "15 岁，低于"),
    ("ninety: there is no ceiling", "19361121", "2026-11-21", {}, ""),
    ("max_age 60: sixty is in", "19661121", "2026-11-21", {"max_age": 60}, ""),
    ("max_age 60: sixty-one is not", "19651121", "2026-11-21", {"max_age": 60}, "61 岁，超过"),
    ("min_age none", "20201121", "2026-11-21", {"min_age": None}, ""),
    ("a class whose date can't be read says nothing", "20201121", "someday", {}, ""),
]


@pytest.mark.parametrize(("words", "day", "first_day", "rules", "told"), AGES, ids=[row[0] for row in AGES])
def test_age_on_the_first_day(words: str, day: str, first_day: str, rules: dict[str, object], told: str) -> None:
    said = age(born(day), first_day, pack_with(rules))
    assert (told in said and "依据" in said) if told else said == ""


def trainings(text: str) -> list[Training]:
    """ "A 03-01 焊工 初级" is class A that began on 1 March 2026; "Z 2025-12-01 …" gives its year."""
    found = []
    for item in text.split(";"):
        code, day, course, level = item.split()
        found.append(Training(code, code, course, level, day if len(day) == 10 else f"2026-{day}"))
    return found


FOUR = "A 01-05 焊工 初级; B 03-01 焊工 中级; C 05-01 电工 初级; D 09-01 家政 初级"
# in plain words | classes | which of them is asked about | other rules | told of the year | told of the course
REPEATS = [
    ("the third of a year", FOUR, "C", {}, "", ""),
    ("the fourth of a year", FOUR, "D", {}, "第 4 次培训（此前：A 班、B 班、C 班）", ""),
    ("the first, though three come after it", FOUR, "A", {}, "", ""),
    ("last year's count for nothing", f"{FOUR.replace('A 01-05', 'A 2025-12-30')}", "D", {}, "", ""),
    ("yearly_trainings 1", FOUR, "B", {"yearly_trainings": 1}, "第 2 次培训（此前：A 班）", ""),
    ("yearly_trainings none", FOUR, "D", {"yearly_trainings": None}, "", ""),
    ("the same occupation at the same level", "A 01-05 焊工 初级; B 03-01 焊工 初级", "B", {}, "",
     "焊工（初级）当年已经学过（A 班），这是第 2 次"),
    ("the same occupation at another level", "A 01-05 焊工 初级; B 03-01 焊工 中级", "B", {}, "", ""),
    ("the same a year later", "A 2025-12-30 焊工 初级; B 03-01 焊工 初级", "B", {}, "", ""),
    ("same_course_level 2", "A 01-05 焊工 初级; B 03-01 焊工 初级", "B", {"same_course_level": 2}, "", ""),
    ("same_course_level none", "A 01-05 焊工 初级; B 03-01 焊工 初级", "B", {"same_course_level": None}, "", ""),
    ("of two that began on one day the second by id", "A 03-01 焊工 初级; B 03-01 焊工 初级", "B", {}, "", "A 班"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "classes", "own", "rules", "year", "course"), REPEATS, ids=[row[0] for row in REPEATS]
)
def test_trainings_of_a_year(
    words: str, classes: str, own: str, rules: dict[str, object], year: str, course: str
) -> None:
    known, pack = trainings(classes), pack_with(rules)
    for order in (known, known[::-1]):
        for said, told in ((yearly_trainings(order, own, pack), year), (same_course_level(order, own, pack), course)):
            assert (told in said and "依据" in said) if told else said == ""
