"""A new class: a course of the county's catalog, a number, a name, days and place."""

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QDateEdit, QLineEdit, QWidget

from desktop.classes.lesson_forms import day_edit
from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell
from sync.jobs import moment
from sync.jobs.classes import add_class, list_courses

USUAL_DAYS = 14
"""How many days after the first the last one is proposed."""


class NewClassForm(FormDialog):
    """Makes a class and chooses it."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "新建班次", "建立班次")
        self._shell = shell
        self.made = ""
        """The class that was made last."""
        self.course = QComboBox()
        self.course.setEditable(True)
        self.course.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.course.lineEdit().setPlaceholderText("输入项目名称或代码查找")
        completer = self.course.completer()
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.code, self.name, self.site = QLineEdit(), QLineEdit(), QLineEdit()
        self.code.setPlaceholderText("例如 2026-QS-01")
        self.name.setPlaceholderText("例如 清水乡家政一班")
        self.site.setPlaceholderText("例如 清水村文化礼堂")
        self.first, self.last = day_edit(), day_edit()
        self.row("培训项目", self.course, self._check_course)
        self.row("班号", self.code, needed(self.code, "请填写班号，和开班申请上的一致。"))
        self.row("班次名称", self.name, needed(self.name, "请填写班次名称。"))
        self.row("开班日期", self.first)
        self.row("结业日期", self.last, self._check_days)
        self.row("培训点", self.site)
        self.course.activated.connect(self._course_chosen)
        self.first.dateChanged.connect(self._first_changed)

    def open(self) -> None:
        self._fill_courses()
        if not self.code.text():
            today = moment.day_of(moment.now(self._shell.ledger).at)
            self.first.setDate(_qdate(today))
            self.last.setDate(_qdate(today + timedelta(days=USUAL_DAYS)))
        super().open()

    def save(self) -> None:
        self.made = add_class(
            self._shell.ledger,
            self.code.text(),
            self.course.currentData(),
            self.name.text(),
            _iso(self.first),
            _iso(self.last),
            self.site.text(),
        )
        self._shell.messages.info(f"已建立班次“{self.name.text().strip()}”。下一步：导入学员名单，排课次。")
        self._shell.choose_class(self.made)
        self._shell.did("class")

    def _fill_courses(self) -> None:
        typed = self.course.currentText()
        self.course.clear()
        for course in list_courses(self._shell.ledger):
            self.course.addItem(_course_words(course), course["code"])
        self.course.setCurrentIndex(self.course.findText(typed) if typed else -1)
        if typed and self.course.currentIndex() < 0:
            self.course.setEditText(typed)

    def _check_course(self) -> str:
        if self.course.count() == 0:
            return "本机还没有培训项目目录。目录随县里的授权下发，请先到“上报”页导入授权。"
        index = self.course.findText(self.course.currentText(), Qt.MatchFlag.MatchContains)
        if not self.course.currentText().strip():
            return "请选择培训项目。"
        if index < 0:
            return f"目录里没有“{self.course.currentText()}”。请从列表里选一个。"
        self.course.setCurrentIndex(index)
        return ""

    def _check_days(self) -> str:
        return "结业日期早于开班日期，请改正。" if self.last.date() < self.first.date() else ""

    def _course_chosen(self, _index: int) -> None:
        self.say(self.course, "", wrong=False)

    def _first_changed(self, day: QDate) -> None:
        if self.last.date() < day:
            self.last.setDate(day.addDays(USUAL_DAYS))


def _course_words(course: dict[str, Any]) -> str:
    return f"{course['name']} · {course['level']} · {course['hours']} 课时（{course['code']}）"


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _iso(edit: QDateEdit) -> str:
    return edit.date().toString("yyyy-MM-dd")
