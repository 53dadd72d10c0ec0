"""The classes of this training point, the latest first."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.classes.decisions import state_colour, state_words
from desktop.classes.new_class import NewClassForm
from desktop.shell.page import Shell
from desktop.shell.table import RIGHT, Column, Index, RowsModel, Table
from desktop.shell.theme import Colours, colours
from desktop.shell.words import long_day
from sync.jobs import notices
from sync.jobs.decisions import CONCLUDED, Decisions, all_decisions
from sync.jobs.find import ClassRow, list_classes
from sync.jobs.notices import PublicNotice
from sync.ledger.ledger import Ledger

EMPTY = "还没有班次。请点“新建班次”，选培训项目、填班号和日期，然后导入学员名单、排课。"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class as the list shows it."""

    row: ClassRow
    course: str
    people: int
    lessons: int
    said: Decisions
    """What the county says of it."""
    notice: PublicNotice | None
    today: str
    """An ISO day, by which a notice hangs or is over."""

    @property
    def state(self) -> str:
        """Where it stands at the county, in shape and word: concluded classes by their notice, once there is one."""
        if self.notice is not None and self.said.state == CONCLUDED:
            return state_words(self.said, notices.STATES[self.notice.state(self.today)])
        return state_words(self.said)

    @property
    def posted(self) -> str:
        """Its notice in a line; empty without one."""
        return self.notice.words(self.today) if self.notice else ""

    @property
    def days(self) -> str:
        return f"{long_day(self.row.date_from)}–{long_day(self.row.date_to)}"


COLUMNS: list[Column[ClassLine]] = [
    Column("班号", lambda line: line.row.code, 6),
    Column("班次名称", lambda line: line.row.name, 8),
    Column("培训项目", lambda line: line.course, 7),
    Column("起止日期", lambda line: line.days, 10),
    Column("县里", lambda line: line.state, 5),
    Column("学员", lambda line: str(line.people), 3, RIGHT),
    Column("课次", lambda line: str(line.lessons), 3, RIGHT),
    Column("培训点", lambda line: line.row.site, 6),
]


def read_lines(ledger: Ledger) -> list[ClassLine]:
    conn = ledger.conn
    courses = {row[0]: " ".join(filter(None, row[1:])) for row in conn.execute("SELECT id, name, level FROM courses")}
    people = dict(
        conn.execute(
            "SELECT training_class, count(*) FROM enrollments"
            " WHERE coalesce(status, 'enrolled') = 'enrolled' GROUP BY training_class"
        )
    )
    lessons = dict(
        conn.execute(
            "SELECT training_class, count(*) FROM lessons WHERE NOT coalesce(cancelled, 0) GROUP BY training_class"
        )
    )
    said, posted, today = all_decisions(ledger), notices.standing(ledger), notices.today(ledger)
    return [
        ClassLine(
            row,
            courses.get(row.course, ""),
            people.get(row.id, 0),
            lessons.get(row.id, 0),
            said.get(row.id, Decisions(row.id)),
            posted.get(row.id),
            today,
        )
        for row in list_classes(ledger)
    ]


class ClassesModel(RowsModel[ClassLine]):
    """Where a class stands at the county has its colour."""

    colours: Colours | None = None

    def data(self, index: Index, role: int = 0) -> Any:
        line = self.rows[index.row()]
        if COLUMNS[index.column()].heading == "县里":
            if role == Qt.ItemDataRole.ForegroundRole and self.colours is not None:
                return QColor(state_colour(line.said, self.colours))
            if role == Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (line.said.words, line.posted))) or line.state
        return super().data(index, role)


class ClassList(QWidget):
    """`opened` is emitted with the id of the class to open."""

    opened = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.model = ClassesModel(COLUMNS)
        self.table = Table(self.model, EMPTY, [column.width for column in COLUMNS], stretch=7)
        self.table.setAccessibleName("班次")
        self.table.activated.connect(self._open_row)
        self.form = NewClassForm(self, shell)
        self.form.accepted.connect(lambda: self.opened.emit(self.form.made))
        self.new = QPushButton("新建班次")
        self.new.setObjectName("primary")
        self.new.clicked.connect(self.form.open)
        title = QLabel("班次")
        title.setObjectName("title")
        hint = QLabel("双击或按回车打开一个班次")
        hint.setObjectName("hint")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(hint, 1)
        head.addWidget(self.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.table, 1)

    def refresh(self) -> None:
        row = self.table.current_row()
        chosen = self.model.rows[row].row.id if row >= 0 else ""
        self.model.colours = colours(self._shell.settings.theme)
        self.model.put(read_lines(self._shell.ledger))
        for number, line in enumerate(self.model.rows):
            if line.row.id == chosen:
                self.table.selectRow(number)

    def line(self, class_id: str) -> ClassLine | None:
        return next((line for line in self.model.rows if line.row.id == class_id), None)

    def _open_row(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.rows[index.row()].row.id)
