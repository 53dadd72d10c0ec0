"""任职起止: worked cases in plain words, and what must hold whatever is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.employment import ENDED, FULLTIME, PARTTIME, Spell, better, full_time, spell_on, spells

FULL, PART = ("", FULLTIME), ("", PARTTIME)
JULY, AUTUMN = ("2026-07-01", PARTTIME), ("2026-09-01", FULLTIME)

# in plain words | what was said, in order | what is known then
CASES: list[tuple[str, list[Spell], list[Spell]]] = [
    ("nobody said anything", [], []),
    ("part time from July on leaves what was before", [FULL, JULY], [FULL, JULY]),
    ("said again it is the same", [FULL, FULL, JULY, JULY], [FULL, JULY]),
    ("a mistake from the beginning is put right as a whole", [FULL, JULY, PART], [PART]),
    ("it began earlier than was said", [FULL, JULY, ("2026-03-01", PARTTIME)], [FULL, ("2026-03-01", PARTTIME)]),
    ("a day that is in a spell already opens no new one", [FULL, ("2026-03-01", FULLTIME)], [FULL]),
    ("what was taken back", [FULL, ("", "")], []),
    ("she left and came back", [FULL, ("2026-07-01", ENDED), AUTUMN], [FULL, ("2026-07-01", ENDED), AUTUMN]),
]


@pytest.mark.parametrize(("words", "said", "known"), CASES, ids=[row[0] for row in CASES])
def test_what_is_known_after_all_was_said(words: str, said: list[Spell], known: list[Spell]) -> None:
    assert spells(said) == known


@pytest.mark.parametrize(
    ("day", "spell"),
    [("2025-01-01", FULL), ("2026-06-30", FULL), ("2026-07-01", JULY), ("2026-08-31", JULY), ("2027-01-01", AUTUMN)],
)
def test_a_day_lies_in_the_spell_that_began_last(day: str, spell: Spell) -> None:
    assert spell_on([FULL, JULY, AUTUMN], day) == spell


def test_before_anything_is_said_nothing_is_known() -> None:
    assert spell_on([JULY], "2026-06-30") == ("", "")


@pytest.mark.parametrize(
    ("year", "spans"),
    [
        (2025, (("2025-01-01", "2026-01-01"),)),
        (2026, (("2026-01-01", "2026-07-01"), ("2026-09-01", "2027-01-01"))),
        (2027, (("2027-01-01", "2028-01-01"),)),
    ],
)
def test_full_time_of_a_year(year: int, spans: tuple[tuple[str, str], ...]) -> None:
    assert full_time([FULL, JULY, AUTUMN], year) == spans


def test_full_time_beats_part_time_beats_nothing() -> None:
    assert (better(PARTTIME, FULLTIME), better("", PARTTIME), better(ENDED, "")) == (FULLTIME, PARTTIME, "")


days = st.sampled_from(["", "2025-12-31", "2026-01-01", "2026-07-01", "2027-01-01"])
statements = st.lists(st.tuples(days, st.sampled_from(["", FULLTIME, PARTTIME, ENDED])), max_size=6)


@given(statements, days, st.sampled_from([FULLTIME, PARTTIME, ENDED, ""]))
def test_what_is_said_last_holds_from_its_day_on_and_changes_nothing_before(
    said: list[Spell], since: str, how: str
) -> None:
    before, after = spells(said), spells([*said, (since, how)])
    for day in ("2025-12-31", "2026-01-01", "2026-07-01", "2027-01-01", "2027-06-01"):
        told = spell_on(after, day)[1]
        assert told == (how if since <= day else spell_on(before, day)[1])
