"""Tidy sheets out: a roster, the empty template for one, and the table of class hours."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from sync.sheets.headings import COLUMNS, ID, NAME, PHONE
from sync.sheets.roster import Entry
from sync.sheets.saving import save
from sync.training import identity

# Always there, in the order of the official form, with 年龄 counted; the others only where somebody has one.
_ROSTER = (NAME, ID, PHONE, "sex", "ethnicity", "category", "hukou", "age", "address")
_MORE = tuple(field for field in COLUMNS if field not in (*_ROSTER, "birth"))
_TEMPLATE = (
    *(NAME, ID, PHONE, "sex", "ethnicity", "education", "category", "hukou", "town", "village", "address"),
    *("social_card", "bank", "bank_holder", "bank_account", "remark"),
)
_TEXT_COLUMNS = frozenset((ID, PHONE, "social_card", "bank_account"))
_NOTES = (
    "填表说明",
    "1. 一人一行，从表头下面一行填起；表头不要改动，可以加列。",
    "2. “姓名”“身份证号”必须填写，“联系电话”请尽量填写。",
    "3. 身份证号、电话、社保卡号、银行账号各列已设为文本。粘贴时请选“只粘贴文本”，否则长号码的末几位会变成 0。",
    "4. 少数民族姓名中间用间隔号“·”，与身份证上的一致。",
    "5. 填好后在“学员”页选“导入名单”，先看结果，再确认。",
)
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TITLE, _BOLD = Font(size=16, bold=True), Font(bold=True)
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One trainee in the table of hours. Hours are in hundredths of a class hour, None where nobody knows."""

    name: str
    id_number: str
    lessons: Sequence[int | None]
    """Credited hours, one for each lesson heading."""
    planned: int
    measured: int | None
    credited: int
    rate: float
    """Attendance, 0 to 1."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a report: texts and figures as they are, an empty text for an empty cell."""

    name: str
    title: str
    subtitle: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | int | float]]


def write_tables(path: Path, tables: Sequence[Table]) -> None:
    """A workbook with a sheet for each of one or more tables. Raises StorageError, BadInput."""
    book, sheet = _book(tables[0].name)
    for table in tables:
        if table is not tables[0]:
            sheet = book.create_sheet(table.name)
        first = _head(sheet, table.title, table.subtitle, table.headings)
        for row, values in enumerate(table.rows, start=first):
            for column, value in enumerate(values, start=1):
                _put(sheet, row, column, value)
                sheet.cell(row, column).alignment = Alignment(vertical="top", wrap_text=True)
        _finish(sheet, first)
    save(path, book.save)


def write_roster(people: Iterable[Entry], path: Path, title: str, on: date, subtitle: str = "") -> None:
    """A roster (花名册) that `read_roster` takes back unchanged; ages are as of `on`. Raises StorageError."""
    rows = list(people)
    fields = [*_ROSTER, *(field for field in _MORE if any(field in person.more for person in rows))]
    book, sheet = _book("花名册")
    first = _head(sheet, title, subtitle, ["序号", *(COLUMNS[field][0] for field in fields)])
    for index, person in enumerate(rows):
        _put(sheet, first + index, 1, index + 1)
        for column, field in enumerate(fields, start=2):
            _put(sheet, first + index, column, _value(person, field, on))
    _finish(sheet, first)
    save(path, book.save)


def write_template(path: Path) -> None:
    """An empty sheet to fill in, its number columns held as text. Raises StorageError."""
    book, sheet = _book("花名册")
    first = _head(sheet, "", "", [COLUMNS[field][0] for field in _TEMPLATE])
    _finish(sheet, first)
    for column, field in enumerate(_TEMPLATE, start=1):
        if field in _TEXT_COLUMNS:
            dimension = sheet.column_dimensions[get_column_letter(column)]
            dimension.number_format = "@"
            dimension.width = 22
    notes = book.create_sheet("填表说明")
    notes.column_dimensions["A"].width = 100
    for row, note in enumerate(_NOTES, start=1):
        notes.cell(row, 1, note).alignment = Alignment(wrap_text=True, vertical="top")
    notes["A1"].font = _BOLD
    save(path, book.save)


def write_hours(lines: Iterable[HoursLine], lessons: Sequence[str], path: Path, title: str, subtitle: str = "") -> None:
    """Class hours (课时表), a column a lesson; identity numbers are masked. Raises StorageError."""
    book, sheet = _book("课时表")
    before, after = ["序号", "姓名", "身份证号"], ["计划课时", "实测课时", "计入课时", "出勤率", "备注"]
    first = _head(sheet, title, subtitle, [*before, *lessons, *after])
    for index, line in enumerate(lines):
        hours = [*line.lessons, line.planned, line.measured, line.credited]
        values = [index + 1, line.name, identity.mask(line.id_number), *map(_hours, hours), _cut(line.rate), line.note]
        for column, value in enumerate(values, start=1):
            _put(sheet, first + index, column, value)
        sheet.cell(first + index, len(values) - 1).number_format = "0.0%"
    _finish(sheet, first)
    save(path, book.save)


def _value(person: Entry, field: str, on: date) -> str | int:
    if field == "age":
        return _age(person.id_number, on)
    known = {NAME: person.name, ID: person.id_number, PHONE: person.phone}
    return known[field] if field in known else person.more.get(field, "")


def _age(id_number: str, on: date) -> str | int:
    born = identity.birth_date(id_number)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else ""


def _hours(hundredths: int | None) -> float | str:
    return "—" if hundredths is None else hundredths / 100


def _cut(rate: float) -> float:
    """Down to 0.1 %, as on paper; the small addition undoes binary fractions: 0.29 is held as 28.999… %."""
    return floor(rate * 1000 + 0.000001) / 1000


def _book(name: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    return book, sheet


def _head(sheet: Worksheet, title: str, subtitle: str, headings: Sequence[str]) -> int:
    """Title, subtitle and headings, frozen and repeated on each page; answers the first row below them."""
    row = 1
    for line, font, align in ((title, _TITLE, "center"), (subtitle, Font(), "left")):
        if line:
            _put(sheet, row, 1, line, boxed=False)
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(headings))
            sheet.cell(row, 1).font = font
            sheet.cell(row, 1).alignment = Alignment(horizontal=align, vertical="center")
            row += 1
    for column, heading in enumerate(headings, start=1):
        _put(sheet, row, column, heading)
        sheet.cell(row, column).font = _BOLD
        sheet.cell(row, column).alignment = _CENTRE
    sheet.freeze_panes = f"A{row + 1}"
    sheet.print_title_rows = f"1:{row}"
    return row + 1


def _put(sheet: Worksheet, row: int, column: int, value: str | float, boxed: bool = True) -> None:
    """A value as itself: text stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value.startswith(_FORMULA_STARTS)
    else:
        cell.value = value
    if boxed:
        cell.border = _BOX


def _finish(sheet: Worksheet, first: int) -> None:
    """Widths to fit what is in the columns, and A4 across with page numbers."""
    for column, cells in enumerate(sheet.iter_cols(min_row=first - 1), start=1):
        widest = max(_width(str(cell.value)) for cell in cells if cell.value is not None)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(widest + 2, 6), 40)
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _width(text: str) -> int:
    """In columns of a Latin letter; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
