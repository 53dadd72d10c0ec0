"""The one door through which the user is told things: words above the page, never a box in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

Level = Literal["info", "warning", "error", "question"]

INFO_MS = 8000
"""How long a plain message stays, in milliseconds; the others stay until they are closed."""
MOST_SHOWN = 2
_SIGNS = {"info": "✓", "warning": "!", "error": "×", "question": "?"}


@dataclass(frozen=True, slots=True)
class Message:
    level: Level
    text: str
    yes: str = ""
    then: Callable[[], None] | None = None
    """For a question: what is done when the user agrees."""


class Messages(QObject):
    """Say something from any page. `said` remembers it all, newest last, for tests and for the crash report."""

    told = Signal(Message)

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Message] = []

    def info(self, text: str) -> None:
        self._tell(Message("info", text))

    def warning(self, text: str) -> None:
        self._tell(Message("warning", text))

    def error(self, text: str) -> None:
        self._tell(Message("error", text))

    def ask(self, text: str, yes: str, then: Callable[[], None]) -> None:
        """Asks above the page, and does `then` when the button named `yes` is pressed."""
        self._tell(Message("question", text, yes, then))

    def _tell(self, message: Message) -> None:
        self.said.append(message)
        self.told.emit(message)


class Banner(QFrame):
    """One message on screen."""

    gone = Signal(object)

    def __init__(self, message: Message) -> None:
        super().__init__()
        self.message = message
        self.setObjectName("banner")
        self.setProperty("level", message.level)
        self.setAccessibleName(message.text)
        sign = QLabel(_SIGNS[message.level])
        sign.setObjectName("bannerSign")
        text = QLabel(message.text)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(sign)
        row.addWidget(text, 1)
        if message.then is not None:
            yes = QPushButton(message.yes)
            yes.setObjectName("primary")
            yes.clicked.connect(self._agreed)
            row.addWidget(yes)
        no = QPushButton("取消" if message.then else "知道了")
        no.clicked.connect(self.close_banner)
        row.addWidget(no)
        if message.level == "info":
            QTimer.singleShot(INFO_MS, self, self.close_banner)

    def close_banner(self) -> None:
        self.gone.emit(self)

    def _agreed(self) -> None:
        self.gone.emit(self)
        if self.message.then is not None:
            self.message.then()


class MessageArea(QWidget):
    """Shows the latest messages above the page; older ones come back when those are closed, so that none is missed."""

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        messages.told.connect(self.show_message)
        self.hide()

    def show_message(self, message: Message) -> None:
        for banner in self.banners():
            # The same thing said twice, or a plain message that a newer one follows.
            if banner.message.text == message.text or banner.message.level == "info":
                self._remove(banner)
        banner = Banner(message)
        banner.gone.connect(self._remove)
        self._column.addWidget(banner)
        self._show_latest()

    def banners(self) -> list[Banner]:
        widgets = (self._column.itemAt(index).widget() for index in range(self._column.count()))
        return [widget for widget in widgets if isinstance(widget, Banner)]

    def _remove(self, banner: Banner) -> None:
        self._column.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self._show_latest()

    def _show_latest(self) -> None:
        banners = self.banners()
        for number, banner in enumerate(reversed(banners)):
            banner.setVisible(number < MOST_SHOWN)
        self.setVisible(bool(banners))
