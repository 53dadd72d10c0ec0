"""Pictures of the desk's questions, dialogs and reminders.

`python -m tests.desktop.shots_station OUT [WxH] [contrast]`
"""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import make_window, prepare
from desktop.checkin.camera import PREVIEW_WIDTH
from desktop.checkin.page import CheckinPage
from desktop.checkin.plane import Plane
from desktop.checkin.room_photos import PhotosDialog
from desktop.checkin.strip import REACTION_MS
from desktop.shell import theme
from desktop.shell.settings import Settings
from sync.jobs.classes import NewLesson, add_class, add_lesson
from tests.bench.card_reading import printed
from tests.desktop.checkin_day import DAY, Day, make_day
from tests.desktop.shots_checkin import enrol
from tests.reading.frames import HEIGHT, WIDTH, camera_frame


def main(out: Path, size: str = "1366x768", name: str = "calm") -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    prepare(app)
    with tempfile.TemporaryDirectory() as folder:
        day = make_day(Path(folder) / "node", "roster-township-60.xlsx", teacher="李桂兰")
        add_class(day.ledger, "B2", "C1", "河口村电工二班", "2026-11-21", "2026-11-28")
        other = enrol(day, "B2", "单国建", "11010119900307109X")
        add_lesson(day.ledger, "B2", NewLesson(DAY, time(9), time(11), 200, "practice", topic="接线"))
        settings = Settings(day.ledger.folder)
        settings.theme = "contrast" if name == "contrast" else "calm"
        theme.apply(app, settings.theme, 16)
        window = make_window(day.ledger, settings, catch=False)
        window.resize(*map(int, size.split("x")))
        window.show()
        window.open_page("checkin", day.lesson)
        page = window.page("checkin")
        assert isinstance(page, CheckinPage)
        walk(day, page, other, shooter(out, window))
        window.close()


def shooter(out: Path, window: QWidget) -> Callable[..., None]:
    count = 0

    def shoot(name: str, widget: QWidget | None = None) -> None:
        nonlocal count
        count += 1
        QTest.qWait(40)
        (widget or window).grab().save(str(out / f"{count:02}-{name}.png"))

    return shoot


def portrait(shade: int) -> bytes:
    """A made-up person: a face of two circles before a wall."""
    picture = np.full((576, 1024, 3), (190, 205, 210), np.uint8)
    cv2.ellipse(picture, (512, 560), (210, 230), 0, 0, 360, (90, 60 + shade, 40), -1)
    cv2.circle(picture, (512, 250), 120, (150, 180, 225), -1)
    cv2.ellipse(picture, (512, 190), (125, 85), 0, 180, 360, (30, 30, 30), -1)
    return bytes(cv2.imencode(".jpg", picture)[1])


def walk(day: Day, page: CheckinPage, other: str, shoot: Callable[..., None]) -> None:
    station = page.station
    assert station is not None
    page.refresh()
    shoot("teacher-reminder")
    page.acts.teacher()
    shoot("teacher")
    station.add_photo(portrait(40), "person", day.people[3]["id"])
    frame = camera_frame(printed([day.card(0)])[0], 20, 5, 8, 0.8, 0.9, 3, np.random.default_rng(1))
    page.senses.preview.show_picture(Plane(frame.tobytes(), WIDTH, HEIGHT, WIDTH).picture(PREVIEW_WIDTH))
    for place in range(4):
        page.take(day.card(place), "scanner")
    QTest.qWait(REACTION_MS + 50)
    page._typed("2")
    shoot("question")
    page.strip.ways.keep(portrait(90))
    shoot("question-with-photo")
    page._typed("y")
    shoot("answered")
    day.clock.set("09:14:00")
    page.take(day.card(5), "scanner")
    shoot("late")
    page.take(other, "camera")
    shoot("other-class-is-on")
    page.acts.verify()
    page.dialog.list.setCurrentRow(2)
    shoot("verify", page.dialog)
    page._typed("1")
    page._typed("2")
    shoot("verify-ways", page.dialog)
    page.dialog.reject()
    page.take(day.card(6), "scanner")
    QTest.qWait(REACTION_MS + 50)
    page._typed("2")
    page._typed("n")
    shoot("not-the-person")
    for banner in page.window().message_area.banners():
        banner.close_banner()
    page._ask_for_next()
    shoot("photo-reminder")
    page.acts._keep_room(portrait(10))
    day.clock.set("10:25:00")
    page._ask_for_next()
    shoot("roll-call-reminder")
    page.acts.roll_call()
    shoot("roll-call", page.dialog)
    page.dialog.draw()
    shoot("roll-call-name", page.dialog)
    for key in "ynsy":
        page._typed(key)
    shoot("roll-call-next", page.dialog)
    page._typed("y")
    shoot("roll-call-result", page.dialog)
    page.dialog.reject()
    station.add_photo(portrait(60), "middle")
    page.acts.photos()
    assert isinstance(page.dialog, PhotosDialog)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phone.jpg"
        path.write_bytes(portrait(120))
        page.dialog.what.setCurrentIndex(2)
        page.dialog.add_file(path)
    shoot("photos", page.dialog)
    page.dialog.reject()
    page.acts.walk_in()
    shoot("walk-in", page.dialog)
    page.dialog.reject()
    page.acts.change_lesson("cut")
    shoot("cut", page.dialog)
    page.dialog.reject()
    page.pad.toggle()
    page.pad.keys["4"].click()
    shoot("number-pad")
    page.pad.toggle()
    page.search.clear()
    page.acts.menu.popup(page.acts.more.mapToGlobal(page.acts.more.rect().topLeft()))
    shoot("menu", page.acts.menu)
    page.acts.menu.hide()
    for place in range(3):
        day.clock.set("11:30:00")
        page.take(day.card(place), "scanner")
    day.clock.set("11:41:00")
    page._ask_for_next()
    shoot("close-reminder")
    page.acts.close_lesson()
    shoot("close", page.dialog)
    page.dialog.go.click()
    shoot("code", page.dialog)
    page.dialog.accept()
    shoot("closed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
