"""The monthly report (月报): per institution and course, computed from what the county holds.

Rule: forms.md 11. What no record can tell (合格, 取证, 就业) is left for a person to fill in.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from sync.county.console.institutions import institution_of
from sync.county.public import need_county
from sync.errors import BadInput
from sync.jobs import moment
from sync.jobs.classes import plain
from sync.jobs.find import ClassRow, list_classes, rows
from sync.jobs.hours import ClassHours, hours_of
from sync.jobs.rosters import roster_of
from sync.ledger.ledger import Ledger
from sync.sheets.saving import must_be_xlsx
from sync.sheets.write import Table, write_tables
from sync.training.account import percent
from sync.training.hours import PersonHours
from sync.training.pack import RulePack

NO_PLACE = "（没有归到机构）"
HEADINGS = (
    *("序号", "月份", "培训机构", "培训项目", "等级", "开班数", "在训人次", "结束班数", "结束人次", "达到出勤率人次"),
    *("计入课时", "补贴标准（元/人）", "预计补贴（元）", "合格人次（待填）", "取证人次（待填）", "就业人数（待填）"),
)
_CLASS_HEADINGS = (
    *("序号", "培训机构", "培训项目", "班号", "班次名称", "开始日期", "结束日期", "本月开班", "本月在训", "本月结束"),
    *("在册人数", "达到出勤率人数", "本月计入课时", "规则包"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """`first` and `last` are its days."""

    text: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class's share in the figures. Hours in hundredths."""

    row: ClassRow
    institution: str
    course: dict[str, Any]
    pack: RulePack
    opened: bool
    running: bool
    ended: bool
    people: int
    """Enrolled, and not withdrawn."""
    reached: int
    """Of these, who reached the attendance rate; 0 where the class did not end in the month."""
    credited: int
    """Of lessons that were held in the month, everybody's."""


@dataclass(slots=True)
class _Sum:
    """One line of the report. Money in fen."""

    figures: list[int] = field(default_factory=lambda: [0] * 6)
    """开班数, 在训人次, 结束班数, 结束人次, 达到出勤率人次, 计入课时 in hundredths."""
    forecast: int = 0

    def add(self, line: ClassLine) -> None:
        ended = line.ended
        more = (line.opened, line.running * line.people, ended, ended * line.people, line.reached, line.credited)
        self.figures = [have + one for have, one in zip(self.figures, more, strict=True)]
        self.forecast += line.reached * int(line.course["subsidy"] or 0)

    def cells(self) -> list[int | float]:
        return [*self.figures[:5], plain(self.figures[5])]


def parse_month(text: str) -> Month:
    """YYYY-MM. Raises BadInput."""
    if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise BadInput(f"月份“{text}”看不懂，请写成 2026-11 这样。", "bad-month")
    first = moment.parse_day(f"{text}-01")
    return Month(text, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def report_month(ledger: Ledger, text: str, path: Path) -> int:
    """Writes the month's report and answers how many lines it has. Raises BadInput, StorageError, NotEnrolled."""
    need_county(ledger)
    month = parse_month(text)
    must_be_xlsx(path)
    lines = class_lines(ledger, month)
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    courses = {line.course["id"]: line.course for line in lines}
    for line in lines:
        sums[line.institution, line.course["id"]].add(line)
    order = sorted(sums, key=lambda key: (key[0] == NO_PLACE, key[0], courses[key[1]]["name"], key[1]))
    at = moment.iso(moment.now(ledger).at)[:16].replace("T", " ")
    subtitle = f"{ledger.name}　按截至 {at} 已收到的记录计算　填报人：　　　　　审核人：　　　　　"
    body = [
        [number, text, place, *_course_cells(courses[course]), *_money(sums[place, course], courses[course])]
        for number, (place, course) in enumerate(order, start=1)
    ]
    body.append(_totals(sums.values()))
    classes = [_class(number, line) for number, line in enumerate(lines, start=1)]
    write_tables(
        path,
        [
            Table("月报", f"职业技能培训月报（{text}）", subtitle, HEADINGS, body),
            Table("班次", f"{text} 月报所依据的班次", "", _CLASS_HEADINGS, classes),
            Table("说明", "各项数字的含义和依据", "", ("项目", "含义", "规则和依据"), _meanings(lines)),
        ],
    )
    return len(order)


def class_lines(ledger: Ledger, month: Month) -> list[ClassLine]:
    """The classes that run in the month or have a lesson in it, by institution and code."""
    courses = {row["id"]: row for row in rows(ledger.conn, "SELECT id, code, name, level, subsidy FROM courses")}
    found = []
    for row in list_classes(ledger):
        hours = hours_of(ledger, row.id)
        first, last = _day(row.date_from), _day(row.date_to)
        running = first is not None and last is not None and first <= month.last and last >= month.first
        if running or any(month.holds(moment.day_of(lesson.start)) for lesson in hours.lessons):
            ended = last is not None and month.holds(last)
            staying = {one["id"] for one in roster_of(ledger, row.id) if one["status"] != "withdrawn"}
            found.append(
                ClassLine(
                    row=row,
                    institution=institution_of(ledger, row.origin) or NO_PLACE,
                    course=courses.get(row.course) or _unknown(row.course),
                    pack=hours.pack,
                    opened=first is not None and month.holds(first),
                    running=running,
                    ended=ended,
                    people=len(staying),
                    reached=_reached(hours, staying) if ended else 0,
                    credited=_credited(hours, month),
                )
            )
    return sorted(found, key=lambda line: (line.institution == NO_PLACE, line.institution, line.row.code, line.row.id))


def _unknown(course: str) -> dict[str, Any]:
    return {"id": course, "code": "", "name": "（目录里没有这个培训项目）", "level": "", "subsidy": None}


def _day(text: str) -> date | None:
    """What a device signed as a date may be any text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _reached(hours: ClassHours, staying: set[str]) -> int:
    """Who reached the rate, of all planned lessons: while some are to come, nobody is flattered.

    Rule: attendance_rate.
    """
    needed = hours.pack.share("attendance_rate")

    def reached(person: PersonHours) -> bool:
        return person.planned > 0 and Fraction(person.credited, person.planned) >= needed

    return sum(reached(person) for person in hours.people if person.person in staying)


def _credited(hours: ClassHours, month: Month) -> int:
    held = {lesson.id for lesson in hours.lessons if month.holds(moment.day_of(lesson.start))}
    return sum(entry.credited for person in hours.people for entry in person.lessons if entry.lesson in held)


Cell = str | int | float


def _course_cells(course: dict[str, Any]) -> list[Cell]:
    return [course["name"] or course["code"] or "", course["level"] or ""]


def _money(one: _Sum, course: dict[str, Any]) -> list[Cell]:
    if course["subsidy"] is None:
        return [*one.cells(), "", "", "", "", ""]
    return [*one.cells(), plain(course["subsidy"]), plain(one.forecast), "", "", ""]


def _totals(sums: Iterable[_Sum]) -> list[Cell]:
    total = _Sum()
    for one in sums:
        total.figures = [have + more for have, more in zip(total.figures, one.figures, strict=True)]
        total.forecast += one.forecast
    return ["合计", "", "", "", "", *total.cells(), "", plain(total.forecast), "", "", ""]


def _class(number: int, line: ClassLine) -> list[Cell]:
    row = line.row
    marks = ["是" if mark else "" for mark in (line.opened, line.running, line.ended)]
    reached: Cell = line.reached if line.ended else ""
    return [
        *(number, line.institution, line.course["name"] or "", row.code, row.name, row.date_from, row.date_to),
        *(*marks, line.people, reached, plain(line.credited), f"{line.pack.name}（{line.pack.version}）"),
    ]


def _meanings(lines: Sequence[ClassLine]) -> list[list[Cell]]:
    """What each figure means; the rules are quoted of each pack that a class goes by."""
    packs = {line.pack.version: line.pack for line in lines}

    def quoted(*keys: str) -> str:
        return "；".join(dict.fromkeys(pack.quote(key) for pack in packs.values() for key in keys))

    rates = "、".join(dict.fromkeys(percent(pack.share("attendance_rate")) for pack in packs.values())) or "规定比例"
    hours = quoted("hour_minutes", "min_presence", "late_grace", "early_grace", "round_to", "daily_cap", "leave_cap")
    return [
        ["开班数", "开始日期在本月的班次。", ""],
        ["在训人次", "本月内在办的班次（起止日期与本月有重合）的在册学员；已退班的不算，一人在两个班算两次。", ""],
        ["结束班数、结束人次", "结束日期在本月的班次，和这些班次的在册学员。", ""],
        [
            "达到出勤率人次",
            f"本月结束的班次里，计入课时占全部计划课时（不含取消的课次）不低于 {rates} 的在册学员。",
            quoted("attendance_rate"),
        ],
        ["计入课时", "本月上的课次按规则认可的课时，各学员相加，含后来退班的；与班次课时表同一算法。", hours],
        ["补贴标准", "培训项目目录里的标准；目录里没有的空着。", "县里发布的培训项目目录"],
        ["预计补贴", "补贴标准 × 达到出勤率人次。这是预计，不是核定：是否合格、取证，是否重复享受，另行审核。", ""],
        ["合格、取证、就业", "待填：记录里没有考核、发证和就业的结果，由填报人填写。", ""],
        ["培训机构", "登记班次的那台电脑所属的机构。", ""],
    ]
