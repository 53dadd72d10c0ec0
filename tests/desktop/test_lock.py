"""The window with operators: who is there, and what is out of sight while nobody is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.checkin.page import CheckinPage
from desktop.shell.form import FormDialog
from desktop.shell.lock import SCANNED, LockScreen
from desktop.shell.operators import AddForm, OperatorsDialog, OwnPinForm, ResetForm, RetireForm
from desktop.shell.settings import Settings
from desktop.shell.tasks import Job
from desktop.shell.window import Window
from sync.jobs import operators
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page
from tests.desktop.keyboard import Keyboard

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints")
PIN = "2580"


class RunningClock:
    """As the machine's, but moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0

    def read(self) -> Reading:
        return Reading((1_795_251_600 + self.seconds) * 1000, self.seconds * 1000, "b007b007")


@pytest.fixture
def who(ledger: Ledger) -> str:
    return operators.add_operator(ledger, "王老师", PIN)


@pytest.fixture
def locked(qtbot: QtBot, ledger: Ledger, who: str) -> Iterator[Window]:
    """The window of a ledger that has an operator, as it starts."""
    ledger.clock = RunningClock()
    made = make_window(ledger, Settings(ledger.folder), catch=False)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def _lock_screen(window: Window) -> LockScreen:
    assert window.lock_screen is not None
    return window.lock_screen


def _sign_in(window: Window, pin: str = PIN) -> None:
    screen = _lock_screen(window)
    screen.pin.setText(pin)
    screen.enter.click()


def _texts(widget: QWidget) -> str:
    """Every word that can be seen."""
    found = [each.text() for kind in (QLabel, QPushButton, QLineEdit) for each in widget.findChildren(kind)
             if each.isVisible()]  # fmt: skip
    found += [each.currentText() for each in widget.findChildren(QComboBox) if each.isVisible()]
    return "\n".join(found)


def test_without_operators_the_window_opens_and_cannot_be_locked(window: Window) -> None:
    window.show()
    window.guard.lock()
    assert not window.guard.locked
    assert window.body.isVisible()


def test_at_the_start_it_asks_who_is_there(locked: Window, who: str) -> None:
    assert not locked.body.isVisible()
    assert not locked.statusBar().isVisible()
    _sign_in(locked, "9999")
    assert locked.guard.locked
    assert "口令不对" in _lock_screen(locked).words.text()
    assert locked.shell.ledger.operator == ""
    _sign_in(locked)
    assert locked.body.isVisible()
    assert locked.statusBar().isVisible()
    assert locked.shell.ledger.operator == who
    assert locked.operator.text() == "王老师"


def test_who_signed_in_last_is_proposed(locked: Window) -> None:
    second = operators.add_operator(locked.shell.ledger, "安老师", PIN)
    screen = _lock_screen(locked)
    screen.fill()
    screen.who.setCurrentIndex(screen.who.findData(second))
    _sign_in(locked)
    locked.guard.sign_out()
    assert locked.shell.ledger.operator == ""
    assert screen.who.currentData() == second


def test_wrong_pins_make_one_wait_and_the_screen_says_how_long(locked: Window) -> None:
    screen = _lock_screen(locked)
    for _ in range(operators.FREE_TRIES):
        _sign_in(locked, "9999")
    assert not screen.enter.isEnabled()
    assert "请等 5 秒" in screen.words.text()
    screen.pin.setText(PIN)
    screen.pin.returnPressed.emit()
    assert locked.guard.locked
    clock = locked.shell.ledger.clock
    assert isinstance(clock, RunningClock)
    clock.seconds += 3
    screen.look()
    assert "请等 2 秒" in screen.words.text()
    clock.seconds += 2
    screen.look()
    assert screen.words.text() == ""
    screen.pin.returnPressed.emit()
    assert not locked.guard.locked


def test_a_forgotten_pin_has_a_way(locked: Window) -> None:
    screen = _lock_screen(locked)
    assert not screen.help.isVisible()
    screen.forgot.click()
    assert screen.help.isVisible()
    assert "县局" in screen.help.text()


def test_it_locks_after_a_time_without_input(locked: Window) -> None:
    _sign_in(locked)
    clock = locked.shell.ledger.clock
    assert isinstance(clock, RunningClock)
    clock.seconds += 599
    locked.guard.look()
    assert not locked.guard.locked
    QTest.keyClick(locked.windowHandle(), Qt.Key.Key_F5)
    clock.seconds += 599
    locked.guard.look()
    assert not locked.guard.locked
    clock.seconds += 1
    locked.guard.look()
    assert locked.guard.locked


def test_the_time_without_input_can_be_chosen(locked: Window, ledger: Ledger) -> None:
    _sign_in(locked)
    menu = locked.settings.make_menu()
    (lock_menu,) = [action.menu() for action in menu.actions() if action.menu()]
    chosen = next(action for action in lock_menu.actions() if action.text() == "5 分钟")
    chosen.trigger()
    assert Settings(ledger.folder).lock_minutes == 5
    clock = ledger.clock
    assert isinstance(clock, RunningClock)
    clock.seconds += 300
    locked.guard.look()
    assert locked.guard.locked


def test_a_key_locks_and_what_was_typed_is_still_there(qtbot: QtBot, locked: Window) -> None:
    _sign_in(locked)
    locked.open_page("classes")
    page = locked.page("classes")
    assert page is not None
    form = page.list.form
    form.open()
    form.name.setText("清水乡茶叶班")
    QTest.keyClick(form.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: locked.guard.locked)
    assert not form.isVisible()
    assert "清水乡茶叶班" not in _texts(locked)
    _sign_in(locked)
    assert form.isVisible()
    assert form.isModal()
    assert form.name.text() == "清水乡茶叶班"
    form.reject()
    with qtbot.waitActive(locked):
        locked.activateWindow()
    QTest.keyClick(locked.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: locked.guard.locked)
    before = locked.stack.currentWidget()
    QTest.keyClick(locked.windowHandle(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert locked.stack.currentWidget() is before


def test_work_beside_the_window_is_done_by_whoever_is_at_it(qtbot: QtBot, locked: Window, who: str) -> None:
    _sign_in(locked)

    def work(job: Job) -> str:
        with job.open_ledger() as ledger, ledger.writing() as w:
            return w.write("teacher", {"name": "刘老师"})

    made: list[str] = []
    locked.shell.tasks.run("正在登记", work, done=made.append)
    qtbot.waitUntil(lambda: bool(made))
    ledger = locked.shell.ledger
    change = next(s.change for s in ledger.changes(ledger.feed) if s.id == made[0])
    assert change.op == who


# An open check-in desk


@pytest.fixture
def desk(desk_window: Window, page: CheckinPage, day: Day) -> Window:
    operators.add_operator(day.ledger, "王老师", PIN)
    page.take(day.card(0), "scanner")
    assert page.result.shown.name == day.name(0)
    page.show_record(day.people[0]["id"])
    desk_window.guard.lock()
    return desk_window


def test_a_locked_desk_shows_no_name_and_number(desk: Window, day: Day, page: CheckinPage) -> None:
    seen = _texts(desk)
    assert not [person["name"] for person in day.people if person["name"] in seen]
    assert "尾号" not in seen
    assert not page.result.isVisible() and not page.counts.isVisible() and not page.senses.preview.isVisible()
    assert not page.dialog.isVisible()


def test_a_locked_desk_says_what_runs_and_what_time_it_is(desk: Window, day: Day) -> None:
    day.clock.set("09:30:00")
    _lock_screen(desk).look()
    seen = _texts(desk)
    assert "09:30" in seen
    assert "09:00–11:40 家庭保洁" in seen


def test_scanning_at_a_locked_desk_records_nothing_and_says_so(
    qtbot: QtBot, desk: Window, day: Day, page: CheckinPage
) -> None:
    before = day.stamps()
    screen = _lock_screen(desk)
    qtbot.waitUntil(screen.pin.hasFocus)
    Keyboard(desk).scanner(day.card(1) + "\r")
    assert screen.words.text() == SCANNED
    assert screen.pin.text() == ""
    assert day.stamps() == before
    assert desk.guard.locked
    page.senses.card.emit(day.card(2))
    assert day.stamps() == before


def test_after_signing_in_the_desk_goes_on(desk: Window, day: Day, page: CheckinPage) -> None:
    _sign_in(desk)
    assert page.isVisible()
    assert page.dialog.isVisible()
    page.dialog.reject()
    Keyboard(desk).scanner(day.card(1) + "\r")
    assert [name for name, _, _ in day.stamps()] == [day.name(0), day.name(1)]
    page.show_record(day.people[1]["id"])
    record = page.dialog
    headings = [record.model.headerData(n, Qt.Orientation.Horizontal) for n in range(record.model.columnCount())]
    assert record.model.index(0, headings.index("记录人")).data() == "王老师"
    record.reject()


# The list


def _filled(form: FormDialog, **texts: str) -> FormDialog:
    for name, text in texts.items():
        getattr(form, name).setText(text)
    return form


def test_the_first_operator_stands_at_the_desk(window: Window) -> None:
    window.show()
    actions = {action.text(): action for action in window.operator.make_menu().actions()}
    actions["添加值班人…"].trigger()
    form = window.operator.dialog
    assert isinstance(form, AddForm)
    _filled(form, name="王老师", pin="2580", again="2581").submit()
    assert form.isVisible()
    _filled(form, again="2580").submit()
    (made,) = operators.list_operators(window.shell.ledger)
    assert window.shell.ledger.operator == made.id
    assert window.operator.text() == "王老师"
    assert not window.guard.locked
    window.guard.lock()
    assert window.guard.locked


def test_pins_are_changed_reset_and_operators_retired(locked: Window, who: str) -> None:
    ledger = locked.shell.ledger
    _sign_in(locked)
    own = OwnPinForm(locked, locked.shell)
    own.open()
    _filled(own, old="9999", pin="3691", again="3691").submit()
    assert "口令不对" in own.error.text()
    _filled(own, old=PIN).submit()
    operators.sign_in(ledger, who, "3691")

    dialog = OperatorsDialog(locked, locked.shell)
    dialog.open()
    assert not dialog.reset.isEnabled()
    dialog.add.click()
    assert dialog.form is not None
    _filled(dialog.form, name="安老师", pin="1472", again="1472").submit()
    assert ledger.operator == who
    names = [one.name for one in dialog.model.rows]
    dialog.table.selectRow(names.index("安老师"))
    other = dialog.model.rows[names.index("安老师")].id
    dialog.reset.click()
    assert isinstance(dialog.form, ResetForm)
    _filled(dialog.form, pin="1597", again="1597").submit()
    operators.sign_in(ledger, other, "1597")
    operators.sign_in(ledger, who, "3691")

    dialog.table.selectRow([one.name for one in dialog.model.rows].index("安老师"))
    dialog.retire.click()
    assert isinstance(dialog.form, RetireForm)
    dialog.form.submit()
    assert [one.name for one in dialog.model.rows] == ["王老师"]
    dialog.reject()


def test_settings_of_before_are_kept(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert settings.lock_minutes == 10
    settings.lock_minutes = 20
    assert Settings(tmp_path).lock_minutes == 20
