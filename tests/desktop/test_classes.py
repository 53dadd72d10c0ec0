"""The page of classes: making one, its timetable, its hours."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.classes.defaults import AFTERNOON, MORNING, propose
from desktop.classes.page import ClassesPage
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.jobs.find import list_classes, list_lessons
from sync.jobs.hours import answer, hours_of
from sync.jobs.leave import give_leave
from sync.ledger.ledger import Ledger
from tests.desktop.people import StillClock, enrol, lesson, stamp


@pytest.fixture
def clock() -> StillClock:
    return StillClock("2026-11-21T10:00")


@pytest.fixture
def ledger(tmp_path: Path, clock: StillClock) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "node", "清水乡培训点", clock=clock) as made:
        with made.writing() as w:
            w.write("course", {"code": "C1", "name": "家政服务员", "level": "初级", "hours": 8000, "subsidy": 120000})
            w.write("course", {"code": "C2", "name": "茶叶加工工", "level": "中级", "hours": 12000, "subsidy": 1})
        yield made


@pytest.fixture
def window(qtbot: QtBot, ledger: Ledger) -> Iterator[Window]:
    made = make_window(ledger, Settings(ledger.folder), catch=False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.shell.tasks.close()


def page_of(window: Window) -> ClassesPage:
    window.open_page("classes")
    page = window.page("classes")
    assert isinstance(page, ClassesPage)
    return page


def opened(window: Window, class_id: str) -> ClassesPage:
    page = page_of(window)
    page.open_class(class_id)
    return page


def test_an_empty_list_says_what_to_do(window: Window) -> None:
    page = page_of(window)
    assert page.list.model.rowCount() == 0
    assert "新建班次" in page.list.table.empty


def test_a_new_class_is_made_and_opened(qtbot: QtBot, window: Window, ledger: Ledger) -> None:
    page = page_of(window)
    qtbot.mouseClick(page.list.new, Qt.MouseButton.LeftButton)
    form = page.list.form
    form.course.setEditText("茶叶")
    form.code.setText("2026-01")
    form.name.setText("茶叶一班")
    form.first.setDate(QDate(2026, 11, 23))
    form.last.setDate(QDate(2026, 12, 4))
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    (made,) = list_classes(ledger)
    assert (made.code, made.name, made.date_from, made.date_to) == ("2026-01", "茶叶一班", "2026-11-23", "2026-12-04")
    course = ledger.conn.execute("SELECT code FROM courses WHERE id = ?", (made.course,)).fetchone()[0]
    assert course == "C2"
    assert not form.isVisible()
    assert page.stack.currentWidget() is page.detail
    assert window.shell.class_id == made.id
    assert form.code.text() == "", "ready for the next"


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    form = page.list.form
    form.open()
    form.name.setText("茶叶一班")
    form.submit()
    said = {field.widget: field.words.text() for field in form.form_fields}
    assert said[form.course] == "请选择培训项目。"
    assert said[form.code].startswith("请填写班号")
    assert said[form.name] == ""
    form.reject()
    form.open()
    assert form.name.text() == "茶叶一班"


def test_a_taken_number_keeps_the_form_open(window: Window, ledger: Ledger, class_id: str) -> None:
    form = page_of(window).list.form
    form.open()
    form.course.setCurrentIndex(0)
    form.code.setText("A1")
    form.name.setText("又一班")
    form.submit()
    assert form.isVisible()
    assert "A1" in form.error.text()
    assert form.name.text() == "又一班"
    assert len(list_classes(ledger)) == 1


def test_an_unknown_course_is_not_guessed(window: Window, ledger: Ledger) -> None:
    form = page_of(window).list.form
    form.open()
    form.course.setEditText("电焊工")
    form.code.setText("B1")
    form.name.setText("电焊一班")
    form.submit()
    assert form.isVisible()
    assert list_classes(ledger) == []


def test_a_lesson_is_added_with_the_next_half_day_proposed(window: Window, ledger: Ledger, class_id: str) -> None:
    timetable = opened(window, class_id).detail.timetable
    timetable.add.click()
    form = timetable.new_form
    assert form.day.date() == QDate(2026, 11, 1)
    form.topic.setText("老人护理")
    form.teacher.setEditText("李老师")
    form.hours.setValue(4)
    form.submit()
    (first,) = list_lessons(ledger, class_id)
    assert (first.topic, first.hours, first.kind, first.mode) == ("老人护理", 400, "theory", "onsite")
    assert timetable.model.rowCount() == 1
    timetable.add.click()
    assert form.day.date() == QDate(2026, 11, 1)
    assert form.start.time() == QTime(14, 0)
    assert form.teacher.currentText() == "李老师"
    form.reject()


def test_warnings_about_the_plan_are_told_and_stop_nothing(window: Window, ledger: Ledger, class_id: str) -> None:
    timetable = opened(window, class_id).detail.timetable
    timetable.add.click()
    form = timetable.new_form
    form.day.setDate(QDate(2027, 1, 1))
    form.topic.setText("补课")
    form.submit()
    assert len(list_lessons(ledger, class_id)) == 1
    said = window.shell.messages.said[-1]
    assert said.level == "warning"
    assert "2027-01-01" in said.text


def test_an_end_before_the_start_is_refused_in_the_form(window: Window, ledger: Ledger, class_id: str) -> None:
    timetable = opened(window, class_id).detail.timetable
    timetable.add.click()
    form = timetable.new_form
    form.topic.setText("老人护理")
    form.end.setTime(form.start.time())
    form.submit()
    assert form.isVisible()
    assert list_lessons(ledger, class_id) == []
    assert form.topic.text() == "老人护理"


def test_a_lesson_is_moved_cut_and_cancelled_with_reasons(window: Window, ledger: Ledger, class_id: str) -> None:
    lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    lesson(ledger, class_id, "2026-11-22", "08:30", "11:30")
    timetable = opened(window, class_id).detail.timetable
    timetable.table.selectRow(0)
    timetable.cut.click()
    timetable.cut_form.end.setTime(QTime(10, 30))
    timetable.cut_form.submit()
    assert timetable.cut_form.isVisible(), "no reason, no change"
    timetable.cut_form.reason.setEditText("停电")
    timetable.cut_form.submit()
    assert timetable.model.data(timetable.model.index(0, 6)) == "提前到 10:30 结束"
    timetable.table.selectRow(1)
    timetable.move_button.click()
    timetable.move_form.day.setDate(QDate(2026, 11, 25))
    timetable.move_form.reason.setEditText("下雨")
    timetable.move_form.submit()
    assert timetable.model.data(timetable.model.index(1, 0)) == "11 月 25 日 周三"
    timetable.table.selectRow(1)
    timetable.cancel.click()
    timetable.cancel_form.reason.setEditText("老师生病")
    timetable.cancel_form.submit()
    first, second = list_lessons(ledger, class_id)
    assert first.cut_end is not None
    assert second.cancelled
    assert not timetable.cancel.isEnabled(), "a cancelled lesson can't be changed again"


def test_a_lesson_to_come_is_edited_and_one_that_began_is_not(
    window: Window, ledger: Ledger, clock: StillClock, class_id: str
) -> None:
    lesson(ledger, class_id, "2026-11-21", "09:30", "11:30", "已开始")
    lesson(ledger, class_id, "2026-11-21", "14:00", "17:00", "旧内容")
    timetable = opened(window, class_id).detail.timetable
    timetable.table.selectRow(0)
    assert not timetable.edit.isEnabled()
    timetable.table.selectRow(1)
    timetable.edit.click()
    form = timetable.edit_form
    assert (form.topic.text(), form.teacher.currentText(), form.hours.value()) == ("旧内容", "李老师", 4)
    form.topic.setText("新内容")
    form.teacher.setEditText("刘老师")
    form.hours.setValue(3)
    clock.put("2026-11-21T14:00")
    form.submit()
    assert "已经开始" in form.error.text()
    clock.put("2026-11-21T13:59")
    form.submit()
    assert not form.isVisible()
    row = [timetable.model.data(timetable.model.index(1, column)) for column in (2, 3, 5)]
    assert row == ["3", "新内容", "刘老师"]


def test_a_lesson_that_runs_is_no_verdict_yet(
    qtbot: QtBot, window: Window, ledger: Ledger, clock: StillClock, class_id: str
) -> None:
    came, _, excused = enrol(ledger, class_id, 3)
    running = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    for day in range(22, 30):
        # Enough of a class that one lesson's leave is within the cap.
        lesson(ledger, class_id, f"2026-11-{day}", "08:30", "11:30")
    stamp(ledger, running, came, "in", "08:20")
    give_leave(ledger, running, excused, "生病")
    detail = opened(window, class_id).detail
    detail.tabs.setCurrentWidget(detail.hours)
    model, table = detail.hours.model, detail.hours.table
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    assert [model.index(row, 5).data() for row in range(3)] == ["进行中", "进行中", "请假"]
    assert model.index(0, 1).data() == "进行中"
    assert "未签退" in model.data(model.index(0, 5), Qt.ItemDataRole.ToolTipRole)
    table.setCurrentIndex(model.index(0, 5))
    assert "进行中（目前：未签退）" in detail.hours.heading.text()
    clock.put("2026-11-21T12:40")
    window.shell.did("stamp")
    qtbot.waitUntil(lambda: model.index(0, 5).data() == "未签退")
    assert model.index(0, 1).data() == "—"


def test_the_rate_is_cut_down_as_on_paper(
    qtbot: QtBot, window: Window, ledger: Ledger, clock: StillClock, class_id: str
) -> None:
    (ann,) = enrol(ledger, class_id, 1)
    missed = lesson(ledger, class_id, "2026-11-21", "08:30", "10:00")
    taken = lesson(ledger, class_id, "2026-11-21", "14:00", "17:00")
    with ledger.writing() as w:
        w.write("lesson", {"hours": 200}, missed)
        w.write("lesson", {"hours": 400}, taken)
    stamp(ledger, taken, ann, "in", "13:50")
    stamp(ledger, taken, ann, "out", "17:05")
    clock.put("2026-11-21T20:00")
    detail = opened(window, class_id).detail
    detail.tabs.setCurrentWidget(detail.hours)
    model = detail.hours.model
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.index(0, 3).data() == "66.6%", "two thirds"
    assert [model.headerData(n, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) for n in (2, 3)] == [
        "计入",
        "出勤率",
    ]


def test_hours_say_why_for_the_cell_that_is_chosen(
    qtbot: QtBot, window: Window, ledger: Ledger, clock: StillClock, class_id: str
) -> None:
    ann, bea = enrol(ledger, class_id, 2)
    morning = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    stamp(ledger, morning, ann, "in", "08:20")
    stamp(ledger, morning, ann, "out", "11:35")
    stamp(ledger, morning, bea, "in", "08:25")
    clock.put("2026-11-21T12:40")
    detail = opened(window, class_id).detail
    detail.tabs.setCurrentWidget(detail.hours)
    model, table = detail.hours.model, detail.hours.table
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    row = [[model.data(model.index(r, c)) for c in range(model.columnCount())] for r in range(2)]
    assert row[0] == ["4", "4", "4", "100.0%", "", "正常"]
    assert row[1] == ["4", "—", "0", "0.0%", "3.2", "未签退"]
    table.setCurrentIndex(model.index(1, 5))
    assert "08:25" in detail.hours.why.text()
    assert "未签退" in detail.hours.heading.text()
    assert model.headerData(1, Qt.Orientation.Vertical, Qt.ItemDataRole.DisplayRole) == "㛃小花"


def test_hours_follow_a_new_stamp(
    qtbot: QtBot, window: Window, ledger: Ledger, clock: StillClock, class_id: str
) -> None:
    (ann,) = enrol(ledger, class_id, 1)
    morning = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    stamp(ledger, morning, ann, "in", "08:20")
    clock.put("2026-11-21T12:40")
    detail = opened(window, class_id).detail
    detail.tabs.setCurrentWidget(detail.hours)
    model = detail.hours.model
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    stamp(ledger, morning, ann, "out", "11:35")
    window.shell.did("stamp")
    qtbot.waitUntil(lambda: model.data(model.index(0, 5)) == "正常")


def test_what_somebody_still_lacks_is_told_with_the_lessons_left(
    qtbot: QtBot, window: Window, ledger: Ledger, clock: StillClock, class_id: str
) -> None:
    ann, bea = enrol(ledger, class_id, 2)
    missed = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    lesson(ledger, class_id, "2026-11-22", "08:30", "11:30")
    stamp(ledger, missed, ann, "in", "08:20")
    stamp(ledger, missed, ann, "out", "11:35")
    clock.put("2026-11-21T12:40")
    detail = opened(window, class_id).detail
    detail.tabs.setCurrentWidget(detail.hours)
    model, table = detail.hours.model, detail.hours.table
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    # 8 planned hours at an attendance rate of 0.8 need 6.4; one lesson of 4 is left.
    assert [model.index(row, 4).data() for row in range(2)] == ["2.4", "6.4"]
    table.setCurrentIndex(model.index(1, 4))
    assert "还差 6.4 课时，还剩 1 课次（共 4 课时，不够补齐）" in detail.hours.why.text()
    told = {row["trainee"]: row for row in answer(hours_of(ledger, class_id))}
    assert (told[ann]["short"], told[bea]["short"]) == (2.4, 6.4)
    assert told[ann]["forecast"].endswith("还差 2.4 课时，还剩 1 课次。")


def test_check_in_is_one_click_away(window: Window, ledger: Ledger, class_id: str) -> None:
    made = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30")
    asked: list[tuple[str, object]] = []
    window.shell.navigated.disconnect(window.open_page)
    window.shell.navigated.connect(lambda key, what: asked.append((key, what)))
    timetable = opened(window, class_id).detail.timetable
    assert not timetable.check_in.isEnabled()
    timetable.table.selectRow(0)
    timetable.check_in.click()
    assert asked == [("checkin", made)]


@pytest.mark.parametrize(
    ("lessons", "expected"),
    [
        ([], (date(2026, 11, 1), *MORNING)),
        ([("2026-11-03", "09:00", "12:00")], (date(2026, 11, 3), *AFTERNOON)),
        ([("2026-11-03", "13:30", "16:30")], (date(2026, 11, 4), *MORNING)),
        (
            [("2026-11-03", "09:00", "12:00"), ("2026-11-03", "13:30", "16:30"), ("2026-11-04", "08:00", "11:00")],
            (date(2026, 11, 4), time(13, 30), time(16, 30)),
        ),
    ],
)
def test_the_next_half_day(
    ledger: Ledger, class_id: str, lessons: list[tuple[str, str, str]], expected: tuple[date, time, time]
) -> None:
    for day, start, end in lessons:
        lesson(ledger, class_id, day, start, end)
    proposal = propose(list_lessons(ledger, class_id), date(2026, 11, 1))
    assert (proposal.day, proposal.start, proposal.end) == expected
