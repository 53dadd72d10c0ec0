"""Refused rows as a list for whoever sent the sheet: where, who, and why."""

from collections.abc import Sequence
from pathlib import Path

from sync.sheets.roster import REASONS, Refusal
from sync.sheets.saving import save

HEADINGS = ("原表行号", "姓名", "没有导入的原因")
_WIDTHS = (10, 16, 70)


def refused_text(rows: Sequence[Refusal]) -> str:
    """Tab-separated, to be pasted anywhere."""
    return "\n".join(["\t".join(HEADINGS), *("\t".join(map(str, _cells(row))) for row in rows)])


def write_refused(rows: Sequence[Refusal], path: Path, source: str) -> None:
    """An .xlsx that names the file it speaks of. Raises StorageError."""
    from openpyxl import Workbook  # takes 0.2 s, so only when somebody wants the file

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "被拒绝的行"
    sheet.append([f"“{source}”里没有导入的行，请改好后再导入原表。"])
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(_cells(row))
        # A name that starts with "=" is a name.
        sheet.cell(sheet.max_row, 2).data_type = "s"
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    save(path, book.save)


def _cells(row: Refusal) -> tuple[int, str, str]:
    return row.row, row.name, REASONS[row.reason]
