"""Opening a spreadsheet of any age, and saying plainly why one can't be opened."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import python_calamine as calamine

from sync.errors import BadInput, StorageError
from sync.sheets.cells import Cell
from sync.training.naming import GB_PRIVATE_USE

MAX_BYTES = 50_000_000
MAX_UNPACKED = 500_000_000
MAX_CELLS = 10_000_000
"""calamine lays a sheet out densely, and ends the process when there is no memory for that."""
MAX_MEMORY = 2_000_000_000
"""Bytes that reading one .xls may take, where the system can hold a process to that."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
)
_SAVE_AGAIN = "请用 Excel 或 WPS 打开它，另存为 .xlsx 后再导入。"
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_FAR_COLUMN = re.compile(rb"""\br=["'][A-Z]{2,3}\d""")
_LAST_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,7})["']""")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|meta|style)", re.IGNORECASE)

Rows = Sequence[Sequence[Cell]]
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet from its first row and column on, so that index 0 is row 1; `merged` ranges are inclusive."""

    name: str
    rows: Rows
    merged: Sequence[Range] = ()


def open_sheets(path: Path) -> list[Sheet]:
    """Every visible sheet of an .xlsx, .xls or .csv, told apart by content and never by the file's name.

    Raises BadInput when it is no spreadsheet, needs a password, is damaged or far too large; StorageError when it
    can't be read at all.
    """
    data = _read(path)
    if not data.strip():
        raise BadInput(f"“{path.name}”是空文件，里面没有名单。")
    for start, what in _FOREIGN:
        if data.startswith(start):
            raise BadInput(f"“{path.name}”是{what}，不是电子表格。请选择 .xlsx、.xls 或 .csv 名单。")
    if data.startswith(b"PK"):
        _check_zip(path.name, data)
        return _calamine(path.name, data)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise BadInput(_locked(path.name))
        return _in_own_process(path.name, data)
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise BadInput(f"“{path.name}”其实是网页格式，不是真正的表格。{_SAVE_AGAIN}")
    return [Sheet(path.name, csv_rows(path.name, data))]


def csv_rows(name: str, data: bytes) -> Rows:
    """The records of a CSV in UTF-8, GB 18030 or Excel's UTF-16, split at commas, tabs or semicolons."""
    text = _decode(name, data)
    lines = text.splitlines()
    heading = next((line for line in lines if "姓名" in line), lines[0] if lines else "")
    delimiter = max(",\t;", key=heading.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadInput(f"“{name}”不是完好的 CSV 表格。{_SAVE_AGAIN}") from error


def _decode(name: str, data: bytes) -> str:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.translate(GB_PRIVATE_USE) if encoding == "gb18030" else text
    raise BadInput(f"认不出“{name}”的内容，它可能不是表格，或者已经损坏。{_SAVE_AGAIN}")


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"“{path.name}”是文件夹，请选择里面的名单文件。")
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"“{path.name}”超过 50 MB。请删去图片和多余的工作表，或拆成几个文件再导入。")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(f"找不到文件“{path.name}”。请看看它是否被移走或改名，U 盘是否还插着。") from error
    except OSError as error:
        raise StorageError(f"读不了“{path.name}”：请关掉正在打开它的程序，检查 U 盘是否插好，再试一次。") from error


def _check_zip(name: str, data: bytes) -> None:
    """Refuse what would exhaust memory before calamine sees it, and a damaged file by its own checksums."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise BadInput(f"“{name}”不是 .xlsx 表格。{_SAVE_AGAIN}")
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise BadInput(f"“{name}”解开后太大。请删去多余的内容，或拆成几个文件再导入。")
            for info in archive.infolist():
                if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                    _check_extent(name, archive.read(info))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise BadInput(_damaged(name)) from error


def _check_extent(name: str, xml: bytes) -> None:
    """A stray cell at the far end of a sheet makes it vast. Columns beyond Z are counted only when there are any."""
    row = _LAST_ROW.search(xml, max(xml.rfind(b"<row "), xml.rfind(b":row ") - 8, 0))
    height = int(row.group(1)) if row else 0
    width = 26
    if _FAR_COLUMN.search(xml):
        cells = _CELL.findall(xml)
        width = max(_column_number(letters) for letters, _ in cells)
        height = max(height, *(int(number) for _, number in cells))
    if height * width > MAX_CELLS:
        raise BadInput(
            f"“{name}”有一张工作表大得不正常（第 {height} 行仍有内容）。请删去名单以外的行和列，另存后再导入。"
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _in_own_process(name: str, data: bytes) -> list[Sheet]:
    """An .xls can't be checked beforehand as a zip can: one bent row number, and calamine ends the process it is in."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_hold_memory) as pool:
        try:
            return pool.submit(_calamine, name, data).result()
        except BrokenProcessPool as error:
            raise BadInput(_damaged(name)) from error


def _hold_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:
        # Windows gives no memory that it has not got.
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, most))


def _calamine(name: str, data: bytes) -> list[Sheet]:
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return [
                _sheet(book, meta.name)
                for meta in book.sheets_metadata
                if meta.typ is calamine.SheetTypeEnum.WorkSheet and meta.visible is calamine.SheetVisibleEnum.Visible
            ]
    except calamine.PasswordError as error:
        raise BadInput(_locked(name)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise BadInput(_damaged(name)) from error
    except BaseException as error:
        # A panic of the Rust library is no Exception; there is no name to import for it.
        if type(error).__name__ != "PanicException":
            raise
        raise BadInput(_damaged(name)) from error


def _sheet(book: calamine.CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    return Sheet(name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ())


def _locked(name: str) -> str:
    return f"“{name}”设了打开密码。请先在 Excel 或 WPS 里去掉密码，另存后再导入。"


def _damaged(name: str) -> str:
    return f"“{name}”不是电子表格，或者已经损坏、没有拷完整。请重新拷贝一份；{_SAVE_AGAIN}"
