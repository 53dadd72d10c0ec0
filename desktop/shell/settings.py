"""What this window remembers from one day to the next, in window.ini beside the ledger. Nothing private."""

from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QSettings

ThemeName = Literal["calm", "contrast"]
SIZES = (14, 16, 19)
"""Text in pixels: smaller, usual, large."""
USUAL_SIZE = 16


class Settings:
    """Each property is read and kept at once."""

    def __init__(self, folder: Path) -> None:
        self._store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> ThemeName:
        return "contrast" if self._store.value("theme") == "contrast" else "calm"

    @theme.setter
    def theme(self, name: ThemeName) -> None:
        self._store.setValue("theme", name)

    @property
    def size(self) -> int:
        """Text size in pixels, one of SIZES."""
        text = str(self._store.value("size", ""))
        return int(text) if text.isdecimal() and int(text) in SIZES else USUAL_SIZE

    @size.setter
    def size(self, pixels: int) -> None:
        self._store.setValue("size", pixels)

    @property
    def class_id(self) -> str:
        return str(self._store.value("class", ""))

    @class_id.setter
    def class_id(self, class_id: str) -> None:
        self._store.setValue("class", class_id)

    @property
    def camera(self) -> str:
        """The id of the camera that was chosen, or empty."""
        return str(self._store.value("camera", ""))

    @camera.setter
    def camera(self, id_: str) -> None:
        self._store.setValue("camera", id_)

    @property
    def geometry(self) -> QByteArray:
        return cast(QByteArray, self._store.value("geometry", QByteArray(), QByteArray))

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)
