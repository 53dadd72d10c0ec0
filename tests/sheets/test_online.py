"""Exports of learning platforms: headings, units, and that each row is answered for."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from sync.errors import BadInput
from sync.sheets.cells import Cell
from sync.sheets.durations import Learnt, Unclear, learnt, unit_of
from sync.sheets.online import REASONS, OnlineSheet, read_online
from tests.jobs.school import NUMBERS
from tests.sheets.conftest import MakeBook

HOURS, MINUTES = "hours", "minutes"


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("学习时长(分钟)", 95.0, (MINUTES, 95)),
        ("学习时长（分钟）", "95", (MINUTES, 95)),
        ("学习时长/分钟", "95.5", (MINUTES, Fraction(191, 2))),
        ("时长(小时)", "1.5", (MINUTES, 90)),
        ("观看时长(秒)", "90", (MINUTES, Fraction(3, 2))),
        ("学习时长(时:分:秒)", "01:35:30", (MINUTES, Fraction(191, 2))),
        ("学时", 2.5, (HOURS, Fraction(5, 2))),
        ("已学课时", "2", (HOURS, 2)),
        ("有效学时(45分钟/学时)", "2", (HOURS, 2)),
        ("学时(分钟)", "90", (MINUTES, 90)),
        ("学习时长", "1小时35分", (MINUTES, 95)),
        ("学习时长", "1小时35分钟30秒", (MINUTES, Fraction(191, 2))),
        ("学习时长", "95分钟", (MINUTES, 95)),
        ("学习时长", "２学时", (HOURS, 2)),
        ("学习时长", "1:35:00", (MINUTES, 95)),
        ("学习时长", time(1, 35), (MINUTES, 95)),
        ("学习时长", timedelta(hours=25), (MINUTES, 1500)),
        ("学习时长", "0", (MINUTES, 0)),
        ("学习时长(分钟)", "95:30", (MINUTES, Fraction(191, 2))),
        ("学习时长(小时)", "1:35", (MINUTES, 95)),
        # A unit is never guessed, and a cell's own one counts before the heading's.
        ("学习时长", "95", "no-unit"),
        ("学习时长", "1:35", "no-unit"),
        ("学习时长(分钟)", "2小时", (MINUTES, 120)),
        ("学习时长(分钟)", "", "missing-duration"),
        ("学习时长(分钟)", None, "missing-duration"),
        ("学习时长(分钟)", "已完成", "bad-duration"),
        ("学习时长(分钟)", "-5", "bad-duration"),
        ("学习时长(分钟)", -5.0, "bad-duration"),
        ("学习时长(分钟)", 4e9, "bad-duration"),
        ("学习时长(分钟)", float("nan"), "bad-duration"),
        ("学习时长(分钟)", True, "bad-duration"),
        ("学习时长(分钟)", datetime(2026, 11, 21, 9, 0), "bad-duration"),  # noqa: DTZ001
        ("学习时长(分钟)", date(2026, 11, 21), "bad-duration"),
    ],
)
def test_how_long(heading: str, cell: Cell, expected: tuple[str, Fraction] | str) -> None:
    if isinstance(expected, str):
        with pytest.raises(Unclear) as caught:
            learnt(cell, unit_of(heading))
        assert caught.value.reason == expected
    else:
        assert learnt(cell, unit_of(heading)) == Learnt(**{expected[0]: Fraction(expected[1])})


def _read(tmp_path: Path, text: str) -> OnlineSheet:
    path = tmp_path / "学习记录.csv"
    path.write_text(text, "utf-8")
    return read_online(path, date(2026, 12, 1))


@pytest.mark.parametrize(
    "head",
    [
        "姓名,证件号,章节,学习时长(分钟)",
        "真实姓名,身份证号码,课程名称,学习时长（分钟）",
        "学员,公民身份号码,课件,时长/分钟",
    ],
)
def test_headings_vary(tmp_path: Path, head: str) -> None:
    sheet = _read(tmp_path, f"某某平台导出\n{head}\n马小兰,{NUMBERS[0]},食品安全,95\n")
    [row] = sheet.accepted
    assert (row.row, row.name, row.course + row.chapter, row.learnt.minutes) == (3, "马小兰", "食品安全", 95)


def test_what_was_learnt_counts_before_what_the_course_is_long(tmp_path: Path) -> None:
    """学时 beside a better column is the course's own length."""
    sheet = _read(tmp_path, f"姓名,身份证号,学时,学习时长(分钟),有效学时\n马小兰,{NUMBERS[0]},8,95,2\n")
    assert sheet.accepted[0].learnt == Learnt(hours=Fraction(2))
    sheet = _read(tmp_path, f"姓名,身份证号,学时,学习时长(分钟)\n马小兰,{NUMBERS[0]},8,95\n")
    assert sheet.accepted[0].learnt == Learnt(minutes=Fraction(95))


def test_every_row_is_accepted_refused_or_passed_over(tmp_path: Path) -> None:
    one, two, _ = NUMBERS
    rows = [
        (f"马小兰,{one},刀工,95", "accepted"),
        (f",{one},刀工,95", "missing-name"),
        ("马小兰,,刀工,95", "missing-id"),
        ("马小兰,4.19999E+17,刀工,95", "number-lost-precision"),
        ("马小兰,4199********1234,刀工,95", "masked-id"),
        (f"马小兰,{one[:-1]},刀工,95", "bad-length"),
        (f"马小兰,{one[:10]}13{one[12:]},刀工,95", "bad-birth-date"),
        (f"马小兰,{one[:-1]}{'1' if one[-1] == '0' else '0'},刀工,95", "bad-check-digit"),
        (f"马小兰,{one},刀工,", "missing-duration"),
        (f"马小兰,{one},刀工,完成", "bad-duration"),
        (f"马小兰,{one},刀工,95", "duplicate-in-file"),
        (f"马小兰,{one},火候,95", "accepted"),
        (f"单国建,{two},刀工,0", "accepted"),
        (",,,", ""),
        ("姓名,身份证号,课程,学习时长(分钟)", "passed"),
        ("合计,,,380", "passed"),
        ("制表人：单老师,,,", "passed"),
    ]
    sheet = _read(tmp_path, "\n".join(["姓名,身份证号,课程,学习时长(分钟)", *(line for line, _ in rows)]))
    found = {row.row: "accepted" for row in sheet.accepted} | {row.row: "passed" for row in sheet.passed}
    found |= {row.row: row.reason for row in sheet.refused}
    assert found == {number: fate for number, (_, fate) in enumerate(rows, start=2) if fate}
    assert all(reason in REASONS for reason in (row.reason for row in sheet.refused))


def test_a_person_merged_over_her_chapters_stands_on_each_row(tmp_path: Path, make_book: MakeBook) -> None:
    from openpyxl import load_workbook

    head = ["姓名", "身份证号", "章节", "学习时长(分钟)"]
    path = make_book(记录=[head, ["马小兰", NUMBERS[0], "一", 40], [None, None, "二", 50]])
    book = load_workbook(path)
    for span in ("A2:A3", "B2:B3"):
        book.worksheets[0].merge_cells(span)
    book.save(path)
    sheet = read_online(path)
    assert [(row.name, row.chapter, row.learnt.minutes) for row in sheet.accepted] == [
        ("马小兰", "一", 40), ("马小兰", "二", 50),
    ]  # fmt: skip


def test_cells_of_a_workbook(make_book: MakeBook) -> None:
    """A time-formatted cell, numbers as floats, instants as dates; 95 minutes between 09:00 and 10:00 are odd."""
    start, end = datetime(2026, 11, 21, 9, 0), datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001
    head = ["姓名", "身份证号", "学习时长", "开始时间", "完成时间"]
    path = make_book(
        记录=[
            head,
            ["马小兰", NUMBERS[0], time(0, 50), start, end],
            ["单国建", NUMBERS[1], "95分钟", "2026/11/21 9:00", "2026年11月21日 10:00:30"],
            ["曾玉", NUMBERS[2], "95分钟", "不详", end],
        ]
    )
    sheet = read_online(path)
    assert [row.learnt.minutes for row in sheet.accepted] == [50, 95, 95]
    assert [(warning.row, warning.field) for warning in sheet.warnings] == [(3, "duration")]


def test_a_second_sheet_is_not_lost_silently(make_book: MakeBook) -> None:
    head = ["姓名", "身份证号", "学时"]
    path = make_book(
        十月=[head, ["马小兰", NUMBERS[0], 2], ["单国建", NUMBERS[1], 2]], 十一月=[head, ["曾玉", NUMBERS[2], 1]]
    )
    sheet = read_online(path)
    assert (len(sheet.accepted), ["十一月" in warning.note for warning in sheet.warnings]) == (2, [True])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 cut off", "损坏"),
        (b"\x00\x01\x02\xff\xfe\x80" * 50, "认不出"),
        ("甲,乙\n丙,丁\n".encode(), "没有找到表头"),
        ("姓名,学习时长(分钟)\n马小兰,60\n".encode(), "没有找到“身份证号”列"),
        ("姓名,身份证号,电话\n马小兰,1,2\n".encode(), "没有找到时长或学时的列"),
        (b"\xef\xbb\xbf<html><table><tr><td>", "网页"),
    ],
)
def test_bad_files_are_refused_with_words(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "学习记录.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says) as caught:
        read_online(path)
    assert caught.value.message.endswith("。")
