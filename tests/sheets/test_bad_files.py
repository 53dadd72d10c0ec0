"""Files that are no roster are refused with a sentence that says what to do."""

import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from sync.errors import BadInput, StorageError, UserError
from sync.sheets import workbook
from sync.sheets.roster import read_roster
from tests.sheets.conftest import MakeBook

SAMPLES = Path(__file__).parent.parent / "samples"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.xlsx", b"", "空文件"),
        ("空.csv", b" \r\n", "空文件"),
        ("名单.xlsx", b"%PDF-1.7 ...", "PDF"),
        ("名单.xlsx", b"\x89PNG\r\n\x1a\n", "图片"),
        ("名单.xls", b"\xef\xbb\xbf<html><table><tr><td>", "网页"),
        ("名单.xls", b'<?xml version="1.0"?><Workbook>', "网页"),
        ("名单.xlsx", b"PK\x03\x04 cut off", "损坏"),
        ("名单.xls", OLE + b"\0" * 2000, "损坏"),
        ("名单.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("名单.csv", b"\x00\x01\x02\xff\xfe\x80" * 50, "认不出"),
        ("名单.csv", "甲,乙\n丙,丁\n".encode(), "没有找到表头"),
        ("名单.csv", "姓名,电话\n王小兰,1\n".encode(), "没有找到“身份证号”列"),
        ("名单.csv", "身份证号,电话\n1,1\n".encode(), "没有找到“姓名”列"),
        ("名单.csv", b"\xd0\xd5\xc3\xfb,\xff\xff\n", "认不出"),
        ("名单.csv", ("姓名,身份证号\n" + "王" * 140_000).encode(), "CSV"),
    ],
)
def test_refused_with_words(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says) as caught:
        read_roster(path)
    assert caught.value.message.endswith("。")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="找不到"):
        read_roster(tmp_path / "没有.xlsx")
    with pytest.raises(BadInput, match="文件夹"):
        read_roster(tmp_path)


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(BadInput, match=r"不是 \.xlsx"):
        read_roster(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A name too long is refused by the system itself, whoever runs the test."""
    with pytest.raises(StorageError, match="读不了"):
        read_roster(tmp_path / ("名" * 300))


def test_content_counts_and_not_the_extension(tmp_path: Path) -> None:
    for sample, name in (("roster-old-35.xls", "甲.xlsx"), ("roster-template-40.xlsx", "乙.xls")):
        path = tmp_path / name
        path.write_bytes((SAMPLES / sample).read_bytes())
        assert len(read_roster(path).accepted) in (35, 40)


@pytest.mark.parametrize("stray", ["A1048576", "XFD1048576", "ZZ900000"])
def test_a_stray_cell_far_away_is_refused_before_it_takes_all_memory(tmp_path: Path, stray: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B1"], sheet[stray] = "姓名", "身份证号", "x"
    path = tmp_path / "名单.xlsx"
    book.save(path)
    with pytest.raises(BadInput, match="大得不正常"):
        read_roster(path)


def test_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("姓名,身份证号\n" * 100, "utf-8")
    monkeypatch.setattr(workbook, "MAX_BYTES", 1000)
    with pytest.raises(BadInput, match="50 MB"):
        read_roster(path)


def test_what_unpacks_to_too_much_is_refused(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_book(名单=[["姓名", "身份证号"]] * 100)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    with pytest.raises(BadInput, match="太大"):
        read_roster(path)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_xlsx_is_refused_or_read_and_never_a_crash(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray((SAMPLES / "roster-template-40.xlsx").read_bytes())
    if seed % 2:
        del data[chance.randrange(1, len(data)) :]
    else:
        for _ in range(chance.choice([1, 5, 40])):
            data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "名单.xlsx"
    path.write_bytes(data)
    try:
        read_roster(path)
    except UserError as error:
        assert error.message


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_an_xls_cut_off_is_refused_or_read_and_never_a_crash(tmp_path: Path, part: float) -> None:
    data = (SAMPLES / "roster-old-35.xls").read_bytes()
    path = tmp_path / "名单.xls"
    path.write_bytes(data[: int(len(data) * part)])
    try:
        read_roster(path)
    except UserError as error:
        assert error.message


def test_an_xls_whose_last_cell_was_bent_to_the_far_corner_is_refused_and_ends_nobody(tmp_path: Path) -> None:
    data = bytearray((SAMPLES / "roster-old-35.xls").read_bytes())
    # The last LABELSST record: its row and column, two bytes each, follow its kind and length.
    place = data.rfind(b"\xfd\x00\x0a\x00") + 4
    data[place : place + 4] = b"\xff" * 4
    path = tmp_path / "名单.xls"
    path.write_bytes(data)
    with pytest.raises(BadInput, match="损坏"):
        read_roster(path)
