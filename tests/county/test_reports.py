"""The monthly report of a county with two institutions: every figure worked out by hand."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync.cli.main import run
from sync.county import county as county_jobs
from sync.county.reports import HEADINGS, parse_month, report_month
from sync.errors import BadInput
from sync.jobs import moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.rosters import withdraw
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from tests.cli.conftest import WINDOW
from tests.county.training_point import HandClock, bring, enrolled_laptop, identity_number


def a_class(laptop: Ledger, code: str, course: str, days: tuple[str, str], names: str) -> tuple[str, list[str]]:
    """A class and its trainees, one for each letter of `names`."""
    class_id = add_class(laptop, code, course, f"{code}班", *days)
    people = []
    with laptop.writing() as w:
        for name in names:
            number = identity_number(ord(name) * 7 + len(code) + ord(code[0]))
            people.append(w.write("trainee", {"name": name, "id_number": number}))
            w.write("enrollment", {"training_class": class_id, "trainee": people[-1], "status": "enrolled"})
    return class_id, people


def a_lesson(laptop: Ledger, class_id: str, day: str, people: Sequence[str]) -> None:
    """Four hours in the morning, at which these were from beginning to end."""
    new = NewLesson(date.fromisoformat(day), time(8), time(11), 400, "theory", topic="课")
    lesson, _ = add_lesson(laptop, class_id, new)
    start = moment.instant(new.day, new.start)
    with laptop.writing() as w:
        for person in people:
            w.fact("stamp", kinds.Stamp(lesson, person, "in", "scanner", at=start - 60))
            w.fact("stamp", kinds.Stamp(lesson, person, "out", "scanner", at=start + 3 * 3600))


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Ledger]:
    """At noon of 1 December 2026."""
    folder = tmp_path
    clock = HandClock(moment.instant(date(2026, 12, 1), time(12)))
    with (
        county_jobs.create(folder / "county", "青山县人社局", clock) as county,
        enrolled_laptop(folder / "one", county, "电脑一", "甲学校", clock) as one,
        enrolled_laptop(folder / "two", county, "电脑二", "=乙学校", clock) as two,
    ):
        first, people = a_class(one, "A1", "ZSPT-5", ("2026-11-02", "2026-11-20"), "子丑寅卯")
        a_lesson(one, first, "2026-11-02", people)
        a_lesson(one, first, "2026-11-03", people[:2])
        withdraw(one, "A1", people[3], "外出务工")
        second, people = a_class(one, "A2", "ZSPT-5", ("2026-10-28", "2026-11-05"), "辰")
        a_lesson(one, second, "2026-10-29", people)
        a_lesson(one, second, "2026-11-04", people)
        third, people = a_class(two, "B1", "HG-5", ("2026-11-25", "2026-12-10"), "巳午")
        a_lesson(two, third, "2026-11-26", people)
        earlier, people = a_class(two, "B0", "HG-5", ("2026-10-01", "2026-10-31"), "未申酉")
        a_lesson(two, earlier, "2026-10-12", people)
        for laptop in (one, two):
            assert {intake.state for intake in bring(laptop, county)} == {"taken"}
        yield county


def subsidy(county: Ledger, code: str) -> float:
    (fen,) = county.conn.execute("SELECT subsidy FROM courses WHERE code = ?", (code,)).fetchone()
    return float(fen / 100)


def test_the_figures_of_november(county: Ledger, tmp_path: Path) -> None:
    """甲: two classes. 子, 丑 8 of 8 hours, 寅 4 of 8, 卯 4 and gone; 辰 8 of 8, half of it in October."""
    path = tmp_path / "月报.xlsx"
    assert report_month(county, "2026-11", path) == 2
    book = load_workbook(path)
    assert book.sheetnames == ["月报", "班次", "说明"]
    rows = [["" if cell is None else cell for cell in row] for row in book["月报"].iter_rows(values_only=True)]
    assert rows[2] == list(HEADINGS)
    cook, weld = subsidy(county, "ZSPT-5"), subsidy(county, "HG-5")
    assert [row[5:] for row in rows[3:]] == [
        [1, 2, 0, 0, 0, 8, weld, 0, "", "", ""],
        [1, 4, 2, 4, 3, 28, cook, 3 * cook, "", "", ""],
        [2, 6, 2, 4, 3, 36, "", 3 * cook, "", "", ""],
    ]
    assert [row[2] for row in rows[3:5]] == ["=乙学校", "甲学校"]
    assert rows[5][0] == "合计"
    assert book["月报"]["C4"].data_type == "s"


def test_the_classes_and_the_meanings_stand_beside_them(county: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "月报.xlsx"
    report_month(county, "2026-11", path)
    book = load_workbook(path)
    classes = list(book["班次"].iter_rows(min_row=3, values_only=True))
    assert [(row[3], row[10], row[11], row[12]) for row in classes] == [
        ("B1", 2, None, 8),
        ("A1", 3, 2, 24),
        ("A2", 1, 1, 4),
    ]
    meanings = {row[0]: row[1:] for row in book["说明"].iter_rows(min_row=3, values_only=True)}
    assert "80.0%" in meanings["达到出勤率人次"][0] and "出勤率要求 80%（依据：默认）" in meanings["达到出勤率人次"][1]
    assert "待填" in meanings["合格、取证、就业"][0]


def test_other_months(county: Ledger, tmp_path: Path) -> None:
    """October: A2 begins and B0 runs and ends, its three all there; December: B1 ends, half done; July: nothing."""
    found = {}
    for text in ("2026-10", "2026-12", "2026-07"):
        path = tmp_path / f"{text}.xlsx"
        count = report_month(county, text, path)
        rows = list(load_workbook(path)["月报"].iter_rows(min_row=4, values_only=True))
        assert len(rows) == count + 1
        found[text] = rows[-1][5:11]
    assert found == {
        "2026-10": (2, 4, 1, 3, 3, 16),
        "2026-12": (0, 2, 1, 2, 2, 0),
        "2026-07": (0, 0, 0, 0, 0, 0),
    }


def test_lessons_to_come_flatter_nobody(county: Ledger, tmp_path: Path) -> None:
    """B1 has another lesson on 5 December: on the 1st its two have half of their hours."""
    (class_id,) = county.conn.execute("SELECT id FROM classes WHERE code = 'B1'").fetchone()
    before = report_totals(county, tmp_path)
    start = moment.instant(date(2026, 12, 5), time(8))
    with county.writing() as w:
        values = {"training_class": class_id, "start": start, "end": start + 3 * 3600, "hours": 400, "kind": "theory"}
        w.write("lesson", values)
    assert (before[4], report_totals(county, tmp_path)[4]) == (2, 0)


def report_totals(county: Ledger, folder: Path) -> tuple[object, ...]:
    report_month(county, "2026-12", folder / "r.xlsx")
    return tuple(list(load_workbook(folder / "r.xlsx")["月报"].iter_rows(values_only=True))[-1][5:11])


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "202611", "十一月", "0001-01", "9999-12", "2026-11-01", ""])
def test_a_bad_month_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match=r"写成|年份"):
        parse_month(text)


def test_months_end_where_they_end() -> None:
    assert [parse_month(text).last.day for text in ("2026-02", "2028-02", "2026-11", "2026-12")] == [28, 29, 30, 31]


def test_the_verb(county: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.xlsx"
    head = ["--data", str(county.folder), "--json", "county", "report", "month"]
    before = county.position(county.feed)
    assert run([*head, "2026-11", "--to", str(path)], WINDOW) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(path), "rows": 2}
    assert path.stat().st_size > 1000 and county.position(county.feed) == before
    for words, reason in ((("2026-13", "--to", str(path)), "bad-month"), (("2026-11", "--to", "r.csv"), "not-xlsx")):
        assert run([*head, *words], WINDOW) == 1
        assert json.loads(capsys.readouterr().out)["error"] == reason
