"""Reading a learning platform's export: every row is accepted, refused with a reason or passed over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

import msgspec

from sync.errors import BadInput
from sync.sheets import cells
from sync.sheets.cells import Cell
from sync.sheets.durations import Learnt, Unclear, learnt, unit_of
from sync.sheets.headings import COLUMNS, ID, NAME, Headings, field_of, find_headings, heading_words
from sync.sheets.roster import REASONS as ROSTER_REASONS
from sync.sheets.roster import Passed, Warn, fill_down, is_person, sane_today
from sync.sheets.workbook import Sheet, open_sheets
from sync.training import identity
from sync.training.naming import tidy_name

Reason = Literal[
    "missing-name",
    "missing-id",
    "number-lost-precision",
    "masked-id",
    "bad-length",
    "bad-birth-date",
    "bad-check-digit",
    "missing-duration",
    "no-unit",
    "bad-duration",
    "duplicate-in-file",
]

REASONS: dict[str, str] = {str(reason): words for reason, words in ROSTER_REASONS.items()} | {
    "masked-id": "证件号打了星号，认不出是谁，请在平台导出完整的证件号",
    "missing-duration": "没有学习时长",
    "no-unit": "时长没有写单位，请在表头写明，例如“学习时长(分钟)”",
    "bad-duration": "学习时长看不懂",
    "duplicate-in-file": "与前面的一行完全相同，不重复计",
}

COURSE, CHAPTER, START, END = "course", "chapter", "start", "end"
_AMOUNTS = ("effective", "learned", "duration", "hours")
"""Columns that say how much, the most to the point first: plain 学时 beside a 学习时长 is the course's own length."""
_WORDS = {
    COURSE: "课程 课程名称 课程名 课程标题 学习课程 培训课程 课件 课件名称",
    CHAPTER: "章节 章节名称 小节 小节名称 课节 课节名称 学习内容",
    "effective": "有效学时 有效课时 认定学时 认定课时 获得学时 有效时长 有效学习时长",
    "learned": "已学课时 已学学时 完成学时 完成课时 已完成学时 已完成课时 累计学时 累计课时 已获学时 学习学时 学习课时",
    "duration": (
        "学习时长 时长 累计时长 累计学习时长 已学时长 学习总时长 总时长 观看时长 在线时长 在线学习时长 "
        "学习时长分钟 时长分钟 学习分钟数 学习时长小时 时长小时"
    ),
    "hours": "学时 课时 学时数 课时数",
    START: "开始时间 学习开始时间 开始学习时间 首次学习时间",
    END: "完成时间 结束时间 学习完成时间 完成学习时间 学习结束时间 最后学习时间",
}
_FIELDS = {heading: word for word in (NAME, ID) for heading in COLUMNS[word]} | {
    heading: word for word, headings in _WORDS.items() for heading in headings.split()
}
_MASKED = re.compile(r"[*＊xX]{3,}")
_DATE_SIGNS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": " ", "T": " "})


class LearntRow(msgspec.Struct, frozen=True):
    """What one row says: of whom, of what, how much."""

    row: int
    name: str
    id_number: str
    course: str
    chapter: str
    learnt: Learnt


class Refusal(msgspec.Struct, frozen=True):
    row: int
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OnlineSheet:
    """A whole sheet, answered for."""

    sheet: str
    accepted: list[LearntRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Warn] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


def read_online(path: Path, today: date | None = None) -> OnlineSheet:
    """Read the sheet of an export that has the headings, and judge each row.

    Raises BadInput when the file can't be read as an export, StorageError when it can't be read at all.
    """
    sheets = open_sheets(path)
    found = [
        (sheet, headings)
        for sheet in sheets
        if (headings := find_headings(sheet.rows, _FIELDS)) and _amount_column(headings) is not None
    ]
    if not found:
        raise BadInput(_no_headings(path, sheets))
    sheet, headings = max(found, key=lambda pair: len(pair[0].rows) - pair[1].first_row)
    result = _judge(sheet, headings, sane_today(today))
    for other, its_headings in found:
        if other is not sheet and _judge(other, its_headings, sane_today(today)).accepted:
            note = f"工作表“{other.name}”没有读入，请把它另存为单独的文件再导入"
            result.warnings.append(Warn(its_headings.first_row, "sheet", note))
    return result


def _amount_column(headings: Headings) -> int | None:
    return next((headings.columns[word] for word in _AMOUNTS if word in headings.columns), None)


def _judge(sheet: Sheet, headings: Headings, today: date) -> OnlineSheet:
    result = OnlineSheet(sheet.name)
    judged = _Judge(sheet, headings, result, today)
    rows = fill_down(sheet, headings, (NAME, ID, COURSE))
    for number, row in enumerate(rows[headings.first_row :], start=headings.first_row + 1):
        judged.take(number, row)
    return result


class _Judge:
    """One pass over the rows; remembers what it has seen."""

    def __init__(self, sheet: Sheet, headings: Headings, result: OnlineSheet, today: date) -> None:
        columns = headings.columns
        amount = _amount_column(headings)
        assert amount is not None
        self._name, self._id, self._amount = columns[NAME], columns[ID], amount
        self._course, self._chapter = columns.get(COURSE, -1), columns.get(CHAPTER, -1)
        self._start, self._end = columns.get(START, -1), columns.get(END, -1)
        self._unit = unit_of(_heading_over(sheet, headings, amount))
        self._width = max(columns.values()) + 1
        self._result = result
        self._today = today
        self._seen: set[tuple[object, ...]] = set()

    def take(self, number: int, row: Sequence[Cell]) -> None:
        row = [*row, *[""] * (self._width - len(row))]
        raw_name, raw_id = cells.text(row[self._name]), cells.text(row[self._id])
        says_something = any(
            index >= 0 and not cells.is_blank(row[index]) for index in (self._amount, self._course, self._chapter)
        )
        repeated = field_of(raw_id, _FIELDS) == ID
        if repeated or not is_person(row, raw_name, raw_id, says_something):
            if any(not cells.is_blank(cell) for cell in row):
                self._result.passed.append(Passed(number, " ".join(filter(None, map(cells.text, row)))))
            return
        name, id_number = tidy_name(raw_name), cells.tidy_number(raw_id)
        try:
            self._accept(number, row, name, id_number)
        except _Refused as refused:
            self._result.refused.append(Refusal(number, refused.reason, name))
        except Unclear as unclear:
            self._result.refused.append(Refusal(number, unclear.reason, name))

    def _accept(self, number: int, row: Sequence[Cell], name: str, id_number: str) -> None:
        if not name:
            raise _Refused("missing-name")
        if cells.lost_precision(row[self._id]):
            raise _Refused("number-lost-precision")
        if _MASKED.search(id_number):
            raise _Refused("masked-id")
        if wrong := identity.problem(id_number, self._today):
            raise _Refused(wrong)
        amount = learnt(row[self._amount], self._unit)
        entry = LearntRow(
            number, name, id_number, self._text(row, self._course), self._text(row, self._chapter), amount
        )
        times = self._text(row, self._start), self._text(row, self._end)
        same = name, id_number, entry.course, entry.chapter, amount, times
        if same in self._seen:
            raise _Refused("duplicate-in-file")
        self._seen.add(same)
        self._result.accepted.append(entry)
        self._look(entry, row)

    def _look(self, entry: LearntRow, row: Sequence[Cell]) -> None:
        """More minutes than passed between beginning and end: said, and not acted on."""
        if self._start < 0 or self._end < 0 or entry.learnt.minutes is None:
            return
        start, end = _instant(row[self._start]), _instant(row[self._end])
        if start and end and entry.learnt.minutes > Fraction(int((end - start).total_seconds()), 60) + 1:
            note = "学习时长超过了开始到完成之间的时间，请向平台核实"
            self._result.warnings.append(Warn(entry.row, "duration", note))

    def _text(self, row: Sequence[Cell], index: int) -> str:
        if index < 0:
            return ""
        cell = row[index]
        return str(cell) if isinstance(cell, datetime) else cells.text(cell)


class _Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _heading_over(sheet: Sheet, headings: Headings, column: int) -> str:
    """The heading as it was written, with the unit in its brackets."""
    for index in (headings.first_row - 1, headings.first_row - 2):
        row = sheet.rows[index] if index >= 0 else ()
        if column < len(row) and not cells.is_blank(row[column]):
            return cells.text(row[column])
    return ""


def _instant(cell: Cell) -> datetime | None:
    """A date with a time, however it was written; None for anything else."""
    if isinstance(cell, datetime):
        return cell
    day, _, clock = " ".join(cells.text(cell).translate(_DATE_SIGNS).split()).partition(" ")
    try:
        year, month, date_of = (int(part) for part in day.split("-"))
        hour, minute, *second = (int(part) for part in clock.split(":"))
        # A platform's wall clock, compared with its own only.
        return datetime(year, month, date_of, hour, minute, second[0] if second else 0)  # noqa: DTZ001
    except ValueError:
        return None


def _no_headings(path: Path, sheets: Sequence[Sheet]) -> str:
    words = set().union(*(heading_words(sheet.rows, _FIELDS) for sheet in sheets))
    if NAME in words and ID in words:
        return f"“{path.name}”里没有找到时长或学时的列。请在表头写上“学习时长(分钟)”或“有效学时”，再导入。"
    if NAME in words:
        return f"“{path.name}”里没有找到“身份证号”列。请在平台导出带证件号的学习记录，再导入。"
    return f"在“{path.name}”里没有找到表头。表的上方要有一行写明“姓名”“身份证号”“学习时长(分钟)”。"
