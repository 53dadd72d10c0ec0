"""Cards in a video file, in order of appearance."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.checkin.video import read_video
from desktop.selftest import CARD, VIDEO
from sync.errors import BadInput
from sync.training.card import new_card
from tests.bench.card_reading import printed
from tests.desktop.checkin_day import MULTIMEDIA_NOISE
from tests.reading.frames import HEIGHT, WIDTH, camera_frame, expose, wall

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "Could not open media", "No HW decoder")

RATE = 10


def test_the_video_of_the_self_test(qtbot: QtBot) -> None:
    assert read_video(str(VIDEO)) == [CARD]


def test_each_appearance_once_and_in_order(qtbot: QtBot, tmp_path: Path) -> None:
    numbers = [new_card(lambda _: 1), new_card(lambda _: 2)]
    rng = np.random.default_rng(2)
    shots = [camera_frame(card, 20, 3, 5, 0.6, 1, 2, rng) for card in printed(numbers)]
    blank = expose(wall(), 0.6, 1, 2, rng)
    path = tmp_path / "刷卡.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE, (WIDTH, HEIGHT))
    for shot, frames in ((shots[1], 5), (blank, 5), (shots[0], 5), (blank, 20), (shots[1], 5)):
        for _ in range(frames):
            writer.write(cv2.cvtColor(shot, cv2.COLOR_GRAY2BGR))
    writer.release()
    assert read_video(str(path)) == [numbers[1], numbers[0], numbers[1]]


def test_no_such_file() -> None:
    with pytest.raises(BadInput, match=r"找不到视频：没有\.mp4"):
        read_video("没有.mp4")


def test_no_video(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "名单.mp4"
    path.write_text("这不是视频", encoding="utf-8")
    with pytest.raises(BadInput, match=r"视频读不出来：名单\.mp4"):
        read_video(str(path))


def test_only_sound(qtbot: QtBot) -> None:
    sound = VIDEO.parents[1] / "sounds" / "in.wav"
    with pytest.raises(BadInput, match=r"in\.wav（里面没有画面）"):
        read_video(str(sound))
