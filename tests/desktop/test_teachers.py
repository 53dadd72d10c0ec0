"""教师: the list beside the lessons, its form, by mouse and by keyboard; and what a lesson's form then says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.classes.page import ClassesPage
from desktop.classes.teachers import TeachersDialog
from desktop.classes.timetable import Timetable
from desktop.shell.window import Window
from sync.jobs.find import list_lessons
from sync.jobs.teachers import Record, add_teacher, list_teachers
from sync.ledger.ledger import Ledger
from tests.desktop.people import StillClock, id_number, lesson

NUMBER, OTHER = id_number(701), id_number(702)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Before the class begins."""
    with Ledger.create(tmp_path / "node", "清水乡培训点", clock=StillClock("2026-10-30T10:00")) as made:
        with made.writing() as w:
            w.write("course", {"code": "C1", "name": "家政服务员", "level": "初级", "hours": 8000, "subsidy": 1})
        yield made


@pytest.fixture
def timetable(window: Window, class_id: str) -> Timetable:
    window.show()
    window.open_page("classes")
    page = window.page("classes")
    assert isinstance(page, ClassesPage)
    page.open_class(class_id)
    return page.detail.timetable


@pytest.fixture
def dialog(qtbot: QtBot, timetable: Timetable) -> Iterator[TeachersDialog]:
    qtbot.mouseClick(timetable.teachers, Qt.MouseButton.LeftButton)
    yield timetable.teachers_list
    timetable.teachers_list.reject()


def shown(dialog: TeachersDialog) -> list[list[str]]:
    columns = range(dialog.model.columnCount())
    return [[dialog.model.index(row, c).data() for c in columns] for row in range(dialog.model.rowCount())]


def number_of(ledger: Ledger, teacher: str) -> str:
    found = ledger.conn.execute("SELECT id_number FROM teachers WHERE id = ?", (teacher,)).fetchone()
    return str(found[0])


def test_a_teacher_of_a_lesson_is_there_and_is_filled_in(
    window: Window, ledger: Ledger, class_id: str, dialog: TeachersDialog
) -> None:
    assert dialog.isVisible() and dialog.model.rowCount() == 0 and "登记教师" in dialog.table.empty
    lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    window.shell.did("lesson", "teacher")
    assert shown(dialog) == [["李老师", "没有登记", "没有登记", "没有登记", "1"]]
    assert "1 位没有登记专职还是兼职，1 位没有登记证件号码" in dialog.missing.text()
    dialog.edit.click()
    form = dialog.form
    assert form is not None and form.name.text() == "李老师"
    form.number.setText(NUMBER[:17] + "?")
    form.submit()
    assert form.isVisible() and "证件号码不对" in form.form_fields[1].words.text()
    form.number.setText(NUMBER)
    form.employment.setCurrentIndex(form.employment.findText("专职"))
    form.certificate.setText("闽职教 001")
    form.submit()
    assert not form.isVisible()
    assert shown(dialog)[0][:4] == ["李老师", f"{NUMBER[:6]}********{NUMBER[14:]}", "专职", "闽职教 001"]
    assert "没有登记" not in dialog.missing.text()


def test_the_number_is_masked_and_stays_unless_it_is_written_anew(
    window: Window, ledger: Ledger, dialog: TeachersDialog
) -> None:
    teacher = add_teacher(ledger, Record("李师傅", NUMBER))
    window.shell.did("teacher")
    dialog.edit.click()
    form = dialog.form
    assert form is not None
    assert all(NUMBER not in edit.text() for edit in form.findChildren(QLineEdit))
    form.employment.setCurrentIndex(form.employment.findText("兼职"))
    form.submit()
    assert (number_of(ledger, teacher), list_teachers(ledger)[0].employed) == (NUMBER, "兼职")
    dialog.edit.click()
    form = dialog.form
    form.number.setText(form.number.text() + "1")
    form.submit()
    assert form.isVisible() and "全部重写" in form.form_fields[1].words.text()
    form.number.setText("")
    form.submit()
    assert not form.isVisible() and number_of(ledger, teacher) == ""


def test_another_employment_is_proposed_from_today_and_a_mistake_is_cleared(
    window: Window, ledger: Ledger, dialog: TeachersDialog
) -> None:
    add_teacher(ledger, Record("李师傅", employment="fulltime"))
    window.shell.did("teacher")

    def change(words: str, since: str | None = None) -> str:
        dialog.edit.click()
        form = dialog.form
        assert form is not None
        form.employment.setCurrentIndex(form.employment.findText(words))
        if since is not None:
            form.since.setText(since)
        form.submit()
        return form.form_fields[3].words.text() if form.isVisible() else shown(dialog)[0][2]

    assert change("兼职") == "专职，兼职（2026-10-30 起）"
    assert change("兼职", "2026-03-01") == "专职，兼职（2026-03-01 起）"
    assert change("不再任职", "三月") == "日期“三月”看不懂，请写成 2026-11-21 这样。"
    assert change("兼职", "") == "兼职"
    before = ledger.position(ledger.feed).seq
    assert change("兼职") == "兼职" and ledger.position(ledger.feed).seq == before
    assert change("没有登记") == "没有登记"
    assert change("专职") == "专职"


def test_a_number_of_somebody_else_keeps_the_form_open(window: Window, ledger: Ledger, dialog: TeachersDialog) -> None:
    add_teacher(ledger, Record("李师傅", NUMBER))
    dialog.add.click()
    form = dialog.form
    assert form is not None
    form.name.setText("周师傅")
    form.number.setText(NUMBER)
    form.submit()
    assert form.isVisible() and "李师傅" in form.error.text() and form.name.text() == "周师傅"
    assert len(list_teachers(ledger)) == 1


def test_all_of_it_by_keyboard(qtbot: QtBot, window: Window, ledger: Ledger, dialog: TeachersDialog) -> None:
    """The list, Enter, the name, the number, full time, Enter; and the list is where it was."""
    for name in ("王师傅", "李师傅"):
        add_teacher(ledger, Record(name))
    window.shell.did("teacher")
    assert dialog.table.current_row() == 0
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    chosen = dialog.model.rows[dialog.table.current_row()].name
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    form = dialog.form
    assert form is not None and form.name.text() == chosen
    form.number.setFocus()
    qtbot.keyClicks(form.number, NUMBER)
    qtbot.keyClick(form.employment, Qt.Key.Key_Down)
    qtbot.keyClick(form.number, Qt.Key.Key_Return)
    assert not form.isVisible()
    row = dialog.model.rows[dialog.table.current_row()]
    assert (row.name, row.employed) == (chosen, "专职")
    assert number_of(ledger, row.id) == NUMBER


def test_the_lesson_form_warns_of_too_few_full_time_teachers(
    window: Window, ledger: Ledger, class_id: str, timetable: Timetable
) -> None:
    add_teacher(ledger, Record("周师傅", NUMBER, "parttime"))
    timetable.add.click()
    form = timetable.new_form
    form.topic.setText("老人护理")
    form.teacher.setEditText("周师傅")
    form.submit()
    assert not form.isVisible(), "it stops nothing"
    said = window.shell.messages.said[-1]
    assert said.level == "warning"
    assert "专职 0 人、兼职 1 人，低于专职教师最低比例 1/3（依据：贵州）" in said.text


def test_of_two_namesakes_the_one_who_was_chosen_teaches(
    window: Window, ledger: Ledger, class_id: str, timetable: Timetable
) -> None:
    both = {NUMBER: "", OTHER: ""}
    for number in both:
        both[number] = add_teacher(ledger, Record("李师傅", number))
    for number, teacher in both.items():
        timetable.add.click()
        form = timetable.new_form
        form.topic.setText("老人护理")
        form.teacher.setCurrentIndex(form.teacher.findText(f"李师傅（尾号 {number[-4:]}）"))
        form.submit()
        assert list_lessons(ledger, class_id)[-1].teacher == teacher
    timetable.table.selectRow(0)
    timetable.edit.click()
    timetable.edit_form.topic.setText("别的")
    timetable.edit_form.teacher.setEditText(f"李师傅（尾号 {OTHER[-4:]}）")
    timetable.edit_form.submit()
    assert list_lessons(ledger, class_id)[0].teacher == both[OTHER]
    assert len(list_teachers(ledger)) == 2, "nobody was made anew"
