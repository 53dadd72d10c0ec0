"""Sheets that we write: taken back unchanged, never a formula, never half a file."""

import errno
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync.errors import BadInput, StorageError
from sync.sheets.headings import COLUMNS
from sync.sheets.roster import Entry, RosterSheet, read_roster
from sync.sheets.saving import save
from sync.sheets.write import HoursLine, write_hours, write_roster, write_template

SAMPLES = Path(__file__).parent.parent / "samples"
ON = date(2026, 11, 3)
WOMAN = "11010519491231002X"


def people(sheet: RosterSheet) -> list[tuple[str, str, str, dict[str, str]]]:
    return [(entry.name, entry.id_number, entry.phone, entry.more) for entry in sheet.accepted]


@pytest.mark.parametrize("name", ["roster-township-60.xlsx", "roster-template-40.xlsx", "roster-old-35.xls"])
def test_a_roster_written_and_read_again_is_the_same_people(tmp_path: Path, name: str) -> None:
    before = read_roster(SAMPLES / name)
    path = tmp_path / "花名册.xlsx"
    write_roster(before.accepted, path, "学员花名册", ON, "班次:2026-01  填报日期:2026-11-03")
    after = read_roster(path)
    assert people(after) == people(before)
    assert after.repaired == after.refused == after.passed == []


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
kept = sorted(set(COLUMNS) - {"name", "id_number", "phone", "birth", "age", "sex"})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(kept), words))
def test_any_text_in_any_column_comes_back(tmp_path: Path, more: dict[str, str]) -> None:
    path = tmp_path / "花名册.xlsx"
    write_roster([Entry(1, "王小兰", WOMAN, "13819638464", {"sex": "女", **more})], path, "花名册", ON)
    (entry,) = read_roster(path).accepted
    assert entry.more == {"sex": "女", **more}


def test_no_text_becomes_a_formula_and_the_page_is_set_up(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    write_roster([Entry(1, "王小兰", WOMAN, "+8613819638464", {"address": '=HYPERLINK("x")'})], path, "标题", ON)
    sheet = load_workbook(path).worksheets[0]
    heading = [cell.value for cell in sheet[2]]
    address = sheet.cell(3, heading.index("家庭住址") + 1)
    assert (address.value, address.data_type, address.quotePrefix) == ('=HYPERLINK("x")', "s", True)
    assert sheet.cell(3, heading.index("身份证号") + 1).number_format == "@"
    assert sheet.cell(3, heading.index("年龄") + 1).value == 76
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)


def test_the_template_is_empty_understood_and_keeps_numbers_as_text(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(path)
    result = read_roster(path)
    assert (result.accepted, result.refused, result.ignored_headings) == ([], [], ())
    book = load_workbook(path)
    assert book.sheetnames == ["花名册", "填表说明"]
    heading = [cell.value for cell in book["花名册"][1]]
    for word in ("身份证号", "联系电话", "银行账号"):
        letter = book["花名册"].cell(1, heading.index(word) + 1).column_letter
        assert book["花名册"].column_dimensions[letter].number_format == "@"


def test_hours_are_numbers_and_the_unknown_is_a_dash(tmp_path: Path) -> None:
    path = tmp_path / "课时表.xlsx"
    line = HoursLine("王小兰", WOMAN, [400, None], 800, None, 350, 0.4375, "停电")
    write_hours([line], ["11-03 上午", "11-03 下午"], path, "课时表", "班次:2026-01")
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert rows[3] == (1, "王小兰", "110105********002X", 4, "—", 8, "—", 3.5, 0.437, "停电")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"old")

    def disk_full(file: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StorageError, match="磁盘满了"):
        save(path, disk_full)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does; the sheet's own bytes go there."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")

    def onto_full_disk(file: object) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"x")

    with pytest.raises(StorageError, match="磁盘满了"):
        save(tmp_path / "花名册.xlsx", onto_full_disk)


def test_no_such_folder_or_a_folder_of_that_name(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="文件夹不存在"):
        write_template(tmp_path / "没有" / "模板.xlsx")
    (tmp_path / "模板.xlsx").mkdir()
    with pytest.raises(BadInput, match="不是普通文件"):
        write_template(tmp_path / "模板.xlsx")
    assert [item.name for item in tmp_path.iterdir()] == ["模板.xlsx"]
