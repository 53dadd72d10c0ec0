"""F1 and 帮助 open the manual, at the chapter of the page, with its pictures, and a card still counts meanwhile."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.app import ROOMS
from desktop.shell.manual import CHAPTERS, ManualWindow
from desktop.shell.window import Window
from tests.test_manual import PICTURES


@pytest.fixture
def manual(window: Window, qtbot: QtBot) -> ManualWindow:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.manual is not None and window.manual.isVisible()
    return window.manual


def test_f1_opens_the_chapter_of_the_page(window: Window, manual: ManualWindow) -> None:
    window.open_page("trainees")
    window.open_manual()
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
    assert window.manual is not None and window.manual.isVisible()


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
