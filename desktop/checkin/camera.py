"""The camera: choose one, look through it in another thread, and say what is wrong when there is nothing to see.

    sink ── videoFrameChanged ──> Camera (window's thread) ── one frame at a time ──> CardReader (its own thread)

While a frame is being read, newer ones are dropped: what matters is the card that is there now. The window's thread
never maps, converts or decodes a picture.
"""

import time
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoFrameFormat,
    QVideoSink,
)

from desktop.checkin.in_view import InView
from desktop.checkin.plane import luminance
from sync.jobs.photos import LONG_SIDE, QUALITY
from sync.reading.reader import read_cards

WIDTH, HEIGHT, RATE = 1280, 720, 30
PREVIEW_WIDTH = 480
NO_PICTURE_MS = 5_000
"""A camera that another program holds may start and give nothing."""

NONE = "没有找到摄像头。可以用扫码枪，或按 F6 查找姓名签到；插上摄像头会自动打开。"
GONE = "摄像头断开了。请重新插好；扫码枪和查找签到照常使用。"
SILENT = "摄像头没有画面，可能被别的程序占用了。请关闭那个程序后按 F9；扫码枪和查找签到照常使用。"


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame showed: cards that have just come into view, and a small picture of it for the screen."""

    cards: list[str]
    picture: QImage | None


class CardReader(QObject):
    """Lives in its own thread. `photo_wanted` asks for one photo, `portraits` for one of each who shows a card."""

    looked = Signal(object)
    photographed = Signal(bytes, list)

    def __init__(self) -> None:
        super().__init__()
        self._in_view = InView()
        self.photo_wanted = False
        self.portraits = False

    @Slot(object)
    def look(self, frame: QVideoFrame) -> None:
        cards: list[str] = []
        picture: QImage | None = None
        # As it was when the card came: the window answers `looked` while this goes on.
        portraits = self.portraits
        try:
            plane = luminance(frame)
            if plane is not None:
                texts = read_cards(plane.data, plane.width, plane.height, plane.stride)
                cards = self._in_view.fresh(texts, time.monotonic_ns() // 1_000_000)
                picture = plane.picture(PREVIEW_WIDTH)
        finally:
            # Whatever went wrong with one frame, what was read counts, and the next one is welcome.
            self.looked.emit(Look(cards, picture))
        if self.photo_wanted or (portraits and cards):
            # A photo of the room is of nobody.
            whose, self.photo_wanted = [] if self.photo_wanted else cards, False
            self.photographed.emit(jpeg(frame), whose)


class Camera(QObject):
    """`card` is emitted for each card that comes into view, `picture` for each frame that was read.

    `photo` is a JPEG that was asked for (`photograph`), `portrait` one with the cards that were in the same frame.
    `said` tells why there is no picture, or nothing when there is one again. Call `close` before it goes.
    """

    card = Signal(str)
    picture = Signal(QImage)
    photo = Signal(bytes)
    portrait = Signal(bytes, list)
    said = Signal(str)
    choices_changed = Signal()
    _next = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sink = QVideoSink(self)
        self.sink.videoFrameChanged.connect(self._frame)
        self._wanted = ""
        self._camera: QCamera | None = None
        self._session: QMediaCaptureSession | None = None
        self._busy = False
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self._inputs_changed)
        self._silence = QTimer(self, singleShot=True, interval=NO_PICTURE_MS)
        self._silence.timeout.connect(lambda: self.said.emit(SILENT))
        self._thread = QThread(self)
        self._reader = CardReader()
        self._reader.moveToThread(self._thread)
        self._reader.looked.connect(self._looked)
        self._reader.photographed.connect(self._photographed)
        self._next.connect(self._reader.look)
        self._thread.start()

    def choices(self) -> list[tuple[str, str]]:
        """Cameras as (id to be remembered, name for people)."""
        return [(_id(device), device.description()) for device in QMediaDevices.videoInputs()]

    @property
    def current(self) -> str:
        """The id of the camera that is open, or empty."""
        return _id(self._camera.cameraDevice()) if self._camera else ""

    def photograph(self) -> None:
        """Makes a photo of the next frame."""
        self._reader.photo_wanted = True

    def take_portraits(self, on: bool) -> None:
        self._reader.portraits = on

    def start(self, wanted: str = "") -> None:
        """Opens the camera of that id, or another where it is missing; again after an error too."""
        self.stop()
        self._wanted = wanted
        devices = QMediaDevices.videoInputs()
        if not devices:
            self.said.emit(NONE)
            return
        default = QMediaDevices.defaultVideoInput()
        device = next((one for one in devices if _id(one) == wanted), devices[0] if default.isNull() else default)
        self._camera = QCamera(device, self)
        chosen = best_format(device.videoFormats())
        if chosen is not None:
            self._camera.setCameraFormat(chosen)
        self._camera.errorOccurred.connect(self._error)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self.sink)
        self.said.emit("")
        self._silence.start()
        self._camera.start()

    def stop(self) -> None:
        """Lets the camera go, so that other programs can have it."""
        self._silence.stop()
        if self._camera is not None and self._session is not None:
            self._camera.stop()
            self._session.setVideoSink(None)
            self._session.setCamera(None)
            self._session.deleteLater()
            self._camera.deleteLater()
        self._camera = self._session = None

    def close(self) -> None:
        """Stops camera and reader; the frame in hand is finished first."""
        self.stop()
        self._thread.quit()
        self._thread.wait()

    @Slot(QVideoFrame)
    def _frame(self, frame: QVideoFrame) -> None:
        if self._busy or not frame.isValid():
            return
        if self._camera is not None:
            self._silence.start()
        self._busy = True
        self._next.emit(frame)

    @Slot(object)
    def _looked(self, look: Look) -> None:
        self._busy = False
        # The answer first: the picture can wait.
        for card in look.cards:
            self.card.emit(card)
        if look.picture is not None:
            self.picture.emit(look.picture)

    @Slot(bytes, list)
    def _photographed(self, picture: bytes, cards: list[str]) -> None:
        if cards:
            self.portrait.emit(picture, cards)
        else:
            self.photo.emit(picture)

    def _error(self, error: QCamera.Error, words: str) -> None:
        if error != QCamera.Error.NoError:
            self._silence.stop()
            name = self._camera.cameraDevice().description() if self._camera else ""
            self.said.emit(
                f"摄像头“{name}”打不开（{words}），可能被别的程序占用了。请关闭那个程序后按 F9；"
                "扫码枪和查找签到照常使用。"
            )

    def _inputs_changed(self) -> None:
        self.choices_changed.emit()
        if self._camera is None:
            self.start(self._wanted)
        elif self.current not in [id_ for id_, _ in self.choices()]:
            self.stop()
            if self.choices():
                self.start(self._wanted)
            else:
                self.said.emit(GONE)


def jpeg(frame: QVideoFrame) -> bytes:
    """The frame in colour, as large as photos are kept; some 30 ms, so never in the window's thread."""
    image = frame.toImage()
    if max(image.width(), image.height()) > LONG_SIDE:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(LONG_SIDE, LONG_SIDE, keep, smooth)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGB888).save(buffer, "JPEG", QUALITY)
    return bytes(buffer.data().data())


def best_format(formats: list[QCameraFormat]) -> QCameraFormat | None:
    """720p or what comes nearest, then thirty frames a second, then one that needs no JPEG decoding."""

    def badness(one: QCameraFormat) -> tuple[int, float, bool]:
        size = one.resolution()
        jpeg = one.pixelFormat() == QVideoFrameFormat.PixelFormat.Format_Jpeg
        return abs(size.width() * size.height() - WIDTH * HEIGHT), max(0.0, RATE - one.maxFrameRate()), jpeg

    return min(formats, key=badness, default=None)


def _id(device: QCameraDevice) -> str:
    return bytes(device.id().data()).hex()
