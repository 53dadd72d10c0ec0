"""Lessons and classes in the words of the page."""

from datetime import date

from sync.jobs import moment
from sync.jobs.find import LessonRow
from sync.training.account import figure
from sync.training.beijing import clock

KINDS = {"theory": "理论", "practice": "实操"}
MODES = {"onsite": "线下", "online": "线上"}
_WEEK = "一二三四五六日"


def day_words(day: date) -> str:
    return f"{day.month} 月 {day.day} 日 周{_WEEK[day.weekday()]}"


def lesson_day(lesson: LessonRow) -> str:
    return day_words(moment.day_of(lesson.start))


def short_day(lesson: LessonRow) -> str:
    day = moment.day_of(lesson.start)
    return f"{day.month}/{day.day} 周{_WEEK[day.weekday()]}"


def lesson_time(lesson: LessonRow) -> str:
    return f"{clock(lesson.start)}–{clock(lesson.end)}"


def lesson_kind(lesson: LessonRow) -> str:
    kind = KINDS.get(lesson.kind, lesson.kind)
    return kind if lesson.mode == "onsite" else f"{kind} · {MODES.get(lesson.mode, lesson.mode)}"


def lesson_state(lesson: LessonRow, now: int) -> str:
    if lesson.cancelled:
        return "已取消"
    if lesson.cut_end is not None:
        return f"提前到 {clock(lesson.cut_end)} 结束"
    if now < lesson.start:
        return "未开始"
    return "上课中" if now < lesson.end else "已结束"


def lesson_name(lesson: LessonRow) -> str:
    """A lesson in one line, for questions and messages."""
    return f"{lesson_day(lesson)} {lesson_time(lesson)} {lesson.topic}".strip()


def hours_words(hundredths: int | None) -> str:
    return "—" if hundredths is None else figure(hundredths)


def long_day(iso_day: str) -> str:
    """2026-11-01 as people write it; what is no date stays as it is."""
    try:
        day = date.fromisoformat(iso_day)
    except ValueError:
        return iso_day
    return f"{day.year}.{day.month}.{day.day}"
