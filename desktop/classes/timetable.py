"""课次: the timetable of one class, and what can be done to it."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.classes.lesson_forms import CancelForm, CutForm, EditForm, MoveForm, NewLessonForm
from desktop.classes.teachers import TeachersDialog
from desktop.shell.page import Shell
from desktop.shell.table import RIGHT, Column, RowsModel, Table
from desktop.shell.words import hours_words, lesson_day, lesson_kind, lesson_state, lesson_time
from sync.jobs import moment
from sync.jobs.find import ClassRow, LessonRow, list_lessons

EMPTY = "还没有课次。请点“添加课次”排第一节课；以后每次会按上一节课自动填好下一个半天。"


class Timetable(QWidget):
    """Lessons in order of start."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._class_row: ClassRow | None = None
        self._now = 0
        self._teachers: dict[str, str] = {}
        columns: list[Column[LessonRow]] = [
            Column("日期", lesson_day, 8),
            Column("时间", lesson_time, 7),
            Column("课时", lambda row: hours_words(row.hours), 3, RIGHT),
            Column("内容", lambda row: row.topic, 14),
            Column("课别", lesson_kind, 5),
            Column("教师", lambda row: self._teachers.get(row.teacher, ""), 4),
            Column("状态", lambda row: lesson_state(row, self._now), 9),
        ]
        self.model: RowsModel[LessonRow] = RowsModel(columns)
        self.table = Table(self.model, EMPTY, [column.width for column in columns], stretch=3)
        self.table.setAccessibleName("课次")
        self.new_form = NewLessonForm(self, shell)
        self.move_form, self.cut_form = MoveForm(self, shell), CutForm(self, shell)
        self.cancel_form, self.edit_form = CancelForm(self, shell), EditForm(self, shell)
        self.add = QPushButton("添加课次")
        self.add.setObjectName("primary")
        self.check_in = QPushButton("去签到")
        self.move_button, self.cut = QPushButton("改期…"), QPushButton("提前结束…")
        self.edit, self.cancel = QPushButton("修改…"), QPushButton("取消课次…")
        self.teachers, self.teachers_list = QPushButton("教师…"), TeachersDialog(self, shell)
        self.add.clicked.connect(self._add)
        self.check_in.clicked.connect(lambda: self._with_lesson(lambda lesson: shell.go("checkin", lesson.id)))
        self.edit.clicked.connect(lambda: self._with_lesson(self.edit_form.open_for))
        self.move_button.clicked.connect(lambda: self._with_lesson(self.move_form.open_for))
        self.cut.clicked.connect(lambda: self._with_lesson(self.cut_form.open_for))
        self.cancel.clicked.connect(lambda: self._with_lesson(self.cancel_form.open_for))
        self.teachers.clicked.connect(self.teachers_list.open)
        self.table.activated.connect(lambda _index: self.check_in.click())
        self.table.selectionModel().selectionChanged.connect(self._selected)
        buttons = QHBoxLayout()
        for button in (self.add, self.check_in, self.edit, self.move_button, self.cut, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.teachers)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addLayout(buttons)
        column.addWidget(self.table, 1)

    def show_class(self, class_row: ClassRow) -> None:
        self._class_row = class_row
        chosen = self.lesson()
        self._now = moment.now(self._shell.ledger).at
        self._teachers = dict(self._shell.ledger.conn.execute("SELECT id, name FROM teachers"))
        lessons = list_lessons(self._shell.ledger, class_row.id)
        self.model.put(lessons)
        ids = [lesson.id for lesson in lessons]
        if chosen is not None and chosen.id in ids:
            self.table.selectRow(ids.index(chosen.id))
        self._selected()

    def lesson(self) -> LessonRow | None:
        """The selected lesson."""
        row = self.table.current_row()
        return self.model.rows[row] if row >= 0 else None

    def _selected(self) -> None:
        lesson = self.lesson()
        stands = lesson is not None and not lesson.cancelled
        for button in (self.check_in, self.move_button, self.cut, self.cancel):
            button.setEnabled(stands)
        self.edit.setEnabled(lesson is not None and stands and lesson.start > self._now)

    def _add(self) -> None:
        if self._class_row is not None:
            self.new_form.open_for(self._class_row)

    def _with_lesson(self, act: object) -> None:
        lesson = self.lesson()
        if lesson is not None and callable(act):
            act(lesson)
