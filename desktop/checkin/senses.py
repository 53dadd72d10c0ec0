"""The desk's eye and voice. QtMultimedia is loaded when the page is first shown: a window must open within a second."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop.checkin.preview import Preview
from desktop.shell.settings import Settings

if TYPE_CHECKING:
    from desktop.checkin.camera import Camera
    from desktop.checkin.sounds import Sounds
    from desktop.checkin.voice import Voice

MISSING = "这台电脑缺少摄像头组件，不能用摄像头。扫码枪和查找签到照常使用；要用摄像头请重新安装程序。"


class Senses(QWidget):
    """The preview with the choice of cameras below it, where there is one. `card` is emitted for each card seen."""

    card = Signal(str)
    portrait = Signal(bytes, list)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.camera: Camera | None = None
        self.sounds: Sounds | None = None
        self.voice: Voice | None = None
        self._photo_for: Callable[[bytes], object] | None = None
        self.preview = Preview()
        self.choice = QComboBox()
        self.choice.setAccessibleName("摄像头")
        self.choice.activated.connect(self._chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.preview)
        column.addWidget(self.choice)
        self.choice.hide()

    def start(self) -> None:
        if self.camera is None and not self._load():
            return
        assert self.camera is not None
        self._offer()
        self.camera.start(self._settings.camera)

    def stop(self) -> None:
        if self.camera is not None:
            self.camera.stop()

    def again(self) -> None:
        """After another program has let the camera go."""
        self.stop()
        self.start()

    def release(self) -> None:
        if self.camera is not None:
            self.camera.close()
            self.camera = None

    def play(self, sound: str) -> None:
        if self.sounds is not None and sound:
            self.sounds.play(sound)

    def speak(self, name: str) -> None:
        if self.voice is not None and self._settings.voice:
            self.voice.say(name)

    def photograph(self, then: Callable[[bytes], object]) -> bool:
        """Gives `then` a JPEG of what the camera sees next; false when it sees nothing."""
        if self.camera is None or not self.preview.shows:
            return False
        self._photo_for = then
        self.camera.photograph()
        return True

    def follow_settings(self) -> None:
        if self.camera is not None:
            self.camera.take_portraits(self._settings.portraits)

    def _photographed(self, picture: bytes) -> None:
        then, self._photo_for = self._photo_for, None
        if then is not None:
            then(picture)

    def _load(self) -> bool:
        try:
            from desktop.checkin.camera import Camera
            from desktop.checkin.sounds import Sounds
            from desktop.checkin.voice import Voice
        except ImportError:
            # A system library that multimedia needs is not there.
            self.preview.say(MISSING)
            return False
        self.sounds = Sounds(self)
        self.voice = Voice(self)
        self.camera = Camera(self)
        self.camera.card.connect(self.card)
        self.camera.photo.connect(self._photographed)
        self.camera.portrait.connect(self.portrait)
        self.camera.picture.connect(self.preview.show_picture)
        self.camera.said.connect(self.preview.say)
        self.camera.choices_changed.connect(self._offer)
        self.follow_settings()
        return True

    def _offer(self) -> None:
        assert self.camera is not None
        choices = self.camera.choices()
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for id_, name in choices:
                self.choice.addItem(name, id_)
            self.choice.setCurrentIndex(max(self.choice.findData(self._settings.camera), 0))
        self.choice.setVisible(len(choices) > 1)

    def _chosen(self) -> None:
        self._settings.camera = self.choice.currentData()
        self.again()
