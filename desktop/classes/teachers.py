"""教师: who teaches here, and what the county asks of each: a number, full or part time, a certificate."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.shell.form import FormDialog, needed
from desktop.shell.manual import help_key
from desktop.shell.page import Changed, Shell
from desktop.shell.table import RIGHT, Column, RowsModel, Table
from sync.jobs.teachers import (
    EMPLOYMENTS,
    Record,
    Teacher,
    add_teacher,
    list_teachers,
    number_problem,
    set_teacher,
    since_problem,
    this_year,
    today,
)

EMPTY = "还没有教师。排课时写过的教师会自动列在这里；也可以先点“登记教师”。"
SINCE = "一直如此的不用填。改了专职、兼职的，从这一天起才算，以前的不变；原来就登记错了的，请清空。"
WHY = "县里按证件号码核查一名教师在几家机构任课，按专职、兼职核查专职教师的比例。"


class TeacherForm(FormDialog):
    """A new teacher, or what is recorded of one. Her number is shown masked and stays unless it is written anew."""

    def __init__(self, parent: QWidget, shell: Shell, teacher: Teacher | None = None) -> None:
        super().__init__(parent, "修改教师" if teacher else "登记教师", "保存" if teacher else "登记")
        self._shell, self._teacher = shell, teacher
        self.name, self.number, self.certificate = QLineEdit(), QLineEdit(), QLineEdit()
        self.number.setPlaceholderText("18 位")
        self.number.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers | Qt.InputMethodHint.ImhNoPredictiveText)
        self.since = QLineEdit()
        self.since.setPlaceholderText("例如 2026-03-01")
        self.employment = QComboBox()
        for value, words in (("", "没有登记"), *EMPLOYMENTS.items()):
            self.employment.addItem(words, value)
        self.row("姓名", self.name, needed(self.name, "请填写姓名。"))
        self.row("证件号码", self.number, self._number_problem, WHY)
        self.row("专职、兼职", self.employment)
        self.row("从哪天起", self.since, self._since_problem, SINCE)
        self.row("资格证编号", self.certificate)
        if teacher is not None:
            self.name.setText(teacher.name)
            self.number.setText(teacher.masked)
            self.employment.setCurrentIndex(self.employment.findData(teacher.employment))
            self.since.setText(teacher.since)
            self.certificate.setText(teacher.certificate)
            self.employment.currentIndexChanged.connect(lambda _: self._propose_since(teacher))

    def save(self) -> None:
        record = Record(
            self.name.text(),
            self.number.text() if self._number_changed() else None,
            self.employment.currentData() if self._employment_changed() else None,
            self.since.text() if self._employment_changed() else None,
            self.certificate.text(),
        )
        if self._teacher is None:
            add_teacher(self._shell.ledger, record)
            self._shell.messages.info(f"已登记教师“{self.name.text().strip()}”。")
        else:
            set_teacher(self._shell.ledger, self._teacher.id, record)
            self._shell.messages.info(f"已修改教师“{self.name.text().strip()}”的登记。")
        self._shell.did("teacher")

    def _propose_since(self, teacher: Teacher) -> None:
        """Another employment begins today unless something else is written; the one there was keeps its day."""
        how = self.employment.currentData()
        if how == teacher.employment:
            self.since.setText(teacher.since)
        else:
            self.since.setText(today(self._shell.ledger) if how and teacher.spells else "")

    def _employment_changed(self) -> bool:
        said = (self.employment.currentData(), self.since.text().strip())
        return said != ((self._teacher.employment, self._teacher.since) if self._teacher else ("", ""))

    def _since_problem(self) -> str:
        return since_problem(self.employment.currentData(), self.since.text())

    def _number_changed(self) -> bool:
        return self._teacher is None or self.number.text().strip() != self._teacher.masked

    def _number_problem(self) -> str:
        if not self._number_changed():
            return ""
        if "*" in self.number.text():
            return "要改号码，请把 18 位全部重写。"
        return number_problem(self._shell.ledger, self.number.text())


class TeachersDialog(QDialog):
    """The list, and what can be done with it."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent)
        help_key(self)
        self._shell = shell
        self.form: TeacherForm | None = None
        self.setWindowTitle("教师")
        self.setMinimumSize(900, 420)
        heading, self.missing = QLabel("教师"), QLabel()
        heading.setObjectName("title")
        self.missing.setObjectName("hint")
        self.missing.setWordWrap(True)
        columns: list[Column[Teacher]] = [
            Column("姓名", lambda one: one.name, 8),
            Column("证件号码", lambda one: one.masked or "没有登记", 10),
            Column("专职、兼职", lambda one: one.employed or "没有登记", 14),
            Column("资格证编号", lambda one: one.certificate or "没有登记", 8),
            Column("本年课次", lambda one: str(one.lessons), 5, RIGHT),
        ]
        self.model: RowsModel[Teacher] = RowsModel(columns)
        self.table = Table(self.model, EMPTY, [column.width for column in columns], stretch=0)
        self.table.setAccessibleName("教师")
        self.add, self.edit, close = QPushButton("登记教师…"), QPushButton("修改…"), QPushButton("关闭")
        self.add.setObjectName("primary")
        self.add.clicked.connect(lambda: self._open(TeacherForm(self, shell)))
        self.edit.clicked.connect(self._edit)
        close.clicked.connect(self.reject)
        self.table.activated.connect(lambda _index: self._edit())
        self.table.selectionModel().selectionChanged.connect(self._choose)
        buttons = QHBoxLayout()
        for button in (self.add, self.edit):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        for button in (self.add, self.edit, close):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addWidget(heading)
        column.addWidget(self.missing)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        shell.changed.connect(self._changed)

    def open(self) -> None:
        self.read()
        super().open()
        self.table.setFocus()

    def read(self) -> None:
        """Keeps the one that is chosen."""
        row = self.table.current_row()
        chosen = self.model.rows[row].id if row >= 0 else ""
        found = list_teachers(self._shell.ledger)
        self.model.put(found)
        self.missing.setText(self._missing(found))
        if found:
            self.table.selectRow(next((n for n, one in enumerate(found) if one.id == chosen), 0))
        self._choose()

    def _missing(self, found: list[Teacher]) -> str:
        """What the county will ask about."""
        said = []
        if unemployed := sum(not one.employed for one in found):
            said.append(f"{unemployed} 位没有登记专职还是兼职")
        if numberless := sum(not one.masked for one in found):
            said.append(f"{numberless} 位没有登记证件号码")
        year = f"课次是 {this_year(self._shell.ledger)} 年的。"
        return f"还有 {'，'.join(said)}。{WHY}{year}" if said else year

    def _changed(self, changed: Changed) -> None:
        if self.isVisible() and changed.touches(frozenset({"teacher", "lesson"})):
            self.read()

    def _choose(self) -> None:
        self.edit.setEnabled(self.table.current_row() >= 0)

    def _edit(self) -> None:
        row = self.table.current_row()
        if row >= 0:
            self._open(TeacherForm(self, self._shell, self.model.rows[row]))

    def _open(self, form: TeacherForm) -> None:
        if self.form is not None:
            self.form.deleteLater()
        self.form = form
        form.open()
