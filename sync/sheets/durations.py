"""How long somebody learnt, as platforms write it: 95, 95分钟, 1小时35分, 01:35:00, 2.5学时."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import isfinite
from typing import Literal

from sync.sheets.cells import Cell, text
from sync.sheets.headings import plain_heading

Unit = Literal["minutes", "seconds", "clock-hours", "class-hours", "clock"]

_UNIT_WORDS: dict[str, Unit] = {
    **dict.fromkeys(("分钟", "分", "MIN", "MINS", "MINUTE", "MINUTES"), "minutes"),
    **dict.fromkeys(("秒", "S", "SEC", "SECOND", "SECONDS"), "seconds"),
    **dict.fromkeys(("小时", "时", "H", "HOUR", "HOURS"), "clock-hours"),
    **dict.fromkeys(("课时", "学时", "节"), "class-hours"),
    **dict.fromkeys(("时:分:秒", "时分秒", "HH:MM:SS", "H:MM:SS"), "clock"),
}
_IN_BRACKETS = re.compile(r"[(\[【](.*?)[)\]】]")
_NUMBER = r"(\d+(?:\.\d+)?)"
_PLAIN = re.compile(_NUMBER)
_SPELT = re.compile(rf"(?:{_NUMBER}(?:小时|时|H))?(?:{_NUMBER}(?:分钟|分|MIN|M))?(?:{_NUMBER}(?:秒|S))?")
_CLASS_HOURS = re.compile(rf"{_NUMBER}(?:课时|学时|节)")
_CLOCK = re.compile(r"(\d{1,4}):([0-5]?\d):([0-5]?\d)")
_SHORT_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
_MOST = 100_000
"""More than anybody learns in a class, in any unit: such a cell holds something else."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A time in minutes, or class hours as the platform counts them; one of the two, exact."""

    minutes: Fraction | None = None
    hours: Fraction | None = None


class Unclear(Exception):
    """What a cell says can't be taken; `reason` is missing-duration, no-unit or bad-duration."""

    def __init__(self, reason: Literal["missing-duration", "no-unit", "bad-duration"]) -> None:
        super().__init__(reason)
        self.reason = reason


def unit_of(heading: str) -> Unit | None:
    """What a column of plain numbers is counted in, by its heading (学习时长(分钟)); None where it says nothing.

    学时(45分钟/学时) is counted in class hours: a bracket counts only where a unit is all that it holds.
    """
    shown = "".join(unicodedata.normalize("NFKC", heading).upper().split())
    for inside in _IN_BRACKETS.findall(shown):
        if inside in _UNIT_WORDS:
            return _UNIT_WORDS[inside]
    words = plain_heading(heading)
    if "分钟" in words:
        return "minutes"
    if "小时" in words:
        return "clock-hours"
    return "class-hours" if words.endswith(("学时", "课时")) else None


def learnt(cell: Cell, unit: Unit | None) -> Learnt:
    """What a cell says, in the column's unit where it names none itself. Raises Unclear; a unit is never guessed."""
    if isinstance(cell, bool | datetime):
        raise Unclear("bad-duration")
    if isinstance(cell, timedelta):
        return _bounded(minutes=Fraction(round(cell.total_seconds()), 60))
    if isinstance(cell, time):
        return _bounded(minutes=Fraction(cell.hour * 3600 + cell.minute * 60 + cell.second, 60))
    if isinstance(cell, date) or (isinstance(cell, float) and not isfinite(cell)):
        raise Unclear("bad-duration")
    words = "".join(unicodedata.normalize("NFKC", text(cell)).upper().split())
    if not words:
        raise Unclear("missing-duration")
    return _spelt(words) or _counted(words, unit)


def _spelt(words: str) -> Learnt | None:
    """What says its unit itself."""
    if found := _CLASS_HOURS.fullmatch(words):
        return _bounded(hours=Fraction(found[1]))
    if (found := _SPELT.fullmatch(words)) and any(found.groups()):
        hours, minutes, seconds = (Fraction(part or 0) for part in found.groups())
        return _bounded(minutes=hours * 60 + minutes + seconds / 60)
    if found := _CLOCK.fullmatch(words):
        hours, minutes, seconds = (Fraction(part) for part in found.groups())
        return _bounded(minutes=hours * 60 + minutes + seconds / 60)
    return None


def _counted(words: str, unit: Unit | None) -> Learnt:
    """A plain number or a clock of two parts, whose unit stands in the heading."""
    if found := _SHORT_CLOCK.fullmatch(words):
        large, small = Fraction(found[1]), Fraction(found[2])
        if unit is None:
            raise Unclear("no-unit")
        return _bounded(minutes=large + small / 60 if unit == "minutes" else large * 60 + small)
    if not _PLAIN.fullmatch(words):
        raise Unclear("bad-duration")
    number = Fraction(words)
    if unit is None and number:
        raise Unclear("no-unit")
    if unit == "clock":
        raise Unclear("bad-duration")
    if unit == "class-hours":
        return _bounded(hours=number)
    return _bounded(minutes={"seconds": number / 60, "clock-hours": number * 60}.get(unit or "", number))


def _bounded(minutes: Fraction | None = None, hours: Fraction | None = None) -> Learnt:
    if not 0 <= (minutes if minutes is not None else hours or 0) <= _MOST:
        raise Unclear("bad-duration")
    return Learnt(minutes, hours)
