"""A day with a teacher at the desk, and the hands of who sits there."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.checkin.page import CheckinPage
from tests.desktop.checkin_day import Day, make_day


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = make_day(tmp_path / "node", teacher="李桂兰")
    yield made
    made.ledger.close()


def press(page: CheckinPage, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.window().windowHandle(), key, modifiers)


def type_alone(qtbot: QtBot, page: CheckinPage, char: str) -> None:
    """One key of a person, as the system sends it; it is hers when no second one follows at once."""
    window = page.dialog if page.dialog is not None and page.dialog.isVisible() else page.window()
    with qtbot.waitSignal(page.wedge.typed):
        QTest.keyClick(window.windowHandle(), char)


def checks(day: Day) -> list[tuple[str, str, int, str]]:
    found = day.ledger.conn.execute(
        "SELECT t.name, c.ways, c.same, c.asked FROM identity_checks c JOIN trainees t ON t.id = c.person"
        " ORDER BY c.seq"
    )
    return list(found)


def jpeg(shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), (shade, 120, 60)).save(out, "JPEG")
    return out.getvalue()
