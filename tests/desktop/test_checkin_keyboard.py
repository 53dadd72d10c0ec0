"""A whole lesson with the hands on the keyboard: nothing here touches a mouse or calls the page."""

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
from desktop.checkin.forms import LeaveForm, MendForm, PersonDialog, StampForm
from desktop.checkin.page import CheckinPage
from desktop.checkin.roll_call import RollCallDialog
from sync.jobs import rollcall
from sync.jobs.classes import NewLesson, add_lesson
from sync.jobs.status import anchor
from tests.desktop.checkin_day import DAY, MULTIMEDIA_NOISE, Day, make_day
from tests.desktop.desk_fixtures import bare_machine, desk_window, page

__all__ = ["bare_machine", "desk_window", "page"]

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


class Hands:
    """Keys to whichever window has the keyboard, as a system sends them."""

    def __init__(self, qtbot: QtBot, page: CheckinPage) -> None:
        self.qtbot, self.page = qtbot, page

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWindow(), key, modifiers)

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

    def scan(self, card: str) -> None:
        for char in card:
            QTest.keyClick(QApplication.focusWindow(), char)
        self.press(Qt.Key.Key_Return)

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


def test_a_whole_lesson(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
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

    # The others of the queue.
    hands.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page.dialog)
    while page.station.verifying.waiting:
        hands.alone("1")
        hands.alone("y")
    hands.press(Qt.Key.Key_Escape)
    hands.back()
    assert page.station.verifying.words == "已核对 5/40 人"

    # The photo of the start is put aside: there is no camera.
    day.clock.set("09:01:00")
    hands.press(Qt.Key.Key_F9)
    page._ready.timeout.emit()
    assert page.strip.reminder.key == "start"
    hands.alone("n")
    assert page.strip.reminder is None

    # Leave for one, a correction for another.
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
    assert page.station.counts().came == 6

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
