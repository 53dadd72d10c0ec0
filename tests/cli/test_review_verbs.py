"""The officer's verbs and the institution's, over a stick: from a class that nobody has approved to its verdict."""

from pathlib import Path
from typing import Any

import pytest

from sync.ledger.ledger import Ledger
from tests.cli.conftest import Office, Tell

FIRST_KEYS = ["class", "code", "name", "course", "from", "to", "site"]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def round_trip(office: Office, tell: Tell, stick: Path) -> dict[str, Any]:
    """Laptop, county, laptop; answers what the laptop then says of its class."""
    for folder, words in (
        (office.laptop, ("sync", "--folder", stick)),
        (office.world.county.folder, ("county", "import", stick, "--receipts", stick)),
        (office.laptop, ("sync", "--folder", stick)),
    ):
        said = tell(folder, *words)
        assert said.code == 0, said
    row: dict[str, Any] = tell(office.laptop, "class", "list").answer[0]
    assert list(row)[: len(FIRST_KEYS)] == FIRST_KEYS, "more keys come after those of the contract"
    return row


def test_from_return_to_verdict(office: Office, tell: Tell, stick: Path) -> None:
    row = round_trip(office, tell, stick)
    assert (row["state"], row["state_words"], row["returns"]) == ("none", "未报批", [])
    reasons = ("--reason", "缺教学计划", "--reason", "缺教师资格证")
    said = tell(
        office.world.county.folder, "county", "return", "A1", *reasons, "--stage", "opening", "--until", "2099-01-01"
    )
    assert said.code == 0, said
    row = round_trip(office, tell, stick)
    assert (row["state"], row["county_words"]) == (
        "returned", "县里退回：缺教学计划；缺教师资格证，请于 2099-01-01 前补正。",
    )  # fmt: skip
    (notice,) = row["returns"]
    assert (notice["return"], notice["seen"], notice["open"]) == (said.answer["return"], False, True)
    answered = tell(office.laptop, "class", "answer", notice["return"], "--mended", "--note", "都补了")
    assert answered.code == 0 and answered.answer["answer"]
    assert round_trip(office, tell, stick)["state"] == "mended"
    assert [one["state"] for one in tell(office.world.county.folder, "county", "classes").answer] == ["mended"]
    assert tell(office.world.county.folder, "county", "classes", "--state", "approved").answer == []
    words = ("--paper", "云人社培〔2026〕7号", "--hours", "96", "--people", "40")
    assert tell(office.world.county.folder, "county", "approve", "A1", *words).code == 0
    assert round_trip(office, tell, stick)["state_words"] == "已批复"
    verdict = ("--outcome", "cut", "--hours", "88.5", "--rule", "出勤率不足")
    assert tell(office.world.county.folder, "county", "verdict", "A1", *verdict).code == 0
    row = round_trip(office, tell, stick)
    assert (row["state"], row["county_words"]) == ("concluded", "审核核减，认定 88.5 课时，依据 出勤率不足。")


def test_one_trainee_is_cut(office: Office, tell: Tell, stick: Path) -> None:
    round_trip(office, tell, stick)
    county = office.world.county.folder
    words = ("county", "verdict", "A1", "--outcome", "cut", "--hours", "6", "--rule", "出勤率不足")
    assert tell(office.laptop, *words).answer["error"] == "not-a-county"
    assert tell(county, *words, "--trainee", "没有这个人").answer["error"] == "not-found"
    said = tell(county, *words, "--trainee", office.number)
    assert said.code == 0, said
    state = tell(office.laptop, "class", "list").answer[0]["state"]
    assert round_trip(office, tell, stick)["state"] == state, "of one trainee, not of the class"
    with Ledger.open(office.laptop) as ledger:
        row = ledger.conn.execute("SELECT person, hours FROM verdicts WHERE id = ?", (said.answer["verdict"],))
        assert row.fetchone() == (office.trainee, 600)


def test_the_calendar_reaches_the_laptops_timetable(office: Office, tell: Tell, stick: Path) -> None:
    words = ("--date", "2099-01-05", "--to", "2099-01-06", "--kind", "off", "--name", "春节")
    assert tell(office.world.county.folder, "county", "calendar", "add", *words).answer == {
        "days": ["2099-01-05", "2099-01-06"]
    }
    round_trip(office, tell, stick)
    expected = [{"date": f"2099-01-0{n}", "kind": "off", "name": "春节", "clause": ""} for n in (5, 6)]
    assert tell(office.laptop, "calendar", "list").answer == expected
    assert tell(office.world.county.folder, "county", "calendar", "list").answer == expected
    plan = ("--date", "2099-01-05", "--start", "08:00", "--end", "11:00", "--hours", "4", "--kind", "theory")
    said = tell(office.laptop, "lesson", "add", "--class", "A1", *plan, "--topic", "照样上课")
    assert said.code == 0
    assert "2099-01-05 是县里公布的停课日（春节），请与县里确认。" in said.answer["warnings"]


def test_what_makes_no_sense_is_told(office: Office, tell: Tell) -> None:
    for words, reason in (
        (("approve", "没有的班"), "not-found"),
        (("return", "A1", "--reason", " "), "bad-input"),
        (("verdict", "A1", "--outcome", "failed"), "bad-input"),
        (("approve", "A1", "--hours", "很多"), "bad-input"),
        (("calendar", "add", "--date", "昨天", "--kind", "off", "--name", "x"), "bad-input"),
    ):
        said = tell(office.world.county.folder, "county", *words)
        assert (said.code, said.answer["error"]) == (1, reason), said
    assert tell(office.laptop, "class", "answer", "AAAAAAAAAAAAAAAA").answer["error"] == "not-found"
