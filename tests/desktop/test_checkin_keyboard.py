"""A whole lesson with the hands on the keyboard: nothing here touches a mouse or calls the page."""

import time as clocks
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.checkin.closing import CloseDialog
from desktop.checkin.forms import LeaveForm, LeaveVoidForm, MendForm, PersonDialog, StampForm
from desktop.checkin.page import CheckinPage
from desktop.checkin.roll_call import RollCallDialog
from desktop.trainees.walk_in import WalkInForm
from sync.jobs import rollcall
from sync.jobs.classes import NewLesson, add_lesson
from sync.jobs.photos import photos_of
from sync.jobs.status import anchor
from tests.desktop.checkin_day import DAY, MULTIMEDIA_NOISE, Day, make_day
from tests.desktop.desk_fixtures import bare_machine, desk_window, page
from tests.desktop.keyboard import Keyboard
from tests.desktop.people import id_number
from tests.desktop.test_checkin_photos import show

__all__ = ["bare_machine", "desk_window", "page", "show"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints", "does not support")

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """The afternoon's lesson too, so that one has to be chosen."""
    made = make_day(tmp_path / "node", teacher="李桂兰")
    afternoon = NewLesson(DAY, time(14), time(16), 200, "practice", topic="实操")
    add_lesson(made.ledger, "A1", afternoon)
    yield made
    made.ledger.close()


KEYS_A_SECOND = 4
"""Of somebody who looks from the card to the keyboard and back."""


class Hands:
    """Keys to whichever window has the keyboard, as a system sends them."""

    def __init__(self, qtbot: QtBot, page: CheckinPage) -> None:
        self.qtbot, self.page = qtbot, page
        self.keyboard = Keyboard(page)
        self.pressed = 0
        """Keys of a person so far, those of an input method among them."""

    def type_on(self, text: str, pinyin: str = "") -> None:
        """At a person's pace by the keyboard's own clock; `pinyin` is what she types for Chinese text, and a space."""
        if pinyin:
            self.write(text)
            self.pressed += len(pinyin) + 1
            return
        self.keyboard.window = QApplication.focusWindow()
        self.keyboard.person(text, gap=1000 // KEYS_A_SECOND)
        self.pressed += len(text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWindow(), key, modifiers)
        self.pressed += 1

    def write(self, text: str) -> None:
        for char in text:
            if char.isascii():
                QTest.keyClick(QApplication.focusWindow(), char)
            else:
                # An input method hands over Chinese as it is.
                event = QInputMethodEvent("", [])
                event.setCommitString(char)
                QCoreApplication.sendEvent(QApplication.focusWidget(), event)

    def alone(self, char: str) -> None:
        with self.qtbot.waitSignal(self.page.wedge.typed):
            QTest.keyClick(QApplication.focusWindow(), char)
        self.pressed += 1

    def scan(self, card: str) -> None:
        self.keyboard.window = QApplication.focusWindow()
        self.keyboard.scanner(card + "\r")

    def wait_for(self, kind: type) -> None:
        self._activate(lambda window: isinstance(window, kind))

    def back(self) -> None:
        self._activate(lambda window: window is self.page.window())

    def _activate(self, fits: Callable[[QWidget], bool]) -> None:
        """The offscreen platform gives the keyboard to nobody when a window closes; a desktop, to the one below."""
        if QApplication.activeWindow() is None:
            next(
                window for window in QApplication.topLevelWidgets() if window.isVisible() and fits(window)
            ).activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is not None and fits(QApplication.activeWindow()))


def test_somebody_not_on_the_list_is_registered_and_verified_in_30_seconds(
    qtbot: QtBot, page: CheckinPage, day: Day
) -> None:
    """From the key that opens the form to the answer that it is she: name, number and telephone typed at four keys a
    second, and what the machine itself takes."""
    hands = Hands(qtbot, page)
    began = clocks.perf_counter()
    hands.press(Qt.Key.Key_N, CTRL)
    hands.wait_for(WalkInForm)
    hands.type_on("欧阳建国", pinyin="ouyangjianguo")
    hands.type_on("\t" + id_number(7) + "\t13900001234\r")
    hands.back()
    assert page.strip.asked.name == page.result.shown.name == "欧阳建国"
    hands.alone("2")
    qtbot.waitUntil(page.strip.yes.isEnabled)
    hands.alone("y")
    machine = clocks.perf_counter() - began
    found = day.ledger.conn.execute(
        "SELECT t.name, t.id_number, t.phone, s.kind, s.reason, c.same FROM trainees t JOIN stamps s ON s.person = t.id"
        " JOIN identity_checks c ON c.person = t.id"
    ).fetchall()
    assert found == [("欧阳建国", id_number(7), "13900001234", "in", "还没有领到卡", 1)]
    assert hands.pressed <= 60
    # The keys went faster here than a person's; the rest of the time is the machine's.
    assert hands.pressed / KEYS_A_SECOND + machine < 30


def test_a_whole_lesson(qtbot: QtBot, page: CheckinPage, day: Day, show: Callable[[str], None]) -> None:
    hands = Hands(qtbot, page)
    window = page.window()

    # The other lesson was open; the morning's is chosen.
    hands.press(Qt.Key.Key_F8)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    assert page.station.desk.lesson.topic == "实操"
    hands.press(Qt.Key.Key_F8)
    hands.press(Qt.Key.Key_Up)
    hands.press(Qt.Key.Key_Return)
    assert page.station.desk.lesson.id == day.lesson

    # The teacher, by the reminder; then the queue, with one question answered at the door.
    hands.alone("y")
    assert page.result.shown.headline == "老师已签到"
    for place in (0, 1, 2, 3):
        hands.scan(day.card(place))
    assert page.result.shown.name == day.name(3)
    hands.alone("2")
    qtbot.waitUntil(page.strip.yes.isEnabled)
    hands.alone("y")
    assert len(page.station.verifying.verified) == 1

    # Somebody without her card, with a reason.
    hands.press(Qt.Key.Key_F6)
    hands.write(page.station.people[day.people[4]["id"]].tail)
    hands.press(Qt.Key.Key_Return)
    hands.wait_for(StampForm)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.back()
    assert day.ledger.conn.execute("SELECT reason FROM stamps WHERE via = 'search' AND reason != ''").fetchall() == [
        ("卡损坏",)
    ]

    # Somebody who is not on the list.
    hands.press(Qt.Key.Key_N, CTRL)
    hands.wait_for(WalkInForm)
    hands.write("欧阳建国")
    hands.type_on("\t" + id_number(7) + "\r")
    hands.back()
    assert page.result.shown.name == "欧阳建国" and page.station.counts().expected == 41

    # The others of the queue.
    hands.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page.dialog)
    while page.station.verifying.waiting:
        hands.alone("1")
        hands.alone("y")
    hands.press(Qt.Key.Key_Escape)
    hands.back()
    assert page.station.verifying.words == "已核对 6/41 人"

    # The photo of the start, by its reminder.
    day.clock.set("09:01:00")
    show("")
    page._ready.timeout.emit()
    assert page.strip.reminder.key == "start"
    hands.alone("y")
    with qtbot.waitSignal(page.senses.camera.photo):
        show("")
    assert [photo["what"] for photo in photos_of(day.ledger, day.lesson)] == ["start"]
    assert page.strip.reminder is None

    # Leave for one, given to the wrong one first; a correction for another.
    hands.press(Qt.Key.Key_F6)
    hands.write(page.station.people[day.people[5]["id"]].tail)
    hands.press(Qt.Key.Key_F7)
    hands.wait_for(PersonDialog)
    for form, reason in ((LeaveForm, "生病"), (LeaveVoidForm, "登记错人")):
        hands.press(Qt.Key.Key_L, ALT)
        hands.wait_for(form)
        hands.write(reason)
        hands.press(Qt.Key.Key_Return)
        hands.wait_for(PersonDialog)
    hands.press(Qt.Key.Key_Escape)
    hands.back()
    assert page.station.counts().leave == 0
    hands.press(Qt.Key.Key_F6)
    hands.write(page.station.people[day.people[6]["id"]].tail)
    hands.press(Qt.Key.Key_F7)
    hands.wait_for(PersonDialog)
    hands.press(Qt.Key.Key_L, ALT)
    hands.wait_for(LeaveForm)
    hands.write("生病")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for(PersonDialog)
    hands.press(Qt.Key.Key_Escape)
    hands.back()
    assert page.station.counts().leave == 1
    hands.press(Qt.Key.Key_F6)
    hands.write(page.station.people[day.people[7]["id"]].tail)
    hands.press(Qt.Key.Key_F7)
    hands.wait_for(PersonDialog)
    hands.press(Qt.Key.Key_B, ALT)
    hands.wait_for(MendForm)
    hands.press(Qt.Key.Key_Tab)
    hands.write("08:55")
    hands.press(Qt.Key.Key_Tab)
    hands.write("漏刷")
    hands.press(Qt.Key.Key_Tab)
    hands.write("王老师")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for(PersonDialog)
    hands.press(Qt.Key.Key_Escape)
    hands.back()
    assert page.station.counts().came == 7

    # The roll-call, by its reminder.
    day.clock.set("10:30:00")
    page._ready.timeout.emit()
    hands.alone("y")
    hands.wait_for(RollCallDialog)
    hands.press(Qt.Key.Key_Return)
    for key in "yynyy":
        hands.alone(key)
    hands.press(Qt.Key.Key_Return)
    hands.back()
    assert [one.there for one in rollcall.latest(day.ledger, day.lesson)] == [True, True, False, True, True]

    # Out, and the end.
    day.clock.set("11:30:00")
    for place in (0, 1, 2, 3):
        hands.scan(day.card(place))
    hands.press(Qt.Key.Key_T, CTRL)
    assert page.result.shown.headline == "老师已签退"
    day.clock.set("11:41:00")
    hands.press(Qt.Key.Key_E, CTRL)
    hands.wait_for(CloseDialog)
    hands.press(Qt.Key.Key_Return)
    assert page.dialog.code.text() == anchor(day.ledger, day.lesson)["shown"]
    hands.press(Qt.Key.Key_Return)
    hands.back()
    assert window.focusWidget() is page.result
    assert page.station.counts().left == 4
