"""A crash report says where the program failed, and of whom it was busy nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.crash import scrub, write_report

NUMBERS = ["350999196001010074", "35099919600101007X", "350999600101007", "20261121000000426", "13800000001", "138001"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("gap", ["", " ", "-", " - ", "\u3000", "–"])
@pytest.mark.parametrize("every", [3, 4, 6])
def test_numbers_are_scrubbed_however_they_are_grouped(number: str, gap: str, every: int) -> None:
    grouped = gap.join(number[i : i + every] for i in range(0, len(number), every))
    left = scrub(f"row {{'id': '{grouped}'}}")
    assert left == "row {'id': '[number]'}"


@given(st.text(st.sampled_from("0123456789０１２ -Xx买王\u3000"), max_size=40))
def test_no_six_digits_and_no_chinese_are_left(text: str) -> None:
    left = scrub(text)
    assert not re.search(r"\d([ \-\u3000]?\d){5}", left)
    assert not re.search("[一-鿿]", left)


def test_names_go_and_places_stay() -> None:
    assert scrub("KeyError: '阿卜杜拉·买买提'") == "KeyError: '[words]'"
    assert scrub("𬱖小䶮 at 0x7f3a, line 12345") == "[words] at 0x7f3a, line 12345"


def test_a_report_holds_where_and_not_who(tmp_path: Path) -> None:
    try:
        raise ValueError("吴小英 138 0000 0001")
    except ValueError as error:
        text = write_report(tmp_path, error, ["Qt 6.9"]).read_text("utf-8")
    assert "test_a_report_holds_where_and_not_who" in text and "ValueError: [words] [number]" in text
    assert "Qt 6.9" in text
    assert list((tmp_path / "crashes").iterdir())
