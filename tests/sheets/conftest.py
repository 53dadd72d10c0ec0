"""Sheets made for one test."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]
MakeBook = Callable[..., Path]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Write sheets (name=rows) as an .xlsx file and answer its path."""

    def make(**sheets: Rows) -> Path:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row, cells in enumerate(rows, start=1):
                for column, value in enumerate(cells, start=1):
                    sheet.cell(row, column, value)
        path = tmp_path / "名单.xlsx"
        book.save(path)
        return path

    return make
