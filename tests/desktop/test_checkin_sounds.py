"""The four sounds: there, told apart, and silent without a loudspeaker."""

import wave

import pytest
from pytestqt.qtbot import QtBot

from desktop.checkin.sounds import Sounds
from desktop.checkin.tones import FOLDER, RATE, TONES, samples
from tests.desktop.checkin_day import MULTIMEDIA_NOISE
from tests.desktop.desk_fixtures import bare_machine

__all__ = ["bare_machine"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE)


def test_the_files_are_what_the_script_makes() -> None:
    heard = set()
    for name, notes in TONES.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "rb") as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
            frames = file.readframes(file.getnframes())
        assert frames == b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples(notes))
        assert file.getnframes() < RATE // 2, "a queue does not wait for a melody"
        heard.add(frames)
    assert len(heard) == 4


def test_without_a_loudspeaker_nothing_is_said(qtbot: QtBot, bare_machine: None) -> None:
    Sounds().play("in")
