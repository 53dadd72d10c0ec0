"""The check-in page in its real window, on the morning of the lesson."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtMultimedia import QMediaDevices
from PySide6.QtTextToSpeech import QTextToSpeech
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.checkin.page import CheckinPage
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from tests.desktop.checkin_day import Day, make_day


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = make_day(tmp_path / "node")
    yield made
    made.ledger.close()


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without camera, loudspeaker and voice, whatever this one has."""
    monkeypatch.setattr(QMediaDevices, "videoInputs", staticmethod(list))
    monkeypatch.setattr(QMediaDevices, "audioOutputs", staticmethod(list))
    monkeypatch.setattr(QTextToSpeech, "availableEngines", staticmethod(list))


@pytest.fixture
def desk_window(qtbot: QtBot, day: Day, bare_machine: None) -> Iterator[Window]:
    made = make_window(day.ledger, Settings(day.ledger.folder), catch=False)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    with qtbot.waitActive(made):
        made.open_page("checkin")
    assert QApplication.focusWidget() is not None
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def page(desk_window: Window) -> CheckinPage:
    made = desk_window.page("checkin")
    assert isinstance(made, CheckinPage)
    return made
