"""F1 and 帮助 open the manual, at the chapter of the page, with its pictures, and a card still counts meanwhile."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import ROOMS
from desktop.classes.new_class import NewClassForm
from desktop.shell.first_start import FirstStart
from desktop.shell.manual import CHAPTERS, ManualWindow
from desktop.shell.window import Window
from sync.jobs.operators import add_operator
from tests.test_manual import PICTURES


@pytest.fixture
def manual(window: Window, qtbot: QtBot) -> ManualWindow:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return by_f1(qtbot, window)


def by_f1(qtbot: QtBot, widget: QWidget) -> ManualWindow:
    """The manual that F1 opens where `widget` is on top."""
    with qtbot.waitActive(widget.window()):
        widget.window().activateWindow()
    qtbot.keyClick(widget, Qt.Key.Key_F1)
    (manual,) = (child for child in widget.window().children() if isinstance(child, ManualWindow))
    assert manual.isVisible()
    return manual


def test_f1_opens_the_chapter_of_the_page(window: Window, manual: ManualWindow, qtbot: QtBot) -> None:
    manual.close()
    window.open_page("trainees")
    assert by_f1(qtbot, window) is manual
    assert manual.text.textCursor().block().text() == CHAPTERS["trainees"]


def test_every_page_has_its_chapter(manual: ManualWindow) -> None:
    assert set(CHAPTERS) == {room.key for room in ROOMS}
    for key, title in CHAPTERS.items():
        manual.open_at(key)
        assert manual.headings.currentItem().text() == title
        assert manual.text.textCursor().block().text() == title


def test_the_button_opens_it(window: Window, qtbot: QtBot) -> None:
    window.show()
    (button,) = (one for one in window.findChildren(QPushButton) if one.text() == "帮助 F1")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (manual,) = window.findChildren(ManualWindow)
    assert manual.isVisible()


def test_f1_in_a_form_opens_one_that_can_be_used_beside_it(window: Window, qtbot: QtBot) -> None:
    """A form shuts out its window, and would shut out the window's manual."""
    window.show()
    window.open_page("classes")
    form = NewClassForm(window.page("classes"), window.shell)
    form.open()
    manual = by_f1(qtbot, form.form_fields[0].widget)
    assert manual.headings.currentItem().text() == CHAPTERS["classes"]
    assert form.isVisible() and QApplication.activeModalWidget() is form
    assert manual.windowHandle().transientParent() is form.windowHandle()
    manual.query.setFocus()
    qtbot.keyClicks(manual.query, "Excel")
    assert manual.query.text() == "Excel"
    form.reject()
    assert not manual.isVisible()


def test_f1_on_the_first_start_and_on_the_locked_screen(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    first = FirstStart(tmp_path / "new")
    qtbot.addWidget(first)
    first.show()
    assert by_f1(qtbot, first.name).headings.currentItem().text() == CHAPTERS["home"]
    first.close()
    window.show()
    add_operator(window.shell.ledger, "周师傅", "2580")
    window.guard.lock()
    assert window.lock_screen is not None and window.lock_screen.isVisible()
    by_f1(qtbot, window.lock_screen.pin)


def test_its_pictures_are_shown(manual: ManualWindow) -> None:
    assert manual.is_whole()
    for _, name in PICTURES:
        assert manual.text.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(name))


def test_no_mark_of_markdown_is_left(manual: ManualWindow) -> None:
    """Beside Chinese letters and points, ** is easily not read as bold."""
    text = manual.text.toPlainText()
    assert "**" not in text and "](" not in text and "|---" not in text


def test_words_are_found_one_after_another_and_from_the_beginning(manual: ManualWindow, qtbot: QtBot) -> None:
    manual.query.setText("存证码")
    places = []
    for _ in range(manual.text.toPlainText().count("存证码") + 1):
        qtbot.keyClick(manual.query, Qt.Key.Key_Return)
        assert manual.text.textCursor().selectedText() == "存证码"
        places.append(manual.text.textCursor().selectionStart())
    assert len(set(places)) == len(places) - 1 and places[-1] == min(places)


def test_a_scanner_is_still_of_the_window_below(window: Window, manual: ManualWindow) -> None:
    assert manual.windowHandle().transientParent() is window.windowHandle()
