"""班次: all classes, and one of them opened."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop.classes.class_list import ClassLine, ClassList
from desktop.classes.decisions import CountyBar, History
from desktop.classes.hours import HoursTable
from desktop.classes.timetable import Timetable
from desktop.shell.page import Page, Shell
from sync.jobs.rules import pack_of
from sync.training.archive import kept_until, kept_words

TOUCHED_BY = frozenset(
    {"class", "course", "lesson", "teacher", "trainee", "enrollment", "stamp", "void", "leave", "rollcall.mark"}
    | {"leave.void", "clock.state", "pack.publish"}
    | {"calendar.day", "class.approve", "class.return", "class.verdict", "return.answer", "notice.post"}
)


class ClassesPage(Page):
    """A list, or one class with its timetable and hours."""

    touched_by = TOUCHED_BY

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.list = ClassList(shell)
        self.detail = ClassDetail(shell)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.detail)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.list.opened.connect(self.open_class)
        self.detail.back.clicked.connect(self._back)

    def refresh(self) -> None:
        self.list.refresh()
        self.detail.refresh(self.list.line(self.detail.class_id))

    def opened(self, what: object) -> None:
        self.open_class(str(what))

    def open_class(self, class_id: str) -> None:
        line = self.list.line(class_id)
        if line is None:
            return
        self.shell.choose_class(class_id)
        self.detail.class_id = class_id
        self.stack.setCurrentWidget(self.detail)
        self.detail.refresh(line)

    def _back(self) -> None:
        self.stack.setCurrentWidget(self.list)
        self.list.table.setFocus()


class ClassDetail(QWidget):
    """One class: what it is, its lessons, its hours."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.class_id = ""
        self._line: ClassLine | None = None
        self.back = QPushButton("← 全部班次")
        self.title, self.subtitle = QLabel(), QLabel()
        self.title.setObjectName("title")
        self.subtitle.setObjectName("subtitle")
        self.subtitle.setWordWrap(True)
        roster, paper = QPushButton("学员名单"), QPushButton("打印")
        roster.clicked.connect(lambda: shell.go("trainees", self.class_id))
        paper.clicked.connect(lambda: shell.go("paper", self.class_id))
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        head.addWidget(roster)
        head.addWidget(paper)
        self.county, self.history = CountyBar(shell), History(shell)
        self.timetable, self.hours = Timetable(shell), HoursTable(shell)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.timetable, "课次")
        self.tabs.addTab(self.hours, "课时总览")
        self.tabs.addTab(self.history, "县里的批复")
        self.tabs.currentChanged.connect(lambda _index: self._show_hours())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.subtitle)
        column.addWidget(self.county)
        column.addWidget(self.tabs, 1)

    def refresh(self, line: ClassLine | None) -> None:
        self._line = line
        if line is None:
            return
        self.title.setText(f"{line.row.code} {line.row.name}")
        pack = pack_of(self._shell.ledger, line.row.date_from)
        kept = kept_until(line.row.date_to, pack)
        about = (line.course, line.days, line.row.site, f"学员 {line.people} 人", f"档案保存至 {kept}" if kept else "")
        self.subtitle.setText(" · ".join(filter(None, about)))
        self.subtitle.setToolTip(kept_words(line.row.date_to, pack))
        self.county.show_class(line.said, line.posted)
        self.history.show_class(line.row)
        self.timetable.show_class(line.row)
        self._show_hours()

    def _show_hours(self) -> None:
        if self._line is not None and self.tabs.currentWidget() is self.hours:
            self.hours.show_class(self._line.row)
