"""A scanner or a person, told apart by time alone."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from desktop.checkin.burst import FAST_MS, QUIET_MS, Burst
from sync.training.card import is_card, new_card

cards = st.integers(0, 10**16 - 1).map(lambda number: new_card(lambda _: number))
fast = st.integers(0, FAST_MS)
slow = st.integers(FAST_MS + 1, 400)


def settled(keys: list[tuple[str, int]]) -> list[str]:
    """What the scanner is found to have sent, after the last silence, when each (text, gap before it) came."""
    burst, at, found = Burst(), 1000, []
    for text, gap in keys:
        at += gap
        if burst.parts(at):
            found += burst.texts()
            burst.clear()
        burst.add(text, at)
    return found + burst.texts()


def typed(text: str, gap: int) -> list[tuple[str, int]]:
    return [(char, gap) for char in text]


@given(cards, st.data())
def test_a_card_is_taken_at_any_speed_of_a_scanner(card: str, data: st.DataObject) -> None:
    assert settled([(char, data.draw(fast)) for char in card]) == [card]


@given(st.text("0123456789X ", max_size=40), st.data())
def test_what_a_person_types_is_never_a_scan(text: str, data: st.DataObject) -> None:
    assert settled([(char, data.draw(slow)) for char in text]) == []


@given(st.text("abc123张", max_size=6), cards, st.data())
def test_a_scan_after_somebody_typed_leaves_her_letters_out(text: str, card: str, data: st.DataObject) -> None:
    person = [(char, data.draw(slow)) for char in text]
    scanner = [(char, data.draw(fast) if place else FAST_MS + 1) for place, char in enumerate(card)]
    assert settled(person + scanner) == [card]


@given(cards, cards, st.integers(0, 500))
def test_two_scans_in_a_row(first: str, second: str, pause: int) -> None:
    keys = [*typed(first, 3), (second[0], pause), *typed(second[1:], 3)]
    assert settled(keys) == [first, second]


@given(cards, st.integers(5, 15), st.integers(FAST_MS + 1, QUIET_MS))
def test_a_scanner_may_stumble_once(card: str, place: int, pause: int) -> None:
    keys = typed(card, 3)
    keys[place] = (card[place], pause)
    assert settled(keys) == [card]


def test_a_lost_zero_is_a_scan_that_is_no_card() -> None:
    card = new_card(lambda _: 123)
    assert card.startswith("0")
    assert settled(typed(card[1:], 5)) == [card[1:]]
    assert not is_card(card[1:])


def test_full_width_digits_and_stray_characters() -> None:
    card = new_card(secrets.randbelow)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in card)
    assert settled(typed(wide, 5)) == [card]
    assert settled(typed(f"]Q1\\000026{card};", 5)) == [card]
    assert settled([("去", 5), *typed(card, 5)]) == [card]


def test_an_input_method_hands_over_the_whole_card() -> None:
    card = new_card(secrets.randbelow)
    assert settled([(card, 0)]) == [card]
    assert settled([(card[1:], 0)]) == [card[1:]]


def test_an_input_method_hands_over_what_a_person_means() -> None:
    assert settled([("中华人民共和国万岁万万岁", 0)]) == []
    assert settled([("13800138000", 0)]) == []
    assert settled([("二〇二六年", 0), ("13800138000", 9)]) == []


def test_an_identity_number_from_a_reader_is_left_where_it_is() -> None:
    assert settled(typed("11010119900307109X", 3)) == []
    assert settled(typed("110101199003070134", 3)) == []


def test_enter_belongs_to_the_scan_only_right_after_it() -> None:
    burst = Burst()
    for place, char in enumerate("12345678901234567"):
        burst.add(char, 1000 + place)
    assert burst.ends_with(1016 + QUIET_MS)
    assert not burst.ends_with(1017 + QUIET_MS)
    burst.clear()
    burst.add("1", 1000)
    assert not burst.ends_with(1001)
