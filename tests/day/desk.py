"""Hands at the check-in desk of the real window: cards before its camera, a scanner's keys, a search by hand."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from PySide6.QtTest import QTest

from desktop.checkin.forms import StampForm
from desktop.checkin.in_view import AWAY_MS
from desktop.checkin.page import CheckinPage
from desktop.checkin.words import Shown
from desktop.classes.page import ClassesPage
from desktop.shell.window import Window
from tests.desktop.keyboard import Keyboard
from tests.reading.frames import Condition, Luminance

PATIENCE_MS = 10_000
FRAME_MS = 33
HELD_OUT = Condition("held out", rotation=(-180, 180), tilt=(0, 30), blur=(0.6, 1.4), gain=(0.5, 1.0))
"""A card as people hold it before a laptop: any way round, leaning, not quite in focus, in a dim room."""


class Desk:
    """The window's check-in page, opened on a lesson. What is done returns once the page has answered it."""

    def __init__(self, window: Window, lesson: str) -> None:
        self.window = window
        window.show()
        window.shell.go("checkin", lesson)
        page = window.page("checkin")
        assert isinstance(page, CheckinPage)
        assert page.station is not None and page.station.desk.lesson.id == lesson
        assert page.senses.camera is not None
        self.page = page
        self._input = QVideoFrameInput()
        self._session = QMediaCaptureSession()
        self._session.setVideoFrameInput(self._input)
        self._session.setVideoSink(page.senses.camera.sink)
        self._rng = np.random.default_rng(20261124)

    def show_card(self, card: Luminance) -> Shown:
        """Holds a printed card before the camera, never quite still, until it is answered."""
        film = QTimer(interval=FRAME_MS)
        film.timeout.connect(lambda: self._input.sendVideoFrame(video_frame(HELD_OUT.frame(card, self._rng))))
        return self._answer_to(film.start)

    def empty(self) -> None:
        """Nobody before the camera, until the same card counts again."""
        since = time.monotonic()
        wait_until(lambda: (time.monotonic() - since) * 1000 > AWAY_MS)

    def scan(self, digits: str) -> Shown:
        """As a USB scanner types: keys to the window, whatever has the focus, and Enter."""
        return self._answer_to(lambda: Keyboard(self.window).scanner(digits + "\r"))

    def by_hand(self, query: str, reason: str) -> Shown:
        """F6, some letters, Enter, and the reason why there is no card."""
        QTest.keyClick(self.window.windowHandle(), Qt.Key.Key_F6)
        QTest.keyClicks(self.page.search, query)
        QTest.keyClick(self.page.search, Qt.Key.Key_Return)
        form = self.page.dialog
        assert isinstance(form, StampForm), f"nobody is found by {query!r}"
        form.reason.setCurrentText(reason)
        return self._answer_to(form.save_button.click)

    def close(self) -> None:
        self._session.setVideoSink(None)
        self.window.close()

    def _answer_to(self, act: Callable[[], object]) -> Shown:
        assert self.page.station is not None
        recent = self.page.station.recent
        before = recent[0] if recent else None
        act()
        wait_until(lambda: bool(recent) and recent[0] is not before)
        return recent[0]


PAGES = ("checkin", "home", "classes", "hours", "trainees", "paper", "exchange")
STILL_MS = 150


def photograph_pages(window: Window, class_id: str, folder: Path) -> None:
    """A picture of each page, as `1-checkin.png`, once nothing moves on it any more."""
    for number, name in enumerate(PAGES, start=1):
        show_page(window, name, class_id)
        wait_until(lambda: not window.shell.tasks.running)
        path = folder / f"{number}-{name}.png"
        assert still_picture(window).save(str(path)), f"{path} can't be written"


def still_picture(window: Window) -> QPixmap:
    """The window once two pictures of it, a moment apart, are the same: a PDF is drawn some time after it came."""
    seen = [QImage()]

    def the_same_again() -> bool:
        seen.append(window.grab().toImage())
        return seen[-1] == seen[-2]

    wait_until(the_same_again, every=STILL_MS)
    return QPixmap.fromImage(seen[-1])


def show_page(window: Window, name: str, class_id: str) -> None:
    """`hours` is the second leaf of `classes`."""
    if name == "hours":
        page = window.page("classes")
        assert isinstance(page, ClassesPage)
        page.detail.tabs.setCurrentWidget(page.detail.hours)
    elif name != "checkin":
        # The check-in page is there already, and its camera would start anew.
        about_class = name in ("classes", "trainees", "paper")
        window.shell.go(name, class_id if about_class else None)


def video_frame(picture: Luminance) -> QVideoFrame:
    height, width = picture.shape
    frame = QVideoFrame(QVideoFrameFormat(QSize(width, height), QVideoFrameFormat.PixelFormat.Format_Y8))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    rows = np.frombuffer(frame.bits(0), np.uint8).reshape(height, frame.bytesPerLine(0))
    rows[:, :width] = picture
    frame.unmap()
    return frame


def wait_until(done: Callable[[], bool], every: int = 5) -> None:
    """Lets the window work until `done`, asked every so many milliseconds; AssertionError when it takes too long."""
    loop, keeper = QEventLoop(), QObject()
    look, end = QTimer(keeper, interval=every), QTimer(keeper, singleShot=True, interval=PATIENCE_MS)
    look.timeout.connect(lambda: loop.exit(0) if done() else None)
    end.timeout.connect(lambda: loop.exit(1))
    look.start()
    end.start()
    assert loop.exec() == 0, "the window did not answer"
