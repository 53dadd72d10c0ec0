"""Identity numbers: what is wrong with one, and what it says. Made-up numbers; check digits by the standard's table."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training import identity

TODAY = date(2026, 11, 3)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def completed(body: str) -> str:
    """Seventeen digits and their check digit by the table in GB 11643, not by the library under test."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


bodies = st.builds(
    lambda area, born, order: f"{area:06d}{born:%Y%m%d}{order:03d}",
    st.integers(110000, 839999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@given(bodies)
def test_every_well_formed_number_is_sound(body: str) -> None:
    assert identity.problem(completed(body), TODAY) is None


@given(bodies, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(body: str, place: int, wrong: str) -> None:
    number = completed(body)
    changed = number[:place] + wrong + number[place + 1 :]
    assert (identity.problem(changed, TODAY) is None) == (changed == number)


@given(st.text(max_size=20))
def test_no_text_is_a_crash(text: str) -> None:
    identity.problem(text, TODAY)
    identity.birth_date(text)
    identity.area_known(text)
    assert len(identity.mask(text)) == len(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", "missing-id"),
        ("110105491231002", "bad-length"),
        ("1101051949123100X", "bad-length"),
        ("110105194902300020", "bad-birth-date"),
        ("110105189912310020", "bad-birth-date"),
        ("110105202611040021", "bad-birth-date"),
        ("1101051949123A0020", "bad-birth-date"),
        ("110105194912310021", "bad-check-digit"),
        ("11010X194912310020", "bad-check-digit"),
        ("１10105194912310020", "bad-check-digit"),
        ("11010519491231002X", None),
    ],
)
def test_the_first_thing_wrong(number: str, expected: str | None) -> None:
    assert identity.problem(number, TODAY) == expected


@pytest.mark.parametrize("area", ["810000", "820000", "830000", "513021", "999156"])
def test_residence_permits_and_abolished_counties_are_accepted(area: str) -> None:
    number = completed(area + "19850412" + "123")
    assert identity.problem(number, TODAY) is None
    assert identity.area_known(number)


def test_an_unknown_province_is_a_hint_and_no_problem() -> None:
    number = completed("990101198504121".replace("99", "29", 1) + "23")
    assert identity.problem(number, TODAY) is None
    assert not identity.area_known(number)


def test_birthday_and_sex() -> None:
    assert identity.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert identity.sex("11010519491231002X") == "女"
    assert identity.sex(completed("11010519491231001")) == "男"


@given(bodies)
def test_the_mask_hides_the_birthday(body: str) -> None:
    number = completed(body)
    masked = identity.mask(number)
    assert masked[6:14] == "*" * 8
    assert masked[:6] + masked[14:] == number[:6] + number[14:]
