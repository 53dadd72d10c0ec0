"""What stands beside the answer: the counts, who is still missing, and the last answers."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.checkin.result import icon
from desktop.checkin.station import Counts
from desktop.checkin.words import Shown, State
from desktop.shell.fonts import app_font
from sync.jobs.attendance import Attendee
from sync.training.beijing import clock

PERSON = Qt.ItemDataRole.UserRole
_ICON = 20


class CountsPanel(QFrame):
    """应到 实到 未到 迟到 请假, and how many have left once somebody has."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.figures: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 10, 6)
        for column, words in enumerate(("应到", "实到", "未到", "迟到", "请假")):
            caption, figure = QLabel(words), QLabel("0")
            figure.setStyleSheet("font-size: 32px; font-weight: bold;")
            figure.setMinimumHeight(42)
            for row, label in enumerate((caption, figure)):
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                grid.addWidget(label, row, column)
            self.figures[words] = figure
        self.left = QLabel()
        self.left.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(self.left, 2, 0, 1, 5)

    def show_counts(self, counts: Counts) -> None:
        figures = {
            "应到": counts.expected,
            "实到": counts.came,
            "未到": counts.missing,
            "迟到": counts.late,
            "请假": counts.leave,
        }
        for words, figure in figures.items():
            self.figures[words].setText(str(figure))
        self.left.setText(f"已签退 {counts.left} 人")
        self.left.setVisible(counts.left > 0)
        self.setAccessibleName("，".join(f"{words} {figure} 人" for words, figure in figures.items()))


class MissingPanel(QWidget):
    """Who is still missing, in the order of the roster. Enter on a name stamps her by hand."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heading = QLabel("未到名单")
        self.heading.setObjectName("big")
        self.list = QListWidget()
        self.list.setAccessibleName("未到名单")
        self.list.setWrapping(True)
        self.list.setFlow(QListWidget.Flow.LeftToRight)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setSpacing(2)
        self.list.itemActivated.connect(lambda item: self.chosen.emit(item.data(PERSON)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.list, 1)

    def show_people(self, people: Sequence[Attendee], expected: int) -> None:
        """Takes out whoever came, and leaves the rest where it stands."""
        wanted = {one.id for one in people}
        there = {self.list.item(row).data(PERSON) for row in range(self.list.count())}
        if wanted <= there:
            for row in reversed(range(self.list.count())):
                if self.list.item(row).data(PERSON) not in wanted:
                    self.list.takeItem(row)
        else:
            self.list.clear()
            for one in people:
                item = QListWidgetItem(one.called)
                item.setData(PERSON, one.id)
                self.list.addItem(item)
        if not expected:
            self.heading.setText("名册上还没有人")
        else:
            self.heading.setText(f"未到 {len(people)} 人" if people else "都到了")

    def people(self) -> list[str]:
        """The names on the list."""
        return [self.list.item(row).text() for row in range(self.list.count())]


class RecentPanel(QListWidget):
    """The last answers, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("最近的结果")
        self.setIconSize(QSize(_ICON, _ICON))
        self.setFont(app_font(17))
        self.setFixedHeight(84)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._icons: dict[State, QIcon] = {}

    def show_answers(self, answers: Iterable[Shown]) -> None:
        self.clear()
        for shown in answers:
            self.addItem(self._item(shown))

    def push(self, shown: Shown, most: int) -> None:
        self.insertItem(0, self._item(shown))
        while self.count() > most:
            self.takeItem(self.count() - 1)
        self.scrollToTop()

    def _item(self, shown: Shown) -> QListWidgetItem:
        if shown.state not in self._icons:
            self._icons[shown.state] = icon(shown.state, _ICON)
        words = "　".join(part for part in (clock(shown.at), shown.headline, shown.name) if part)
        item = QListWidgetItem(self._icons[shown.state], words)
        item.setData(PERSON, shown.trainee)
        return item
