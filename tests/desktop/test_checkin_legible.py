"""Read at three metres and in sunlight: measured in the pixels that the window paints."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.checkin import words
from desktop.checkin.page import CheckinPage
from desktop.checkin.result import PAINTS, draw_bold
from desktop.shell import theme
from sync.training.beijing import clock
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page
from tests.desktop.test_shell import contrast

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints")

LEAST = 7.0
"""Contrast that WCAG 2.2 asks for at its strictest level."""
MILLIMETRES = 309.9 / 1366
"""A pixel of 1366×768 on 14 inches."""
THREE_METRES = 15.0
"""Millimetres of a character's height: a two-hundredth of the distance, as signs are made."""


@pytest.fixture
def contrast_theme(page: CheckinPage) -> Iterator[None]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.styleSheet(), app.palette(), app.font()
    theme.apply(app, "contrast", 16)
    yield
    app.setStyleSheet(before[0])
    app.setPalette(before[1])
    app.setFont(before[2])


def pixels(image: QImage) -> np.ndarray:  # type: ignore[type-arg]
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return found[:, : image.width()] & 0xFFFFFF


def painted(widget: QWidget) -> float:
    """The contrast between what a widget has most of, its ground, and what stands out from it most, its letters."""
    inside = pixels(widget.grab().toImage())[4:-4, 4:-4]
    colours = [f"#{int(value):06x}" for value in np.unique(inside)]
    ground = f"#{Counter(inside.ravel().tolist()).most_common(1)[0][0]:06x}"
    return max(contrast(ground, colour) for colour in colours)


@pytest.mark.parametrize("state", list(PAINTS))
def test_every_answer_stands_out(page: CheckinPage, state: words.State) -> None:
    page.result.show_answer(words.Shown(state, "好", "王芳", "已记下。", 1))
    assert painted(page.result) >= LEAST


def test_everything_on_the_page_stands_out_in_the_contrast_theme(
    page: CheckinPage, day: Day, contrast_theme: None
) -> None:
    """The search's hint and what can't be pressed among it."""
    page.take(day.card(0), "scanner")
    assert not page.strip.yes.isEnabled()
    seen = 0
    for kind in (QLabel, QPushButton, QLineEdit, QComboBox, QListWidget):
        for widget in page.findChildren(kind):
            if widget.isVisible() and (not isinstance(widget, QLabel) or widget.text()):
                seen += 1
                assert painted(widget) >= LEAST, (kind.__name__, widget.accessibleName(), widget.property("text"))
    assert seen > 30


@pytest.mark.parametrize("name", ["王芳", "欧阳建国", "阿卜杜拉·买买提"])
def test_a_name_is_as_high_as_a_sign_at_three_metres(page: CheckinPage, day: Day, name: str) -> None:
    page.result.show_answer(words.Shown("in", "已签到", name, f"{clock(day.clock.at)} 签到，已记下。", 1))
    lines, _ = page.result.name_lines(page.result.rooms()[1].size())
    ink = int(QColor(PAINTS["in"].ink).rgb()) & 0xFFFFFF
    headline, room, _ = page.result.rooms()
    image = pixels(page.result.grab().toImage())
    for place, count in ((room, len(lines)), (headline, 1)):
        rows = np.flatnonzero((image[place.top() : place.bottom(), place.left() + 120 : place.right()] == ink).any(1))
        high = (rows[-1] - rows[0]) / count * MILLIMETRES
        # The headline repeats what colour and shape say; it may be smaller by a third.
        assert high >= (THREE_METRES if place is room else THREE_METRES * 2 / 3)


@pytest.mark.parametrize("size", [52, 96, 168])
def test_large_letters_are_thick_at_every_size(qtbot: QtBot, size: int) -> None:
    """Qt alone thickens letters only up to some size. 一 is one stroke; a twelfth of its size is a bold face's."""
    image = QImage(2 * size, 2 * size, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    draw_bold(painter, "一", size, image.rect(), Qt.AlignmentFlag.AlignHCenter)
    painter.end()
    column = pixels(image)[:, size]
    assert (column < 0x808080).sum() >= size / 12


@pytest.mark.parametrize("character", ["𬭼", "𠮷", "㛃"])
def test_rare_characters_are_drawn_too(qtbot: QtBot, character: str) -> None:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    drawn = []
    for text in (character, "\U0010fffd"):
        image.fill(0xFFFFFF)
        painter = QPainter(image)
        draw_bold(painter, text, 120, image.rect(), Qt.AlignmentFlag.AlignHCenter)
        painter.end()
        drawn.append(pixels(image).copy())
    assert (drawn[0] < 0x808080).sum() > 500 and (drawn[0] != drawn[1]).any()
