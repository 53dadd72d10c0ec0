"""The rule pack: the county's thresholds, each with the clause that it rests on.

Keys and meanings are a contract, values are the county's. A pack is data, versioned by the date from which it holds;
what decides is always `pack.minutes("late_grace")` and its like, never a number in code.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

from sync.errors import BadInput

Unit = Literal["minutes", "hours", "share", "count", "days", "years", "age", "flag"]
Value = int | float | str | bool | None

UNITS: dict[str, Unit] = {
    "hour_minutes": "minutes",
    "checkin_opens": "minutes",
    "checkout_opens": "minutes",
    "join_gap": "minutes",
    "checkout_closes": "minutes",
    "repeat_within": "minutes",
    "late_grace": "minutes",
    "early_grace": "minutes",
    "away_grace": "minutes",
    "min_presence": "share",
    "round_to": "hours",
    "daily_cap": "hours",
    "leave_cap": "share",
    "attendance_rate": "share",
    "class_size": "count",
    "yearly_trainings": "count",
    "same_course_level": "count",
    "min_age": "age",
    "max_age": "age",
    "enrol_after_start": "days",
    "theory_share_min": "share",
    "practice_share_min": "share",
    "identity_first_lesson": "flag",
    "identity_ask_share": "share",
    "fulltime_teacher_share": "share",
    "teacher_institutions": "count",
    "callback_share": "share",
    "notice_days": "days",
    "archive_years": "years",
}
"""Every rule of the contract and what its value is counted in."""

MAY_BE_NONE = frozenset(
    {"daily_cap", "class_size", "yearly_trainings", "same_course_level", "min_age", "max_age", "teacher_institutions"}
)
"""Ceilings and floors that a county may do without: none means no limit."""

_UNIT_WORDS: dict[Unit, str] = {
    "minutes": "分钟",
    "hours": "课时",
    "share": "",
    "count": "",
    "days": "天",
    "years": "年",
    "age": "岁",
    "flag": "",
}


class Rule(msgspec.Struct, frozen=True):
    """One threshold. Fractions are texts ("0.5", "1/3"), so that they are exact on every machine."""

    title: str
    value: Value
    clause: str


class RulePack(msgspec.Struct, frozen=True):
    """A version of the county's rules. Made by `decode_pack`, which has checked every value.

    Rules that this program does not know, from a newer county, are kept in `rules`.
    """

    version: str
    name: str
    valid_from: str
    """ISO date: classes that start on it or later go by this pack."""
    rules: dict[str, Rule]

    def clause(self, key: str) -> str:
        """The policy that the rule rests on, or 默认."""
        return self.rules[key].clause

    def title(self, key: str) -> str:
        return self.rules[key].title

    def minutes(self, key: str) -> int:
        return self._whole(key, "minutes") or 0

    def seconds(self, key: str) -> int:
        """A rule given in minutes, in seconds."""
        return 60 * self.minutes(key)

    def share(self, key: str) -> Fraction:
        """An exact part of one."""
        _same_unit(key, "share")
        value = _fraction(self.rules[key].value)
        assert value is not None  # decode_pack refuses an empty share
        return value

    def hours(self, key: str) -> int | None:
        """Class hours in hundredths, or None for no limit."""
        _same_unit(key, "hours")
        value = _fraction(self.rules[key].value)
        return None if value is None else int(value * 100)

    def count(self, key: str) -> int | None:
        """A number of people, trainings or institutions, or None for no limit."""
        return self._whole(key, "count")

    def days(self, key: str) -> int:
        return self._whole(key, "days") or 0

    def years(self, key: str) -> int:
        return self._whole(key, "years") or 0

    def age(self, key: str) -> int | None:
        """Whole years of age, or None for no limit."""
        return self._whole(key, "age")

    def flag(self, key: str) -> bool:
        _same_unit(key, "flag")
        return _flag(self.rules[key].value) is True

    def quote(self, key: str) -> str:
        """The rule as people read it: title, value and clause."""
        rule = self.rules[key]
        return f"{rule.title} {_shown(key, rule.value)}（依据：{rule.clause}）"

    def _whole(self, key: str, unit: Unit) -> int | None:
        _same_unit(key, unit)
        value = _fraction(self.rules[key].value)
        return None if value is None else int(value)


def decode_pack(data: bytes) -> RulePack:
    """Read a pack from its JSON.

    Raises BadInput, in words, for what is no pack, lacks a rule or has a value that can't be meant.
    """
    try:
        pack = msgspec.json.decode(data, type=RulePack)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"规则包读不懂，请向县里重新索取规则包文件。（{error}）", "bad-pack") from error
    if not pack.version.strip():
        raise _bad(pack, "缺少版本号")
    try:
        date.fromisoformat(pack.valid_from)
    except ValueError as error:
        raise _bad(pack, f"生效日期“{pack.valid_from}”不是 2026-01-01 这样的日期") from error
    missing = [key for key in UNITS if key not in pack.rules]
    if missing:
        raise _bad(pack, f"缺少规则 {'、'.join(missing)}")
    for key in UNITS:
        problem = _problem(key, pack.rules[key])
        if problem:
            raise _bad(pack, f"规则 {key}（{pack.rules[key].title}）{problem}")
    return pack


def pack_for(packs: Iterable[RulePack], first_day: str, default: RulePack) -> RulePack:
    """The pack in force for a class that starts on `first_day` (ISO date): the newest that holds by then.

    A class keeps the pack of its first day to its end, so a new pack never rewrites a class that has begun.
    `packs` come in the order of the county's feed; of two with the same date the later one stands.
    """
    chosen = default
    newest = ""
    for pack in packs:
        if newest <= pack.valid_from <= first_day:
            chosen, newest = pack, pack.valid_from
    return chosen


def _bad(pack: RulePack, problem: str) -> BadInput:
    return BadInput(f"规则包“{pack.name}”不能用：{problem}。请县里改正后重新下发。", "bad-pack")


def _problem(key: str, rule: Rule) -> str:
    """What is wrong with a value, or nothing."""
    unit = UNITS[key]
    if not rule.title.strip() or not rule.clause.strip():
        return "缺少名称或依据"
    if rule.value is None:
        return "" if key in MAY_BE_NONE else "不能为空"
    if unit == "flag":
        return "" if _flag(rule.value) is not None else "应为 yes 或 no"
    try:
        value = _fraction(rule.value)
    except (ValueError, ZeroDivisionError):
        return f"的值“{rule.value}”不是数"
    if value is None or value < 0:
        return "不能小于零"
    if unit == "share":
        return "" if value <= 1 else "应在 0 和 1 之间"
    if unit == "hours":
        return "" if (value * 100).denominator == 1 and value > 0 else "应大于零，最多两位小数"
    if key == "hour_minutes" and value == 0:
        return "应大于零"
    return "" if value.denominator == 1 else "应为整数"


def _fraction(value: Value) -> Fraction | None:
    """The exact number that was written; ValueError when it is none."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError(value)
    # A float's shortest text is what the county wrote: 0.1 means a tenth, not its nearest binary fraction.
    return Fraction(str(value))


def _flag(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def _same_unit(key: str, unit: Unit) -> None:
    if UNITS[key] != unit:
        raise KeyError(f"{key} is counted in {UNITS[key]}, not {unit}")


def _shown(key: str, value: Value) -> str:
    if value is None:
        return "不限"
    unit = UNITS.get(key)
    if unit == "flag":
        return "是" if _flag(value) else "否"
    if unit == "share":
        share = _fraction(value)
        assert share is not None
        percent = share * 100
        return f"{percent.numerator}%" if percent.denominator == 1 else str(value)
    return f"{value} {_UNIT_WORDS[unit]}".strip() if unit else str(value)
