"""One training day, end to end, through real processes, a real window and printed cards."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from desktop.app import make_window
from desktop.shell.settings import Settings
from desktop.shell.status import StatusBar
from sync.ledger.ledger import Ledger
from tests.day.desk import HELD_OUT, Desk
from tests.day.world import SAMPLES, World, serving
from tests.desktop.checkin_day import MULTIMEDIA_NOISE
from tests.desktop.people import StillClock
from tests.reading.frames import Luminance, card_images

# The second is what Qt's offscreen platform says of every dialog.
pytestmark = [
    pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "does not support propagateSizeHints"),
    pytest.mark.usefixtures("garbage"),
]

DAY = "2026-11-24"
SHEET = SAMPLES / "roster-township-60.xlsx"

# Who does what, by place on the roster. Two lessons of 3 hours, 9:00 to 11:15 and 14:00 to 16:15; from 15 minutes
# before the end on, a scan means out.
CAMERA = range(5)
PICTURES = range(5, 10)
SCANNER = range(10, 15)
FORGETS_TO_SIGN_OUT = 14
WITHOUT_CARD = 15
LATE = 16
ON_LEAVE = 17
LEAVES_EARLY = 3
AWAY = 4
LOSES_CARD = 5

# (state, measured, credited) by the rules, worked out by hand: 135 minutes are 3 hours.
MORNING_OF_ALL = ("正常", 2.78, 3)  # out at 11:05: 125 minutes, early by no more than the grace of 10
MORNING = {
    FORGETS_TO_SIGN_OUT: ("未签退", None, 0),
    WITHOUT_CARD: ("正常", 2.67, 3),  # 9:05 to 11:05: 120 minutes, late by no more than the grace of 10
    LATE: ("迟到", 2.33, 2),  # 9:20 to 11:05: 105 minutes, down to a half
    ON_LEAVE: ("请假", 0, 0),  # 3 of 18 hours, under a fifth
}
AFTERNOON_OF_ALL = ("正常", 2.89, 3)  # out at 16:10: 130 minutes
AFTERNOON = {
    LEAVES_EARLY: ("早退", 2, 2),  # 14:00 to 15:30: 90 minutes
    AWAY: ("中途离开", 2.44, 2),  # away from 14:30 to 14:50: 110 minutes
}
ABSENT = ("缺勤", 0, 0)


@dataclass
class Day:
    """What the day has made so far."""

    world: World
    lessons: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    """Trainee ids in the order of the roster, which is that of the cards on paper."""
    printed: list[Luminance] = field(default_factory=list)

    def laptop(self, clock: str, *words: object, stdin: str = "") -> Any:
        return self.world.laptop.ask(*words, at=f"{DAY}T{clock}", stdin=stdin)

    def county(self, clock: str, *words: object) -> Any:
        return self.world.county.ask(*words, at=f"{DAY}T{clock}")

    def number(self, place: int) -> str:
        """The number in words beside the code: what a scanner would type."""
        with Ledger.open(self.world.laptop.folder) as ledger:
            found = ledger.conn.execute("SELECT card FROM enrollments WHERE trainee = ?", (self.people[place],))
            return str(found.fetchone()[0])


def test_one_training_day(world: World, painted: QApplication, tmp_path: Path) -> None:
    day = Day(world)
    the_clerk_makes_a_class(day)
    the_clerk_prints(day, tmp_path)
    the_trainer_holds_the_morning(day, tmp_path)
    the_morning_goes_by_http(day)
    the_trainer_holds_the_afternoon(day)
    the_afternoon_goes_by_stick(day)
    both_count_the_same(day)
    the_officer_sees_it(day)
    assert day.laptop("18:00", "check")["ok"] and day.county("18:00", "check")["ok"]


def the_clerk_makes_a_class(day: Day) -> None:
    course = next(c for c in day.laptop("07:40", "course", "list") if c["hours"] >= 18)
    days = ("--from", DAY, "--to", "2026-12-04")
    day.laptop("07:41", "class", "add", "--code", "A1", "--course", course["code"], "--name", "红旗村一班", *days)
    before = day.laptop("07:42", "status")["seq"]
    expected = json.loads(SHEET.with_suffix(".expect.json").read_text("utf-8"))
    seen = day.laptop("07:43", "roster", "import", SHEET, "--class", "A1", "--preview")
    assert day.laptop("07:44", "status")["seq"] == before
    assert day.laptop("07:45", "hours", "A1") == []
    imported = day.laptop("07:45", "roster", "import", SHEET, "--class", "A1")
    assert imported == seen
    assert {key: imported[key] for key in expected} == expected
    after = day.laptop("07:46", "status")["seq"]
    again = day.laptop("07:47", "roster", "import", SHEET, "--class", "A1")
    assert (again["accepted"], again["unchanged"]) == ([], len(expected["accepted"]))
    assert day.laptop("07:48", "status")["seq"] == after
    for date in (DAY, "2026-11-25", "2026-11-26"):
        for start, end, kind in (("09:00", "11:15", "theory"), ("14:00", "16:15", "practice")):
            lesson = ("lesson", "add", "--class", "A1", "--date", date, "--start", start, "--end", end)
            added = day.laptop("07:50", *lesson, "--hours", 3, "--kind", kind, "--teacher", "李老师", "--topic", "刀工")
            assert added["warnings"] == []
            day.lessons.append(added["lesson"])
    day.people = [row["trainee"] for row in day.laptop("07:51", "hours", "A1")]
    assert len(day.people) == len(expected["accepted"])


def the_clerk_prints(day: Day, folder: Path) -> None:
    for form in ("roster", "cards"):
        pdf = folder / f"{form}.pdf"
        day.laptop("08:00", "print", form, "--class", "A1", "--to", pdf)
        assert pdf.read_bytes().startswith(b"%PDF-")
    day.printed = card_images((folder / "cards.pdf").read_bytes())
    assert len(day.printed) >= len(day.people)
    assert all(image.min() < 64 for image in day.printed[: len(day.people)])


def the_trainer_holds_the_morning(day: Day, folder: Path) -> None:
    """No county in reach. The window stays open while the command line stamps into the same folder."""
    lesson = day.lessons[0]
    clock = StillClock(f"{DAY}T08:50")
    with Ledger.open(day.world.laptop.folder, clock) as ledger:
        desk = Desk(make_window(ledger, Settings(ledger.folder), catch=False), lesson)
        try:
            for place in CAMERA:
                assert desk.show_card(day.printed[place]).state == "in"
            assert desk.scan(day.number(0)).state == "repeat"
            for place in SCANNER:
                assert desk.scan(day.number(place)).state == "in"
            assert desk.scan("20261121000000427").headline == "没读全"  # its check digit is wrong
            pictures = photographed(day, folder)
            scanned = day.laptop("08:55", "scan", "--lesson", lesson, *pictures)
            assert [(one["trainee"], one["kind"], one["result"]) for one in scanned] == [
                (day.people[place], "in", "recorded") for place in PICTURES
            ]
            clock.put(f"{DAY}T09:05")
            assert desk.by_hand(tail(day, WITHOUT_CARD), "忘带卡").state == "in"
            clock.put(f"{DAY}T09:20")
            assert desk.scan(day.number(LATE)).state == "in"
            leave = ("leave", "--lesson", lesson, "--trainee", day.people[ON_LEAVE], "--reason", "家里有事")
            day.laptop("09:30", *leave)
            desk.window.shell.look_around()
            assert desk.page.station is not None
            assert desk.page.station.counts().came == 17
            clock.put(f"{DAY}T11:05")
            desk.empty()
            for place in CAMERA:
                assert desk.show_card(day.printed[place]).state == "out"
            for place in (*SCANNER, LATE):
                if place != FORGETS_TO_SIGN_OUT:
                    assert desk.scan(day.number(place)).state == "out"
            assert desk.by_hand(tail(day, WITHOUT_CARD), "忘带卡").state == "out"
            scanned = day.laptop("11:05", "scan", "--lesson", lesson, *pictures)
            assert [(one["kind"], one["result"]) for one in scanned] == [("out", "recorded")] * len(PICTURES)
        finally:
            desk.close()


def photographed(day: Day, folder: Path) -> list[Path]:
    """Photos of cards, one a person."""
    rng = np.random.default_rng(7)
    paths = [folder / f"card-{place}.jpg" for place in PICTURES]
    for place, path in zip(PICTURES, paths, strict=True):
        Image.fromarray(HELD_OUT.frame(day.printed[place], rng)).save(path)
    return paths


def tail(day: Day, place: int) -> str:
    """The last four characters of somebody's identity number, which a trainer may ask for."""
    with Ledger.open(day.world.laptop.folder) as ledger:
        row = ledger.conn.execute("SELECT id_number FROM trainees WHERE id = ?", (day.people[place],)).fetchone()
    return str(row[0])[-4:]


def the_morning_goes_by_http(day: Day) -> None:
    before = day.laptop("11:30", "status")
    assert before["county"] is None and before["waiting"] == before["seq"] > 0
    # Nobody listens on the discard port of this machine.
    said = day.world.laptop.fail("sync", "--server", "http://127.0.0.1:9", at=f"{DAY}T11:31")
    assert said["error"] == "unreachable"
    assert day.laptop("11:32", "status")["waiting"] == before["waiting"]
    with serving(day.world.county, f"{DAY}T11:33") as server:
        assert day.laptop("11:34", "sync", "--server", server.url)["waiting"] == 0
        confirmed(day, "11:35", before["seq"])
        assert day.laptop("11:36", "sync")["sent"] == 0
    assert day.county("11:40", "county", "hours", "A1") == day.laptop("11:40", "hours", "A1")


def confirmed(day: Day, clock: str, seq: int) -> None:
    """The laptop shows 本机已记 = 县里已收 = `seq`, and the receipt is what says so."""
    status = day.laptop(clock, "status")
    assert (status["seq"], status["waiting"]) == (seq, 0)
    assert (status["county"]["seq"], status["county"]["head"]) == (seq, status["head"])
    assert below_the_window(day) == f"本机已记 {seq} 条 · 县里已收 {seq} 条"


def below_the_window(day: Day) -> str:
    """What the window's status bar says."""
    with Ledger.open(day.world.laptop.folder) as ledger:
        window = make_window(ledger, Settings(ledger.folder), catch=False)
        bar = window.statusBar()
        assert isinstance(bar, StatusBar)
        window.close()
        return bar.counts.text()


def the_trainer_holds_the_afternoon(day: Day) -> None:
    lesson = day.lessons[1]
    lost = day.number(LOSES_CARD)
    reissued = day.laptop("12:30", "card", "reissue", "--class", "A1", "--trainee", day.people[LOSES_CARD])
    assert reissued["revoked"] == [lost]
    (refused,) = day.laptop("13:50", "scan", "--lesson", lesson, lost)
    assert refused["result"] == "revoked-card"
    numbers = {place: day.number(place) for place in range(10)} | {LOSES_CARD: reissued["card"]}
    scan(day, "13:55", lesson, list(numbers.values()), "in")
    scan(day, "14:30", lesson, [numbers[AWAY]], "out", "--kind", "out")
    scan(day, "14:50", lesson, [numbers[AWAY]], "in")
    scan(day, "15:30", lesson, [numbers[LEAVES_EARLY]], "out", "--kind", "out")
    rest = [number for place, number in numbers.items() if place != LEAVES_EARLY]
    scan(day, "16:10", lesson, rest, "out")


def scan(day: Day, clock: str, lesson: str, numbers: list[str], kind: str, *words: str) -> None:
    """A scanner on the command line: a number a line."""
    answers = day.laptop(clock, "scan", "--lesson", lesson, *words, "-", stdin="\n".join(numbers))
    assert [(one["card"], one["kind"], one["result"]) for one in answers] == [(n, kind, "recorded") for n in numbers]


def the_afternoon_goes_by_stick(day: Day) -> None:
    stick = day.world.stick
    seq = day.laptop("16:30", "status")["seq"]
    (batch,) = day.laptop("16:31", "sync", "--folder", stick)["written"]
    sealed = (stick / batch).read_bytes()
    waiting = day.laptop("16:32", "status")["waiting"]
    assert waiting > 0  # written is not delivered
    assert below_the_window(day).endswith(f"（待报 {waiting}）")
    taken = day.county("17:00", "county", "import", stick, "--receipts", stick)
    assert [file["file"] for file in taken["taken"]] == [batch] and not taken["refused"]
    a_forged_receipt_proves_nothing(day, stick / taken["receipts"][0])
    assert day.laptop("17:20", "sync", "--folder", stick)["waiting"] == 0
    confirmed(day, "17:21", seq)
    assert not (stick / batch).exists()
    the_same_batch_changes_nothing(day, batch, sealed)


def a_forged_receipt_proves_nothing(day: Day, receipt: Path) -> None:
    before = day.laptop("17:10", "status")
    real = receipt.read_bytes()
    receipt.write_bytes(real.replace(b'"payload":"ey', b'"payload":"fy'))
    assert receipt.read_bytes() != real
    refused = day.world.laptop.ask("sync", "--folder", day.world.stick, at=f"{DAY}T17:11")["refused"]
    assert [(file["file"], file["reason"]) for file in refused] == [(receipt.name, "bad-signature")]
    after = day.laptop("17:12", "status")
    assert (after["county"], after["waiting"]) == (before["county"], before["waiting"])
    receipt.write_bytes(real)


def the_same_batch_changes_nothing(day: Day, name: str, sealed: bytes) -> None:
    before = day.county("17:25", "check")
    hours = day.county("17:25", "county", "hours", "A1")
    (day.world.stick / name).write_bytes(sealed)
    again = day.county("17:26", "county", "import", day.world.stick / name, "--receipts", day.world.stick)
    assert [file["new"] for file in again["taken"]] == [0]
    with serving(day.world.county, f"{DAY}T17:27") as server:
        assert httpx2.post(f"{server.url}/v1/batches", content=sealed).status_code == 200
    assert day.county("17:28", "check") == before
    assert day.county("17:25", "county", "hours", "A1") == hours


def both_count_the_same(day: Day) -> None:
    mine = day.laptop("17:30", "hours", "A1")
    assert day.county("17:30", "county", "hours", "A1") == mine
    assert [row["trainee"] for row in mine] == day.people
    for place, row in enumerate(mine):
        morning, afternoon, *later = row["lessons"]
        assert [entry["lesson"] for entry in row["lessons"]] == day.lessons
        came = place <= LATE
        assert figures(morning) == MORNING.get(place, MORNING_OF_ALL if came else ABSENT), place
        assert figures(afternoon) == AFTERNOON.get(place, AFTERNOON_OF_ALL if place < 10 else ABSENT), place
        assert {entry["state"] for entry in later} == {"未开课"}
        assert row["credited"] == morning["credited"] + afternoon["credited"]
        assert row["planned"] == 18
        assert all(entry["why"] for entry in (morning, afternoon))


def figures(entry: dict[str, Any]) -> tuple[str, float | None, float]:
    return entry["state"], entry["measured"], entry["credited"]


def the_officer_sees_it(day: Day) -> None:
    """The console: nothing without a password; with it, the institution, the class and the head of its feed."""
    head = day.laptop("17:40", "anchor")["shown"]
    with serving(day.world.county, f"{DAY}T17:41") as server, httpx2.Client(base_url=server.url) as browser:
        assert browser.get("/console/").headers["location"] == "/console/login"
        form = {"name": "admin", "password": "wrong" * 3}
        assert browser.post("/console/login", data=form).status_code == 401
        form["password"] = day.world.password
        assert browser.post("/console/login", data=form).status_code == 303
        overview = browser.get("/console/").text
        for words in ("春风职业培训学校", "红旗村一班", head):
            assert words in overview
        page = overview.split('href="/console/class/', 1)[1].split('"', 1)[0]
        assert "迟到" in browser.get(f"/console/class/{page}").text
