"""Finding somebody by name, pinyin initials or last digits, with the hands on the keyboard."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.checkin.panels import PERSON
from desktop.shell.fonts import app_font
from sync.jobs.attendance import Attendee
from sync.training.beijing import clock

Find = Callable[[str], list[Attendee]]


class Search(QLineEdit):
    """Arrows choose, Enter picks (`picked` has the trainee's id), Esc gives up (`left`)."""

    picked = Signal(str)
    left = Signal()

    def __init__(self, page: QWidget, find: Find) -> None:
        super().__init__()
        self._find = find
        self.setPlaceholderText("F6 查找：姓名、拼音首字母、证件尾号")
        self.setAccessibleName("查找学员")
        self.setClearButtonEnabled(True)
        self.found = QListWidget(page)
        self.found.setAccessibleName("查找结果")
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.setFont(app_font(20))
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found.hide()
        self.found.itemClicked.connect(self._pick)
        self.textChanged.connect(self._look)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, count = self.found.currentRow(), self.found.count()
        if event.key() == Qt.Key.Key_Down and count:
            self.found.setCurrentRow(min(row + 1, count - 1))
        elif event.key() == Qt.Key.Key_Up and count:
            self.found.setCurrentRow(max(row - 1, 0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.found.currentItem() is not None:
                self._pick(self.found.currentItem())
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _look(self, query: str) -> None:
        self.found.clear()
        for one in self._find(query):
            item = QListWidgetItem(f"{one.name}　{state_of(one)}　尾号 {one.tail}")
            item.setData(PERSON, one.id)
            self.found.addItem(item)
        if query.strip() and not self.found.count():
            nobody = QListWidgetItem("本班没有这个人")
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)
            self.found.addItem(nobody)
        else:
            self.found.setCurrentRow(0)
        self._place()

    def _place(self) -> None:
        count = self.found.count()
        self.found.setVisible(count > 0)
        if count:
            corner = self.mapTo(self.found.parentWidget(), QPoint(0, self.height() + 2))
            tall = sum(self.found.sizeHintForRow(row) for row in range(count)) + 8
            wide = max(self.width(), self.found.sizeHintForColumn(0) + 16)
            left = min(corner.x(), self.found.parentWidget().width() - wide)
            self.found.setGeometry(left, corner.y(), wide, tall)
            self.found.raise_()

    def _pick(self, item: QListWidgetItem) -> None:
        person = item.data(PERSON)
        if person:
            self.clear()
            self.picked.emit(person)


def state_of(one: Attendee) -> str:
    """未到, 请假, or when she came or left."""
    if one.last is None:
        return "请假" if one.leave else "未到"
    return f"{clock(one.at)[:5]} {'签退' if one.last == 'out' else '签到'}"
