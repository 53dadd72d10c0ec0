"""What a notice says of people, and until when papers are kept: worked cases in plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.announced import Verdict, figures, village
from sync.training.archive import kept_until, kept_words
from sync.training.identity import mask, mask_public
from tests.training.day import DEFAULT, pack_with

# in plain words | last day | archive_years | until
ARCHIVES = [
    ("ten years", "2026-11-20", 10, "2036-11-20"),
    ("a leap day, to a year that has none: the day after, so that ten years are full", "2024-02-29", 10, "2034-03-01"),
    ("a leap day, to a year that has one", "2024-02-29", 4, "2028-02-29"),
    ("a leap day, to a hundredth year", "2096-02-29", 4, "2100-03-01"),
    ("the day before a leap day", "2024-02-28", 10, "2034-02-28"),
    ("archive_years 30", "2026-11-20", 30, "2056-11-20"),
    ("archive_years 0", "2026-11-20", 0, "2026-11-20"),
    ("longer than the calendar", "2026-11-20", 8000, ""),
    ("a day that can't be read", "someday", 10, ""),
]


@pytest.mark.parametrize(("words", "last", "years", "until"), ARCHIVES, ids=[row[0] for row in ARCHIVES])
def test_papers_are_kept_for_full_years(words: str, last: str, years: int, until: str) -> None:
    pack = pack_with({"archive_years": years})
    assert kept_until(last, pack) == until
    assert bool(kept_words(last, pack)) == bool(until)


def test_it_says_why() -> None:
    said = kept_words("2026-11-20", DEFAULT)
    assert said == "档案保存至 2036-11-20：档案保存年限 10 年（依据：某市定点培训机构办法：保存不少于 10 年）。"


# in plain words | hours by the facts | attended enough | the class's verdict | her own | hours and yuan announced
FIGURES = [
    ("the class passed", 80, True, "passed", "", "80 1200"),
    ("the class passed for fewer hours than she has", 80, True, "passed 72", "", "72 1200"),
    ("the class passed for more hours than she has", 64.5, True, "passed 72", "", "64.5 1200"),
    ("the class's amount is the sum of all, not hers", 80, True, "passed 72 48000", "", "72 1200"),
    ("the class passed, but she attended too little and nobody said anything of her", 40, False, "passed", "", "40 ?"),
    ("she attended too little and was passed all the same", 40, False, "passed", "passed", "40 1200"),
    ("the class was cut: what she gets is not settled", 80, True, "cut 72", "", "72 ?"),
    ("she was cut to an amount", 80, True, "passed", "cut - 600", "80 600"),
    ("she was cut to hours, her amount is not settled", 80, True, "passed", "cut 60", "60 ?"),
    ("her own hours go before the class's", 80, True, "passed 72", "passed 80", "80 1200"),
    ("she failed", 80, True, "passed", "failed", "not listed"),
    ("she was cut to nothing", 80, True, "passed", "cut 0 0", "not listed"),
    ("she was cut to no hours", 80, True, "passed", "cut 0", "not listed"),
    ("the class failed", 80, True, "failed", "", "not listed"),
    ("the class failed, she passed", 80, True, "failed", "passed", "80 1200"),
    ("no verdict yet", 80, True, "", "", "80 ?"),
]


def verdict(text: str) -> Verdict | None:
    """ "cut 72 600" is cut to 72 hours and 600 yuan; "-" says nothing."""
    outcome, *rest = text.split() or [""]
    numbers = [None if word == "-" else round(100 * float(word)) for word in rest]
    return Verdict(outcome, *numbers) if outcome else None


@pytest.mark.parametrize(
    ("words", "credited", "enough", "of_class", "own", "told"), FIGURES, ids=[row[0] for row in FIGURES]
)
def test_what_is_announced(words: str, credited: float, enough: bool, of_class: str, own: str, told: str) -> None:
    found = figures(round(100 * credited), enough, 120000, verdict(of_class), verdict(own))
    if found is None:
        assert told == "not listed"
    else:
        amount = "?" if found.amount is None else f"{found.amount / 100:g}"
        assert f"{found.hours / 100:g} {amount}" == told


def test_a_course_without_a_subsidy_settles_nothing() -> None:
    found = figures(8000, True, 0, Verdict("passed"), None)
    assert found is not None and found.amount is None


# in plain words | address | what the notice shows
ADDRESSES = [
    ("from the province down to the house", "浙江省云岭县清水乡小河村3组12号", "小河村"),
    ("the village alone", "小河村", "小河村"),
    ("the group in Chinese numerals", "清水镇镇东村十二组", "镇东村"),
    ("a village whose name has a number", "贵州省黎平县肇兴镇十八里村", "十八里村"),
    ("a village that is called after a town", "云岭县西市村", "西市村"),
    ("a neighbourhood", "云岭县城中街道东市社区5幢", "东市社区"),
    ("a steppe village", "某盟某旗白音嘎查", "白音嘎查"),
    ("a district that is called after a village", "山东省淄博市周村区北郊镇大河村5号", "大河村"),
    ("a town that is called after a village", "陵水县新村镇大河村5号", "大河村"),
    ("a street office that is called after a village", "海淀区中关村街道东升社区8号", "东升社区"),
    ("a road that is called after a village", "云岭县城关镇杨村路12号", "云岭县城关镇"),
    ("a district whose name ends like a city's", "荆州市沙市区沙市村3组", "沙市村"),
    ("a neighbourhood that is called after a village", "云岭县新村社区3号", "新村社区"),
    ("a villagers' group is no village", "清水乡第十二村民小组5号", "清水乡"),
    ("with white space", "清水乡 小河 村 3 组", "小河村"),
    ("no village: the township, and no street", "浙江省云岭县白龙桥镇临江东路1号", "浙江省云岭县白龙桥镇"),
    ("neither village nor township: no house number", "东大街十二号", "东大街"),
    ("农村 is no village's name", "云岭县农村信用社宿舍3号", "云岭县"),
    ("nothing but a house", "3组5号", ""),
    ("nothing", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "address", "told"), ADDRESSES, ids=[row[0] for row in ADDRESSES])
def test_the_village_of_an_address(words: str, address: str, told: str) -> None:
    assert village(address) == told


@given(before=st.sampled_from(["", "云岭县", "清水乡小河村", "东大街"]), house=st.integers(1, 9999))
def test_no_house_number_is_shown(before: str, house: int) -> None:
    assert str(house) not in village(f"{before}{house}号")


def test_a_notice_shows_the_area_alone() -> None:
    number = "419999197503150019"
    assert mask_public(number) == "419999" + "*" * 12
    other = "419999198812310026"
    assert mask_public(other) == mask_public(number) and mask(other) != mask(number)
    assert mask_public("1234567") == "*" * 7, "what is no number of ours shows nothing"
