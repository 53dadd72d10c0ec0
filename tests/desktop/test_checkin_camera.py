"""Real frames of printed cards, through a real capture session, into the reader's thread."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QSize, QThread
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from pytestqt.qtbot import QtBot

from desktop.checkin.camera import NONE, Camera, CardReader, Look, best_format
from desktop.checkin.plane import luminance
from sync.reading.reader import read_cards
from sync.training.card import new_card
from tests.bench.card_reading import printed
from tests.desktop.checkin_day import MULTIMEDIA_NOISE
from tests.desktop.desk_fixtures import bare_machine
from tests.reading.frames import HEIGHT, WIDTH, Luminance, expose, place, wall

__all__ = ["bare_machine"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE)

Format = QVideoFrameFormat.PixelFormat
FIRST, SECOND = new_card(lambda _: 20261121), new_card(lambda _: 7)


def seen(*asides: tuple[int, tuple[float, float]]) -> Luminance:
    """A frame of the desk with cards (0 or 1) at places in millimetres."""
    rng = np.random.default_rng(3)
    scene, cards = wall(), printed([FIRST, SECOND])
    for card, aside in asides:
        place(scene, cards[card], 24, 4, 6, rng, aside)
    return expose(scene, 0.8, 0.9, 3, rng)


def frame(picture: Luminance, pixels: Format = Format.Format_NV12) -> QVideoFrame:
    """What a camera of that format delivers."""
    made = QVideoFrame(QVideoFrameFormat(QSize(WIDTH, HEIGHT), pixels))
    assert made.map(QVideoFrame.MapMode.WriteOnly)
    stride = made.bytesPerLine(0)
    rows = np.frombuffer(made.bits(0), np.uint8)[: stride * HEIGHT].reshape(HEIGHT, stride)
    step, first = {Format.Format_YUYV: (2, 0), Format.Format_UYVY: (2, 1), Format.Format_Y16: (2, 1)}.get(
        pixels, (1, 0)
    )
    if pixels == Format.Format_BGRX8888:
        for channel in range(4):
            rows[:, channel : WIDTH * 4 : 4] = picture
    else:
        rows[:, first : WIDTH * step : step] = picture
    made.unmap()
    return made


@pytest.fixture
def camera(qtbot: QtBot, bare_machine: None) -> Iterator[Camera]:
    made = Camera()
    yield made
    made.close()


@pytest.fixture
def sender(qtbot: QtBot, camera: Camera) -> Iterator[QVideoFrameInput]:
    """A camera that shows what the test sends."""
    session, source = QMediaCaptureSession(), QVideoFrameInput()
    session.setVideoFrameInput(source)
    session.setVideoSink(camera.sink)
    yield source
    session.setVideoSink(None)
    session.setVideoFrameInput(None)


@pytest.mark.parametrize(
    "pixels",
    [
        Format.Format_NV12,
        Format.Format_YUV420P,
        Format.Format_YUV422P,
        Format.Format_YUYV,
        Format.Format_UYVY,
        Format.Format_Y8,
        Format.Format_Y16,
        Format.Format_BGRX8888,
    ],
)
def test_every_format_of_a_camera_is_read(qtbot: QtBot, pixels: Format) -> None:
    plane = luminance(frame(seen((0, (0, 0))), pixels))
    assert plane is not None
    assert read_cards(plane.data, plane.width, plane.height, plane.stride) == [FIRST]


def test_an_invalid_frame_is_no_picture(qtbot: QtBot) -> None:
    assert luminance(QVideoFrame()) is None


def test_a_frame_of_the_camera_becomes_a_card_and_a_picture(
    qtbot: QtBot, camera: Camera, sender: QVideoFrameInput
) -> None:
    pictures = []
    camera.picture.connect(pictures.append)
    with qtbot.waitSignal(camera.card) as card:
        assert sender.sendVideoFrame(frame(seen((0, (0, 0)))))
    assert card.args == [FIRST]
    assert [picture.width() for picture in pictures] == [480]


def test_two_cards_in_one_frame_are_both_told(qtbot: QtBot, camera: Camera, sender: QVideoFrameInput) -> None:
    cards: list[str] = []
    camera.card.connect(cards.append)
    with qtbot.waitSignal(camera.picture):
        assert sender.sendVideoFrame(frame(seen((0, (-45, 0)), (1, (55, 0)))))
    assert sorted(cards) == sorted([FIRST, SECOND])


def test_a_card_that_stays_in_view_is_told_once(qtbot: QtBot, camera: Camera, sender: QVideoFrameInput) -> None:
    cards: list[str] = []
    camera.card.connect(cards.append)
    picture = seen((0, (0, 0)))
    for _ in range(6):
        with qtbot.waitSignal(camera.picture):
            assert sender.sendVideoFrame(frame(picture))
    assert cards == [FIRST]


def test_the_picture_is_mirrored(qtbot: QtBot, camera: Camera, sender: QVideoFrameInput) -> None:
    half = np.zeros((HEIGHT, WIDTH), np.uint8)
    half[:, : WIDTH // 2] = 250
    with qtbot.waitSignal(camera.picture) as told:
        assert sender.sendVideoFrame(frame(half))
    picture = told.args[0]
    assert picture.pixelColor(20, 100).value() < 10
    assert picture.pixelColor(460, 100).value() > 240


def test_a_photo_is_of_the_next_frame_in_colour_and_of_the_size_that_is_kept(
    qtbot: QtBot, camera: Camera, sender: QVideoFrameInput
) -> None:
    made = frame(seen())
    assert made.map(QVideoFrame.MapMode.WriteOnly)
    chroma = np.frombuffer(made.bits(1), np.uint8)
    chroma[0::2], chroma[1::2] = 90, 200  # little blue, much red
    made.unmap()
    camera.photograph()
    with qtbot.waitSignal(camera.photo) as told:
        assert sender.sendVideoFrame(made)
    picture = QImage.fromData(told.args[0])
    assert (picture.width(), picture.height()) == (1024, 576)
    middle = picture.pixelColor(512, 288)
    assert middle.red() > middle.green() + 40 > middle.blue()
    photos: list[bytes] = []
    camera.photo.connect(photos.append)
    with qtbot.waitSignal(camera.picture):
        assert sender.sendVideoFrame(frame(seen()))
    with qtbot.waitSignal(camera.picture):
        assert sender.sendVideoFrame(frame(seen()))
    assert photos == [], "one photo for one request"


def test_a_portrait_comes_with_its_card_and_only_when_they_are_wanted(
    qtbot: QtBot, camera: Camera, sender: QVideoFrameInput
) -> None:
    portraits: list[tuple[bytes, list[str]]] = []
    camera.portrait.connect(lambda jpeg, cards: portraits.append((jpeg, cards)))
    with qtbot.waitSignal(camera.picture):
        assert sender.sendVideoFrame(frame(seen((0, (0, 0)))))
    camera.take_portraits(True)
    with qtbot.waitSignal(camera.picture):
        assert sender.sendVideoFrame(frame(seen((0, (0, 0)))))
    assert portraits == [], "nobody's card has just come into view"
    with qtbot.waitSignal(camera.portrait):
        assert sender.sendVideoFrame(frame(seen((1, (0, 0)))))
    [(jpeg, cards)] = portraits
    assert cards == [SECOND] and not QImage.fromData(jpeg).isNull()


def test_while_a_frame_is_read_newer_ones_are_dropped(qtbot: QtBot, camera: Camera) -> None:
    """At most one is on its way, so that an old laptop shows the card that is there now."""
    handed_over: list[QVideoFrame] = []
    camera._next.connect(handed_over.append)
    picture = seen((0, (0, 0)))
    with qtbot.waitSignal(camera.picture):
        for _ in range(10):
            camera.sink.setVideoFrame(frame(picture))
    assert len(handed_over) == 1
    with qtbot.waitSignal(camera.picture):
        camera.sink.setVideoFrame(frame(picture))
    assert len(handed_over) == 2


def test_reading_is_not_done_in_the_windows_thread(
    qtbot: QtBot, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[QThread] = []

    def look(plane: bytes, width: int, height: int, stride: int) -> list[str]:
        threads.append(QThread.currentThread())
        return read_cards(plane, width, height, stride)

    monkeypatch.setattr("desktop.checkin.camera.read_cards", look)
    with qtbot.waitSignal(camera.picture):
        camera.sink.setVideoFrame(frame(seen((0, (0, 0)))))
    assert threads == [camera._thread]
    assert camera._thread is not QThread.currentThread()


def test_a_reader_that_failed_takes_the_next_frame(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, looked = CardReader(), []
    reader.looked.connect(looked.append)
    monkeypatch.setattr("desktop.checkin.camera.read_cards", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reader.look(frame(seen()))
    assert looked == [Look([], None)]


def test_no_camera_is_a_sentence(qtbot: QtBot, camera: Camera) -> None:
    with qtbot.waitSignal(camera.said) as said:
        camera.start("gone")
    assert said.args == [NONE]
    assert camera.current == ""


def test_a_camera_that_another_program_holds_is_a_sentence(qtbot: QtBot, camera: Camera) -> None:
    with qtbot.waitSignal(camera.said) as said:
        camera._error(QCamera.Error.CameraError, "Device or resource busy")
    assert "被别的程序占用" in said.args[0]
    assert "F9" in said.args[0]


def test_720p_is_chosen_and_the_fluent_one_before_the_undecoded_one() -> None:
    class Offer:
        """A camera's format: size, frames a second, pixels."""

        def __init__(self, width: int, height: int, rate: float, pixels: Format) -> None:
            self.of = (QSize(width, height), rate, pixels)

        def resolution(self) -> QSize:
            return self.of[0]

        def maxFrameRate(self) -> float:
            return self.of[1]

        def pixelFormat(self) -> Format:
            return self.of[2]

    small = Offer(640, 480, 30, Format.Format_YUYV)
    large = Offer(1920, 1080, 30, Format.Format_Jpeg)
    slow = Offer(1280, 720, 10, Format.Format_YUYV)
    packed = Offer(1280, 720, 30, Format.Format_Jpeg)
    plain = Offer(1280, 720, 60, Format.Format_NV12)
    assert best_format([small, large, slow, packed]) is packed
    assert best_format([small, large, slow, packed, plain]) is plain
    assert best_format([small, large]) is small
    assert best_format([]) is None
