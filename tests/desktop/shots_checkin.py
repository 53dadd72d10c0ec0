"""Pictures of the check-in page in each of its states: `python -m tests.desktop.shots_checkin OUT`."""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import make_window, prepare
from desktop.checkin import words
from desktop.checkin.camera import PREVIEW_WIDTH
from desktop.checkin.page import CheckinPage
from desktop.checkin.plane import Plane
from desktop.shell import theme
from desktop.shell.settings import Settings
from sync.jobs import cards, moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.rosters import enrol_one
from sync.sheets.roster import Entry
from tests.bench.card_reading import printed
from tests.desktop.checkin_day import DAY, Day, make_day
from tests.reading.frames import HEIGHT, WIDTH, camera_frame


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    prepare(app)
    theme.apply(app, "calm", 16)
    with tempfile.TemporaryDirectory() as folder:
        day = make_day(Path(folder) / "node", "roster-township-60.xlsx")
        long_name = enrol(day, "A1", "阿卜杜热合曼·买买提吐尔逊", "653101199001010017")
        add_class(day.ledger, "B2", "C1", "河口村电工二班", "2026-11-21", "2026-11-28")
        other = enrol(day, "B2", "单国建", "11010119900307109X")
        add_lesson(day.ledger, "B2", NewLesson(date(2026, 11, 22), time(14), time(16), 200, "practice", topic="接线"))
        window = make_window(day.ledger, Settings(day.ledger.folder), catch=False)
        window.resize(1366, 768)
        window.show()
        window.open_page("checkin")
        page = window.page("checkin")
        assert isinstance(page, CheckinPage)
        shoot = camera(out, window)
        states(day, page, shoot, long_name, other)
        full(day, page, shoot)
        window.close()


def enrol(day: Day, class_code: str, name: str, number: str) -> str:
    """Answers the card's number."""
    person = enrol_one(day.ledger, class_code, Entry(row=0, name=name, id_number=number, phone="", more={}))
    row = day.ledger.conn.execute("SELECT card FROM enrollments WHERE trainee = ?", (person,)).fetchone()
    return str(row[0])


def camera(out: Path, window: QWidget) -> Callable[..., None]:
    count = 0

    def shoot(name: str, widget: QWidget | None = None) -> None:
        nonlocal count
        count += 1
        QTest.qWait(30)
        path = out / f"{count:02}-{name}.png"
        (widget or window).grab().save(str(path))
        print(path)

    return shoot


def states(day: Day, page: CheckinPage, shoot: Callable[..., None], long_name: str, other: str) -> None:
    page.refresh()
    page.opened(day.lesson)
    shoot("ready-no-camera")
    for place in range(6):
        page.take(day.card(place), "scanner")
    frame = camera_frame(printed([day.card(0)])[0], 20, 5, 8, 0.8, 0.9, 3, np.random.default_rng(1))
    page.senses.preview.show_picture(Plane(frame.tobytes(), WIDTH, HEIGHT, WIDTH).picture(PREVIEW_WIDTH))
    shoot("in")
    page.take(long_name, "camera")
    shoot("in-long-name")
    page.take(day.card(5), "scanner")
    shoot("repeat")
    page.take("1234567890123456", "scanner")
    shoot("bad-card")
    page.take("https://example.cn/x", "camera")
    shoot("other-code")
    page.take("20261121000000426", "camera")
    shoot("unknown-card")
    page.take(other, "camera")
    shoot("not-enrolled")
    lost = day.card(10)
    cards.reissue(day.ledger, "A1", day.people[10]["id"])
    page.take(lost, "camera")
    shoot("revoked")
    day.clock.set("07:00:00")
    page.take(day.card(11), "camera")
    shoot("too-early")
    day.clock.set("13:30:00")
    page.take(day.card(11), "camera")
    shoot("too-late")
    day.clock.set("11:30:00")
    page.take(day.card(0), "camera")
    shoot("out")


def full(day: Day, page: CheckinPage, shoot: Callable[..., None]) -> None:
    assert page.station is not None
    page.search.setFocus()
    page.search.setText(day.people[12]["name"][:1])
    shoot("search")
    page.pick(day.people[12]["id"])
    shoot("stamp-form", page.dialog)
    page.dialog.reject()
    page.search.clear()
    page.station.correct(day.people[13]["id"], "in", "09:05", "漏刷", "王老师")
    page.station.void(page.station.stamps_of(day.people[13]["id"])[0].stamp.id, "刷错人", "李村长")
    page.station.give_leave(day.people[14]["id"], "生病")
    page.refresh()
    page.show_record(day.people[13]["id"])
    shoot("record", page.dialog)
    page.dialog.mend.click()
    shoot("mend-form", page.dialog.form)
    page.dialog.form.reject()
    page.dialog.reject()
    why = "磁盘满了，这一步没有记下。请清出空间后再做一次。"
    page.show_answer(words.failed(why, day.name(20), moment.instant(DAY, time(11, 31))))
    shoot("failed")
    page.take(day.card(30), "camera")
    page.window().activateWindow()
    QTest.qWaitForWindowActive(page.window())
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_F11)
    shoot("full-screen")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
