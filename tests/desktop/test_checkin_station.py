"""What a trainer does at the desk besides stamping: verify, call the roll, photograph, stamp herself, close."""

from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.checkin.closing import CloseDialog
from desktop.checkin.page import CheckinPage
from desktop.checkin.roll_call import RollCallDialog
from desktop.checkin.verify import VerifyDialog
from desktop.trainees.walk_in import WalkInForm
from sync.jobs import rollcall
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.find import Person
from sync.jobs.rosters import enrol_one
from sync.jobs.status import anchor
from sync.reading.reader import read_cards
from sync.sheets.roster import Entry
from tests.desktop.checkin_day import DAY, MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, desk_window, page
from tests.desktop.desk_hands import checks, day, press, type_alone
from tests.desktop.people import id_number
from tests.desktop.test_checkin_page import answer, figures

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints", "does not support")


# 是本人吗


def test_everybody_is_asked_about_at_the_first_lesson_and_nobody_waits(
    qtbot: QtBot, page: CheckinPage, day: Day
) -> None:
    page.take(day.card(0), "scanner")
    assert page.strip.words.text() == f"是本人吗？{day.name(0)}"
    assert answer(page) == ("in", "已签到", day.name(0)), "the answer stands beside it"
    page.take(day.card(1), "scanner")
    assert answer(page) == ("in", "已签到", day.name(1))
    assert page.strip.asked.name == day.name(1)
    assert page.acts.buttons["F5"].text() == "待核对 2 人 F5"
    qtbot.waitUntil(lambda: page.strip.ways.isVisible())
    type_alone(qtbot, page, "2")
    qtbot.waitUntil(page.strip.yes.isEnabled)
    type_alone(qtbot, page, "y")
    assert checks(day) == [(day.name(1), '["document"]', 1, "first")]
    assert page.acts.buttons["F5"].text() == "待核对 1 人 F5"


def test_an_answer_needs_a_way_and_a_moment(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "scanner")
    page.strip.ways.typed("1")
    assert not page.strip.yes.isEnabled(), "the key was meant for the one before"
    page.strip.typed("y")
    assert checks(day) == []
    qtbot.waitUntil(page.strip.yes.isEnabled)
    page.strip.ways.typed("1")
    assert not page.strip.yes.isEnabled(), "no way is chosen any more"


def test_what_a_scanner_types_answers_nothing(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "scanner")
    page.strip.ways.typed("2")
    qtbot.waitUntil(page.strip.yes.isEnabled)
    told: list[str] = []
    page.wedge.typed.connect(told.append)
    with qtbot.waitSignal(page.wedge.scanned):
        for char in day.card(1):
            QTest.keyClick(page.window().windowHandle(), char)
    assert told == []
    for digit in "0123456789":
        page.strip.typed(digit)
    assert checks(day) == []


def test_not_the_person_is_recorded_and_said_and_f7_opens_her_record(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "scanner")
    page.strip.ways.typed("2")
    qtbot.waitUntil(page.strip.no.isEnabled)
    page.strip.typed("n")
    assert answer(page) == ("refused", "不是本人", day.name(0))
    assert checks(day) == [(day.name(0), '["document"]', 0, "first")]
    assert page.station.verifying.words == "已核对 0/40 人"
    press(page, Qt.Key.Key_F7)
    assert page.dialog.one.name == day.name(0)


def test_the_queue_is_worked_off_by_keyboard(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    for place in range(3):
        page.take(day.card(place), "scanner")
    press(page, Qt.Key.Key_F5)
    assert isinstance(page.dialog, VerifyDialog)
    with qtbot.waitExposed(page.dialog):
        assert page.dialog.list.count() == 3
    QTest.keyClick(page.dialog.windowHandle(), Qt.Key.Key_Down)
    type_alone(qtbot, page, "1")
    type_alone(qtbot, page, "2")
    type_alone(qtbot, page, "y")
    assert checks(day) == [(day.name(1), '["card","document"]', 1, "first")]
    assert [page.dialog.list.item(row).text() for row in range(2)] == [day.name(0), day.name(2)]
    assert page.dialog.heading.text() == "待核对 2 人　已核对 1/40 人"
    assert page.dialog.ways.chosen == [], "the next person was compared in no way yet"


def test_the_queue_outlives_the_window(page: CheckinPage, day: Day) -> None:
    for place in range(3):
        page.take(day.card(place), "scanner")
    page.station.verifying.answer(page.station.verifying.waiting[day.people[1]["id"]], ["document"], True)
    page.station.read_again()
    assert list(page.station.verifying.waiting) == [day.people[0]["id"], day.people[2]["id"]]


def test_a_scan_asks_without_reading_the_roster(page: CheckinPage, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    page.take(day.card(0), "scanner")
    monkeypatch.setattr("desktop.checkin.station.attendance", lambda *_: pytest.fail("the roster was read"))
    monkeypatch.setattr("sync.jobs.identity.coverage", lambda *_: pytest.fail("the coverage was read"))
    monkeypatch.setattr("sync.jobs.rollcall.commit", lambda *_: pytest.fail("a second seed"))
    page.take(day.card(1), "scanner")
    assert page.strip.asked.name == day.name(1)


# 点名


def test_a_seed_is_committed_with_the_first_stamp(page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "scanner")
    page.take(day.card(1), "scanner")
    kinds = [row[0] for row in day.ledger.conn.execute("SELECT kind FROM changes ORDER BY seq").fetchall()[-3:]]
    assert kinds == ["stamp", "rollcall.commit", "stamp"]


def test_a_roll_call_by_keyboard(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    for place in range(8):
        page.take(day.card(place), "scanner")
    day.clock.set("10:30:00")
    press(page, Qt.Key.Key_F10)
    assert isinstance(page.dialog, RollCallDialog)
    with qtbot.waitExposed(page.dialog):
        QTest.keyClick(page.dialog.windowHandle(), Qt.Key.Key_Return)
    assert len(page.dialog.called) == 5
    assert {one.name for one in page.dialog.called} <= {day.name(place) for place in range(8)}
    assert page.dialog.name.name == page.dialog.called[0].name
    for key in "ynsyy":
        type_alone(qtbot, page, key)
    assert page.dialog.summary.text() == "在 3 人，不在 1 人"
    marks = [one.there for one in rollcall.latest(day.ledger, day.lesson)]
    assert marks == [True, False, None, True, True], "not taken is not absent"
    page.dialog.reject()
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    press(page, Qt.Key.Key_F10)
    assert page.dialog.name.name == page.dialog.called[2].name, "it goes on with whoever was not called"
    type_alone(qtbot, page, "y")
    assert page.dialog.summary.text() == "在 4 人，不在 1 人"


def test_another_draw_has_its_own_seed_committed_before(page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "scanner")
    page.acts.roll_call()
    page.dialog.draw()
    page.dialog.draw()
    kinds = [
        row[0] for row in day.ledger.conn.execute("SELECT kind FROM changes WHERE kind LIKE 'rollcall%' ORDER BY seq")
    ]
    assert kinds == ["rollcall.commit", "rollcall.draw"] * 2 + ["rollcall.commit"]


# The lesson


def test_a_teacher_stamps_in_and_out_without_a_reason(page: CheckinPage, day: Day) -> None:
    assert page.strip.words.text() == "老师还没有签到。"
    press(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert answer(page) == ("in", "老师已签到", "李桂兰")
    assert page.strip.reminder is None
    day.clock.set("11:30:00")
    press(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert answer(page) == ("out", "老师已签退", "李桂兰")
    found = day.ledger.conn.execute("SELECT t.name, s.kind, s.reason FROM stamps s JOIN teachers t ON t.id = s.person")
    assert sorted(found) == [("李桂兰", "in", ""), ("李桂兰", "out", "")]
    assert figures(page)["实到"] == 0, "a teacher is no trainee"


def test_of_two_teachers_of_a_sitting_one_is_chosen(page: CheckinPage, day: Day) -> None:
    add_lesson(day.ledger, "A1", NewLesson(DAY, time(11, 50), time(12, 40), 100, "practice", teacher="周师傅"))
    page.shell.did("lesson")
    page.acts.teacher()
    actions = page.acts.teacher_menu.actions()
    assert [action.text() for action in actions] == ["李桂兰", "周师傅"]
    actions[1].trigger()
    assert answer(page) == ("in", "老师已签到", "周师傅")


def test_who_comes_late_is_counted(page: CheckinPage, day: Day) -> None:
    day.clock.set("09:10:00")
    page.take(day.card(0), "scanner")
    assert figures(page)["迟到"] == 0, "ten minutes are forgiven"
    day.clock.set("09:11:00")
    page.take(day.card(2), "scanner")
    assert page.result.shown.sentence.endswith("09:11 签到，迟到 11 分钟，已记下。")
    assert figures(page) == {"应到": 40, "实到": 2, "未到": 38, "迟到": 1, "请假": 0}
    page.station.read_again()
    assert page.station.counts().late == 1


def test_somebody_not_on_the_list_is_registered_stamped_and_asked_about(
    qtbot: QtBot, page: CheckinPage, day: Day
) -> None:
    day.clock.set("09:05:00")
    press(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(page.dialog, WalkInForm)
    assert not page.dialog.late.isVisible()
    page.dialog.name.setText("单国建")
    page.dialog.number.setText(id_number(7))
    page.dialog.submit()
    assert answer(page) == ("in", "已签到", "单国建")
    assert figures(page)["应到"] == 41 and figures(page)["实到"] == 1
    assert day.stamps() == [("单国建", "in", "search")]
    assert day.ledger.conn.execute("SELECT reason FROM stamps").fetchone() == ("还没有领到卡",)
    assert page.strip.asked.name == "单国建"


def test_an_enrolment_too_late_is_warned_about_with_its_clause(page: CheckinPage, day: Day) -> None:
    lesson, _ = add_lesson(day.ledger, "A1", NewLesson(date(2026, 11, 25), time(9), time(11), 200, "practice"))
    page.shell.did("lesson")
    day.clock.at += 4 * 86400
    page.shell.go("checkin", lesson)
    page.acts.walk_in()
    assert page.dialog.late.isVisible()
    assert "开班已经 4 天" in page.dialog.late.text() and "依据" in page.dialog.late.text()


def test_the_wrong_lesson_is_left_with_one_key_and_the_card_counts(page: CheckinPage, day: Day) -> None:
    add_class(day.ledger, "B2", "C1", "河口村电工二班", "2026-11-21", "2026-11-28")
    person = enrol_one(day.ledger, "B2", Entry(1, "单国建", "11010119900307109X", ""))
    (number,) = day.ledger.conn.execute("SELECT card FROM enrollments WHERE trainee = ?", (person,)).fetchone()
    page.take(number, "camera")
    assert page.result.shown.other == "", "no lesson of hers is on"
    other, _ = add_lesson(day.ledger, "B2", NewLesson(DAY, time(9), time(11), 200, "practice"))
    page.shell.did("lesson")
    page.take(number, "camera")
    assert "按 F8" in page.result.shown.sentence
    press(page, Qt.Key.Key_F8)
    assert page.station.desk.lesson.id == other
    assert answer(page) == ("in", "已签到", "单国建")


def test_a_full_day_is_four_stamps_though_the_morning_was_left_open(page: CheckinPage, day: Day) -> None:
    """In and out by sitting; the afternoon's cards are not lost on the morning's lesson."""
    afternoon, _ = add_lesson(day.ledger, "A1", NewLesson(DAY, time(14), time(16), 200, "practice"))
    page.shell.did("lesson")
    page.take(day.card(0), "camera")
    day.clock.set("11:30:00")
    page.take(day.card(0), "camera")
    day.clock.set("13:20:00")
    page._ask_for_next()
    assert page.result.shown.headline == "签退时间已过", "nothing is on"
    day.clock.set("13:45:00")
    page._ask_for_next()
    assert "按 F8" in page.result.shown.sentence
    page.take(day.card(0), "camera")
    assert answer(page) == ("window", "不是现在的课次", day.name(0))
    press(page, Qt.Key.Key_F8)
    assert page.station.desk.lesson.id == afternoon
    assert answer(page) == ("in", "已签到", day.name(0))
    day.clock.set("16:00:00")
    page.take(day.card(0), "camera")
    counted = day.ledger.conn.execute("SELECT lesson, kind FROM stamps WHERE counted ORDER BY seq").fetchall()
    assert counted == [(day.lesson, "in"), (day.lesson, "out"), (afternoon, "in"), (afternoon, "out")]


def test_f8_before_anybody_scanned_only_opens_the_lesson(page: CheckinPage, day: Day) -> None:
    afternoon, _ = add_lesson(day.ledger, "A1", NewLesson(DAY, time(14), time(16), 200, "practice"))
    page.shell.did("lesson")
    page.take(day.card(0), "camera")
    day.clock.set("13:45:00")
    page._ask_for_next()
    press(page, Qt.Key.Key_F8)
    assert page.station.desk.lesson.id == afternoon
    assert [name for name, _, _ in day.stamps()] == [day.name(0)], "the morning's last card is not taken again"


@pytest.mark.parametrize(("how", "state"), [("cut", "11:40 →"), ("cancel", "gone")])
def test_power_and_weather(page: CheckinPage, day: Day, how: str, state: str) -> None:
    day.clock.set("10:00:00")
    page.take(day.card(0), "scanner")
    page.acts.change_lesson(how)
    page.dialog.reason.setCurrentText("停电")
    page.dialog.submit()
    row = day.ledger.conn.execute("SELECT cut_end, cancelled FROM lessons WHERE id = ?", (day.lesson,)).fetchone()
    if how == "cut":
        assert row == (day.clock.at, None) or row == (day.clock.at, 0)
        assert page.station.desk.sitting.end == day.clock.at
    else:
        assert row[1] == 1 and page.station is None
        assert page.result.shown.headline == "今天没有课次"
    assert len(day.stamps()) == 1, "what was stamped stays"


# 存证码


def test_the_code_at_the_end_is_shown_large_read_by_a_phone_and_shown_again(
    qtbot: QtBot, page: CheckinPage, day: Day
) -> None:
    page.take(day.card(0), "scanner")
    day.clock.set("11:41:00")
    page._ask_for_next()
    assert page.strip.reminder.key == "close"
    press(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(page.dialog, CloseDialog)
    assert "还有 1 人没有签退" in page.dialog.facts.text() and "待核对 1 人" in page.dialog.facts.text()
    with qtbot.waitExposed(page.dialog):
        QTest.keyClick(page.dialog.windowHandle(), Qt.Key.Key_Return)
    code = anchor(day.ledger, day.lesson)
    assert page.dialog.code.text() == code["shown"]
    assert page.dialog.code.fontMetrics().height() > 60
    assert read_qr(page.dialog.qr.grab().toImage()) == [code["anchor"]]
    page.dialog.accept()
    page.take(day.card(1), "scanner")
    page.acts.close_lesson()
    assert page.dialog.code.text() == code["shown"], "what comes after changes nothing"


def read_qr(image: QImage) -> list[str]:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return read_cards(bytes(grey.constBits()), grey.width(), grey.height(), grey.bytesPerLine())


def test_a_code_that_could_not_be_written_is_said_so(page: CheckinPage, day: Day) -> None:
    page.acts.close_lesson()
    day.ledger.conn.execute("PRAGMA query_only = ON")
    page.dialog.go.click()
    assert "没有记下" in page.dialog.error.text() and page.dialog.pages.currentIndex() == 0
    day.ledger.conn.execute("PRAGMA query_only = OFF")


# Search by touch


def test_a_number_pad_types_into_the_search(page: CheckinPage, day: Day) -> None:
    page.pad.toggle()
    tail = page.station.people[day.people[7]["id"]].tail
    for char in tail:
        page.pad.keys[char].click()
    assert page.search.text() == tail
    assert page.search.found.item(0).text().startswith(day.name(7))
    page.pad.keys["⌫"].click()
    assert page.search.text() == tail[:-1]


def test_without_a_lesson_nothing_can_be_pressed(page: CheckinPage) -> None:
    page.lessons.setCurrentIndex(-1)
    assert not any(button.isEnabled() for button in (*page.acts.buttons.values(), page.acts.more))
    for work in (page.acts.verify, page.acts.roll_call, page.acts.photos, page.acts.teacher, page.acts.close_lesson):
        work()
    assert page.dialog is None


def test_a_teacher_is_missing_from_the_timetable(page: CheckinPage, day: Day) -> None:
    lesson, _ = add_lesson(day.ledger, "A1", NewLesson(date(2026, 11, 22), time(9), time(11), 200, "practice"))
    page.shell.did("lesson")
    page.shell.go("checkin", lesson)
    page.acts.teacher()
    assert "没有登记老师" in page.shell.messages.said[-1].text
    assert page.station.teachers() == []


def test_a_teacher_who_may_not_be_stamped_is_said_so(page: CheckinPage, day: Day) -> None:
    shown = page.station.teacher(Person("nobody", "周师傅", ""), "in")
    assert shown.state == "failed" and "写明原因" in shown.sentence
