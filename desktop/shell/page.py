"""What a page is, and what it is given: the shell, its one set of hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.shell.messages import Messages
from desktop.shell.settings import Settings
from desktop.shell.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.ledger.ledger import Ledger

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Changed:
    """What an action touched: kinds of `sync.seal.kinds`, `receipt`, or EVERYTHING when nobody knows."""

    entities: frozenset[str]

    def touches(self, entities: frozenset[str]) -> bool:
        return EVERYTHING in self.entities or not self.entities.isdisjoint(entities)


class Shell(QObject):
    """What every page holds. The ledger is the window's own: a background task opens another in its thread."""

    changed = Signal(Changed)
    navigated = Signal(str, object)
    class_chosen = Signal(str)
    remarked = Signal(str)
    """A line about what the program did unasked, shown where it disturbs nobody."""

    def __init__(self, ledger: Ledger, settings: Settings, messages: Messages, tasks: Tasks) -> None:
        super().__init__()
        self.ledger = ledger
        self.settings = settings
        self.messages = messages
        self.tasks = tasks
        self.remark = "", ""
        self._class_id = settings.class_id
        self._version = self._data_version()

    @property
    def class_id(self) -> str:
        """The class that pages are about, or empty; it may be gone from the ledger."""
        return self._class_id

    def choose_class(self, class_id: str) -> None:
        if class_id != self._class_id:
            self._class_id = self.settings.class_id = class_id
            self.class_chosen.emit(class_id)

    def did(self, *entities: str) -> None:
        """Tells every page what an action that is now in the ledger has touched."""
        self._version = self._data_version()
        self.changed.emit(Changed(frozenset(entities)))

    def look_around(self) -> None:
        """Notices what another process wrote into the same ledger."""
        version = self._data_version()
        if version != self._version:
            self._version = version
            self.changed.emit(Changed(frozenset({EVERYTHING})))

    def say_quietly(self, line: str, more: str = "") -> None:
        """Shows a line until the next one; `more` is for who wants to know why."""
        self.remark = line, more
        self.remarked.emit(line)

    def go(self, page: str, what: object = None) -> None:
        """Opens a page by its key; `what` goes to its `opened`."""
        self.navigated.emit(page, what)

    def _data_version(self) -> int:
        return int(self.ledger.conn.execute("PRAGMA data_version").fetchone()[0])


class Page(QWidget):
    """A page of the window. It reads when it is shown, and again when something it shows was touched."""

    touched_by: frozenset[str] = frozenset({EVERYTHING})
    """The kinds of change after which this page reads anew."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self._stale = True
        shell.changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Reads what the page shows. Keeps what is selected and what is being typed."""

    def opened(self, what: object) -> None:
        """Called after `shell.go(key, what)` has shown the page."""

    def closing(self) -> None:
        """The window is about to close: stop cameras and the like."""

    def showEvent(self, event: object) -> None:
        if self._stale:
            self.refresh()
            self._stale = False

    def _on_changed(self, changed: Changed) -> None:
        if not changed.touches(self.touched_by | {EVERYTHING}):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True


@dataclass(frozen=True, slots=True)
class Room:
    """A page as the window knows it before it is made: pages are imported when they are first opened."""

    key: str
    title: str
    make: Callable[[Shell], Page]
