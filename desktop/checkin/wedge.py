"""USB scanners, wherever the focus is: a filter over the application while the check-in page is open.

Characters are let through as they come, because nobody knows yet who sends them. When a burst turns out to be a
scan, the field that it fell into is put back as it was; what a person types is never held up and never taken.
"""

import time
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from desktop.checkin.burst import QUIET_MS, Burst

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


@dataclass(frozen=True, slots=True)
class _Field:
    """A line of text as it was before a burst."""

    edit: QLineEdit
    text: str
    cursor: int
    selection: tuple[int, int]

    @classmethod
    def focused(cls) -> "_Field | None":
        widget = QApplication.focusWidget()
        edit = widget if isinstance(widget, QLineEdit) else widget.findChild(QLineEdit) if widget else None
        if edit is None:
            return None
        selection = (edit.selectionStart(), len(edit.selectedText()))
        return cls(edit, edit.text(), edit.cursorPosition(), selection)

    def put_back(self) -> None:
        if not isValid(self.edit) or self.edit.text() == self.text:
            return
        self.edit.setText(self.text)
        self.edit.setCursorPosition(self.cursor)
        if self.selection[0] >= 0:
            self.edit.setSelection(*self.selection)


class Wedge(QObject):
    """Emits `scanned` for each card that a scanner typed into `page`'s window or a dialog of it.

    `typed` is a single key that a person pressed outside any field: known only when no second one followed at once.
    """

    scanned = Signal(str)
    typed = Signal(str)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._burst = Burst()
        self._field: _Field | None = None
        self._stamp, self._stamped_at = 0, 0
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS, timerType=Qt.TimerType.PreciseTimer)
        # A window that was busy finds the silence over and the rest of the scan still waiting: that comes first.
        self._waiting = QTimer(self, singleShot=True, interval=0)
        self._quiet.timeout.connect(self._waiting.start)
        self._waiting.timeout.connect(self._settle)

    def start(self) -> None:
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def stop(self) -> None:
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A key is seen here several times on its way; the window's turn is its first. An input method's text goes
        # straight to what has the focus.
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return isinstance(watched, QWindow) and self._ours(watched) and self._key(event)
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent) and event.commitString():
            widget = QApplication.focusWidget()
            if watched is widget and self._ours(widget.window().windowHandle()):
                self._characters(event.commitString(), self._time(0))
        return False

    def _ours(self, window: QWindow | None) -> bool:
        own = self._page.window().windowHandle()
        while window is not None and window is not own:
            window = window.transientParent()
        return window is not None

    def _key(self, event: QKeyEvent) -> bool:
        """Whether the key is a scanner's Enter, which must press no button."""
        if event.isAutoRepeat() or event.modifiers() & _COMMANDS:
            self._burst.clear()
            return False
        at = self._time(event.timestamp())
        if event.key() in _ENDS:
            if self._burst.ends_with(at):
                self._settle()
                return True
            self._burst.clear()
        elif event.text().isprintable() and event.text():
            self._characters(event.text(), at)
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock):
            self._burst.clear()
        return False

    def _characters(self, text: str, at: int) -> None:
        if self._burst.parts(at):
            self._settle()
        if not self._burst:
            self._field = _Field.focused()
        self._burst.add(text, at)
        self._waiting.stop()
        self._quiet.start()

    def _settle(self) -> None:
        """What came together is over: a scan is taken, and taken out of the field that it fell into."""
        self._quiet.stop()
        self._waiting.stop()
        cards, alone = self._burst.texts(), self._burst.alone
        field, self._field = self._field, None
        self._burst.clear()
        if cards and field is not None:
            field.put_back()
        for card in cards:
            self.scanned.emit(card)
        if alone and field is None:
            self.typed.emit(alone)

    def _time(self, stamp: int) -> int:
        """Milliseconds at which the keyboard sent it: a window that was busy gets many keys at once.

        An input method's events bear no time: theirs goes on from the last key's.
        """
        now = time.monotonic_ns() // 1_000_000
        if stamp:
            if not self._stamped_at:
                # Only now it is known what the keyboard counts from.
                self._burst.shift(stamp - now)
            self._stamp, self._stamped_at = stamp, now
        return self._stamp + now - self._stamped_at
