"""Whom of a class the county phones: worked cases in plain words, and what must always hold of the list."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training import callbacks
from sync.training.callbacks import DENIED, OUTCOMES, UNREACHED, further, wanted
from sync.training.lots import in_order
from tests.training.day import DEFAULT, pack_with

# in plain words | people in the class | the share | how many are to be spoken to
COUNTS = [
    ("nobody is in the class", 0, "0.1", 0),
    ("of one, that one", 1, "0.1", 1),
    ("nine: a tenth is less than one, and one is phoned", 9, "0.1", 1),
    ("ten: exactly one", 10, "0.1", 1),
    ("eleven: one would be less than a tenth", 11, "0.1", 2),
    ("forty: four", 40, "0.1", 4),
    ("a third of forty is fourteen, since thirteen are less", 40, "1/3", 14),
    ("a county that asks for no calls", 40, "0", 0),
    ("a county that phones everybody", 40, "1", 40),
]


@pytest.mark.parametrize(("words", "people", "share", "count"), COUNTS, ids=[row[0] for row in COUNTS])
def test_how_many(words: str, people: int, share: str, count: int) -> None:
    assert wanted(people, pack_with({"callback_share": share})) == count


POOL = [f"P{number}" for number in range(8)]
ORDER = in_order("seed", POOL)
# in plain words | outcomes in the order of the lots, of those on the list | to be spoken to | added, by their lots
ADDED = [
    ("nobody was drawn yet", "", 2, "0 1"),
    ("nobody was tried yet", "- -", 2, ""),
    ("one is left to try", "unreached -", 2, ""),
    ("both were tried and one lacks: the next lot", "confirmed unreached", 2, "2"),
    ("both were tried and nobody answered: the next two", "unreached unreached", 2, "2 3"),
    ("a wrong number is nobody spoken to", "wrong-number confirmed", 2, "2"),
    ("who denies was spoken to", "denied confirmed", 2, ""),
    ("the one that was added is still to be tried", "confirmed unreached -", 2, ""),
    ("nor did that one answer", "confirmed unreached unreached", 2, "3"),
    ("enough answered in the end", "confirmed unreached confirmed", 2, ""),
    ("the class is larger now: three are wanted", "confirmed -", 3, "2"),
    ("everybody was tried", " ".join(["unreached"] * 8), 2, ""),
]


@pytest.mark.parametrize(("words", "told", "count", "added"), ADDED, ids=[row[0] for row in ADDED])
def test_whom_the_lot_adds(words: str, told: str, count: int, added: str) -> None:
    listed = ORDER[: len(told.split())]
    outcomes = {person: one for person, one in zip(listed, told.split(), strict=True) if one != "-"}
    assert further("seed", POOL, listed, outcomes, count) == [ORDER[int(number)] for number in added.split()]


def test_who_joins_after_enough_were_spoken_to_is_not_asked_for() -> None:
    """Else the page would still offer a draw while the inbox says that nothing is due."""
    listed = ORDER[1:3]
    assert further("seed", POOL, listed, dict.fromkeys(listed, "unreached"), 2) == [ORDER[0]], "the lowest lot, since"
    assert further("seed", POOL, listed, dict.fromkeys(listed, "confirmed"), 2) == []


PEOPLE = st.lists(st.text("0123456789ABCDEF", min_size=2, max_size=6), unique=True, max_size=60)
SHARES = st.fractions(0, 1, max_denominator=40)


@given(PEOPLE, SHARES, st.randoms())
def test_the_order_of_the_pool_changes_nothing(pool: list[str], share: Fraction, random: object) -> None:
    count = wanted(len(pool), pack_with({"callback_share": str(share)}))
    assert count == ceil(share * len(pool)) and (count >= 1) == bool(pool and share)
    drawn = further("seed", pool, [], {}, count)
    assert len(drawn) == len(set(drawn)) == count and set(drawn) <= set(pool)
    random.shuffle(pool)  # type: ignore[attr-defined]
    assert further("seed", pool, [], {}, count) == drawn


@given(PEOPLE, PEOPLE, SHARES, st.dictionaries(st.integers(0, 59), st.sampled_from(sorted(OUTCOMES))))
def test_nobody_is_ever_taken_off_and_as_many_as_are_wanted_are_on(
    pool: list[str], joined: list[str], share: Fraction, said: dict[int, str]
) -> None:
    pack = pack_with({"callback_share": str(share)})
    listed = further("seed", pool, [], {}, wanted(len(pool), pack))
    outcomes = {listed[number]: one for number, one in said.items() if number < len(listed)}
    larger = sorted({*pool, *joined})
    count = wanted(len(larger), pack)
    added = further("seed", larger, listed, outcomes, count)
    assert not set(added) & set(listed) and set(added) <= set(larger)
    enough = sum(outcomes.get(person) in ("confirmed", "denied") for person in listed) >= count
    assert not (enough and added), "who has done enough is given nobody more"
    assert enough or set(in_order("seed", larger)[:count]) <= {*listed, *added}, "whoever the lot names is on it"
    again = [*listed, *added]
    assert not added or not further("seed", larger, again, outcomes, count), "until those were phoned, nobody more"


def test_what_is_still_due_is_told_with_the_rule() -> None:
    outcomes = {ORDER[0]: "confirmed", ORDER[1]: UNREACHED, ORDER[2]: "wrong-number"}
    found = callbacks.due(ORDER[:4], outcomes, 40, DEFAULT, ["class"])
    assert found is not None and found.kind == "callback-due" and found.evidence == ("class",)
    assert found.sentence == (
        "应电话回访 4 人，已接通 1 人，另有 2 人打过、没有联系上，还差 3 人；"
        "电话回访比例 10%（依据：某市定点培训机构办法：每班电话抽检不少于 10%）。"
    )
    answered = dict.fromkeys(ORDER[:4], "confirmed") | {ORDER[0]: DENIED}
    assert callbacks.due(ORDER[:4], answered, 40, DEFAULT, []) is None
    assert callbacks.due(ORDER[:4], answered, 41, DEFAULT, []) is not None, "a fifth is wanted of forty-one"
    assert callbacks.due([], {}, 40, pack_with({"callback_share": 0}), []) is None


def test_lots_are_what_sha256sum_says() -> None:
    """`printf seed:A | sha256sum` and its like, sorted."""
    assert in_order("seed", "ABCD") == ["D", "B", "C", "A"]
