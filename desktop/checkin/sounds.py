"""The four sounds of the desk. A laptop without a loudspeaker stays silent; shape and colour say the same."""

from PySide6.QtCore import QObject, QUrl
from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

from desktop.checkin.tones import FOLDER, TONES


class Sounds(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._effects: dict[str, QSoundEffect] = {}
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._load)
        self._load()

    def _load(self) -> None:
        """Made anew when a loudspeaker comes or goes: an effect stays with the one that it was made for."""
        for effect in self._effects.values():
            effect.deleteLater()
        self._effects = {}
        if not self._devices.audioOutputs():
            return
        for name in TONES:
            self._effects[name] = QSoundEffect(self, source=QUrl.fromLocalFile(str(FOLDER / f"{name}.wav")))

    def play(self, name: str) -> None:
        """`name` is a key of TONES, or empty for none."""
        effect = self._effects.get(name)
        if effect is not None:
            effect.play()
