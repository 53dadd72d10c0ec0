"""Rule packs: the shipped one against the contract, bad ones refused in words, and which one holds for a class."""

import json
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from sync.errors import BadInput
from sync.training.pack import UNITS, RulePack, decode_pack, pack_for
from tests.training.day import DEFAULT

# The table of default-rules.md, copied by hand.
CONTRACT = {
    "hour_minutes": 45, "checkin_opens": 30, "checkout_opens": 15, "join_gap": 30, "checkout_closes": 60,
    "repeat_within": 2, "late_grace": 10, "early_grace": 10, "away_grace": 10, "min_presence": "0.5", "round_to": "0.5",
    "daily_cap": 8, "leave_cap": "0.2", "attendance_rate": "0.8", "class_size": 50, "yearly_trainings": 3,
    "same_course_level": 1, "min_age": 16, "max_age": None, "enrol_after_start": 2, "theory_share_min": "0.4",
    "practice_share_min": "0.4", "identity_first_lesson": True, "identity_ask_share": "0.2",
    "fulltime_teacher_share": "1/3", "teacher_institutions": 3, "callback_share": "0.1", "notice_days": 5,
    "archive_years": 10,
}  # fmt: skip


def _document() -> dict[str, Any]:
    return json.loads(msgspec.json.encode(DEFAULT))  # type: ignore[no-any-return]


def _decoded(document: object) -> RulePack:
    return decode_pack(json.dumps(document).encode())


def test_the_shipped_pack_is_the_contract() -> None:
    assert {key: rule.value for key, rule in DEFAULT.rules.items()} == CONTRACT
    assert all(rule.title and rule.clause for rule in DEFAULT.rules.values())


def test_values_are_typed_and_exact() -> None:
    assert DEFAULT.minutes("late_grace") == 10
    assert DEFAULT.seconds("late_grace") == 600
    assert DEFAULT.share("fulltime_teacher_share") == Fraction(1, 3)
    assert DEFAULT.hours("round_to") == 50
    assert DEFAULT.hours("daily_cap") == 800
    assert DEFAULT.count("class_size") == 50
    assert DEFAULT.days("notice_days") == 5
    assert DEFAULT.years("archive_years") == 10
    assert DEFAULT.age("min_age") == 16
    assert DEFAULT.age("max_age") is None
    assert DEFAULT.flag("identity_first_lesson") is True


def test_asking_in_the_wrong_unit_is_our_bug() -> None:
    with pytest.raises(KeyError):
        DEFAULT.minutes("daily_cap")


def test_a_rule_is_quoted_with_its_clause() -> None:
    assert DEFAULT.quote("late_grace") == "迟到宽限 10 分钟（依据：默认）"
    assert DEFAULT.quote("min_presence") == "最低在课比例 50%（依据：默认）"
    assert DEFAULT.quote("max_age") == "最高年龄 不限（依据：浙江：年龄不设上限）"


@pytest.mark.parametrize("value", [0.1, "0.1", "1/10"])
def test_a_tenth_is_a_tenth_however_it_is_written(value: object) -> None:
    document = _document()
    document["rules"]["callback_share"]["value"] = value
    assert _decoded(document).share("callback_share") == Fraction(1, 10)


@pytest.mark.parametrize("value", ["yes", "no"])
def test_yes_and_no(value: str) -> None:
    document = _document()
    document["rules"]["identity_first_lesson"]["value"] = value
    assert _decoded(document).flag("identity_first_lesson") is (value == "yes")


def test_rules_of_a_newer_program_are_kept() -> None:
    document = _document()
    document["rules"]["drone_minutes"] = {"title": "无人机实飞", "value": "7/2", "clause": "县里新规"}
    document["issued_by"] = "某县"
    pack = _decoded(document)
    assert pack.rules["drone_minutes"].value == "7/2"
    assert pack.clause("drone_minutes") == "县里新规"


# what is wrong | key or field | value
BAD_VALUES = [
    ("late_grace", "十分钟"), ("late_grace", -1), ("late_grace", 1.5), ("late_grace", None), ("late_grace", True),
    ("min_presence", 1.01), ("min_presence", "1/0"), ("min_presence", None), ("round_to", 0), ("round_to", "1/3"),
    ("daily_cap", 0), ("hour_minutes", 0), ("identity_first_lesson", "maybe"), ("class_size", "1/2"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), BAD_VALUES)
def test_a_value_that_cannot_be_meant_is_refused_by_name(key: str, value: object) -> None:
    document = _document()
    document["rules"][key]["value"] = value
    with pytest.raises(BadInput, match=key) as refused:
        _decoded(document)
    assert "规则包" in refused.value.message
    assert refused.value.reason == "bad-pack"


@pytest.mark.parametrize("key", sorted(UNITS))
def test_every_rule_must_be_there(key: str) -> None:
    document = _document()
    del document["rules"][key]
    with pytest.raises(BadInput, match=f"缺少规则 {key}"):
        _decoded(document)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("version", " ", "版本号"), ("valid_from", "2026年1月", "2026年1月"), ("valid_from", "2026-02-30", "2026-02-30")],
)
def test_a_pack_without_version_or_date_is_refused(field: str, value: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _decoded(_document() | {field: value})


def test_a_rule_without_clause_is_refused() -> None:
    document = _document()
    document["rules"]["late_grace"]["clause"] = ""
    with pytest.raises(BadInput, match="依据"):
        _decoded(document)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": 1}', "规则".encode()])
def test_what_is_no_pack_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadInput, match="规则包"):
        decode_pack(data)


def _from(version: str, valid_from: str) -> RulePack:
    return _decoded(_document() | {"version": version, "valid_from": valid_from})


@pytest.mark.parametrize(
    ("words", "first_day", "expected"),
    [
        ("before any county pack: the default", "2025-12-31", "default-1"),
        ("on the day", "2026-01-01", "a"),
        ("the newest that holds, not the newest", "2026-06-30", "a"),
        ("two of one date: the later in the feed", "2026-07-01", "c"),
        ("long after", "2027-01-01", "c"),
    ],
)
def test_which_pack_holds_for_a_class(words: str, first_day: str, expected: str) -> None:
    packs = [_from("b", "2026-07-01"), _from("a", "2026-01-01"), _from("c", "2026-07-01")]
    assert pack_for(packs, first_day, DEFAULT).version == expected
