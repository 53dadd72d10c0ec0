"""The desk's photos: of the room by one key, of a person beside her check, from a file with its mark."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from pytestqt.qtbot import QtBot

from desktop.checkin.page import CheckinPage
from desktop.checkin.room_photos import PhotosDialog
from sync.errors import BadInput
from sync.jobs.photos import photos_of, read_photo
from tests.bench.card_reading import printed
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, desk_window, page
from tests.desktop.desk_hands import day, jpeg, press, type_alone
from tests.reading.frames import HEIGHT, WIDTH, camera_frame, expose, wall

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints", "does not support")


@pytest.fixture
def show(page: CheckinPage, qtbot: QtBot):
    """Sends a frame of a card (or of none) to the page's camera, as a webcam would."""
    session, source = QMediaCaptureSession(), QVideoFrameInput()
    session.setVideoFrameInput(source)
    session.setVideoSink(page.senses.camera.sink)

    def send(card: str) -> None:
        rng = np.random.default_rng(5)
        if card:
            picture = camera_frame(printed([card])[0], 22, 10, 10, 0.8, 0.9, 3, rng)
        else:
            picture = expose(wall(), 0.8, 0.9, 3, rng)
        frame = QVideoFrame(QVideoFrameFormat(QSize(WIDTH, HEIGHT), QVideoFrameFormat.PixelFormat.Format_NV12))
        assert frame.map(QVideoFrame.MapMode.WriteOnly)
        np.frombuffer(frame.bits(0), np.uint8)[: WIDTH * HEIGHT] = picture.ravel()
        frame.unmap()
        with qtbot.waitSignal(page.senses.camera.picture):
            assert source.sendVideoFrame(frame)

    yield send
    session.setVideoSink(None)
    session.setVideoFrameInput(None)


def test_a_room_photo_by_one_key(qtbot: QtBot, page: CheckinPage, day: Day, show: Callable[[str], None]) -> None:
    day.clock.set("09:00:00")
    show(day.card(0))
    page.acts.look_around()
    press(page, Qt.Key.Key_F12)
    with qtbot.waitSignal(page.senses.camera.photo):
        show(day.card(0))
    [photo] = photos_of(day.ledger, day.lesson)
    assert (photo["what"], photo["person"], photo["from_file"]) == ("start", "", 0)
    assert not QImage.fromData(read_photo(day.ledger, str(photo["sha256"]))).isNull()
    assert page.shell.messages.said[-1].text == "已拍开课照片。"


def test_a_photo_of_her_belongs_to_the_identity_check(
    qtbot: QtBot, page: CheckinPage, day: Day, show: Callable[[str], None]
) -> None:
    show(day.card(3))
    qtbot.waitUntil(lambda: page.strip.asked is not None)
    type_alone(qtbot, page, "3")
    with qtbot.waitSignal(page.senses.camera.photo):
        show(day.card(3))
    assert page.strip.ways.chosen == ["photo"] and page.strip.picture.isVisible()
    qtbot.waitUntil(page.strip.yes.isEnabled)
    type_alone(qtbot, page, "y")
    (digest,) = day.ledger.conn.execute("SELECT photo FROM identity_checks").fetchone()
    [photo] = photos_of(day.ledger, day.lesson)
    assert (photo["sha256"], photo["what"], photo["person"]) == (digest, "person", day.people[3]["id"])


def test_a_photo_with_each_card_when_it_is_wanted(
    qtbot: QtBot, page: CheckinPage, day: Day, show: Callable[[str], None]
) -> None:
    page.acts.menu.actions()[-1].trigger()
    assert page.shell.settings.portraits
    with qtbot.waitSignal(page.senses.portrait):
        show(day.card(3))
    [photo] = photos_of(day.ledger, day.lesson)
    assert (photo["what"], photo["person"]) == ("person", day.people[3]["id"])
    assert not page.result._portrait.isNull(), "it stands beside her name"
    page.take(day.card(4), "scanner")
    assert page.result._portrait.isNull(), "and not beside another's"


def test_no_camera_no_photo_in_words(page: CheckinPage, day: Day) -> None:
    press(page, Qt.Key.Key_F12)
    assert "不能拍照" in page.shell.messages.said[-1].text
    page.take(day.card(0), "scanner")
    page.strip.ways.typed("3")
    assert page.strip.ways.chosen == []


def test_a_photo_from_a_file_is_marked(page: CheckinPage, day: Day, tmp_path: Path) -> None:
    page.acts.photos()
    assert isinstance(page.dialog, PhotosDialog)
    (tmp_path / "phone.jpg").write_bytes(jpeg())
    page.dialog.what.setCurrentIndex(2)
    page.dialog.add_file(tmp_path / "phone.jpg")
    assert page.dialog.list.item(0).text() == "下课 08:40（补传）"
    assert not page.dialog.list.item(0).icon().isNull()
    assert page.dialog.heading.text() == "本课照片 1 张，还缺：开课、课中"
    assert [(p["what"], p["from_file"]) for p in photos_of(day.ledger, day.lesson)] == [("end", 1)]
    (tmp_path / "notes.jpg").write_bytes(b"no picture")
    with pytest.raises(BadInput, match="不是照片"):
        page.dialog.add_file(tmp_path / "notes.jpg")
