"""When the window is locked: at the start, by Ctrl+L, and after a time without input. Only where somebody has a PIN."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QToolTip, QWidget
from shiboken6 import isValid

from desktop.shell.page import EVERYTHING, Changed, Shell
from sync.jobs import operators

LOOK_MS = 5000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class Guard(QObject):
    """`turned` says that the window is to be covered (true) or shown again.

    Dialogs and full screens are put out of sight with it, as they are: what was typed is still there afterwards.
    """

    turned = Signal(bool)

    def __init__(self, window: QWidget, shell: Shell) -> None:
        super().__init__(window)
        self._window, self._shell = window, shell
        self.locked = False
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self._watching = False
        self._used = self._now()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        shell.changed.connect(self._changed)
        self._watch()

    def lock(self) -> None:
        """Does nothing while nobody has a PIN: there would be no way back."""
        if self.locked or not operators.guarded(self._shell.ledger):
            return
        self.locked = True
        self._put_away()
        self.turned.emit(True)
        self._window.activateWindow()

    def sign_out(self) -> None:
        """Locks, and nobody is at the desk until somebody signs in."""
        self.lock()
        if self.locked:
            self._shell.ledger.operator = ""

    def unlock(self) -> None:
        self.locked = False
        self._used = self._now()
        self.turned.emit(False)
        for widget in self._hidden:
            if isValid(widget):
                widget.show()
        self._hidden = []
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()
        self._shell.did("operator")

    def look(self) -> None:
        """Locks when the time without input is over. The monotonic clock goes on while the lid is closed."""
        if self.locked:
            if not operators.guarded(self._shell.ledger):
                # The last operator was retired on the command line.
                self.unlock()
        elif self._now() - self._used >= self._shell.settings.lock_minutes * 60_000:
            self.lock()

    def stop(self) -> None:
        self._timer.stop()
        if self._watching:
            self._app().removeEventFilter(self)
            self._watching = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._used = self._now()
        if isinstance(watched, QWindow) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._is_lock_key(event)
        return False

    def _is_lock_key(self, event: QKeyEvent) -> bool:
        # Here and not a shortcut: it must lock from within an open form too.
        if event.key() != Qt.Key.Key_L or event.modifiers() != Qt.KeyboardModifier.ControlModifier:
            return False
        QTimer.singleShot(0, self, self.lock)
        return True

    def _changed(self, changed: Changed) -> None:
        if EVERYTHING not in changed.entities:
            # A desk at which cards are held before the camera is in use.
            self._used = self._now()
        if changed.touches(frozenset({"operator"})):
            self._watch()

    def _watch(self) -> None:
        wanted = operators.guarded(self._shell.ledger)
        if wanted and not self._watching:
            self._used = self._now()
            self._app().installEventFilter(self)
        elif self._watching and not wanted:
            self._app().removeEventFilter(self)
        self._watching = wanted

    def _put_away(self) -> None:
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        QToolTip.hideText()
        self._focus = QApplication.focusWidget()
        others = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not self._window]
        self._hidden = [each for each in others if isinstance(each, QDialog) or each.isFullScreen()]
        for each in self._hidden:
            each.hide()

    def _now(self) -> int:
        return self._shell.ledger.clock.read().mono

    def _app(self) -> QApplication:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        return app
