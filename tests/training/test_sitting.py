"""Which lessons are one sitting, and when it opens, turns and closes."""

from dataclasses import replace

import pytest

from sync.training.sitting import sittings
from tests.training.day import DEFAULT, at, read

# what is planned | lessons | sittings
PLANS = [
    ("one lesson", "A 08:00-11:00 4", "A"),
    ("a break of 30 minutes joins", "A 08:00-09:30 2; B 10:00-11:30 2", "AB"),
    ("a second more parts", "A 08:00-09:30 2; B 10:00:01-11:30 2", "A B"),
    ("a day of four lessons", "A 08:00-09:30 2; B 09:40-11:10 2; C 14:00-15:30 2; D 15:40-17:10 2", "AB CD"),
    ("the order of the list does not matter", "B 09:40-11:10 2; A 08:00-09:30 2", "AB"),
    ("the same hours on two days", "A 08:00-09:30 2; B 2 09:40-11:10 2", "A B"),
    ("past midnight is another day", "A 22:00-23:50 2; B 2 00:10-01:00 1", "A B"),
    ("two classes", "A 08:00-09:30 2; B 09:40-11:10 2 class two", "A B"),
    ("a short lesson within a long one", "A 08:00-11:00 4; B 08:30-09:00 1; C 11:20-12:00 1", "ABC"),
    ("a cancelled lesson", "A 08:00-09:30 2; B 09:40-11:10 2 cancelled", "A"),
    ("a cancelled lesson between two leaves a break", "A 08:00-09:00 1; B 09:10-10:00 1 cancelled; C 10:10-11:00 1",
     "A C"),
    ("all cancelled", "A 08:00-09:30 2 cancelled", ""),
    ("cut before it began", "A 08:00-09:30 2 cut 08:00; B 09:40-11:10 2", "B"),
    ("cut, with a short break left", "A 08:00-09:30 2 cut 09:10; B 09:40-11:10 2", "AB"),
    ("cut, with a long break left", "A 08:00-09:30 2 cut 09:09; B 09:40-11:10 2", "A B"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "lessons", "expected"), PLANS, ids=[row[0] for row in PLANS])
def test_which_lessons_are_one_sitting(words: str, lessons: str, expected: str) -> None:
    made = sittings(read(lessons).lessons, DEFAULT)
    assert " ".join("".join(lesson.id for lesson in sitting.lessons) for sitting in made) == expected


def test_when_it_opens_turns_and_closes() -> None:
    [sitting] = sittings(read("A 08:00-09:30 2; B 09:40-11:10 2 cut 11:00").lessons, DEFAULT)
    assert (sitting.start, sitting.end) == (at("08:00"), at("11:00"))
    assert (sitting.opens, sitting.gate, sitting.closes) == (at("07:30"), at("10:45"), at("12:00"))


def test_stamps_of_a_cancelled_lesson_stay_with_what_is_left() -> None:
    facts = read("A 08:00-09:00 1; B 09:10-10:00 1 cancelled; C 10:10-11:00 1; D 14:00-15:00 1", "in 07:50 B")
    first, second, third = sittings(facts.lessons, DEFAULT)
    assert [sitting.holds(facts.stamps[0]) for sitting in (first, second, third)] == [False, True, False]
    held = replace(facts.stamps[0], lesson="D")
    assert [sitting.holds(held) for sitting in (first, second, third)] == [False, False, True]
