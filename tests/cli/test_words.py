"""The command line for a person: Chinese words without --json, and nothing half-said when something fails."""

import json
import subprocess
from pathlib import Path

import pytest

from sync.cli import context as context_module
from sync.cli.door import RESULTS
from sync.cli.main import run
from sync.ledger.ledger import Ledger
from tests.cli.conftest import WINDOW, YESTERDAY, Office, Tell
from tests.day.world import PROGRAM, environment


def heard(capsys: pytest.CaptureFixture[str], folder: Path, *words: object) -> str:
    capsys.readouterr()
    assert run(["--data", str(folder), *map(str, words)], WINDOW) == 0
    return capsys.readouterr().out


def test_scan_and_stamp_speak_chinese(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    with Ledger.open(office.laptop) as ledger:
        (name,) = ledger.conn.execute("SELECT name FROM trainees WHERE id = ?", (office.trainee,)).fetchone()
    unknown = "00000000000000000"
    said = heard(capsys, office.laptop, "scan", "--lesson", office.lesson, office.card, "123", unknown).splitlines()
    assert said[0] == f"{name} 不在签到签退的时段，不计入"
    assert said[1] == "123 没读全，或不是学员证"
    assert said[2].startswith(f"{unknown} ")
    stamp = ("stamp", "--lesson", office.lesson, "--trainee", office.trainee, "--kind", "in")
    said = [heard(capsys, office.laptop, *stamp, "--time", "08:00", "--reason", "漏刷", "--witness", "王村长")]
    assert said == [f"{name}：签到 已记\n"]


def test_every_result_of_the_contract_has_words() -> None:
    contract = "recorded, repeat, outside-window, unknown-card, bad-card, not-enrolled, revoked-card"
    assert list(RESULTS) == contract.split(", ")


def test_a_bug_is_told_in_words_with_a_report(
    office: Office, tell: Tell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_folder: Path) -> Ledger:
        raise RuntimeError(f"吴小英 {office.number}")

    monkeypatch.setattr(context_module.Ledger, "open", broken)
    said = tell(office.laptop, "status")
    assert said.code == 1
    assert said.answer.keys() == {"error", "message", "report"} and said.answer["error"] == "bug"
    report = Path(said.answer["report"])
    assert report.parent == office.laptop / "crashes"
    text = report.read_text("utf-8")
    assert "RuntimeError" in text and office.number not in text and "吴小英" not in text
    assert said.err.strip() == said.answer["message"] and "Traceback" not in said.err
    assert run(["--data", str(office.laptop), "status"], WINDOW) == 1
    streams = capsys.readouterr()
    assert streams.out == "" and "问题报告" in streams.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_answer_that_can_not_be_written_unsays_nothing(office: Office) -> None:
    words = ("stamp", "--lesson", office.lesson, "--trainee", office.trainee, "--kind", "in", "--time", "08:20")
    line = [PROGRAM, "--data", str(office.laptop), "--json", *words, "--reason", "漏刷", "--witness", "王村长"]
    before = office.state()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", env=environment())
    assert office.state() != before
    assert done.returncode == 1
    assert "没有记下" not in done.stderr and "没有撤回" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_bytes_that_are_no_text_are_refused_in_words(office: Office) -> None:
    hours = ("--start", "14:00", "--end", "15:00", "--hours", "1", "--kind", "theory")
    words = ("lesson", "add", "--class", "A1", "--date", YESTERDAY, *hours, "--topic")
    before = office.state()
    line = [PROGRAM, "--data", str(office.laptop), "--json", *words]
    done = subprocess.run([*map(str.encode, line), b"A\xff"], capture_output=True, env=environment())
    said = json.loads(done.stdout)
    assert (done.returncode, said["error"]) == (1, "bad-text")
    assert "UTF-8" in said["message"]
    assert office.state() == before
