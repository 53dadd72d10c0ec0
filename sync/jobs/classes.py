"""Courses, classes and their timetable."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sync.errors import BadInput, NotFound
from sync.jobs import calendar, entry, moment
from sync.jobs.eligibility import plan_remarks
from sync.jobs.find import ClassRow, LessonRow, find_class, find_lesson, list_lessons, rows
from sync.jobs.rules import pack_of
from sync.jobs.teaching import lesson_warnings
from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.training.pack import RulePack


def list_courses(ledger: Ledger) -> list[dict[str, Any]]:
    """The county's catalog: code, name, level, hours (class hours), subsidy (yuan a person)."""
    found = rows(ledger.conn, "SELECT id, code, name, level, hours, subsidy FROM courses ORDER BY code")
    return [{**row, "hours": plain(row["hours"] or 0), "subsidy": plain(row["subsidy"] or 0)} for row in found]


def plain(hundredths: int) -> int | float:
    """Class hours for a machine answer: 350 → 3.5, 400 → 4."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def parse_hours(text: str) -> int:
    """Class hours as people write them, in hundredths. Raises BadInput."""
    try:
        hours = Decimal(text)
        hundredths = int(hours * 100)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise BadInput(f"课时“{text}”看不懂，请写数字，例如 4 或 3.5。") from error
    if not 0 < hundredths <= 2400 or hundredths != hours * 100:
        raise BadInput(f"课时“{text}”不合理，请写 0.01 到 24 之间、最多两位小数的数字。")
    return hundredths


def add_class(ledger: Ledger, code: str, course: str, name: str, date_from: str, date_to: str, site: str = "") -> str:
    """Makes a class of a catalog course, named by code or id; answers its id. Raises BadInput, NotFound."""
    code, name, site = entry.line(code, "班号"), entry.line(name, "班次名称"), entry.line(site, "培训点")
    if not code or not name:
        raise BadInput("请填写班号和班次名称。")
    starts, ends = moment.parse_day(date_from), moment.parse_day(date_to)
    if ends < starts:
        raise BadInput("结束日期早于开始日期，请改正。")
    found = ledger.conn.execute("SELECT id FROM courses WHERE id = ? OR code = ?", (course, course)).fetchone()
    if found is None:
        raise NotFound(
            f"培训项目目录里没有“{course}”。请从目录里选；目录随县里的授权和同步下发，还没有的请先导入授权。"
        )
    values = {
        "code": code,
        "name": name,
        "course": found[0],
        "date_from": starts.isoformat(),
        "date_to": ends.isoformat(),
        "site": site or ledger.name,
    }
    with ledger.writing() as w:
        # Looked up inside the transaction, so that two windows can't both make it.
        if ledger.conn.execute("SELECT 1 FROM classes WHERE code = ? LIMIT 1", (code,)).fetchone():
            raise BadInput(f"已经有班号为“{code}”的班次，请换一个班号。", "code-taken")
        return w.write("class", values)


@dataclass(frozen=True, slots=True)
class NewLesson:
    """A lesson as planned; hours in hundredths."""

    day: date
    start: time
    end: time
    hours: int
    kind: str
    mode: str = "onsite"
    teacher: str = ""
    """Name or id; a teacher of that name is found or made."""
    topic: str = ""


def add_lesson(ledger: Ledger, class_name: str, new: NewLesson) -> tuple[str, list[str]]:
    """Answers the lesson's id and warnings about the plan. No plan is refused for being unwise."""
    if new.kind not in ("theory", "practice") or new.mode not in ("onsite", "online"):
        raise BadInput("课次类型只能是理论（theory）或实操（practice），方式只能是线下（onsite）或线上（online）。")
    start, end = moment.instant(new.day, new.start), moment.instant(new.day, new.end)
    if end <= start:
        raise BadInput("下课时间必须晚于上课时间，请改正。")
    teacher, topic = entry.line(new.teacher, "教师姓名"), entry.line(new.topic, "上课内容")
    class_row = find_class(ledger, class_name)
    with ledger.writing() as w:
        lesson = w.write(
            "lesson",
            {
                "training_class": class_row.id,
                "start": start,
                "end": end,
                "hours": new.hours,
                "kind": new.kind,
                "mode": new.mode,
                "teacher": _teacher(ledger, w, teacher),
                "topic": topic,
            },
        )
    return lesson, _warnings(ledger, class_row, lesson)


def _warnings(ledger: Ledger, class_row: ClassRow, lesson_id: str) -> list[str]:
    """What speaks against a lesson of the plan as it stands now: the county's calendar, then the rule pack."""
    planned = [row for row in list_lessons(ledger, class_row.id) if not row.cancelled]
    lesson, pack = find_lesson(ledger, lesson_id), pack_of(ledger, class_row.date_from)
    closed = calendar.warnings(ledger, moment.day_of(lesson.start).isoformat())
    of_lesson = plan_warnings(planned, lesson, pack, class_row.date_from, class_row.date_to)
    return [*closed, *of_lesson, *plan_remarks(ledger, class_row, pack), *lesson_warnings(ledger, lesson)]


def _teacher(ledger: Ledger, w: Writer, name: str) -> str:
    if not name:
        return ""
    row = ledger.conn.execute(
        "SELECT id FROM teachers WHERE name = ?1 OR id = ?1 ORDER BY id <> ?1, id LIMIT 1", (name,)
    ).fetchone()
    return str(row[0]) if row else w.write("teacher", {"name": name})


def plan_warnings(planned: list[LessonRow], lesson: LessonRow, pack: RulePack, first: str, last: str) -> list[str]:
    """What an officer would ask about this lesson of the plan. Rules: the pack's, which only warns about plans."""
    found = []
    day = moment.day_of(lesson.start)
    if not first <= day.isoformat() <= last:
        found.append(f"{day.isoformat()} 不在班次的起止日期（{first} 至 {last}）之内。")
    minutes = (lesson.end - lesson.start) / 60
    needed = lesson.hours / 100 * pack.minutes("hour_minutes")
    if minutes < needed:
        found.append(
            f"{minutes:g} 分钟排了 {plain(lesson.hours)} 课时，按{pack.quote('hour_minutes')}应有 {needed:g} 分钟。"
        )
    cap = pack.hours("daily_cap")
    same_day = sum(row.hours for row in planned if moment.day_of(row.start) == day)
    if cap is not None and same_day > cap:
        found.append(f"当天共排 {plain(same_day)} 课时，超过{pack.quote('daily_cap')}，超出部分不计。")
    clash = [row for row in planned if row.id != lesson.id and row.start < lesson.end and lesson.start < row.end]
    if clash:
        found.append(f"与同班 {moment.iso(clash[0].start)[11:16]} 开始的课次时间重叠。")
    return found


def move_lesson(ledger: Ledger, lesson_id: str, day: str, start: str, end: str, reason: str) -> list[str]:
    """Moves a lesson; what is empty stays as it was. Its stamps stay with it. Answers warnings about the plan."""
    lesson = find_lesson(ledger, lesson_id)
    new_day = moment.parse_day(day) if day else moment.day_of(lesson.start)
    begins = moment.parse_time(start) if start else _clock(lesson.start)
    ends = moment.parse_time(end) if end else _clock(lesson.end)
    values = {"start": moment.instant(new_day, begins), "end": moment.instant(new_day, ends)}
    if values["end"] <= values["start"]:
        raise BadInput("下课时间必须晚于上课时间，请改正。")
    _amend(ledger, lesson, values, reason)
    return _warnings(ledger, find_class(ledger, lesson.class_id), lesson.id)


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of a lesson's plan; None leaves it as it was. Hours in hundredths, the teacher by name."""

    topic: str | None = None
    teacher: str | None = None
    hours: int | None = None


def edit_lesson(ledger: Ledger, lesson_id: str, edit: Edit) -> list[str]:
    """Only before it begins: from then on it is what was taught. Answers warnings about the plan. Raises BadInput."""
    lesson = find_lesson(ledger, lesson_id)
    if lesson.cancelled:
        raise BadInput("这个课次已经取消，不能再改。")
    if moment.now(ledger).at >= lesson.start:
        raise BadInput("课次已经开始，内容、教师和课时不能再改。", "lesson-begun")
    class_row = find_class(ledger, lesson.class_id)
    with ledger.writing() as w:
        values: dict[str, Any] = {}
        if edit.topic is not None:
            values["topic"] = entry.line(edit.topic, "上课内容")
        if edit.teacher is not None:
            values["teacher"] = _teacher(ledger, w, entry.line(edit.teacher, "教师姓名"))
        if edit.hours is not None:
            values["hours"] = edit.hours
        w.write("lesson", values, lesson.id)
    return _warnings(ledger, class_row, lesson.id)


def cut_lesson(ledger: Ledger, lesson_id: str, end: str, reason: str) -> None:
    """Cuts a lesson short at HH:MM of its day, or now."""
    lesson = find_lesson(ledger, lesson_id)
    at = moment.instant(moment.day_of(lesson.start), moment.parse_time(end)) if end else moment.now(ledger).at
    if not lesson.start < at < lesson.end:
        raise BadInput("提前结束的时间要在这个课次的上课时间之内；整节没上请取消课次。")
    _amend(ledger, lesson, {"cut_end": at}, reason)


def cancel_lesson(ledger: Ledger, lesson_id: str, reason: str) -> None:
    _amend(ledger, find_lesson(ledger, lesson_id), {"cancelled": True}, reason)


def _amend(ledger: Ledger, lesson: LessonRow, values: dict[str, Any], reason: str) -> None:
    reason = entry.reason(reason, "改动课次要写明原因，例如：停电、下雨、老师生病。")
    if lesson.cancelled:
        raise BadInput("这个课次已经取消，不能再改。")
    with ledger.writing() as w:
        w.write("lesson", values, lesson.id, reason)


def _clock(at: int) -> time:
    return moment.parse_time(moment.iso(at)[11:19])
