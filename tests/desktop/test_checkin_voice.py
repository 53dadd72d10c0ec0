"""The spoken name: only where there is a Chinese voice, and only when it is wanted."""

import pytest
from PySide6.QtTextToSpeech import QTextToSpeech
from pytestqt.qtbot import QtBot

from desktop.checkin.page import CheckinPage
from desktop.checkin.voice import Voice
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints")


def test_silent_without_a_voice(qtbot: QtBot, bare_machine: None) -> None:
    voice = Voice()
    voice.say("王芳")
    assert not voice.speaks


def test_silent_where_no_voice_is_chinese(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt's engine for tests speaks English, Norwegian and Finnish."""
    monkeypatch.setattr("desktop.checkin.voice.MUTE_ENGINES", frozenset())
    monkeypatch.setattr(QTextToSpeech, "availableEngines", staticmethod(lambda: ["mock"]))
    assert not Voice().speaks


class Speaker:
    def __init__(self) -> None:
        self.said: list[str] = []

    def stop(self) -> None:
        self.said.append("")

    def say(self, text: str) -> None:
        self.said.append(text)


def test_the_name_of_who_came_or_left_is_said_unless_it_is_turned_off(page: CheckinPage, day: Day) -> None:
    speaker = Speaker()
    page.senses.voice._speech = speaker
    page.take(day.card(0), "scanner")
    page.take(day.card(0), "scanner")
    assert speaker.said == ["", day.name(0)], "a repeat has its sound"
    page.acts.menu.actions()[[a.text() for a in page.acts.menu.actions()].index("念出姓名")].trigger()
    page.take(day.card(1), "scanner")
    assert speaker.said == ["", day.name(0)]
    assert not page.shell.settings.voice
