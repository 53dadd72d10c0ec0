"""A keyboard that tells when each key was struck, as real ones do: what is typed reads the same on a busy machine."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class Keyboard:
    """Keys with the time at which they were struck, in milliseconds, sent as the system sends them: to the window."""

    def __init__(self, window: QWidget) -> None:
        self.window = window.window().windowHandle()
        self.now = 50_000

    def strike(self, char: str, gap: int) -> None:
        self.now += gap
        key = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace}.get(char)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            code = ord(char.upper()) if key is None and char.isascii() else key or 0
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, char)
            event.setTimestamp(self.now)
            QCoreApplication.sendEvent(self.window, event)

    def scanner(self, text: str, gap: int = 4) -> None:
        self.now += 1000
        for char in text:
            self.strike(char, gap)

    def person(self, text: str, gap: int = 120) -> None:
        for char in text:
            self.strike(char, gap)
