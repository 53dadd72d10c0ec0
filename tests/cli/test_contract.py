"""The command line's contract: exit codes, one JSON value, what reads appends nothing, times with their offset."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.cli.main import run
from sync.ledger.check import check
from sync.ledger.ledger import Ledger
from sync.seal import papers
from sync.seal.batch import unseal
from tests.cli.conftest import WINDOW, YESTERDAY, Office, Tell
from tests.day.world import SAMPLES

Words = Callable[[Office, Path], tuple[object, ...]]

LESSON = (
    "--date",
    YESTERDAY,
    "--start",
    "14:00",
    "--end",
    "16:15",
    "--hours",
    "3",
    "--kind",
    "practice",
    "--topic",
    "t",
)

# Verb → the word under which it answers what it made.
MAKING: dict[str, tuple[Words, str]] = {
    "class add": (
        lambda o, _: ("class", "add", "--code", "B2", "--course", course(o), "--name", "二班", "--from", YESTERDAY,
                      "--to", YESTERDAY), "class"),
    "lesson add": (lambda o, _: ("lesson", "add", "--class", "A1", "--teacher", "杨老师", *LESSON), "lesson"),
    "lesson move": (lambda o, _: ("lesson", "move", o.lesson, "--end", "11:30", "--reason", "停电"), "lesson"),
    "lesson cut": (lambda o, _: ("lesson", "cut", o.lesson, "--end", "10:00", "--reason", "停电"), "lesson"),
    "card reissue": (lambda o, _: ("card", "reissue", "--class", "A1", "--trainee", o.number), "card"),
    "stamp by hand": (
        lambda o, _: ("stamp", "--lesson", o.lesson, "--trainee", o.trainee, "--kind", "in", "--reason", "忘带卡"),
        "stamp"),
    "stamp afterwards": (
        lambda o, _: ("stamp", "--lesson", o.lesson, "--trainee", o.trainee, "--kind", "in", "--time", "08:05",
                      "--reason", "漏刷", "--witness", "王村长"), "stamp"),
    "void": (lambda o, _: ("void", a_stamp(o), "--reason", "刷错", "--witness", "王村长"), "void"),
    "leave": (lambda o, _: ("leave", "--lesson", o.lesson, "--trainee", o.trainee, "--reason", "看病"), "leave"),
    "leave taken back": (lambda o, _: ("leave", "--void", "--lesson", o.lesson, "--trainee", given_leave(o),
                                       "--reason", "登记错人"), "voids"),
    "rollcall mark": (
        lambda o, _: ("rollcall", "mark", "--lesson", o.lesson, "--trainee", o.trainee, "--present", "yes"), "mark"),
}  # fmt: skip

READING: dict[str, Words] = {
    "status": lambda o, _: ("status",),
    "check": lambda o, _: ("check",),
    "course list": lambda o, _: ("course", "list"),
    "class list": lambda o, _: ("class", "list"),
    "lesson list": lambda o, _: ("lesson", "list", "A1"),
    "hours": lambda o, _: ("hours", "A1"),
    "anchor": lambda o, _: ("anchor", "--lesson", o.lesson),
    "roster preview": lambda o, _: ("roster", "import", SAMPLES / "roster-system-30.csv", "--class", "A1", "--preview"),
    "roster import again": lambda o, _: ("roster", "import", SAMPLES / "roster-township-60.xlsx", "--class", "A1"),
    "print roster": lambda o, to: ("print", "roster", "--class", "A1", "--to", to / "r.pdf"),
    "operator list": lambda o, _: ("operator", "list"),
    "teacher list": lambda o, _: ("teacher", "list"),
    "print sign-in": lambda o, to: ("print", "sign-in", "--class", "A1", "--lesson", o.lesson, "--to", to / "s.pdf"),
    "verify": lambda o, to: ("verify", envelope(o, to)),
    "unseal": lambda o, to: ("unseal", batch(o), "--to", to / "u.json"),
    "enrol request": lambda o, to: ("enrol", "request", "--to", to / "q.xpq"),
    "sync to a folder": lambda o, _: ("sync", "--folder", o.world.stick),
}

FAILING: dict[str, tuple[Words, str]] = {
    "init again": (lambda o, _: ("init", "--name", "另一个"), "already-there"),
    "county init over a laptop": (lambda o, _: ("county", "init", "--name", "县"), "already-there"),
    "unknown class": (lambda o, _: ("hours", "Z9"), "not-found"),
    "unknown lesson": (lambda o, _: ("scan", "--lesson", "Z9", "1"), "not-found"),
    "unknown trainee": (lambda o, _: ("leave", "--lesson", o.lesson, "--trainee", "Z9", "--reason", "r"), "not-found"),
    "unknown course": (
        lambda o, _: ("class", "add", "--code", "C", "--course", "Z", "--name", "n", "--from", YESTERDAY, "--to",
                      YESTERDAY), "not-found"),
    "class code taken": (
        lambda o, _: ("class", "add", "--code", "A1", "--course", course(o), "--name", "n", "--from", YESTERDAY,
                      "--to", YESTERDAY), "code-taken"),
    "dates the wrong way": (
        lambda o, _: ("class", "add", "--code", "C", "--course", course(o), "--name", "n", "--from", "2026-11-21",
                      "--to", "2026-11-20"), "bad-input"),
    "no date": (lambda o, _: ("lesson", "add", "--class", "A1", *replaced(LESSON, YESTERDAY, "昨天")), "bad-input"),
    "no time": (lambda o, _: ("lesson", "add", "--class", "A1", *replaced(LESSON, "14:00", "25:00")), "bad-input"),
    "end before start": (
        lambda o, _: ("lesson", "add", "--class", "A1", *replaced(LESSON, "16:15", "13:00")), "bad-input"),
    **{
        f"hours {hours}": (
            lambda o, _, hours=hours: ("lesson", "add", "--class", "A1", *replaced(LESSON, "3", hours)), "bad-input")
        for hours in ("0", "-1", "NaN", "Infinity", "1e99", "0.001", "三", "25", "")
    },
    "no reason": (lambda o, _: ("lesson", "cancel", o.lesson, "--reason", " "), "bad-input"),
    "cut after its end": (lambda o, _: ("lesson", "cut", o.lesson, "--end", "23:00", "--reason", "r"), "bad-input"),
    "void nothing": (lambda o, _: ("void", "Z9", "--reason", "r", "--witness", "w"), "not-found"),
    "void unwitnessed": (lambda o, _: ("void", a_stamp(o), "--reason", "r", "--witness", ""), "bad-input"),
    "draw nobody": (lambda o, _: ("rollcall", "draw", "--lesson", o.lesson, "--count", "0"), "bad-input"),
    "state no time": (lambda o, _: ("clock", "state", "noon", "--reason", "r"), "bad-input"),
    "state no reason": (lambda o, _: ("clock", "state", "09:00:00", "--reason", ""), "bad-input"),
    "roster that is not there": (lambda o, to: ("roster", "import", to / "none.xlsx", "--class", "A1"), ""),
    "form that is none": (lambda o, to: ("print", "poster", "--class", "A1", "--to", to / "p.pdf"), "bad-input"),
    "sign-in without lesson": (lambda o, to: ("print", "sign-in", "--class", "A1", "--to", to / "p.pdf"), "bad-input"),
    "nowhere to write": (lambda o, to: ("print", "roster", "--class", "A1", "--to", to / "no" / "p.pdf"), "carrier"),
    "grant that is not there": (lambda o, to: ("enrol", "accept", to / "none.xpg"), "carrier"),
    "grant that is none": (lambda o, to: ("enrol", "accept", SAMPLES / "README.md"), "bad-envelope"),
    "verify what is none": (lambda o, to: ("verify", SAMPLES / "README.md"), "bad-envelope"),
    "verify by no key": (lambda o, to: ("verify", envelope(o, to), "--key", "zz"), "bad-key"),
    "verify by another key": (lambda o, to: ("verify", envelope(o, to), "--key", "00" * 32), "wrong-key"),
    "void again": (
        lambda o, _: ("void", voided(o), "--reason", "r", "--witness", "w"), "already-void"),
    "sync to a strange scheme": (lambda o, _: ("sync", "--server", "ftp://x"), "bad-url"),
    "sync to no address": (lambda o, _: ("sync", "--server", "notaurl"), "bad-url"),
    "sync to a name too long": (lambda o, _: ("sync", "--server", "http://" + "a" * 80), "bad-url"),
    "roster as csv": (lambda o, to: ("roster", "export", "A1", "--to", to / "x.csv"), "not-xlsx"),
    "state a strange year": (lambda o, _: ("clock", "state", "0001-11-21 09:00:00", "--reason", "r"), "bad-input"),
    "state a far year": (lambda o, _: ("clock", "state", "9999-12-31 09:00:00", "--reason", "r"), "bad-input"),
    "state a zone": (lambda o, _: ("clock", "state", "09:00:00+02:00", "--reason", "r"), "bad-input"),
    "class from a short date": (
        lambda o, _: ("class", "add", "--code", "C", "--course", course(o), "--name", "n", "--from", "20261121",
                      "--to", "2026-12-01"), "bad-input"),
    "class in a strange year": (
        lambda o, _: ("class", "add", "--code", "C", "--course", course(o), "--name", "n", "--from", "1926-11-21",
                      "--to", "2026-12-01"), "bad-input"),
    "class code too long": (
        lambda o, _: ("class", "add", "--code", "C" * 101, "--course", course(o), "--name", "n", "--from", YESTERDAY,
                      "--to", YESTERDAY), "too-long"),
    "class name of two lines": (
        lambda o, _: ("class", "add", "--code", "C", "--course", course(o), "--name", "n\nm", "--from", YESTERDAY,
                      "--to", YESTERDAY), "control-characters"),
    **{
        f"lesson on {date}": (
            lambda o, _, date=date: ("lesson", "add", "--class", "A1", *replaced(LESSON, YESTERDAY, date)), "bad-input")
        for date in ("0001-01-01", "9999-12-31", "20261121", "2026-W47-6", "２０２６-11-21")
    },
    **{
        f"lesson at {time}": (
            lambda o, _, time=time: ("lesson", "add", "--class", "A1", *replaced(LESSON, "14:00", time)), "bad-input")
        for time in ("10:00+02:00", "10:00Z", "T10:00", "10", "1000", "10:00:00.5")
    },
    "topic too long": (
        lambda o, _: ("lesson", "add", "--class", "A1", *replaced(LESSON, "t", "t" * 101)), "too-long"),
    "topic with an escape": (
        lambda o, _: ("lesson", "add", "--class", "A1", *replaced(LESSON, "t", "a\x1b[2Jb")), "control-characters"),
    "reason too long": (lambda o, _: ("lesson", "cancel", o.lesson, "--reason", "r" * 501), "too-long"),
    "reason turned round": (
        lambda o, _: ("leave", "--lesson", o.lesson, "--trainee", o.trainee, "--reason", "a\u202eb"),
        "control-characters"),
    "leave that was never given": (
        lambda o, _: ("leave", "--void", "--lesson", other_lesson(o), "--trainee", o.trainee, "--reason", "r"),
        "no-leave"),
    "unknown operator": (lambda o, _: ("--operator", "没有的人", "hours", "A1"), "not-found"),
    "witness too long": (lambda o, _: ("void", a_stamp(o), "--reason", "r", "--witness", "w" * 101), "too-long"),
    "unseal what is none": (lambda o, to: ("unseal", SAMPLES / "README.md", "--to", to / "u"), "not-sealed"),
    "sync nowhere": (lambda o, _: ("sync",), "bad-input"),
    "sync to no folder": (lambda o, to: ("sync", "--folder", to / "none"), "bad-input"),
    "sync to nobody": (lambda o, _: ("sync", "--server", "http://127.0.0.1:1"), "unreachable"),
    "report on a laptop": (
        lambda o, to: ("county", "report", "month", "2026-11", "--to", to / "r.xlsx"), "not-a-county"),
    "county verbs on a laptop": (
        lambda o, _: ("county", "import", o.world.stick, "--receipts", o.world.stick), "not-a-county"),
    "enrol on a laptop": (
        lambda o, to: ("county", "enrol", o.world.stick / "request.xpq", "--institution", "I", "--to", to / "g"),
        "not-a-county"),
}  # fmt: skip

WRONG_USAGE: list[tuple[object, ...]] = [
    ("nonsense",), ("class",), ("class", "add"), ("init",), ("lesson", "add", "--class", "A1"),
    ("scan", "--lesson", "L"), ("scan", "--lesson", "L", "--kind", "sideways", "1"), ("status", "--what"),
    ("sync", "--server", "u", "--folder", "d"), ("county", "serve", "--port", "eighty"),
    ("rollcall", "mark", "--lesson", "L", "--trainee", "T", "--present", "maybe"),
]  # fmt: skip


def course(office: Office) -> str:
    with Ledger.open(office.laptop) as ledger:
        return str(ledger.conn.execute("SELECT code FROM courses ORDER BY code LIMIT 1").fetchone()[0])


def a_stamp(office: Office) -> str:
    with Ledger.open(office.laptop) as ledger:
        row = ledger.conn.execute("SELECT id FROM stamps LIMIT 1").fetchone()
    words = ("--lesson", office.lesson, "--trainee", office.trainee, "--kind", "in", "--time", "08:30")
    return str(row[0] if row else office.world.laptop.ask("stamp", *words, "--reason", "漏刷")["stamp"])


def given_leave(office: Office) -> str:
    """Somebody who has leave for the lesson."""
    office.world.laptop.ask("leave", "--lesson", office.lesson, "--trainee", office.trainee, "--reason", "看病")
    return office.trainee


def other_lesson(office: Office) -> str:
    """In which nobody has leave."""
    return str(office.world.laptop.ask("lesson", "add", "--class", "A1", *LESSON)["lesson"])


def voided(office: Office) -> str:
    """A stamp that was voided once."""
    words = ("--lesson", office.lesson, "--trainee", office.trainee, "--kind", "out", "--time", "10:59")
    made = office.world.laptop.ask("stamp", *words, "--reason", "漏刷")["stamp"]
    office.world.laptop.ask("void", made, "--reason", "刷错", "--witness", "王村长")
    return str(made)


def replaced(words: tuple[str, ...], old: str, new: str) -> list[str]:
    return [new if word == old else word for word in words]


def batch(office: Office) -> Path:
    return next(office.world.stick.glob("*.xpb"))


def envelope(office: Office, folder: Path) -> Path:
    """The laptop's batch as a signed envelope that anyone can verify."""
    with Ledger.open(office.laptop) as ledger:
        (folder / "envelope.json").write_bytes(unseal(batch(office).read_bytes(), ledger.age_identity))
    return folder / "envelope.json"


def times(value: Any, key: str = "") -> Iterator[str]:
    """Everything in an answer that tells a time."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from times(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from times(inner, key)
    elif value is not None and key in ("at", "start", "end", "cut"):
        yield str(value)


@pytest.fixture(scope="module", autouse=True)
def _left_on_the_stick(office: Office) -> None:
    office.world.laptop.ask("sync", "--folder", office.world.stick)


@pytest.mark.parametrize("name", MAKING)
def test_a_verb_that_makes_something_answers_its_id_and_records_it(
    office: Office, tell: Tell, tmp_path: Path, name: str
) -> None:
    words, word = MAKING[name]
    line = words(office, tmp_path)
    before = office.state()
    said = tell(office.laptop, *line)
    assert said.code == 0, said
    assert said.answer[word]
    assert office.state() != before
    with Ledger.open(office.laptop) as ledger:
        assert check(ledger).problems == []


@pytest.mark.parametrize("name", READING)
def test_a_verb_that_reads_appends_nothing(office: Office, tell: Tell, tmp_path: Path, name: str) -> None:
    line = READING[name](office, tmp_path)
    before = office.state()
    said = tell(office.laptop, *line)
    assert said.code == 0, said
    assert said.answer or said.answer == []
    assert office.state() == before
    for time in times(said.answer):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", time)


@pytest.mark.parametrize("name", FAILING)
def test_what_can_not_be_done_is_told_with_a_reason_and_leaves_nothing(
    office: Office, tell: Tell, tmp_path: Path, name: str
) -> None:
    words, reason = FAILING[name]
    line = words(office, tmp_path)
    before = office.state()
    said = tell(office.laptop, *line)
    assert said.code == 1, said
    assert said.answer.keys() == {"error", "message"}
    assert said.answer["error"] == reason or not reason
    assert any("一" <= letter <= "鿿" for letter in said.answer["message"])
    assert said.err.strip() == said.answer["message"]
    assert office.state() == before


def test_an_input_that_cannot_be_read_costs_nothing_after_it(office: Office, tell: Tell, tmp_path: Path) -> None:
    document = tmp_path / "roster.pdf"
    document.write_bytes(b"%PDF-1.4")
    said = tell(office.laptop, "scan", "--lesson", office.lesson, tmp_path / "none.png", document, "12345")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert [(line["card"], line["result"], line.get("error")) for line in lines] == [
        ("none.png", "bad-card", "not-found"),
        ("roster.pdf", "bad-card", "not-a-picture"),
        ("12345", "bad-card", None),
    ]


@pytest.mark.parametrize("words", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_2_and_says_nothing_on_stdout(office: Office, tell: Tell, words: tuple[object, ...]) -> None:
    said = tell(office.laptop, *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("用法：")
    complaint = said.err.splitlines()[-1].partition("：")[2]
    assert "写法不对" not in complaint and re.search("[一-鿿]", complaint)


@pytest.mark.parametrize("name", READING)
def test_without_a_node_nothing_is_made(office: Office, tell: Tell, tmp_path: Path, name: str) -> None:
    words = READING[name](office, tmp_path)
    said = tell(tmp_path / "nobody", *words)
    if name != "verify":
        assert (said.code, said.answer["error"]) == (1, "no-ledger"), said
    assert not (tmp_path / "nobody").exists()


def test_scan_answers_a_line_for_each_reading(office: Office, tell: Tell) -> None:
    said = tell(
        office.laptop, "scan", "--lesson", office.lesson, office.card, "123", f"{office.card[:-1]}", "00000000000000000"
    )
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    assert [line.keys() for line in lines] == [{"card", "trainee", "name", "kind", "result", "at"}] * 4
    assert lines[0]["trainee"] in (office.trainee, None)
    assert [line["result"] for line in lines[1:3]] == ["bad-card", "bad-card"]
    for time in times(lines):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", time)


def test_shapes_that_the_contract_names(office: Office, tell: Tell) -> None:
    assert tell(office.laptop, "course", "list").answer[0].keys() == {"code", "name", "level", "hours", "subsidy"}
    assert tell(office.laptop, "status").answer.keys() >= {"feed", "seq", "head", "county", "waiting", "clock"}
    person = tell(office.laptop, "hours", "A1").answer[0]
    assert person.keys() >= {"trainee", "name", "planned", "measured", "credited", "rate", "lessons"}
    assert person["lessons"][0].keys() >= {"lesson", "state", "planned", "measured", "credited", "why"}


def test_at_the_most_allowed_all_is_taken(office: Office, tell: Tell) -> None:
    long = ("lesson", "add", "--class", "A1", *replaced(LESSON, "t", "课" * 100))
    lesson = tell(office.laptop, *long).answer["lesson"]
    assert tell(office.laptop, "lesson", "cancel", lesson, "--reason", "因" * 500).code == 0


def test_nothing_of_the_county_waits_for_itself(office: Office, tell: Tell) -> None:
    said = tell(office.world.county.folder, "status").answer
    assert said["seq"] > 0 and said["waiting"] == 0


def test_anyone_verifies_with_the_key_alone(office: Office, tell: Tell, tmp_path: Path) -> None:
    with Ledger.open(office.laptop) as ledger:
        key = ledger.signer.public.raw
    said = tell(tmp_path / "nobody", "verify", envelope(office, tmp_path), "--key", key)
    assert (said.code, said.answer["ok"]) == (0, True)
    said = tell(tmp_path / "nobody", "verify", envelope(office, tmp_path))
    assert (said.code, said.answer["error"]) == (1, "no-key")


def test_folders_and_json_may_stand_before_or_after_the_verb(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(office.laptop)
    heard = []
    for argv in (
        ["--data", folder, "--json", "class", "list"],
        ["class", "list", "--data", folder, "--json"],
        ["--data", folder, "class", "--json", "list"],
        ["--json", "class", "list", "--data", folder],
    ):
        assert run(argv, WINDOW) == 0
        heard.append(capsys.readouterr().out)
    assert heard[0].startswith("[{") and len(set(heard)) == 1
    assert run(["--data", folder, "class", "list"], WINDOW) == 0
    assert capsys.readouterr().out != heard[0]


def test_county_import_answers_for_each_file_and_fails_if_any_was_refused(
    office: Office, tell: Tell, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    whole = batch(office).read_bytes()
    (stick / "a.xpb").write_bytes(whole)
    county = office.world.county.folder
    said = tell(county, "county", "import", stick, "--receipts", stick)
    assert (said.code, len(said.answer["taken"]), said.answer["refused"]) == (0, 1, [])
    again = tell(county, "county", "import", stick, "--receipts", stick)
    assert again.code == 0
    assert all(told["new"] == 0 for told in again.answer["taken"])
    (stick / "b.xpb").write_bytes(whole[:-20])
    said = tell(county, "county", "import", stick / "b.xpb", "--receipts", stick)
    (told,) = said.answer["refused"]
    assert (said.code, told["file"], told["reason"]) == (1, "b.xpb", "not-for-us-or-damaged")
    with Ledger.open(county) as ledger:
        receipts = [
            papers.verify((stick / name).read_bytes(), papers.Receipt, ledger.signer.public)
            for name in said.answer["receipts"]
        ]
    assert [trouble.reason for receipt in receipts for trouble in receipt.refused] == ["not-for-us-or-damaged"]
