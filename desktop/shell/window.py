"""The one window: navigation at the left, messages above the page, the state of the ledger below; or locked."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.shell.guard import Guard
from desktop.shell.lock import LockScreen
from desktop.shell.manual import PAGE, help_key, open_manual
from desktop.shell.messages import MessageArea
from desktop.shell.nav_menus import OperatorButton, SettingsButton
from desktop.shell.notice import EnrolNotice
from desktop.shell.page import Page, Room, Shell
from desktop.shell.status import StatusBar

LOOK_AROUND_MS = 5000


class Window(QMainWindow):
    """Holds a place for each room; its page is made when it is first opened."""

    def __init__(self, shell: Shell, rooms: list[Room]) -> None:
        super().__init__()
        self.shell = shell
        self._rooms = {room.key: room for room in rooms}
        self._pages: dict[str, Page] = {}
        self._buttons: dict[str, QPushButton] = {}
        self.setWindowTitle(f"乡培通 · {shell.ledger.name}")
        self.setMinimumSize(800, 480)
        self.stack = QStackedWidget()
        self.message_area = MessageArea(shell.messages)
        self.notice = EnrolNotice(shell)
        self.guard = Guard(self, shell)
        self.body = QWidget()
        self._fill_body()
        self.lock_screen: LockScreen | None = None
        # Either everything or the locked screen: pages that are out of sight stop cameras and readers by themselves.
        self.cover = QStackedWidget()
        self.cover.addWidget(self.body)
        self.setCentralWidget(self.cover)
        self.setStatusBar(StatusBar(shell))
        self.guard.turned.connect(self._cover)
        shell.navigated.connect(self.open_page)
        self._timer = QTimer(self)
        self._timer.timeout.connect(shell.look_around)
        self._timer.start(LOOK_AROUND_MS)
        if not self.restoreGeometry(shell.settings.geometry):
            self.resize(1180, 700)
        self.open_page(rooms[0].key)
        self.guard.lock()

    def open_page(self, key: str, what: object = None) -> None:
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._rooms[key].make(self.shell)
            self.stack.addWidget(page)
        self._buttons[key].setChecked(True)
        self.setProperty(PAGE, key)
        self.stack.setCurrentWidget(page)
        if what is not None:
            page.opened(what)

    def page(self, key: str) -> Page | None:
        """The page of a room, if it was opened."""
        return self._pages.get(key)

    def _cover(self, locked: bool) -> None:
        if self.lock_screen is None:
            self.lock_screen = LockScreen(self.shell)
            self.lock_screen.opened.connect(self.guard.unlock)
            self.cover.addWidget(self.lock_screen)
        self.cover.setCurrentWidget(self.lock_screen if locked else self.body)
        self.statusBar().setVisible(not locked)

    def fill_screen(self, on: bool) -> None:
        """The whole screen for the page: the window's own parts go too."""
        if self.isFullScreen() != on:
            self.setWindowState(self.windowState() ^ self.windowState().WindowFullScreen)
            for part in (self._nav_frame, self.statusBar()):
                part.setVisible(not on)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shell.settings.geometry = self.saveGeometry()
        self._timer.stop()
        self.guard.stop()
        for page in self._pages.values():
            page.closing()
        self.shell.tasks.close()
        event.accept()

    def _fill_body(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(16, 12, 16, 10)
        right.setSpacing(8)
        right.addWidget(self.notice)
        right.addWidget(self.message_area)
        right.addWidget(self.stack, 1)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._nav_frame = self._nav()
        row.addWidget(self._nav_frame)
        row.addLayout(right, 1)

    def _nav(self) -> QFrame:
        nav = QFrame()
        nav.setObjectName("nav")
        column = QVBoxLayout(nav)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(QLabel("乡培通"))
        group = QButtonGroup(nav)
        for number, room in enumerate(self._rooms.values(), start=1):
            button = QPushButton(room.title)
            button.setCheckable(True)
            button.setToolTip(f"Alt+{number}")
            button.clicked.connect(lambda _checked, key=room.key: self.open_page(key))
            # Of the body, so that it does nothing while that is out of sight.
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self.body)
            shortcut.activated.connect(lambda key=room.key: self.open_page(key))
            group.addButton(button)
            column.addWidget(button)
            self._buttons[room.key] = button
        column.addStretch(1)
        self.operator = OperatorButton(self, self.shell, self.guard)
        self.settings = SettingsButton(self, self.shell)
        help_button = QPushButton("帮助 F1")
        help_button.setObjectName("small")
        help_button.clicked.connect(lambda: open_manual(self))
        help_key(self)
        for small in (self.operator, self.settings, help_button):
            column.addWidget(small)
        return nav
