"""The verbs about teachers: what a clerk records without a window, and what `lesson add` then says."""

import re

import pytest

from sync.cli.main import run
from sync.ledger.ledger import Ledger
from tests.cli.conftest import WINDOW, Office, Tell
from tests.training.test_eligibility import born

PLAN = (
    "--date",
    "2099-03-01",
    "--start",
    "08:00",
    "--end",
    "11:00",
    "--hours",
    "4",
    "--kind",
    "theory",
    "--topic",
    "x",
)


def test_register_list_and_set(office: Office, tell: Tell) -> None:
    number = born("19800301")
    words = ("--id-number", number, "--employment", "parttime", "--certificate", "黔职教 001")
    said = tell(office.laptop, "teacher", "add", "--name", "李师傅", *words)
    assert said.code == 0, said
    teacher = said.answer["teacher"]
    lesson = tell(office.laptop, "lesson", "add", "--class", "A1", *PLAN, "--teacher", "李师傅").answer
    assert any("专职教师最低比例 1/3" in words for words in lesson["warnings"])
    [row] = tell(office.laptop, "teacher", "list", "--year", "2099").answer
    assert row == {
        "teacher": teacher, "name": "李师傅", "id_number": f"{number[:6]}********{number[14:]}",
        "employment": "parttime", "since": "", "employments": [{"since": "", "employment": "parttime"}],
        "certificate": "黔职教 001", "institution": row["institution"], "lessons": 1, "hours": 4, "institutions": 1,
    }  # fmt: skip
    assert row["institution"]
    changed = tell(
        office.laptop,
        "teacher",
        "set",
        "李师傅",
        "--employment",
        "fulltime",
        "--since",
        "2099-01-01",
        "--certificate",
        "",
    )
    assert changed.answer == {"teacher": teacher}
    [row] = tell(office.laptop, "teacher", "list").answer
    assert (row["employment"], row["certificate"], row["lessons"]) == ("parttime", "", 0)
    assert row["employments"][1] == {"since": "2099-01-01", "employment": "fulltime"}
    again = tell(office.laptop, "lesson", "edit", lesson["lesson"], "--topic", "y").answer
    assert not any("专职" in words for words in again["warnings"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("add", "--name", "周师傅", "--id-number", "419999198003010010"), "bad-id-number"),
        (("add", "--name", " "), "bad-input"),
        (("add", "--name", "周师傅", "--employment", "parttime", "--since", "去年"), "bad-input"),
        (("add", "--name", "周师傅", "--since", "2026-01-01"), "bad-input"),
        (("set", "没有这个人", "--employment", "fulltime"), "not-found"),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(
    office: Office, tell: Tell, words: tuple[str, ...], reason: str
) -> None:
    before = office.state()
    said = tell(office.laptop, "teacher", *words)
    assert (said.code, said.answer["error"]) == (1, reason)
    assert office.state() == before


def test_the_list_for_a_person_shows_no_whole_number(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    with Ledger.open(office.laptop) as ledger, ledger.writing() as w:
        w.write("teacher", {"name": "吴师傅", "id_number": born("19800315")})
    capsys.readouterr()
    assert run(["--data", str(office.laptop), "teacher", "list"], WINDOW) == 0
    out = capsys.readouterr().out
    assert "吴师傅\t419999********" in out and "没有登记专职还是兼职" in out
    assert not re.search(r"\d{17}", out)
