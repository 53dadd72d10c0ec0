"""A USB scanner and a person at one keyboard, as key events through the real window."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.checkin.page import CheckinPage
from desktop.shell.window import Window
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page
from tests.desktop.keyboard import Keyboard

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints")


def commit(widget: QWidget, text: str) -> None:
    """An input method hands over text to what has the focus."""
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def test_with_enter(page: CheckinPage, day: Day) -> None:
    Keyboard(page).scanner(day.card(0) + "\r")
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert (page.result.shown.headline, page.result.shown.name) == ("已签到", day.name(0))


def test_with_tab(page: CheckinPage, day: Day) -> None:
    Keyboard(page).scanner(day.card(0) + "\t")
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert page.result.hasFocus()


def test_without_enter(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    with qtbot.waitSignal(page.wedge.scanned):
        Keyboard(page).scanner(day.card(0))
        assert day.stamps() == []
    assert day.stamps() == [(day.name(0), "in", "scanner")]


def test_as_qtest_types_it(page: CheckinPage, day: Day) -> None:
    QTest.keyClicks(page, day.card(0))  # straight to the widget, which no keyboard does
    assert day.stamps() == []
    for char in day.card(0):
        QTest.keyClick(page.window().windowHandle(), char)
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Return)
    assert day.stamps() == [(day.name(0), "in", "scanner")]


def test_two_scanners_one_after_the_other(page: CheckinPage, day: Day) -> None:
    keyboard = Keyboard(page)
    keyboard.scanner(day.card(0) + "\r")
    for char in day.card(1) + "\r":
        keyboard.strike(char, 4)
    assert [name for name, _, _ in day.stamps()] == [day.name(0), day.name(1)]


def test_two_scans_without_enter_and_without_a_pause(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    with qtbot.waitSignal(page.wedge.scanned):
        Keyboard(page).scanner(day.card(0) + day.card(1))
    assert [name for name, _, _ in day.stamps()] == [day.name(0), day.name(1)]


def test_full_width_digits(page: CheckinPage, day: Day) -> None:
    Keyboard(page).scanner("".join(chr(ord(char) + 0xFEE0) for char in day.card(0)) + "\r")
    assert day.stamps() == [(day.name(0), "in", "scanner")]


def test_stray_characters(page: CheckinPage, day: Day) -> None:
    Keyboard(page).scanner(f"]Q1{day.card(0)};\r")
    assert day.stamps() == [(day.name(0), "in", "scanner")]


def test_a_lost_zero_asks_for_another_scan(page: CheckinPage, day: Day) -> None:
    number = "0" * 16 + "2"
    Keyboard(page).scanner(number[1:] + "\r")
    assert day.stamps() == []
    assert (page.result.shown.headline, page.result.shown.sentence) == ("没读全", "请再刷一次。")


def test_an_input_method_commits_the_digits(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    with qtbot.waitSignal(page.wedge.scanned):
        commit(page.search, "去")
        for char in day.card(0):
            commit(page.search, chr(ord(char) + 0xFEE0))
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert page.search.text() == ""


def test_an_input_method_commits_the_card_at_once(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    with qtbot.waitSignal(page.wedge.scanned):
        commit(page.search, day.card(0))
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert page.search.text() == ""


def test_what_a_person_types_stays(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    Keyboard(page).person("12345678901234567", gap=45)
    assert page.search.text() == "12345678901234567"
    commit(page.search, "张三")
    assert page.search.text() == "12345678901234567张三"
    assert page.wedge._quiet.isActive()
    qtbot.waitUntil(lambda: not page.wedge._quiet.isActive())
    assert page.search.text() == "12345678901234567张三"
    assert day.stamps() == []


def test_a_persons_enter_is_hers(page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    commit(page.search, day.name(3))
    Keyboard(page).person("\r")
    assert page.dialog is not None
    assert page.dialog.isVisible()


def test_a_scan_into_the_search_leaves_what_was_typed(page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    keyboard = Keyboard(page)
    keyboard.person("abc")
    keyboard.person("\b")
    page.search.setCursorPosition(1)
    keyboard.scanner(day.card(0) + "\r")
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert (page.search.text(), page.search.cursorPosition()) == ("ab", 1)
    assert page.dialog is None


def test_a_scan_over_a_selection_puts_it_back(page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    page.search.setText("zhang")
    page.search.selectAll()
    Keyboard(page).scanner(day.card(0) + "\r")
    assert (page.search.text(), page.search.selectedText()) == ("zhang", "zhang")
    assert len(day.stamps()) == 1


def test_a_scan_while_a_form_is_open(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    """The next in the queue does not wait for the form, and does not write into it."""
    page.pick(day.people[3]["id"])
    assert page.dialog is not None
    with qtbot.waitExposed(page.dialog):
        page.dialog.reason.lineEdit().setText("别的")
    keyboard = Keyboard(page.dialog)
    keyboard.scanner(day.card(0) + "\r")
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert page.dialog.isVisible()
    assert page.dialog.reason.currentText() == "别的"
    page.dialog.reject()


def test_on_another_page_keys_are_only_keys(qtbot: QtBot, desk_window: Window, page: CheckinPage, day: Day) -> None:
    desk_window.open_page("home")
    Keyboard(page).scanner(day.card(0) + "\r")
    assert day.stamps() == []
    desk_window.open_page("checkin")
    Keyboard(page).scanner(day.card(0) + "\r")
    assert len(day.stamps()) == 1


def test_an_input_method_and_the_scanners_own_enter(page: CheckinPage, day: Day) -> None:
    """The first thing that is typed at all: what an input method gives bears no time, and Enter does."""
    page.search.setFocus()
    for char in day.card(0):
        commit(page.search, char)
    Keyboard(page).strike("\r", 1)
    assert day.stamps() == [(day.name(0), "in", "scanner")]
    assert (page.search.text(), page.dialog) == ("", None)


def test_an_input_method_that_dawdles_behind_the_enter(page: CheckinPage, day: Day) -> None:
    """It hands the digits over some milliseconds after they were struck; Enter, which it lets through, is not late."""
    page.search.setFocus()
    keyboard = Keyboard(page)
    keyboard.scanner(day.card(0) + "\r")
    for char in day.card(1):
        commit(page.search, char)
    keyboard.strike("\r", -20)
    assert [name for name, _, _ in day.stamps()] == [day.name(0), day.name(1)]
    assert (page.search.text(), page.dialog) == ("", None)


def test_full_width_digits_without_enter(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    with qtbot.waitSignal(page.wedge.scanned):
        Keyboard(page).scanner("".join(chr(ord(char) + 0xFEE0) for char in day.card(0)))
    assert day.stamps() == [(day.name(0), "in", "scanner")]


@pytest.mark.parametrize("width", [0, 0xFEE0])
def test_a_lost_zero_without_enter(qtbot: QtBot, page: CheckinPage, day: Day, width: int) -> None:
    with qtbot.waitSignal(page.wedge.scanned):
        Keyboard(page).scanner("".join(chr(ord(char) + width) for char in "0" * 15 + "2"))
    assert day.stamps() == []
    assert page.result.shown.headline == "没读全"


def test_a_lost_zero_by_an_input_method(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.search.setFocus()
    with qtbot.waitSignal(page.wedge.scanned):
        for char in "0" * 15 + "2":
            commit(page.search, char)
    assert day.stamps() == []
    assert (page.result.shown.headline, page.search.text()) == ("没读全", "")


def test_a_window_that_was_busy_in_the_middle_of_a_scan(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    """The silence is over by the clock, and the other half of the card waits in the queue."""
    keyboard, card = Keyboard(page), day.card(0)
    keyboard.scanner(card[:7])
    for place, char in enumerate(card[7:]):
        event = QKeyEvent(QEvent.Type.KeyPress, ord(char), Qt.KeyboardModifier.NoModifier, char)
        event.setTimestamp(keyboard.now + 4 * (place + 1))
        QCoreApplication.postEvent(keyboard.window, event)
    with qtbot.waitSignal(page.wedge.scanned) as told:
        page.wedge._quiet.timeout.emit()
    assert told.args == [card]
    assert day.stamps() == [(day.name(0), "in", "scanner")]


def test_two_scanners_at_the_very_same_time(page: CheckinPage, day: Day) -> None:
    """Their digits are mixed: nobody is recorded, least of all somebody else, and it says to scan again."""
    Keyboard(page).scanner("".join(a + b for a, b in zip(day.card(0), day.card(1), strict=True)) + "\r\r")
    assert day.stamps() == []
    assert (page.result.shown.headline, page.result.shown.sentence) == ("没读全", "请再刷一次。")


@pytest.mark.parametrize("suffix", ["\r", "\t", ""])
def test_a_whole_class_without_a_pause(qtbot: QtBot, page: CheckinPage, day: Day, suffix: str) -> None:
    """As a scanner that keeps what it read sends it all when it is put back into its stand."""
    Keyboard(page).scanner("".join(person["card"] + suffix for person in day.people))
    qtbot.waitUntil(lambda: len(day.stamps()) == len(day.people))
    assert day.stamps() == [(person["name"], "in", "scanner") for person in day.people]
