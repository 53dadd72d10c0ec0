"""Cards in a video file, for `xiangpei scan VIDEO`."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink

from desktop.checkin.in_view import InView
from desktop.checkin.plane import luminance
from sync.errors import BadInput
from sync.reading.reader import read_cards

PATIENCE_MS = 10_000
"""How long nothing may come from a file before it is given up."""

_Status = QMediaPlayer.MediaStatus


def read_video(path: str) -> list[str]:
    """The card numbers in a video, in order of appearance, each once for each time that it comes into view.

    Plays the file at its own pace. Raises BadInput when it is missing, no video, or cannot be played here.
    """
    if not Path(path).is_file():
        raise BadInput(f"找不到视频：{Path(path).name}。请检查文件名和位置。")
    if QGuiApplication.instance() is None:
        # A command line needs no screen.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application.append(QGuiApplication(sys.argv[:1]))
    return _Reading(path).run()


_application: list[QGuiApplication] = []
"""Kept until the process ends: Qt wants it to outlive every player."""


class _Reading:
    def __init__(self, path: str) -> None:
        self._name = Path(path).name
        self._found: list[str] = []
        self._frames = 0
        self._problem = ""
        self._in_view = InView()
        self._loop = QEventLoop()
        self._patience = QTimer(singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._give_up("一直没有画面"))
        self._sink = QVideoSink()
        self._sink.videoFrameChanged.connect(self._frame)
        self._player = QMediaPlayer()
        self._player.setVideoSink(self._sink)
        self._player.mediaStatusChanged.connect(self._status)
        self._player.errorOccurred.connect(lambda _error, words: self._give_up(words))
        self._url = QUrl.fromLocalFile(str(Path(path).resolve()))

    def run(self) -> list[str]:
        if not self._player.isAvailable():
            raise BadInput("这台电脑不能播放视频，缺少系统的多媒体组件。请改用图片，或重新安装程序。")
        # From within the loop, or a file that fails at once would end it before it began.
        QTimer.singleShot(0, self._start)
        self._loop.exec()
        self._player.stop()
        if self._problem:
            raise BadInput(f"视频读不出来：{self._name}（{self._problem}）。请检查文件，或重新录制。")
        if not self._frames:
            raise BadInput(f"视频里没有画面：{self._name}。请检查文件，或重新录制。")
        return self._found

    def _start(self) -> None:
        self._patience.start()
        self._player.setSource(self._url)
        self._player.play()

    def _frame(self, frame: QVideoFrame) -> None:
        plane = luminance(frame)
        if plane is None:
            return
        self._patience.start()
        self._frames += 1
        # A file's own time, so that a slow machine finds what a fast one does.
        at = max(frame.startTime() // 1000, 0)
        self._found += self._in_view.fresh(read_cards(plane.data, plane.width, plane.height, plane.stride), at)

    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == _Status.EndOfMedia:
            self._loop.quit()
        elif status == _Status.LoadedMedia and not self._player.hasVideo():
            self._give_up("里面没有画面")
        elif status == _Status.InvalidMedia:
            self._give_up(self._player.errorString())

    def _give_up(self, why: str) -> None:
        self._problem = why or "格式不认识"
        self._loop.quit()
