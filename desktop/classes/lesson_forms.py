"""Forms about one lesson: a new one, and the three ways to change one, each with its reason."""

from collections import Counter
from datetime import date, time

from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtWidgets import QComboBox, QDateEdit, QDoubleSpinBox, QLabel, QLineEdit, QTimeEdit, QWidget

from desktop.classes.defaults import propose
from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell
from desktop.shell.words import KINDS, MODES, lesson_name
from sync.jobs import calendar, moment
from sync.jobs.classes import Edit, NewLesson, add_lesson, cancel_lesson, cut_lesson, edit_lesson, move_lesson
from sync.jobs.find import ClassRow, LessonRow, list_lessons
from sync.jobs.teachers import list_teachers

REASONS = ("停电", "下雨、道路不通", "老师生病", "场地被占用", "农忙，学员要求改期")


class NewLessonForm(FormDialog):
    """Adds a lesson to a class; warnings about the plan are told, and stop nothing."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "添加课次", "添加")
        self._shell = shell
        self._class_row: ClassRow | None = None
        self.day = day_edit()
        self.start, self.end = time_edit(), time_edit()
        self.hours = hours_edit()
        self.kind, self.mode = _choice(KINDS), _choice(MODES)
        self.teacher = teacher_edit()
        self.topic = QLineEdit()
        self.topic.setPlaceholderText("例如 老人护理：翻身与喂饭")
        self.row("日期", self.day)
        self.day.dateChanged.connect(lambda _: say_calendar(self, self.day, shell))
        self.row("上课时间", self.start)
        self.row("下课时间", self.end, self._check_times)
        self.row("课时", self.hours, hint="一课时一般为 45 分钟，以县里的规则为准。")
        self.row("上课内容", self.topic, needed(self.topic, "请填写上课内容，签到表和课程表上要印。"))
        self.row("课别", self.kind)
        self.row("方式", self.mode)
        self.row("教师", self.teacher)

    def open_for(self, class_row: ClassRow) -> None:
        if self._class_row != class_row or not self.topic.text():
            self._class_row = class_row
            self._propose(class_row)
        say_calendar(self, self.day, self._shell)
        self.open()

    def save(self) -> None:
        assert self._class_row is not None
        new = NewLesson(
            _day(self.day),
            _time(self.start),
            _time(self.end),
            round(self.hours.value() * 100),
            self.kind.currentData(),
            self.mode.currentData(),
            chosen_teacher(self.teacher),
            self.topic.text(),
        )
        _, warnings = add_lesson(self._shell.ledger, self._class_row.id, new)
        if warnings:
            self._shell.messages.warning("课次已添加，请核对：" + " ".join(warnings))
        else:
            self._shell.messages.info("课次已添加。")
        self._shell.did("lesson", "teacher")

    def _propose(self, class_row: ClassRow) -> None:
        first = moment.parse_day(class_row.date_from)
        proposal = propose(list_lessons(self._shell.ledger, class_row.id), first)
        self.day.setDate(QDate(proposal.day.year, proposal.day.month, proposal.day.day))
        self.start.setTime(_qtime(proposal.start))
        self.end.setTime(_qtime(proposal.end))
        self.hours.setValue(proposal.hours / 100)
        self.kind.setCurrentIndex(self.kind.findData(proposal.kind))
        self.mode.setCurrentIndex(self.mode.findData(proposal.mode))
        fill_teachers(self.teacher, self._shell, proposal.teacher)

    def _check_times(self) -> str:
        return "" if self.end.time() > self.start.time() else "下课时间必须晚于上课时间，请改正。"


class EditForm(FormDialog):
    """What is taught, by whom, for how many hours: while the lesson has not begun."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "修改课次", "保存")
        self._shell = shell
        self._lesson: LessonRow | None = None
        self.which = QLabel()
        self.which.setWordWrap(True)
        self.topic, self.teacher, self.hours = QLineEdit(), teacher_edit(), hours_edit()
        self.row("课次", self.which, hint="日期和时间请用“改期”。课次开始以后，这里就不能再改。")
        self.row("上课内容", self.topic, needed(self.topic, "请填写上课内容，签到表和课程表上要印。"))
        self.row("教师", self.teacher)
        self.row("课时", self.hours)

    def open_for(self, lesson: LessonRow) -> None:
        self._lesson = lesson
        self.which.setText(lesson_name(lesson))
        self.topic.setText(lesson.topic)
        self.hours.setValue(lesson.hours / 100)
        fill_teachers(self.teacher, self._shell, lesson.teacher)
        self.open()

    def save(self) -> None:
        assert self._lesson is not None
        edit = Edit(self.topic.text(), chosen_teacher(self.teacher), round(self.hours.value() * 100))
        warnings = edit_lesson(self._shell.ledger, self._lesson.id, edit)
        if warnings:
            self._shell.messages.warning("课次已修改，请核对：" + " ".join(warnings))
        else:
            self._shell.messages.info("课次已修改。")
        self._shell.did("lesson", "teacher")


class _ChangeForm(FormDialog):
    """A change to a lesson that stands; its reason is kept with it for ever."""

    def __init__(self, parent: QWidget, shell: Shell, title: str, words: str) -> None:
        super().__init__(parent, title, words)
        self.shell = shell
        self.lesson: LessonRow | None = None
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.addItems(REASONS)
        self.reason.setCurrentIndex(-1)
        self.reason.lineEdit().setPlaceholderText("可以选，也可以自己写")

    def add_reason(self) -> None:
        self.row("原因", self.reason, needed(self.reason, "请写明原因，县里会看到。"))

    def open_for(self, lesson: LessonRow) -> None:
        self.lesson = lesson
        self.fill(lesson)
        self.say(self.reason, f"课次：{lesson_name(lesson)}", wrong=False)
        self.open()

    def fill(self, lesson: LessonRow) -> None:
        """Puts the lesson's present values into the fields."""

    def save(self) -> None:
        assert self.lesson is not None
        self.change(self.lesson, self.reason.currentText())
        self.reason.setCurrentIndex(-1)
        self.reason.setEditText("")
        self.shell.messages.info(f"已更改课次：{lesson_name(self.lesson)}。")
        self.shell.did("lesson")

    def change(self, lesson: LessonRow, reason: str) -> None:
        raise NotImplementedError


class MoveForm(_ChangeForm):
    """Another day or other times; stamps stay with the lesson."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, shell, "课次改期", "改期")
        self.day = day_edit()
        self.start, self.end = time_edit(), time_edit()
        self.row("新日期", self.day)
        self.day.dateChanged.connect(lambda _: say_calendar(self, self.day, shell))
        self.row("上课时间", self.start)
        self.row("下课时间", self.end, self._check_times)
        self.add_reason()

    def fill(self, lesson: LessonRow) -> None:
        day = moment.day_of(lesson.start)
        self.day.setDate(QDate(day.year, day.month, day.day))
        self.start.setTime(_qtime_at(lesson.start))
        self.end.setTime(_qtime_at(lesson.end))

    def change(self, lesson: LessonRow, reason: str) -> None:
        start, end = self.start.time().toString("HH:mm"), self.end.time().toString("HH:mm")
        move_lesson(self.shell.ledger, lesson.id, _day(self.day).isoformat(), start, end, reason)

    def _check_times(self) -> str:
        return "" if self.end.time() > self.start.time() else "下课时间必须晚于上课时间，请改正。"


class CutForm(_ChangeForm):
    """A lesson that ended early."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, shell, "提前结束", "提前结束")
        self.end = time_edit()
        self.row("实际下课时间", self.end)
        self.add_reason()

    def fill(self, lesson: LessonRow) -> None:
        now = moment.now(self.shell.ledger).at
        self.end.setTime(_qtime_at(now if lesson.start < now < lesson.end else lesson.end))

    def change(self, lesson: LessonRow, reason: str) -> None:
        cut_lesson(self.shell.ledger, lesson.id, self.end.time().toString("HH:mm"), reason)


class CancelForm(_ChangeForm):
    """A lesson that does not take place."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, shell, "取消课次", "取消这个课次")
        self.add_reason()

    def change(self, lesson: LessonRow, reason: str) -> None:
        cancel_lesson(self.shell.ledger, lesson.id, reason)


def hours_edit() -> QDoubleSpinBox:
    edit = QDoubleSpinBox()
    edit.setRange(0.5, 24)
    edit.setSingleStep(0.5)
    edit.setDecimals(2)
    return edit


def teacher_edit() -> QComboBox:
    edit = QComboBox()
    edit.setEditable(True)
    edit.lineEdit().setPlaceholderText("教师姓名")
    return edit


def fill_teachers(edit: QComboBox, shell: Shell, chosen: str) -> None:
    """Everyone who teaches here, namesakes with the end of their numbers; `chosen` is an id or empty."""
    edit.clear()
    found = list_teachers(shell.ledger)
    names = Counter(one.name for one in found)
    for one in sorted(found, key=lambda one: one.name):
        end = f"（尾号 {one.masked[-4:]}）" if names[one.name] > 1 and one.masked else ""
        edit.addItem(one.name + end, one.id)
    edit.setCurrentIndex(edit.findData(chosen) if chosen else -1)
    if not chosen:
        edit.setEditText("")


def chosen_teacher(edit: QComboBox) -> str:
    """The id of the one who was chosen, or the name that was written."""
    text, index = edit.currentText(), edit.currentIndex()
    if index < 0 or edit.itemText(index) != text:
        index = edit.findText(text, Qt.MatchFlag.MatchExactly)
    return str(edit.itemData(index)) if index >= 0 else text


def say_calendar(form: FormDialog, edit: QDateEdit, shell: Shell) -> None:
    """Below the date: what the county's calendar says against it. The lesson may be held all the same."""
    form.say(edit, " ".join(calendar.warnings(shell.ledger, _day(edit).isoformat())), wrong=False)


def day_edit() -> QDateEdit:
    edit = QDateEdit()
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("yyyy 年 M 月 d 日 dddd")
    return edit


def time_edit() -> QTimeEdit:
    edit = QTimeEdit()
    edit.setDisplayFormat("HH:mm")
    return edit


def _choice(words: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for value, text in words.items():
        box.addItem(text, value)
    return box


def _day(edit: QDateEdit) -> date:
    return moment.parse_day(edit.date().toString("yyyy-MM-dd"))


def _time(edit: QTimeEdit) -> time:
    return moment.parse_time(edit.time().toString("HH:mm"))


def _qtime(clock: time) -> QTime:
    return QTime(clock.hour, clock.minute)


def _qtime_at(at: int) -> QTime:
    return QTime.fromString(moment.iso(at)[11:16], "HH:mm")
