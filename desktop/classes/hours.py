"""课时: who earned what in which lesson, and why."""

from typing import Any

from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.shell.page import Shell
from desktop.shell.table import CENTRE, RIGHT, Column, Index, RowsModel, Table
from desktop.shell.tasks import Job
from desktop.shell.theme import Colours, colours
from desktop.shell.words import hours_words, lesson_name, lesson_time, short_day
from sync.jobs.find import ClassRow, LessonRow
from sync.jobs.hours import ClassHours, hours_of
from sync.training.account import percent
from sync.training.forecast import Forecast, forecast
from sync.training.hours import LessonHours, PersonHours
from sync.training.state import ABSENT, NORMAL, NOT_BEGUN, NOT_TAKEN, ON_LEAVE

EMPTY = "还没有学员，所以没有课时可算。请先到“学员”页导入名单。"
HINT = "点一个格子（或用方向键移到它），这里会写明这个课时是怎么算出来的。"
RUNNING = "进行中"
"""Of a lesson that is not over: what is known of it so far is no verdict yet."""
WHY_LINES = 5
SUMS = 5
"""Columns before those of the lessons."""


class HoursModel(RowsModel[PersonHours]):
    """Trainee by lesson. A lesson's cell says its state, and the hours where they differ from the plan."""

    def __init__(self) -> None:
        super().__init__([])
        self.names: dict[str, str] = {}
        self.forecasts: dict[str, Forecast] = {}
        self.lessons: list[LessonRow] = []
        self.running: frozenset[str] = frozenset()
        """Lessons that are under way."""
        self.colours: Colours | None = None

    def show_hours(self, hours: ClassHours) -> None:
        self.names = hours.names
        self.forecasts = {person.person: forecast(person, hours.pack) for person in hours.people}
        held = {entry.lesson for person in hours.people for entry in person.lessons}
        self.lessons = [lesson for lesson in hours.lessons if lesson.id in held]
        self.running = frozenset(row.id for row in self.lessons if row.start <= hours.at < row.fact().ends)
        sums: list[Column[PersonHours]] = [
            Column("计划", lambda person: hours_words(person.planned), 3, RIGHT),
            Column("实测", self._measured, 3, RIGHT),
            Column("计入", lambda person: hours_words(person.credited), 3, RIGHT),
            Column("出勤率", lambda person: percent(person.rate), 4, RIGHT),
            Column("还差", self._short, 3, RIGHT),
        ]
        cells = [self._lesson_column(number, lesson) for number, lesson in enumerate(self.lessons)]
        self.put(hours.people, [*sums, *cells])

    def data(self, index: Index, role: int = 0) -> Any:
        if index.column() >= SUMS:
            entry = self.rows[index.row()].lessons[index.column() - SUMS]
            if role == Qt.ItemDataRole.ForegroundRole and self.colours is not None:
                return QColor(self.colours.ink if self._is_open(entry) else _colour(entry.state, self.colours))
            if role == Qt.ItemDataRole.ToolTipRole and self._is_open(entry):
                return f"{RUNNING}，目前：{entry.state}"
        elif index.column() == SUMS - 1 and role == Qt.ItemDataRole.ForegroundRole and self.colours is not None:
            found = self.forecasts[self.rows[index.row()].person]
            # Red once the lessons to come can't make it good.
            return QColor(self.colours.bad if found.short > found.hours_left else self.colours.ink)
        return super().data(index, role)

    def _is_open(self, entry: LessonHours) -> bool:
        """Leave is known beforehand; everything else only when the lesson is over."""
        return entry.lesson in self.running and entry.state != ON_LEAVE

    def _short(self, person: PersonHours) -> str:
        short = self.forecasts[person.person].short
        return hours_words(short) if short else ""

    def _measured(self, person: PersonHours) -> str:
        unknown = [entry for entry in person.lessons if entry.measured is None]
        if unknown and all(self._is_open(entry) for entry in unknown):
            return RUNNING
        return hours_words(person.measured)

    def _lesson_column(self, number: int, lesson: LessonRow) -> Column[PersonHours]:
        def text(person: PersonHours) -> str:
            entry = person.lessons[number]
            if self._is_open(entry):
                return RUNNING
            if entry.state in (NORMAL, NOT_BEGUN) or not entry.credited:
                return entry.state
            return f"{entry.state} {hours_words(entry.credited)}"

        return Column(f"{short_day(lesson)}\n{lesson_time(lesson)}", text, 7, CENTRE)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Names stand in the side heading, so that they stay when one scrolls to later lessons."""
        if orientation == Qt.Orientation.Vertical:
            return self.names[self.rows[section].person] if role == Qt.ItemDataRole.DisplayRole else None
        return super().headerData(section, orientation, role)

    def account(self, row: int, column: int) -> tuple[str, list[str]]:
        """A heading and the sentences behind a cell."""
        person = self.rows[row]
        name = self.names[person.person]
        if column < SUMS:
            return name, [*_sums(person), self.forecasts[person.person].sentence(name)]
        entry = person.lessons[column - SUMS]
        state = f"{RUNNING}（目前：{entry.state}）" if self._is_open(entry) else entry.state
        return f"{name} · {lesson_name(self.lessons[column - SUMS])} · {state}", entry.why


class HoursTable(QWidget):
    """Computed in the background from the facts on this laptop."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._job: Job | None = None
        self._wanted: ClassRow | None = None
        self.model = HoursModel()
        self.table = Table(self.model, "正在计算课时…")
        self.table.setAccessibleName("课时总览")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.table.verticalHeader().show()
        self.table.setCornerButtonEnabled(False)
        self._name_corner()
        self.table.selectionModel().selectionChanged.connect(self._explain)
        self.heading = QLabel()
        self.heading.setObjectName("big")
        self.heading.setWordWrap(True)
        self.why = QLabel(HINT)
        self.why.setWordWrap(True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addWidget(self.heading)
        column.addWidget(self.why, 1)
        side = QScrollArea()
        side.setWidgetResizable(True)
        side.setWidget(inside)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(side)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, self.fontMetrics().lineSpacing() * WHY_LINES])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(split)

    def _name_corner(self) -> None:
        """The heading over the names."""
        corner = self.table.findChild(QAbstractButton)
        inside = QVBoxLayout(corner)
        inside.setContentsMargins(6, 0, 6, 0)
        heading = QLabel("姓名")
        heading.setObjectName("corner")
        inside.addWidget(heading)

    def show_class(self, class_row: ClassRow) -> None:
        """Computes anew; of several wishes while one is under way, the last is done."""
        self._wanted = class_row
        if self._job is None:
            self._start()

    def _start(self) -> None:
        class_row, self._wanted = self._wanted, None
        if class_row is None:
            return

        def work(job: Job) -> ClassHours:
            with job.open_ledger() as ledger:
                return hours_of(ledger, class_row.id)

        self._job = self._shell.tasks.run("正在计算课时", work, done=self._show, failed=self._failed)

    def _show(self, hours: ClassHours) -> None:
        self._job = None
        at = self.table.currentIndex()
        row, column = at.row(), at.column()
        self.model.colours = colours(self._shell.settings.theme)
        self.model.show_hours(hours)
        self.table.empty = EMPTY
        self.table.set_widths([each.width for each in self.model.columns])
        if 0 <= row < self.model.rowCount() and column < self.model.columnCount():
            self.table.setCurrentIndex(self.model.index(row, column))
        self._explain()
        self._start()

    def _failed(self, error: Any) -> None:
        self._job = None
        self._shell.messages.error(error.message)

    def _explain(self, _selected: QItemSelection | None = None) -> None:
        at = self.table.currentIndex()
        if not at.isValid():
            self.heading.clear()
            self.why.setText(HINT)
            return
        heading, sentences = self.model.account(at.row(), at.column())
        self.heading.setText(heading)
        self.why.setText("\n".join(sentences))


def _sums(person: PersonHours) -> list[str]:
    lines = [
        f"计划 {hours_words(person.planned)} 课时，已开课 {hours_words(person.held)}；"
        f"实测 {hours_words(person.measured)}，计入 {hours_words(person.credited)}。",
        f"出勤率 {percent(person.rate)}（计入 ÷ 已开课的计划课时）。",
    ]
    if person.measured is None:
        lines.append("有课次缺签到或签退，实测课时不能确定。")
    return lines


def _colour(state: str, c: Colours) -> str:
    if state == NORMAL:
        return c.good
    if state in (NOT_BEGUN, ON_LEAVE, NOT_TAKEN):
        return c.quiet
    return c.bad if state == ABSENT else c.warn
