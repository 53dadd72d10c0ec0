"""Verbs that keep the register right: revealing, withdrawing, editing a lesson to come, operators."""

import io
import json
from pathlib import Path

import pytest

from sync.jobs import operators
from sync.ledger.ledger import Ledger
from tests.cli.conftest import Office, Tell

TOMORROW = ("--date", "2099-01-05", "--start", "08:00", "--end", "11:00", "--hours", "4", "--kind", "theory")


def _last(office: Office) -> tuple[str, dict[str, object]]:
    """Kind and body of the newest change."""
    with Ledger.open(office.laptop) as ledger:
        change = next(ledger.changes(ledger.feed, ledger.position(ledger.feed).seq)).change
    return change.kind, json.loads(bytes(change.body))


def _seq(office: Office) -> int:
    with Ledger.open(office.laptop) as ledger:
        return ledger.position(ledger.feed).seq


@pytest.mark.parametrize(
    "words, what",
    [
        (("print", "roster", "--class", "A1", "--show-identity", "--to", "r.pdf"), "print"),
        (("roster", "export", "A1", "--to", "r.xlsx"), "export"),
    ],
)
def test_whole_identity_numbers_leave_a_trace(
    office: Office, tell: Tell, tmp_path: Path, words: tuple[str, ...], what: str
) -> None:
    before = _seq(office)
    with Ledger.open(office.laptop) as ledger:
        people = ledger.conn.execute("SELECT count(*) FROM enrollments WHERE status = 'enrolled'").fetchone()[0]
    said = tell(office.laptop, *words[:-1], tmp_path / words[-1])
    assert said.code == 0, said
    assert _seq(office) == before + 1
    kind, body = _last(office)
    assert (kind, body["what"], body["people"]) == ("reveal", what, people)
    assert people > 0


def test_a_form_without_numbers_leaves_none_though_they_were_asked_for(
    office: Office, tell: Tell, tmp_path: Path
) -> None:
    before = office.state()
    assert (
        tell(office.laptop, "print", "cards", "--class", "A1", "--show-identity", "--to", tmp_path / "c.pdf").code == 0
    )
    assert office.state() == before


def test_a_lesson_to_come_is_edited(office: Office, tell: Tell) -> None:
    words = ("--class", "A1", *TOMORROW, "--teacher", "杨老师", "--topic", "旧内容")
    lesson = tell(office.laptop, "lesson", "add", *words).answer["lesson"]
    said = tell(office.laptop, "lesson", "edit", lesson, "--topic", "新内容", "--hours", "3.5")
    assert (said.code, said.answer["lesson"]) == (0, lesson)
    (row,) = [row for row in tell(office.laptop, "lesson", "list", "A1").answer if row["lesson"] == lesson]
    assert (row["topic"], row["hours"], row["teacher"]) == ("新内容", 3.5, "杨老师")
    late = tell(office.laptop, "lesson", "edit", office.lesson, "--topic", "改")
    assert (late.code, late.answer["error"]) == (1, "lesson-begun")


def test_who_withdraws_stays_in_the_record(office: Office, tell: Tell) -> None:
    hours = tell(office.laptop, "hours", "A1").answer
    words = ("roster", "withdraw", "--class", "A1", "--trainee", office.number)
    assert tell(office.laptop, *words, "--reason", " ").code == 1
    assert tell(office.laptop, *words, "--reason", "外出务工").code == 0
    assert _last(office)[1]["reason"] == "外出务工"
    assert tell(office.laptop, "hours", "A1").answer == hours
    said = tell(office.laptop, "scan", "--lesson", office.lesson, office.card)
    assert said.answer["result"] == "not-enrolled"
    assert tell(office.laptop, *words, "--reason", "外出务工").answer["error"] == "not-enrolled"


def _op(office: Office) -> str:
    """Who made the last change, as it stands in it."""
    with Ledger.open(office.laptop) as ledger:
        position = ledger.position(ledger.feed)
        return next(iter(ledger.changes(ledger.feed, position.seq, 1))).change.op


def test_a_change_says_that_it_came_by_the_command_line_or_who_signed_in(
    office: Office, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = ("lesson", "add", "--class", "A1", *TOMORROW, "--topic")
    assert tell(office.laptop, *lesson, "一").code == 0
    assert _op(office) == operators.COMMAND_LINE
    with Ledger.open(office.laptop) as ledger:
        made = operators.add_operator(ledger, "罗老师", "2580")
    monkeypatch.setenv("XIANGPEI_PIN", "2580")
    said = tell(office.laptop, "--operator", "罗老师", *lesson, "二")
    assert said.code == 0 and "2580" not in said.out + said.err
    assert _op(office) == made
    before = office.state()
    for pin in ("1357", ""):
        monkeypatch.setenv("XIANGPEI_PIN", pin)
        monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("a machine was asked"))
        assert tell(office.laptop, *lesson, "三", "--operator", "罗老师").answer["error"] == "wrong-pin"
    assert office.state() == before, "a wrong PIN writes nothing"
    assert tell(office.laptop, "operator", "retire", "罗老师").code == 0


def test_operators_from_standard_input(office: Office, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*words: str, pin: str = "") -> object:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
        said = tell(office.laptop, "operator", *words)
        assert "2580" not in said.out + said.err
        return said.answer

    made = told("add", "王老师", pin="2580")
    assert told("list") == [{"operator": made["operator"], "name": "王老师", "pin": True}]
    assert told("pin", "王老师", pin="3691") == made
    with Ledger.open(office.laptop) as ledger:
        operators.sign_in(ledger, made["operator"], "3691")
    assert _last(office)[1]["reason"] == operators.RESET
    assert told("pin", "李老师", pin="3691")["error"] == "not-found"
    assert told("add", "李老师", pin="12")["error"] == "bad-input"
    told("retire", "王老师")
    assert told("list") == []
