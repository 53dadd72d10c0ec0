"""What is told without colour: each state by its own shape, and where to hold the card."""

import itertools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop.checkin.preview import Preview
from desktop.checkin.result import PAINTS, draw_shape
from desktop.checkin.words import State

SIDE = 120


def grey(picture: QImage) -> NDArray[np.uint8]:
    plain = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width()].copy()


def shape(state: State) -> NDArray[np.bool_]:
    picture = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setPen(QColor("black"))
    draw_shape(painter, state, QRectF(0, 0, SIDE, SIDE))
    painter.end()
    return grey(picture) < 128


def test_no_two_states_have_shapes_that_could_be_taken_for_each_other(qtbot: QtBot) -> None:
    shapes = {state: shape(state) for state in PAINTS}
    assert all(ink.mean() > 0.03 for ink in shapes.values())
    for one, other in itertools.combinations(shapes, 2):
        common, all_ink = (shapes[one] & shapes[other]).sum(), (shapes[one] | shapes[other]).sum()
        assert common / all_ink < 0.6, (one, other)


def test_the_picture_says_where_to_hold_the_card(qtbot: QtBot) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.resize(640, 360)
    picture = QImage(1280, 720, QImage.Format.Format_RGB32)
    picture.fill(QColor("#808080"))
    preview.show_picture(picture)
    shown = preview.grab().toImage()
    drawn = np.argwhere(grey(shown) != grey(shown)[shown.height() // 2, shown.width() // 2])
    (top, left), (bottom, right) = drawn.min(axis=0), drawn.max(axis=0)
    height, width = bottom - top, right - left
    assert abs(height - width) <= 2, "a square, as the code is"
    assert 0.5 * shown.height() < height < 0.75 * shown.height()
    assert abs((left + right) / 2 - shown.width() / 2) <= 2
    assert abs((top + bottom) / 2 - shown.height() / 2) <= 2
