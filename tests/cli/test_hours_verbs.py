"""The verbs about hours as processes of their own: online import, hours of teachers and in parts, findings."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import YESTERDAY, Office
from tests.day.world import faketime

ONLINE = ("--date", YESTERDAY, "--start", "19:00", "--end", "22:00", "--hours", "4", "--kind", "theory")


def _online_lesson(office: Office, topic: str) -> str:
    words = ("lesson", "add", "--class", "A1", *ONLINE, "--mode", "online", "--teacher", "杨老师", "--topic", topic)
    return str(office.world.laptop.ask(*words)["lesson"])


def _name(office: Office) -> str:
    return next(row["name"] for row in office.world.laptop.ask("hours", "A1") if row["trainee"] == office.trainee)


def _entry(office: Office, lesson: str) -> dict[str, Any]:
    [person] = [row for row in office.world.laptop.ask("hours", "A1") if row["trainee"] == office.trainee]
    [entry] = [entry for entry in person["lessons"] if entry["lesson"] == lesson]
    return dict(entry)


def test_an_export_is_shown_then_imported_then_nothing_new(office: Office, tmp_path: Path) -> None:
    lesson = _online_lesson(office, "网上食品安全")
    head = "姓名,身份证号,课程名称,学习时长(分钟)"
    export = tmp_path / "云学堂.csv"
    export.write_text(f"{head}\n{_name(office)},{office.number},网上食品安全,100\n路人,1,网上食品安全,9\n", "utf-8")
    laptop, words = office.world.laptop, ("online", "import", export, "--class", "A1")

    before = office.state()
    shown = laptop.ask(*words, "--preview")
    assert office.state() == before
    assert shown["refused"] == [{"row": 3, "reason": "bad-length"}]
    assert shown["written"] == [
        {"trainee": office.trainee, "name": _name(office), "lesson": lesson, "hours": 2.22, "before": None}
    ]
    assert _entry(office, lesson)["state"] == "未点名"

    assert laptop.ask(*words) == shown
    entry = _entry(office, lesson)
    assert (entry["state"], entry["measured"], entry["credited"]) == ("早退", 2.22, 2)
    assert any("线上导入：云学堂.csv" in sentence for sentence in entry["why"])

    after = office.state()
    again = laptop.ask(*words)
    assert (again["written"], again["unchanged"]) == ([], 1)
    assert office.state() == after


def test_a_file_that_is_no_export_is_refused_in_words(office: Office, tmp_path: Path) -> None:
    _online_lesson(office, "另一课")
    picture = tmp_path / "截图.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    before = office.state()
    done = office.world.laptop.run("online", "import", picture, "--class", "A1")
    assert done.code == 1 and "图片" in done.answer["message"] and "Traceback" not in done.said
    assert office.state() == before


@pytest.mark.skipif(faketime() is None, reason="libfaketime is not installed (Debian: faketime)")
def test_a_teacher_stamped_by_name_has_hours_of_her_own(office: Office) -> None:
    laptop = office.world.laptop
    words = ("--class", "A1", "--date", YESTERDAY, "--start", "14:00", "--end", "17:00", "--hours", "4")
    lesson = laptop.ask("lesson", "add", *words, "--kind", "practice", "--teacher", "周师傅", "--topic", "刀工")[
        "lesson"
    ]
    for kind, clock in (("in", "13:50"), ("out", "17:00")):
        said = laptop.ask("stamp", "--lesson", lesson, "--trainee", "周师傅", "--kind", kind, at=f"{YESTERDAY}T{clock}")
        assert (said["result"], said["kind"]) == ("recorded", kind)
    found = {row["name"]: row for row in laptop.ask("hours", "A1", "--teachers")}
    assert "trainee" not in found["周师傅"] and found["周师傅"]["teacher"]
    assert [(e["lesson"], e["state"], e["credited"]) for e in found["周师傅"]["lessons"]] == [(lesson, "正常", 4)]
    assert found["周师傅"]["parts"] == [
        {"kind": "practice", "mode": "onsite", "planned": 4, "measured": 4, "credited": 4}
    ]
    refused = laptop.fail("stamp", "--lesson", lesson, "--trainee", office.trainee, "--kind", "in")
    assert "写明原因" in refused["message"]


def test_findings_are_told_with_their_evidence_and_append_nothing(office: Office) -> None:
    laptop = office.world.laptop
    words = ("--lesson", office.lesson, "--trainee", office.number, "--kind", "in", "--time", "07:55")
    made = laptop.ask("stamp", *words, "--reason", "漏刷", "--witness", "王村长")["stamp"]
    before = office.state()
    found = {row["kind"]: row for row in laptop.ask("findings", "A1")}
    assert office.state() == before
    assert found["manual-stamps"]["evidence"] == [made] and found["manual-stamps"]["person"] is None
    assert office.trainee in found["identity-coverage"]["evidence"]
    assert all(row.keys() == {"kind", "person", "sentence", "evidence"} for row in found.values())
