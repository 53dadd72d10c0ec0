"""The one window: navigation at the left, messages above the page, the state of the ledger below."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.shell import theme
from desktop.shell.messages import MessageArea
from desktop.shell.notice import EnrolNotice
from desktop.shell.page import Page, Room, Shell
from desktop.shell.settings import SIZES
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
        self.setCentralWidget(self._body())
        self.setStatusBar(StatusBar(shell))
        shell.navigated.connect(self.open_page)
        self._timer = QTimer(self)
        self._timer.timeout.connect(shell.look_around)
        self._timer.start(LOOK_AROUND_MS)
        if not self.restoreGeometry(shell.settings.geometry):
            self.resize(1180, 700)
        self.open_page(rooms[0].key)

    def open_page(self, key: str, what: object = None) -> None:
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._rooms[key].make(self.shell)
            self.stack.addWidget(page)
        self._buttons[key].setChecked(True)
        self.stack.setCurrentWidget(page)
        if what is not None:
            page.opened(what)

    def page(self, key: str) -> Page | None:
        """The page of a room, if it was opened."""
        return self._pages.get(key)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shell.settings.geometry = self.saveGeometry()
        self._timer.stop()
        for page in self._pages.values():
            page.closing()
        self.shell.tasks.close()
        event.accept()

    def _body(self) -> QWidget:
        right = QVBoxLayout()
        right.setContentsMargins(16, 12, 16, 10)
        right.setSpacing(8)
        right.addWidget(self.notice)
        right.addWidget(self.message_area)
        right.addWidget(self.stack, 1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._nav())
        row.addLayout(right, 1)
        return body

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
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.activated.connect(lambda key=room.key: self.open_page(key))
            group.addButton(button)
            column.addWidget(button)
            self._buttons[room.key] = button
        column.addStretch(1)
        column.addWidget(self._display_button())
        return nav

    def _display_button(self) -> QPushButton:
        """Text size and contrast, for bright rooms and tired eyes."""
        button = QPushButton("显示…")
        button.setObjectName("display")
        menu = QMenu(button)
        sizes = QActionGroup(menu)
        for pixels, words in zip(SIZES, ("小字", "中字", "大字"), strict=True):
            action = QAction(words, menu, checkable=True, checked=pixels == self.shell.settings.size)
            action.triggered.connect(lambda _checked, size=pixels: self._show_as(size=size))
            sizes.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        contrast = QAction("高对比", menu, checkable=True, checked=self.shell.settings.theme == "contrast")
        contrast.toggled.connect(lambda on: self._show_as(contrast=on))
        menu.addAction(contrast)
        # Not setMenu: a button with a menu is drawn without its padding.
        button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().topRight())))
        return button

    def _show_as(self, size: int | None = None, contrast: bool | None = None) -> None:
        settings = self.shell.settings
        if size is not None:
            settings.size = size
        if contrast is not None:
            settings.theme = "contrast" if contrast else "calm"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, settings.theme, settings.size)
