"""Card numbers: what scanners, cameras, hands and input methods make of them."""

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from sync.training.card import LENGTH, is_card, new_card, normalise

CARD = new_card(lambda below: 42)
FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in CARD)


def test_the_standard_s_own_example() -> None:
    """ISO/IEC 7064 gives 0794 the MOD 11,10 check digit 5."""
    assert mod_11_10.calc_check_digit("0794") == "5"


def test_small_numbers_keep_their_zeros() -> None:
    assert len(CARD) == LENGTH == 17
    assert CARD.startswith("00000000000000")
    assert is_card(CARD)


def test_the_random_source_gives_every_digit() -> None:
    asked: list[int] = []
    new_card(lambda below: asked.append(below) or 0)  # type: ignore[func-returns-value]
    assert asked == [10**16]


# what came | text
READINGS = [
    ("as printed", CARD),
    ("full-width digits from an input method", FULL_WIDTH),
    ("Enter and blanks around", f"  {CARD}\r\n"),
    ("a full-width blank", f"\u3000{CARD}\u3000"),
    ("the scanner names UTF-8 before it", f"\\000026{CARD}"),
    ("and that in full width", "\uff3c" + "".join(chr(0xFF10 + int(d)) for d in "000026") + FULL_WIDTH),
    ("and that through a Chinese input method", f"、000026{CARD}"),
    ("the scanner names the symbology", f"]Q1{CARD}"),
    ("both", f"]Q2\\000026{CARD}"),
    ("letters at the edges", f"x{CARD}q"),
    ("a tab after", f"{CARD}\t"),
    ("an invisible mark", f"\ufeff{CARD[:5]}\u200b{CARD[5:]}"),
    ("read aloud in groups", f"{CARD[:4]} {CARD[4:8]}-{CARD[8:12]} {CARD[12:]}"),
]


@pytest.mark.parametrize(("words", "text"), READINGS, ids=[row[0] for row in READINGS])
def test_what_is_added_falls_away(words: str, text: str) -> None:
    assert normalise(text) == CARD


BAD = [
    ("nothing", ""),
    ("a leading zero lost", CARD[1:]),
    ("the last digit lost", CARD[:-1]),
    ("a digit in the middle lost", CARD[:14] + CARD[15:]),
    ("a digit too many", CARD + "0"),
    ("a letter within", CARD[:8] + "l" + CARD[9:]),
    ("an identity number", "11010119900307001X"),
    ("Arabic-Indic digits", "".join(chr(0x0660 + int(digit)) for digit in CARD)),
    ("a circled digit", CARD[:-1] + "①"),
]


@pytest.mark.parametrize(("words", "text"), BAD, ids=[row[0] for row in BAD])
def test_what_is_missing_is_not_invented(words: str, text: str) -> None:
    assert not is_card(normalise(text))


@settings(deadline=None)
@given(st.integers(0, 10**16 - 1), st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_any_one_wrong_digit_is_caught(number: int, place: int, shift: int) -> None:
    card = new_card(lambda below: number)
    wrong = str((int(card[place]) + shift) % 10)
    assert is_card(card)
    assert not is_card(card[:place] + wrong + card[place + 1 :])


@settings(deadline=None)
@given(st.integers(0, 10**16 - 1), st.integers(0, LENGTH - 1))
def test_any_lost_digit_is_caught(number: int, place: int) -> None:
    card = new_card(lambda below: number)
    assert not is_card(normalise(card[:place] + card[place + 1 :]))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_two_cards_differ() -> None:
    assert len({new_card(secrets.randbelow) for _ in range(1000)}) == 1000
