"""Pictures of every page with a class of sixty: `python -m tests.desktop.shots OUT`. To be looked at by a person."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from desktop.app import make_window, prepare
from desktop.classes.page import ClassesPage
from desktop.shell import theme
from desktop.shell.first_start import FirstStart
from desktop.shell.operators import AddForm, OperatorsDialog
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from desktop.trainees.page import TraineesPage
from sync.jobs import operators
from sync.jobs.classes import add_class, cancel_lesson, cut_lesson
from sync.jobs.teachers import Record, add_teacher
from sync.ledger.ledger import Ledger
from tests.desktop.people import StillClock, enrol, id_number, lesson, stamp

SIZES = ((1366, 728), (1024, 560))
"""Usual old laptops less the task bar."""
SAMPLE = Path(__file__).parents[1] / "samples" / "roster-township-60.xlsx"


def sample_ledger(folder: Path) -> Ledger:
    """Two classes; the second has sixty trainees, five lessons and a morning's stamps."""
    ledger = Ledger.create(folder, "清水乡培训点", clock=StillClock("2026-11-21T10:20"))
    with ledger.writing() as w:
        for code, name, level, hours in (
            ("C1", "家政服务员", "初级", 8000),
            ("C2", "茶叶加工工", "中级", 12000),
            ("C3", "养老护理员", "初级", 8000),
        ):
            w.write("course", {"code": code, "name": name, "level": level, "hours": hours, "subsidy": 120000})
    add_class(ledger, "2026-QS-01", "C2", "清水乡茶叶加工班", "2026-10-08", "2026-10-30", "清水乡文化站")
    class_id = add_class(ledger, "2026-QS-02", "C3", "清水乡养老护理一班", "2026-11-20", "2026-12-05", "清水村文化礼堂")
    people = enrol(ledger, class_id, 60)
    lesson(ledger, class_id, "2026-11-20", "08:30", "11:30", "开班与法规")
    morning = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30", "老人护理：翻身与喂饭")
    lesson(ledger, class_id, "2026-11-21", "14:00", "17:00", "急救：心肺复苏")
    cut = lesson(ledger, class_id, "2026-11-22", "08:30", "11:30", "量血压、测血糖")
    off = lesson(ledger, class_id, "2026-11-23", "08:30", "11:30", "轮椅与转移")
    cut_lesson(ledger, cut, "10:30", "停电")
    cancel_lesson(ledger, off, "下雨、道路不通")
    for number, trainee in enumerate(people[:48]):
        stamp(ledger, morning, trainee, "in", f"08:{15 + number % 40:02d}")
    return ledger


class Camera:
    """Grabs the window at both sizes."""

    def __init__(self, window: Window, out: Path) -> None:
        self.window, self.out = window, out

    def shoot(self, name: str) -> None:
        for width, height in SIZES:
            self.window.resize(width, height)
            settle()
            self.window.grab().save(str(self.out / f"{name}-{width}.png"))

    def dialog(self, dialog: QDialog, name: str) -> None:
        settle()
        dialog.grab().save(str(self.out / f"{name}.png"))
        dialog.reject()


def settle(ms: int = 60) -> None:
    """Lets the window draw and short tasks end."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait_for_tasks(window: Window) -> None:
    while window.shell.tasks.running:
        settle(20)
    settle()


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    prepare(app)
    theme.apply(app, "calm", 16)
    with tempfile.TemporaryDirectory() as folder:
        shoot_new_node(Path(folder) / "new", out)
        with sample_ledger(Path(folder) / "node") as ledger:
            window = make_window(ledger, Settings(ledger.folder), catch=False)
            window.show()
            shoot_pages(Camera(window, out))
            shoot_operators(Camera(window, out))
            shoot_teachers(Camera(window, out))
            theme.apply(app, "contrast", 19)
            shoot_large(Camera(window, out))
            window.close()


def shoot_new_node(folder: Path, out: Path) -> None:
    start = FirstStart(folder)
    start.show()
    settle()
    start.grab().save(str(out / "00-first-start.png"))
    start.reject()
    with Ledger.create(folder, "清水乡培训点", clock=StillClock("2026-11-21T10:20")) as ledger:
        window = make_window(ledger, Settings(ledger.folder), catch=False)
        window.show()
        camera = Camera(window, out)
        camera.shoot("01-home-new")
        window.open_page("classes")
        camera.shoot("02-classes-new")
        window.open_page("trainees")
        camera.shoot("03-trainees-new")
        window.close()


def shoot_pages(camera: Camera) -> None:
    window = camera.window
    camera.shoot("10-home")
    window.open_page("classes")
    classes = window.page("classes")
    assert isinstance(classes, ClassesPage)
    camera.shoot("11-classes")
    classes.list.form.open()
    classes.list.form.submit()
    camera.dialog(classes.list.form, "12-new-class")
    classes.open_class(classes.list.model.rows[0].row.id)
    classes.detail.timetable.table.selectRow(1)
    camera.shoot("13-timetable")
    classes.detail.timetable.add.click()
    camera.dialog(classes.detail.timetable.new_form, "14-new-lesson")
    classes.detail.timetable.move_button.click()
    camera.dialog(classes.detail.timetable.move_form, "15-move-lesson")
    classes.detail.timetable.table.selectRow(2)
    classes.detail.timetable.edit.click()
    camera.dialog(classes.detail.timetable.edit_form, "15-edit-lesson")
    classes.detail.tabs.setCurrentIndex(1)
    wait_for_tasks(window)
    table = classes.detail.hours.table
    table.setCurrentIndex(table.model().index(3, 5))
    camera.shoot("16-hours")
    shoot_trainees(camera)


def shoot_teachers(camera: Camera) -> None:
    """The list, somebody's form, and the warning of a lesson by one more part-timer."""
    camera.window.open_page("classes")
    classes = camera.window.page("classes")
    assert isinstance(classes, ClassesPage)
    classes.detail.tabs.setCurrentIndex(0)
    shell, timetable = camera.window.shell, classes.detail.timetable
    for serial, name in enumerate(("周明德", "阿依古丽·买买提", "吴桂兰")):
        add_teacher(
            shell.ledger, Record(name, id_number(900 + serial), "parttime", certificate=f"闽职教 2026-00{serial}")
        )
        lesson(shell.ledger, shell.class_id, f"2026-12-0{serial + 1}", "08:30", "11:30", teacher=name)
    shell.did("lesson", "teacher")
    timetable.teachers.click()
    listed = timetable.teachers_list
    listed.table.selectRow(1)
    listed.edit.click()
    assert listed.form is not None
    listed.form.employment.setCurrentIndex(listed.form.employment.findText("专职"))
    camera.dialog(listed.form, "50-teacher")
    listed.form.reject()
    camera.dialog(listed, "50-teachers")
    timetable.add.click()
    timetable.new_form.topic.setText("轮椅与转移")
    timetable.new_form.teacher.setEditText("周明德")
    timetable.new_form.submit()
    camera.shoot("51-teacher-warning")
    for banner in camera.window.message_area.banners():
        banner.close_banner()
    classes.detail.tabs.setCurrentIndex(1)
    wait_for_tasks(camera.window)


def shoot_trainees(camera: Camera) -> None:
    window = camera.window
    window.open_page("trainees")
    page = window.page("trainees")
    assert isinstance(page, TraineesPage)
    page.table.selectRow(2)
    camera.shoot("20-trainees")
    page.query.setText("zx")
    page._find()
    wait_for_tasks(window)
    camera.shoot("21-search")
    page.query.clear()
    page._find()
    page.walk_in.open_for(window.shell.class_id)
    page.walk_in.number.setText("35099919")
    page.walk_in.number.textEdited.emit("35099919")
    camera.dialog(page.walk_in, "22-walk-in")
    page.table.selectRow(2)
    page.reissue_button.click()
    camera.dialog(page.reissue_form, "23-reissue")
    page.withdraw_button.click()
    camera.dialog(page.withdraw_form, "23-withdraw")
    page.plan(SAMPLE)
    wait_for_tasks(window)
    camera.shoot("24-preview")
    page.preview.tabs.setCurrentIndex(1)
    camera.shoot("25-preview-repaired")
    page.preview.tabs.setCurrentIndex(2)
    camera.shoot("26-preview-refused")
    page.preview.confirm.click()
    wait_for_tasks(window)
    camera.shoot("26-imported")
    window.shell.messages.warning("课次已添加，请核对：当天共排 12 课时，超过每天最多 8 课时，超出部分不计。")
    window.shell.messages.error("磁盘满了，这一步没有记下。请清出空间后再做一次。")
    window.shell.messages.ask("要删去这份草稿吗？", "删去", lambda: None)
    camera.shoot("27-messages")
    for banner in window.message_area.banners():
        banner.close_banner()


def shoot_operators(camera: Camera) -> None:
    """Two operators, their list, and the window locked in the middle of a lesson."""
    window, shell = camera.window, camera.window.shell
    window.open_page("home")
    window.operator.make_menu().actions()[0].trigger()
    form = window.operator.dialog
    assert isinstance(form, AddForm)
    for edit, text in ((form.name, "王老师"), (form.pin, "2580"), (form.again, "2581")):
        edit.setText(text)
    form.submit()
    camera.dialog(form, "40-operator-new")
    shell.ledger.operator = operators.add_operator(shell.ledger, "王老师", "2580")
    operators.add_operator(shell.ledger, "阿依努尔", "3691")
    shell.did("operator")
    camera.shoot("41-operator-home")
    listed = OperatorsDialog(window, shell)
    listed.open()
    camera.dialog(listed, "42-operators")
    window.guard.lock()
    camera.shoot("43-locked")
    assert window.lock_screen is not None
    window.lock_screen.forgot.click()
    window.lock_screen.pin.setText("1111")
    window.lock_screen.enter.click()
    camera.shoot("44-locked-wrong")
    window.lock_screen.pin.setText("2580")
    window.lock_screen.enter.click()
    window.settings.clock_form.open()
    camera.dialog(window.settings.clock_form, "45-clock")
    menu = window.settings.make_menu()
    menu.popup(window.mapToGlobal(window.rect().center()))
    settle()
    menu.grab().save(str(camera.out / "46-settings.png"))
    menu.close()
    clock = shell.ledger.clock
    assert isinstance(clock, StillClock)
    clock.put("2026-11-21T09:10")
    shell.did("lesson")
    camera.shoot("47-doubt")
    clock.put("2026-11-21T10:20")
    shell.did("lesson")


def shoot_large(camera: Camera) -> None:
    camera.window.open_page("home")
    camera.shoot("30-home-contrast")
    camera.window.open_page("trainees")
    camera.shoot("31-trainees-contrast")
    camera.window.open_page("classes")
    camera.shoot("32-hours-contrast")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
