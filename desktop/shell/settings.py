"""What this window remembers from one day to the next, in window.ini beside the ledger. Nothing private."""

from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QSettings

ThemeName = Literal["calm", "contrast"]
SIZES = (14, 16, 19)
"""Text in pixels: smaller, usual, large."""
USUAL_SIZE = 16
LOCK_MINUTES = (5, 10, 20, 30, 60)
USUAL_LOCK = 10


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
    def operator(self) -> str:
        """The id of whoever signed in last, or empty."""
        return str(self._store.value("operator", ""))

    @operator.setter
    def operator(self, id_: str) -> None:
        self._store.setValue("operator", id_)

    @property
    def lock_minutes(self) -> int:
        """Minutes without input after which the window locks, one of LOCK_MINUTES."""
        text = str(self._store.value("lock", ""))
        return int(text) if text.isdecimal() and int(text) in LOCK_MINUTES else USUAL_LOCK

    @lock_minutes.setter
    def lock_minutes(self, minutes: int) -> None:
        self._store.setValue("lock", minutes)

    @property
    def voice(self) -> bool:
        """Whether names are spoken at the door."""
        return str(self._store.value("voice", "yes")) == "yes"

    @voice.setter
    def voice(self, on: bool) -> None:
        self._store.setValue("voice", "yes" if on else "no")

    @property
    def portraits(self) -> bool:
        """Whether the camera takes a photo of each person who shows a card."""
        return str(self._store.value("portraits", "no")) == "yes"

    @portraits.setter
    def portraits(self, on: bool) -> None:
        self._store.setValue("portraits", "yes" if on else "no")

    @property
    def backups_on(self) -> bool:
        """Whether a backup is made when a lesson is closed."""
        return str(self._store.value("backups", "yes")) == "yes"

    @backups_on.setter
    def backups_on(self, on: bool) -> None:
        self._store.setValue("backups", "yes" if on else "no")

    @property
    def backup_folder(self) -> str:
        """The folder that was chosen for backups, or empty for the usual one."""
        return str(self._store.value("backup_folder", ""))

    @backup_folder.setter
    def backup_folder(self, folder: str) -> None:
        self._store.setValue("backup_folder", folder)

    @property
    def backup_at(self) -> str:
        """ISO time of the last backup that was made, or empty."""
        return str(self._store.value("backup_at", ""))

    @backup_at.setter
    def backup_at(self, at: str) -> None:
        self._store.setValue("backup_at", at)

    @property
    def backup_place(self) -> str:
        """The folders that it lies in, as they are shown."""
        return str(self._store.value("backup_place", ""))

    @backup_place.setter
    def backup_place(self, place: str) -> None:
        self._store.setValue("backup_place", place)

    @property
    def backup_problem(self) -> str:
        """Why the last backup was not made, or empty."""
        return str(self._store.value("backup_problem", ""))

    @backup_problem.setter
    def backup_problem(self, words: str) -> None:
        self._store.setValue("backup_problem", words)

    @property
    def seen_restore(self) -> str:
        """The feed that a restore opened, once she has read what the home page says of it."""
        return str(self._store.value("seen_restore", ""))

    @seen_restore.setter
    def seen_restore(self, feed: str) -> None:
        self._store.setValue("seen_restore", feed)

    @property
    def seen_posting(self) -> str:
        """The id of the latest public notice (公示) that somebody here has seen."""
        return str(self._store.value("seen_posting", ""))

    @seen_posting.setter
    def seen_posting(self, id_: str) -> None:
        self._store.setValue("seen_posting", id_)

    @property
    def auto_report(self) -> bool:
        """Whether the window reports by itself when there is a network."""
        return str(self._store.value("auto", "yes")) == "yes"

    @auto_report.setter
    def auto_report(self, on: bool) -> None:
        self._store.setValue("auto", "yes" if on else "no")

    @property
    def geometry(self) -> QByteArray:
        return cast(QByteArray, self._store.value("geometry", QByteArray(), QByteArray))

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)
