"""Reading a roster (花名册) as it comes: every row is accepted, repaired, refused or passed over, and says so."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import msgspec

from sync.errors import BadInput
from sync.sheets import cells
from sync.sheets.cells import Cell
from sync.sheets.headings import COLUMNS, ID, NAME, PHONE, Headings, field_of, find_headings, heading_words
from sync.sheets.workbook import Rows, Sheet, open_sheets
from sync.training import identity
from sync.training.naming import has_private_use, is_plain_name, tidy_name

Reason = Literal[
    "missing-name",
    "missing-id",
    "number-lost-precision",
    "bad-length",
    "bad-birth-date",
    "bad-check-digit",
    "duplicate-in-file",
]

REASONS: dict[Reason, str] = {
    "missing-name": "没有姓名",
    "missing-id": "没有身份证号",
    "number-lost-precision": "身份证号被存成了数字，末几位已丢失，请按证件重新填写（单元格先设为文本）",
    "bad-length": "身份证号不是 18 位",
    "bad-birth-date": "身份证号里的出生日期不存在",
    "bad-check-digit": "身份证号的校验码不对，有数字填错了",
    "duplicate-in-file": "与前面的一行身份证号相同",
}

# Checked or computed from the number, not kept: a stored age is wrong within a year.
_NOT_KEPT = frozenset((NAME, ID, PHONE, "birth", "age"))
_LONG_NUMBERS = frozenset(("bank_account", "social_card", "unemployment_cert"))
_FILLED_DOWN = frozenset(("town", "village", "category", "hukou", "address"))
_NO_TODAY_BEFORE = date(2026, 1, 1)
_BEIJING = timezone(timedelta(hours=8))

_TOTAL = re.compile(
    r"(?:本页|本村|本组|本班|以上|全班|全村)?(?:小计|合计|总计|共计|累计|总人数)|共\d+人|[一二三四五六七八九十]+、|第\d+页"
)
# 填表人:… 负责人: 注:… — no name has a colon.
_SIGNED = re.compile(r"[\u4e00-\u9fff()（）]*[:：]")
_DATE_PART = re.compile(r"\d+")


class Entry(msgspec.Struct, frozen=True):
    """One person as taken from the sheet; `more` holds the other columns of `headings.COLUMNS` that were filled in."""

    row: int
    name: str
    id_number: str
    phone: str
    more: dict[str, str] = {}


class Repair(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    row: int
    field: str
    before: str
    after: str


class Refusal(msgspec.Struct, frozen=True):
    row: int
    reason: Reason
    name: str = ""


class Warn(msgspec.Struct, frozen=True):
    row: int
    field: str
    note: str


class Passed(msgspec.Struct, frozen=True):
    """A row that is no person: a subtotal, a signature, a heading again."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A whole sheet, answered for. `accepted` includes the repaired."""

    sheet: str
    accepted: list[Entry] = field(default_factory=list)
    repaired: list[Repair] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Warn] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    ignored_headings: tuple[str, ...] = ()

    def answer(self) -> dict[str, Any]:
        """The answer of `roster import --json`, but for `unchanged`, which only the ledger knows."""
        return {
            "accepted": [
                {"row": e.row, "name": e.name, "id_number": e.id_number, "phone": e.phone} for e in self.accepted
            ],
            "repaired": msgspec.to_builtins(self.repaired),
            "refused": [{"row": refusal.row, "reason": refusal.reason} for refusal in self.refused],
            "warnings": msgspec.to_builtins(self.warnings),
        }


def read_roster(path: Path, today: date | None = None) -> RosterSheet:
    """Read the sheet of a workbook that has the headings, and judge each row.

    Raises BadInput when the file can't be read as a roster, StorageError when it can't be read at all.
    """
    found = [(sheet, headings) for sheet in open_sheets(path) if (headings := _headings(sheet))]
    if not found:
        raise BadInput(_no_headings(path))
    sheet, headings = max(found, key=lambda pair: len(pair[0].rows) - pair[1].first_row)
    result = judge(sheet, headings, today)
    for other, its_headings in found:
        count = 0 if other is sheet else len(judge(other, its_headings, today).accepted)
        if count:
            note = f"工作表“{other.name}”里还有 {count} 人没有读入，请把它另存为单独的文件再导入"
            result.warnings.append(Warn(its_headings.first_row, "sheet", note))
    return result


def judge(sheet: Sheet, headings: Headings, today: date | None = None) -> RosterSheet:
    """Answer for each row under the headings. A dead clock must refuse nobody: `today` is never before 2026."""
    result = RosterSheet(sheet.name, ignored_headings=headings.ignored)
    judged = _Judge(headings.columns, result, sane_today(today))
    rows = fill_down(sheet, headings, _FILLED_DOWN)
    for number, row in enumerate(rows[headings.first_row :], start=headings.first_row + 1):
        judged.take(number, row)
    return result


def sane_today(today: date | None = None) -> date:
    """Beijing's date by the machine's clock, never before 2026."""
    return max(today or datetime.now(_BEIJING).date(), _NO_TODAY_BEFORE)


class _Judge:
    """One pass over the rows; remembers which numbers it has accepted."""

    def __init__(self, columns: dict[str, int], result: RosterSheet, today: date) -> None:
        self._name, self._id, self._phone = columns[NAME], columns[ID], columns.get(PHONE, -1)
        self._sex, self._birth = columns.get("sex", -1), columns.get("birth", -1)
        self._kept = [(word, index) for word, index in columns.items() if word not in _NOT_KEPT]
        self._width = max(columns.values()) + 1
        self._result = result
        self._today = today
        self._seen: dict[str, Entry] = {}

    def take(self, number: int, row: Sequence[Cell]) -> None:
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        raw_name, raw_id = cells.text(row[self._name]), cells.text(row[self._id])
        if not is_person(row, raw_name, raw_id, self._says_something(row)):
            if any(not cells.is_blank(cell) for cell in row):
                self._result.passed.append(Passed(number, " ".join(filter(None, map(cells.text, row)))))
            return
        name, id_number = tidy_name(raw_name), cells.tidy_number(raw_id)
        if reason := self._reason(name, id_number, row[self._id]):
            self._result.refused.append(Refusal(number, reason, name))
            if reason == "duplicate-in-file":
                self._same_number(number, name, self._seen[id_number])
            return
        raw_phone = cells.text(row[self._phone]) if self._phone >= 0 else ""
        phone = cells.tidy_phone(raw_phone)
        # Around a name white space is a repair, around a number it is none: so the name as the cell has it.
        as_stored = row[self._name]
        self._repair(number, NAME, as_stored if isinstance(as_stored, str) else raw_name, name)
        self._repair(number, ID, raw_id, id_number)
        self._repair(number, PHONE, raw_phone, phone)
        more = self._more(number, row, id_number)
        entry = Entry(number, name, id_number, phone, more)
        self._seen[id_number] = entry
        self._result.accepted.append(entry)
        self._look(entry, row)

    def _reason(self, name: str, id_number: str, cell: Cell) -> Reason | None:
        if not name:
            return "missing-name"
        if cells.lost_precision(cell):
            return "number-lost-precision"
        wrong = identity.problem(id_number, self._today)
        return wrong or ("duplicate-in-file" if id_number in self._seen else None)

    def _says_something(self, row: Sequence[Cell]) -> bool:
        """Whether a row with neither name nor number still speaks of a person."""
        sex = cells.text(row[self._sex]) if self._sex >= 0 else ""
        phone = cells.text(row[self._phone]) if self._phone >= 0 else ""
        return sex in ("男", "女") or cells.is_phone(cells.tidy_phone(phone))

    def _repair(self, row: int, word: str, before: str, after: str) -> None:
        if before != after:
            self._result.repaired.append(Repair(row, word, before, after))

    def _warn(self, row: int, word: str, note: str) -> None:
        self._result.warnings.append(Warn(row, word, note))

    def _more(self, number: int, row: Sequence[Cell], id_number: str) -> dict[str, str]:
        """The other columns, as text. A sex that the sheet leaves out is the number's."""
        more = {}
        for word, index in self._kept:
            cell = row[index]
            if word in _LONG_NUMBERS and not isinstance(cell, str) and cells.lost_precision(cell):
                self._warn(number, word, f"{COLUMNS[word][0]}被存成了数字，末几位已丢失，没有读入")
            elif value := cells.text(cell):
                more[word] = value
        more.setdefault("sex", identity.sex(id_number))
        return more

    def _look(self, entry: Entry, row: Sequence[Cell]) -> None:
        """What is odd about somebody accepted: said, and not acted on."""
        by_number = identity.sex(entry.id_number)
        if entry.more["sex"] != by_number:
            self._warn(entry.row, "sex", f"表中性别为“{entry.more['sex']}”，身份证号表明是“{by_number}”")
        if self._birth >= 0 and not _same_birth(cells.text(row[self._birth]), entry.id_number):
            self._warn(entry.row, "birth", "出生日期与身份证号不一致")
        if entry.phone and not cells.is_phone(entry.phone):
            self._warn(entry.row, PHONE, "不像电话号码，请核对")
        if not identity.area_known(entry.id_number):
            self._warn(entry.row, ID, "身份证号开头不是已知的省份代码，请对照证件核对")
        if has_private_use(entry.name):
            self._warn(entry.row, NAME, "姓名中有别的电脑显示不了的自造字，请对照证件重新输入")
        elif not is_plain_name(entry.name):
            self._warn(entry.row, NAME, "姓名中有汉字和间隔号以外的字符，请核对")

    def _same_number(self, row: int, name: str, first: Entry) -> None:
        if name != first.name:
            self._warn(row, NAME, f"与第 {first.row} 行身份证号相同而姓名不同，请核对是谁的号码")


def is_person(row: Sequence[Cell], name: str, id_number: str, says_something: bool) -> bool:
    """Whether a row speaks of somebody, or is a subtotal, a signature or a heading again."""
    if cells.count_digits(id_number) >= 6:
        return True
    if not name:
        return says_something and not _TOTAL.match(_first_word(row))
    if field_of(name) == NAME:
        return False
    words = "".join(name.split()), _first_word(row)
    return not any(_TOTAL.match(word) or _SIGNED.match(word) for word in words)


def _first_word(row: Sequence[Cell]) -> str:
    return next(("".join(word.split()) for cell in row if (word := cells.text(cell))), "")


def _same_birth(written: str, id_number: str) -> bool:
    """Whether 1983-02-13, 1983.2, 19830213 or 198302 agrees with the number, as far as it goes."""
    parts = _DATE_PART.findall(written)
    if len(parts) == 1 and len(parts[0]) in (6, 8):
        return id_number[6:14].startswith(parts[0])
    if not parts or len(parts[0]) != 4:
        return True
    born = [id_number[6:10], id_number[10:12], id_number[12:14]]
    return all(int(part) == int(there) for part, there in zip(parts, born, strict=False))


def fill_down(sheet: Sheet, headings: Headings, words: Collection[str]) -> Rows:
    """A village merged over ten rows stands in the first one alone; give it to all ten. `words`: in which columns."""
    columns = {headings.columns[word] for word in words if word in headings.columns}
    spans = [
        (top, bottom, left)
        for (top, left), (bottom, right) in sheet.merged
        if left == right and left in columns and headings.first_row <= top < bottom < len(sheet.rows)
    ]
    if not spans:
        return sheet.rows
    rows = [list(row) for row in sheet.rows]
    for top, bottom, left in spans:
        for index in range(top + 1, bottom + 1):
            rows[index][left] = rows[top][left]
    return rows


def _headings(sheet: Sheet) -> Headings | None:
    return find_headings(sheet.rows)


def _no_headings(path: Path) -> str:
    words = set().union(*(heading_words(sheet.rows) for sheet in open_sheets(path)))
    if NAME in words and ID not in words:
        return f"“{path.name}”里有“姓名”列，没有找到“身份证号”列。请在表头写上“身份证号”，再导入。"
    if ID in words and NAME not in words:
        return f"“{path.name}”里有“身份证号”列，没有找到“姓名”列。请在表头写上“姓名”，再导入。"
    return f"在“{path.name}”里没有找到表头。名单上方要有一行写明“姓名”“身份证号”“联系电话”，请补上这一行后再导入。"
