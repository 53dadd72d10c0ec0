"""What each kind of cell and row in a roster comes to. Made-up people throughout."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sheets.cells import is_blank
from sync.sheets.headings import field_of, find_headings
from sync.sheets.roster import judge, read_roster
from sync.sheets.workbook import Sheet
from tests.sheets.conftest import MakeBook

HEAD = ["序号", "姓名", "身份证号", "联系电话", "性别", "出生日期", "银行账号", "家庭住址"]
WOMAN = "11010519491231002X"
MAN = "522627196903290955"
TODAY = date(2026, 11, 3)


def read(*rows: list[Any], head: list[str] = HEAD) -> Any:
    sheet = Sheet("名单", [head, *rows])
    headings = find_headings(sheet.rows)
    assert headings is not None
    return judge(sheet, headings, TODAY)


@pytest.mark.parametrize(
    "cell",
    [WOMAN, f" {WOMAN}", f"\t{WOMAN}\n", f"\u3000{WOMAN}\u00a0", f"\u202d{WOMAN}\u202c", f"\ufeff{WOMAN}"],
)
def test_white_space_around_a_number_is_no_repair(cell: str) -> None:
    result = read([1, "王小兰", cell])
    assert [entry.id_number for entry in result.accepted] == [WOMAN]
    assert result.repaired == []


@pytest.mark.parametrize(
    "cell",
    [
        "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "'11010519491231002X", "’11010519491231002X",
        '="11010519491231002X"', "110105 19491231 002X", "110105-19491231-002X", "11010519491231002×",
        "11010519491231002Х",
    ],
)  # fmt: skip
def test_a_number_is_repaired(cell: str) -> None:
    result = read([1, "王小兰", cell])
    assert [entry.id_number for entry in result.accepted] == [WOMAN]
    assert [(fix.row, fix.field, fix.before, fix.after) for fix in result.repaired] == [(2, "id_number", cell, WOMAN)]


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("", "", None),
        ("", WOMAN, "missing-name"),
        ("", "1101", None),
        ("王小兰", "", "missing-id"),
        ("王小兰", None, "missing-id"),
        ("王小兰", "无", "bad-length"),
        ("王小兰", 110105194912310020.0, "number-lost-precision"),
        ("王小兰", 110105194912310020, "number-lost-precision"),
        ("王小兰", "1.10105E+17", "number-lost-precision"),
        ("王小兰", "1.10105194912310e17", "number-lost-precision"),
        ("王小兰", 110105491231002.0, "bad-length"),
        ("王小兰", "110105491231002", "bad-length"),
        ("王小兰", "1101051949123100200", "bad-length"),
        ("王小兰", "110105194913310020", "bad-birth-date"),
        ("王小兰", "110105194912310021", "bad-check-digit"),
        ("", 110105194912310020.0, "missing-name"),
    ],
)
def test_one_reason_a_row(name: str, cell: Any, reason: str | None) -> None:
    result = read([1, name, cell])
    assert result.accepted == []
    assert [(refusal.row, refusal.reason) for refusal in result.refused] == ([(2, reason)] if reason else [])


def test_the_second_of_two_is_refused_and_a_second_name_is_pointed_out() -> None:
    result = read([1, "王小兰", WOMAN], [2, "王小兰", WOMAN.lower()], [3, "李大山", WOMAN])
    assert [entry.row for entry in result.accepted] == [2]
    assert [(refusal.row, refusal.reason) for refusal in result.refused] == [
        (3, "duplicate-in-file"),
        (4, "duplicate-in-file"),
    ]
    assert [(warning.row, warning.field) for warning in result.warnings] == [(4, "name")]


def test_a_refused_row_is_not_the_first_of_two() -> None:
    result = read([1, "", WOMAN], [2, "王小兰", WOMAN])
    assert [entry.row for entry in result.accepted] == [3]


@pytest.mark.parametrize(
    ("cell", "phone", "repaired", "warned"),
    [
        ("13819638464", "13819638464", False, False),
        (13819638464.0, "13819638464", False, False),
        (13819638464, "13819638464", False, False),
        (" 13819638464 ", "13819638464", False, False),
        ("138-1963-8464", "13819638464", True, False),
        ("138 1963 8464", "13819638464", True, False),
        ("１３８１９６３８４６４", "13819638464", True, False),
        ("'13819638464", "13819638464", True, False),
        ("+86 13819638464", "13819638464", True, False),
        ("(0855)8223456", "08558223456", True, False),
        ("0855-8223456", "08558223456", True, False),
        ("1381963846", "1381963846", False, True),
        ("13819638464/13985154420", "13819638464/13985154420", False, True),
        ("没有", "没有", False, True),
        ("", "", False, False),
        (None, "", False, False),
    ],
)
def test_phones(cell: Any, phone: str, repaired: bool, warned: bool) -> None:
    result = read([1, "王小兰", WOMAN, cell])
    assert [entry.phone for entry in result.accepted] == [phone]
    assert [fix.field for fix in result.repaired] == (["phone"] if repaired else [])
    assert [warning.field for warning in result.warnings] == (["phone"] if warned else [])


@pytest.mark.parametrize("cell", [" 王小兰", "王小兰 ", "王 小 兰", "王\n小兰", "\u3000王小兰"])
def test_white_space_in_or_around_a_name_is_a_repair(cell: str) -> None:
    result = read([1, cell, WOMAN])
    assert [(fix.field, fix.before, fix.after) for fix in result.repaired] == [("name", cell, "王小兰")]


@pytest.mark.parametrize("name", ["王小兰2", "王小兰(女)", "王\ue000兰", "John Smith"])
def test_an_odd_name_is_accepted_with_a_warning(name: str) -> None:
    result = read([1, name, WOMAN])
    assert [entry.name for entry in result.accepted] == [name]
    assert [warning.field for warning in result.warnings] == ["name"]


@pytest.mark.parametrize(
    ("birth", "agrees"),
    [
        ("1949-12-31", True), ("1949.12", True), ("1949年12月31日", True), ("19491231", True), (194912.0, True),
        (datetime(1949, 12, 31), True),  # noqa: DTZ001 - as calamine answers it
        (date(1949, 12, 31), True), ("", True), ("不详", True),
        ("1949-12-30", False), ("1950.1", False), ("19491230", False), (date(1950, 1, 1), False),
    ],
)  # fmt: skip
def test_birthday_beside_the_number(birth: Any, agrees: bool) -> None:
    result = read([1, "王小兰", WOMAN, "", "女", birth])
    assert len(result.accepted) == 1
    assert [warning.field for warning in result.warnings] == ([] if agrees else ["birth"])


def test_a_sex_left_out_is_the_numbers() -> None:
    result = read([1, "王小兰", WOMAN], [2, "李大山", MAN])
    assert [entry.more["sex"] for entry in result.accepted] == ["女", "男"]


def test_an_account_that_excel_has_rounded_is_not_taken() -> None:
    result = read([1, "王小兰", WOMAN, "", "女", "", 6.28349999679204e18])
    assert "bank_account" not in result.accepted[0].more
    assert [(warning.row, warning.field) for warning in result.warnings] == [(2, "bank_account")]


@pytest.mark.parametrize(
    "row",
    [
        ["小计", "", "", "共10人"],
        ["", "合 计", "", "2"],
        ["", "合计:2人"],
        ["填表人:", "", "", "联系电话:13819638464"],
        ["", "审核人:李大山"],
        ["", "审核人（签字）：李大山"],
        ["注:本表一式两份。"],
        ["一、石门村"],
        HEAD,
        [61.0],
    ],
)
def test_rows_that_are_no_people_are_passed_over_and_said(row: list[Any]) -> None:
    result = read(row, [1, "王小兰", WOMAN])
    assert result.refused == []
    assert [passed.row for passed in result.passed] == [2]
    assert [entry.row for entry in result.accepted] == [3]


@pytest.mark.parametrize("row", [[1, "", "", "13819638464"], [1, "", "", "", "女"]])
def test_somebody_without_name_and_number_is_not_dropped(row: list[Any]) -> None:
    assert [(refusal.row, refusal.reason) for refusal in read(row).refused] == [(2, "missing-name")]


@pytest.mark.parametrize(
    ("name", "number", "phone"),
    [
        ("姓 名", "身份证\n号码", "联系电话(手机)"),
        ("学员姓名", "公民身份号码", "手机号码"),
        ("*姓名", "居民身份证号码(18位)", "联系方式"),
        ("姓名(必填)", "证件号码:", "电 话"),
        ("姓\u3000名", "身份证号(必填)", "本人联系电话"),
    ],
)
def test_headings_go_by_many_names(name: str, number: str, phone: str) -> None:
    result = read(["13819638464", WOMAN, "王小兰"], head=[phone, number, name])
    assert [(e.name, e.id_number, e.phone) for e in result.accepted] == [("王小兰", WOMAN, "13819638464")]


def test_a_second_row_of_headings_under_a_merged_one() -> None:
    rows = [["姓名", "身份证号", "联系方式", ""], ["", "", "住址", "电话"], ["王小兰", WOMAN, "下坝村", "13819638464"]]
    headings = find_headings(rows)
    assert headings is not None
    (entry,) = judge(Sheet("名单", rows), headings, TODAY).accepted
    assert (entry.row, entry.phone, entry.more["address"]) == (3, "13819638464", "下坝村")


def test_bank_holder_is_nobodys_name() -> None:
    head = ["银行户名", "姓名", "教师身份证号", "身份证号", "政治面貌"]
    result = read(["李大山", "王小兰", MAN, WOMAN, "群众"], head=head)
    assert [(e.name, e.id_number) for e in result.accepted] == [("王小兰", WOMAN)]
    assert result.ignored_headings == ("教师身份证号", "政治面貌")


def test_a_village_merged_over_rows_is_everybodys() -> None:
    rows = [["村", "姓名", "身份证号"], ["下坝村", "王小兰", WOMAN], ["", "李大山", MAN]]
    headings = find_headings(rows)
    assert headings is not None
    result = judge(Sheet("名单", rows, [((1, 0), (2, 0))]), headings, TODAY)
    assert [entry.more["village"] for entry in result.accepted] == ["下坝村", "下坝村"]


def test_a_dead_clock_refuses_nobody() -> None:
    rows = [["姓名", "身份证号"], ["王小兰", "522627200609211223"]]
    headings = find_headings(rows)
    assert headings is not None
    result = judge(Sheet("名单", rows), headings, date(1970, 1, 1))
    assert len(result.accepted) == 1


def test_the_sheet_with_most_people_is_read_and_the_other_one_named(make_book: MakeBook) -> None:
    path = make_book(
        说明=[["姓名、身份证号必填"]],
        示例=[["姓名", "身份证号"], ["李大山", MAN]],
        名单=[["某某培训班"], ["姓名", "身份证号"], ["王小兰", WOMAN], ["周小长", "520527196511127561"]],
    )
    result = read_roster(path, TODAY)
    assert result.sheet == "名单"
    assert [entry.row for entry in result.accepted] == [3, 4]
    assert [warning.field for warning in result.warnings] == ["sheet"]
    assert "示例" in result.warnings[0].note


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_in_any_dress(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "名单.csv"
    text = "\r\n".join([mark.join(["姓名", "身份证号", "电话"]), mark.join(["张𬱖", WOMAN, "13819638464"]), ""])
    path.write_bytes(text.encode(encoding))
    assert [(e.row, e.name, e.phone) for e in read_roster(path, TODAY).accepted] == [(2, "张𬱖", "13819638464")]


def test_gb18030_codes_that_left_the_private_use_area(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("姓名,身份证号\n王".encode("gb18030") + b"\xfe\x59" + f",{WOMAN}\n".encode())
    result = read_roster(path, TODAY)
    assert [entry.name for entry in result.accepted] == ["王\u9fb4"]
    assert result.repaired == []


def test_a_csv_record_over_two_lines_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(f'"姓\n名",身份证号\n王小兰,{WOMAN}\n', "utf-8")
    assert [entry.row for entry in read_roster(path, TODAY).accepted] == [2]


cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates(), st.datetimes(), st.times(),
    st.timedeltas(), st.sampled_from([WOMAN, MAN, f" {WOMAN}", "王小兰", "小计", "姓名", "男", "1.1E+17"]),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.lists(cells, max_size=len(HEAD)), max_size=6))
def test_whatever_the_cells_hold_every_row_is_answered_for(rows: list[list[Any]]) -> None:
    result = read(*rows)
    answered = [item.row for part in (result.accepted, result.refused, result.passed) for item in part]
    assert len(answered) == len(set(answered))
    spoken = {number for number, row in enumerate(rows, start=2) if not all(map(is_blank, row))}
    # A row of nothing but headings right under the headings is their second row, and no person.
    second_row = {2} if rows and all(is_blank(cell) or field_of(str(cell)) for cell in rows[0]) else set()
    assert spoken - second_row <= set(answered) <= spoken
    accepted = [entry.id_number for entry in result.accepted]
    assert len(accepted) == len(set(accepted))
