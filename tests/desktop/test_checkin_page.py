"""The desk in its window: every answer, counts, search, forms, errors."""

import subprocess
import sys
from datetime import date, time

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.checkin import words
from desktop.checkin.camera import NONE
from desktop.checkin.forms import PersonDialog, StampForm
from desktop.checkin.page import CheckinPage
from desktop.checkin.result import NAME_LEAST, PAINTS
from desktop.checkin.senses import MISSING
from desktop.checkin.tones import TONES
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.jobs import cards, checkin
from sync.jobs.classes import NewLesson, add_class, add_lesson, cancel_lesson
from sync.jobs.rosters import enrol_one
from sync.ledger.ledger import Ledger
from sync.sheets.roster import Entry
from tests.bench.card_reading import printed
from tests.desktop.checkin_day import DAY, MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page
from tests.reading.frames import HEIGHT, WIDTH, camera_frame

__all__ = ["bare_machine", "day", "desk_window", "page"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints")


def answer(page: CheckinPage) -> tuple[str, str, str]:
    return page.result.shown.state, page.result.shown.headline, page.result.shown.name


def figures(page: CheckinPage) -> dict[str, int]:
    return {caption: int(label.text()) for caption, label in page.counts.figures.items()}


def test_todays_lesson_is_open_at_once(page: CheckinPage, day: Day) -> None:
    assert page.lessons.currentText() == "今天 09:00–11:40 清水乡家政一班 家庭保洁"
    assert answer(page) == ("ready", "请刷学员证签到", "")
    assert figures(page) == {"应到": 40, "实到": 0, "未到": 40, "迟到": 0, "请假": 0}
    assert [name.split("（")[0] for name in page.missing.people()] == [row["name"] for row in day.people]


def test_in_then_repeat_then_out(page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "camera")
    assert answer(page) == ("in", "已签到", day.name(0))
    day.clock.set("10:15:00")
    page.take(day.card(0), "camera")
    assert answer(page) == ("repeat", "已签到过", day.name(0))
    assert page.result.shown.sentence == "08:40 已经签到，不用再刷。"
    day.clock.set("11:30:00")
    page.take(day.card(0), "camera")
    assert answer(page) == ("out", "已签退", day.name(0))
    assert day.stamps() == [(day.name(0), "in", "camera"), (day.name(0), "out", "camera")]


def test_too_early_says_when_it_opens(page: CheckinPage, day: Day) -> None:
    day.clock.set("08:29:59")
    page.take(day.card(0), "camera")
    assert answer(page) == ("window", "还没到签到时间", day.name(0))
    assert page.result.shown.sentence.startswith("08:30 起可以签到")
    assert figures(page)["实到"] == 0
    day.clock.set("08:30:00")
    page.take(day.card(0), "camera")
    assert answer(page) == ("in", "已签到", day.name(0))


def test_too_late(page: CheckinPage, day: Day) -> None:
    day.clock.set("12:40:01")
    page.take(day.card(0), "camera")
    assert answer(page) == ("window", "已过签退时间", day.name(0))
    assert "12:40" in page.result.shown.sentence


def test_cards_that_are_not_taken(page: CheckinPage, day: Day) -> None:
    page.take("20261121000000426", "scanner")
    assert answer(page) == ("refused", "不认识这张卡", "")
    page.take(day.card(0)[1:], "scanner")
    assert answer(page) == ("refused", "没读全", "")
    assert page.result.shown.sentence == "请再刷一次。"
    page.take("https://example.cn/x", "camera")
    assert answer(page) == ("refused", "这不是学员证", "")
    cards.reissue(day.ledger, "A1", day.people[0]["id"])
    page.take(day.card(0), "scanner")
    assert answer(page) == ("refused", "此卡已作废", day.name(0))
    assert day.stamps() == []
    assert figures(page)["实到"] == 0


def test_a_card_of_another_class_names_it(page: CheckinPage, day: Day) -> None:
    add_class(day.ledger, "B2", "C1", "河口村电工二班", "2026-11-21", "2026-11-28")
    person = enrol_one(day.ledger, "B2", Entry(1, "单国建", "11010119900307109X", ""))
    (number,) = day.ledger.conn.execute("SELECT card FROM enrollments WHERE trainee = ?", (person,)).fetchone()
    page.take(number, "camera")
    assert answer(page) == ("refused", "不是本班学员", "单国建")
    assert page.result.shown.sentence == "这张卡属于：河口村电工二班（B2）。"


def test_a_new_card_works_after_the_old_one_was_lost(page: CheckinPage, day: Day) -> None:
    new = cards.reissue(day.ledger, "A1", day.people[0]["id"])["card"]
    page.take(new, "camera")
    assert answer(page) == ("in", "已签到", day.name(0))


def test_in_or_out_set_by_hand(page: CheckinPage, day: Day) -> None:
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_F4)
    page.take(day.card(0), "scanner")
    assert answer(page)[:2] == ("out", "已签退")
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_F3)
    page.take(day.card(1), "scanner")
    assert answer(page)[:2] == ("in", "已签到")
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_F2)
    assert page.modes.manual is None


def test_counts_and_missing_follow_each_scan_without_reading_the_roster(
    page: CheckinPage, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.checkin.station.attendance", lambda *_: pytest.fail("the roster was read"))
    everybody = list(page.station.people.values())
    for place in range(40):
        page.take(day.card(place), "camera")
        assert figures(page) == {"应到": 40, "实到": place + 1, "未到": 39 - place, "迟到": 0, "请假": 0}
        assert page.missing.people() == [one.called for one in everybody[place + 1 :]]
    assert page.missing.heading.text() == "都到了"
    assert page.recent.item(0).text() == f"08:40　已签到　{day.name(39)}"


def test_two_of_one_name_are_told_apart(page: CheckinPage, day: Day) -> None:
    (first, second) = [place for place in range(40) if day.name(place) == "何国"]
    for place in (first, second):
        tail = day.people[place]["id_number"][-4:]
        assert f"何国（{tail}）" in page.missing.people()
        page.take(day.card(place), "camera")
        assert page.result.shown.sentence == f"证件尾号 {tail}。08:40 签到，已记下。"


def test_another_process_is_seen(page: CheckinPage, day: Day) -> None:
    with Ledger.open(day.ledger.folder, day.clock) as other:
        checkin.scan(other, checkin.open_desk(other, day.lesson), day.card(5), "image")
    page.shell.look_around()
    assert figures(page)["实到"] == 1
    assert day.name(5) not in page.missing.people()


def test_every_state_has_its_own_colour_and_sound() -> None:
    assert len({paint.ground for paint in PAINTS.values()}) == len(PAINTS)
    assert set(words.SOUNDS) == set(PAINTS)
    assert {sound for sound in words.SOUNDS.values() if sound} == set(TONES)


@pytest.mark.parametrize("name", ["王芳", "欧阳建国", "阿卜杜拉·买买提", "阿卜杜热合曼·买买提吐尔逊"])
def test_a_name_is_large_enough_for_three_metres(page: CheckinPage, name: str) -> None:
    page.result.show_answer(words.Shown("in", "已签到", name, "09:00 签到，已记下。", 1))
    lines, pixels = page.result.name_lines(page.result.rooms()[1].size())
    assert pixels >= NAME_LEAST
    assert "".join(lines) == name


def test_the_screen_is_drawn_in_the_states_colour(page: CheckinPage, day: Day) -> None:
    seen = set()
    for state in PAINTS:
        page.result.show_answer(words.Shown(state, "好", "王芳", "。", 1))
        colour = page.result.grab().toImage().pixelColor(page.result.width() - 40, 30).name()
        assert colour == PAINTS[state].ground
        seen.add(colour)
    assert len(seen) == len(PAINTS)


def test_search_by_initials_and_a_stamp_by_hand(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    keys = page.window().windowHandle()
    QTest.keyClick(keys, Qt.Key.Key_F6)
    assert page.search.hasFocus()
    one = page.station.people[day.people[7]["id"]]
    initials = one.keys.split()[1]
    for char in initials:
        QTest.keyClick(keys, char, Qt.KeyboardModifier.NoModifier, 0)
    found = [page.search.found.item(row).text() for row in range(page.search.found.count())]
    assert any(text.startswith(f"{one.name}　未到") for text in found)
    page.search.setText(one.tail)
    QTest.keyClick(keys, Qt.Key.Key_Return)
    assert isinstance(page.dialog, StampForm)
    with qtbot.waitExposed(page.dialog):
        page.dialog.reason.setCurrentText("  ")
    page.dialog.submit()
    assert page.dialog.isVisible(), "a reason is needed"
    assert day.stamps() == []
    page.dialog.reason.setCurrentText("卡损坏")
    page.dialog.submit()
    assert not page.dialog.isVisible()
    assert day.stamps() == [(one.name, "in", "search")]
    assert answer(page) == ("in", "已签到", one.name)
    (reason,) = day.ledger.conn.execute("SELECT reason FROM stamps").fetchone()
    assert reason == "卡损坏"
    assert page.window().focusWidget() is page.result


def test_search_finds_nobody(page: CheckinPage) -> None:
    page.search.setText("qqqq")
    assert [page.search.found.item(0).text(), page.search.found.count()] == ["本班没有这个人", 1]
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.dialog is None
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert (page.search.text(), page.search.found.isVisible()) == ("", False)
    assert page.result.hasFocus()


def test_enter_on_a_missing_name_stamps_by_hand(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    day.clock.set("11:30:00")
    page.missing.list.setFocus()
    page.missing.list.setCurrentRow(2)
    QTest.keyClick(page.missing.list, Qt.Key.Key_Return)
    assert isinstance(page.dialog, StampForm)
    assert page.dialog.kind.currentText() == "签退"
    page.dialog.submit()
    assert day.stamps() == [(day.name(2), "out", "search")]


def open_record(page: CheckinPage, day: Day, place: int) -> PersonDialog:
    page.show_record(day.people[place]["id"])
    assert isinstance(page.dialog, PersonDialog)
    return page.dialog


def test_mending_a_record(page: CheckinPage, day: Day) -> None:
    day.clock.set("10:00:00")
    record = open_record(page, day, 4)
    record.mend.click()
    form = record.form
    form.kind.setCurrentText("签到")
    form.clock.setText("09:05")
    form.reason.setCurrentText("漏刷")
    form.submit()
    assert form.isVisible(), "a witness is needed"
    form.witness.setText("王老师")
    form.submit()
    assert [line.stamp.via for line in record.model.rows] == ["correction"]
    assert figures(page) == {"应到": 40, "实到": 1, "未到": 39, "迟到": 0, "请假": 0}
    assert day.name(4) not in page.missing.people()


def test_mending_into_the_future_is_refused_and_keeps_what_was_typed(page: CheckinPage, day: Day) -> None:
    record = open_record(page, day, 4)
    record.mend.click()
    form = record.form
    form.clock.setText("11：35")
    form.reason.setCurrentText("漏刷")
    form.witness.setText("王老师")
    form.submit()
    assert form.isVisible()
    assert "还没有到" in form.error.text()
    assert form.clock.text() == "11：35"
    assert day.stamps() == []


def test_voiding_a_stamp_keeps_it_visible(page: CheckinPage, day: Day) -> None:
    page.take(day.card(0), "camera")
    record = open_record(page, day, 0)
    record.void.click()
    form = record.form
    form.reason.setCurrentText("代刷")
    form.witness.setText("李村长")
    form.submit()
    row = [record.model.data(record.model.index(0, column)) for column in range(6)]
    assert row[0] == "08:40"
    assert row[3:] == ["已作废", "未登录", "作废原因：代刷（见证人：李村长）"]
    assert not record.void.isEnabled()
    assert figures(page)["实到"] == 0
    assert day.name(0) in page.missing.people()


def test_leave(page: CheckinPage, day: Day) -> None:
    record = open_record(page, day, 6)
    record.leave.click()
    record.form.reason.setCurrentText("生病")
    record.form.submit()
    assert figures(page) == {"应到": 40, "实到": 0, "未到": 39, "迟到": 0, "请假": 1}
    assert "本课次已请假：生病。" in record.leave_words.text()
    record.reject()
    page.take(day.card(6), "camera")
    assert figures(page) == {"应到": 40, "实到": 1, "未到": 39, "迟到": 0, "请假": 0}


def test_leave_is_taken_back_with_a_reason(page: CheckinPage, day: Day) -> None:
    record = open_record(page, day, 6)
    record.leave.click()
    record.form.reason.setCurrentText("生病")
    record.form.submit()
    assert "请假课时上限 20%" in record.leave_words.text(), "the class's only lesson is more than the cap"
    assert record.leave.text() == "撤销请假(&L)"
    record.leave.click()
    record.form.reason.setCurrentText(" ")
    record.form.submit()
    assert record.form.isVisible(), "a reason is needed"
    record.form.reason.setCurrentText("登记错人")
    record.form.submit()
    assert figures(page) == {"应到": 40, "实到": 0, "未到": 40, "迟到": 0, "请假": 0}
    assert day.name(6) in [name.split("（")[0] for name in page.missing.people()]
    assert record.leave.text() == "请假(&L)" and not record.leave_words.text()
    kinds = [
        row[0] for row in day.ledger.conn.execute("SELECT kind FROM changes WHERE kind LIKE 'leave%' ORDER BY seq")
    ]
    assert kinds == ["leave", "leave.void"]


def test_f7_opens_the_record_of_who_was_last(page: CheckinPage, day: Day) -> None:
    page.take(day.card(9), "camera")
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_F7)
    assert isinstance(page.dialog, PersonDialog)
    assert page.dialog.one.name == day.name(9)


def test_a_stamp_that_could_not_be_written_is_said_so(page: CheckinPage, day: Day) -> None:
    day.ledger.conn.execute("PRAGMA query_only = ON")
    page.take(day.card(0), "camera")
    assert answer(page) == ("failed", "此次未记下", day.name(0))
    assert "没有记下" in page.result.shown.sentence
    assert figures(page)["实到"] == 0
    assert page.recent.item(0).text() == f"08:40　此次未记下　{day.name(0)}"
    day.ledger.conn.execute("PRAGMA query_only = OFF")
    page.take(day.card(0), "camera")
    assert answer(page) == ("in", "已签到", day.name(0))


def test_a_form_that_could_not_be_written_stays(page: CheckinPage, day: Day) -> None:
    page.pick(day.people[0]["id"])
    page.dialog.reason.setCurrentText("手机没电")
    day.ledger.conn.execute("PRAGMA query_only = ON")
    page.dialog.submit()
    assert page.dialog.isVisible()
    assert page.dialog.reason.currentText() == "手机没电"
    assert "没有记下" in page.dialog.error.text()
    assert answer(page) == ("failed", "此次未记下", day.name(0))


def test_our_own_bug_is_no_silence(page: CheckinPage, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkin, "decide", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        page.take(day.card(0), "camera")
    assert answer(page)[:2] == ("failed", "此次未记下")
    assert day.stamps() == []


def test_another_lesson_is_chosen(page: CheckinPage, day: Day) -> None:
    lesson, _ = add_lesson(day.ledger, "A1", NewLesson(date(2026, 11, 22), time(9), time(11), 200, "practice"))
    page.shell.did("lesson")
    assert page.lessons.count() == 2
    assert page.station.desk.lesson.id == day.lesson, "what was open stays open"
    page.shell.go("checkin", lesson)
    assert page.station.desk.lesson.id == lesson
    assert page.result.shown.headline == "请换到现在的课次", "today's is on"
    page.take(day.card(0), "scanner")
    assert answer(page)[:2] == ("window", "不是现在的课次")
    day.clock.set("13:00:00")
    page._ask_for_next()
    assert page.result.shown.headline == "还没到签到时间"


def test_a_cancelled_lesson_is_closed(page: CheckinPage, day: Day) -> None:
    cancel_lesson(day.ledger, day.lesson, "停电")
    page.shell.did("lesson")
    assert page.station is None
    page.take(day.card(0), "scanner")
    assert answer(page)[:2] == ("failed", "此次未记下")
    assert "F8" in page.result.shown.sentence


def test_no_camera_is_a_sentence_and_the_rest_goes_on(page: CheckinPage, day: Day) -> None:
    assert page.senses.preview.words == NONE
    page.take(day.card(0), "scanner")
    assert answer(page)[0] == "in"


def test_a_card_before_the_camera_is_stamped(qtbot: QtBot, page: CheckinPage, day: Day) -> None:
    session, source = QMediaCaptureSession(), QVideoFrameInput()
    session.setVideoFrameInput(source)
    session.setVideoSink(page.senses.camera.sink)
    picture = camera_frame(printed([day.card(3)])[0], 22, 10, 10, 0.8, 0.9, 3, np.random.default_rng(5))
    frame = QVideoFrame(QVideoFrameFormat(QSize(WIDTH, HEIGHT), QVideoFrameFormat.PixelFormat.Format_NV12))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    np.frombuffer(frame.bits(0), np.uint8)[: WIDTH * HEIGHT] = picture.ravel()
    frame.unmap()
    with qtbot.waitSignal(page.senses.card):
        assert source.sendVideoFrame(frame)
    assert answer(page) == ("in", "已签到", day.name(3))
    assert day.stamps() == [(day.name(3), "in", "camera")]
    session.setVideoSink(None)
    session.setVideoFrameInput(None)


def test_full_screen_and_back(desk_window: Window, page: CheckinPage) -> None:
    QTest.keyClick(desk_window.windowHandle(), Qt.Key.Key_F11)
    assert desk_window.isFullScreen()
    assert not desk_window.statusBar().isVisible()
    QTest.keyClick(desk_window.windowHandle(), Qt.Key.Key_F11)
    assert not desk_window.isFullScreen()
    assert desk_window.statusBar().isVisible()


def test_leaving_the_page_leaves_full_screen(desk_window: Window, page: CheckinPage) -> None:
    QTest.keyClick(desk_window.windowHandle(), Qt.Key.Key_F11)
    desk_window.open_page("home")
    assert not desk_window.isFullScreen()
    assert desk_window.statusBar().isVisible()


def test_the_lesson_of_today_comes_first(page: CheckinPage, day: Day) -> None:
    for when in (date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 22)):
        add_lesson(day.ledger, "A1", NewLesson(when, time(9), time(11), 200, "theory"))
    add_lesson(day.ledger, "A1", NewLesson(DAY, time(14), time(16), 200, "theory"))
    page.shell.did("lesson")
    starts = [page.lessons.itemText(row).split(" ")[:2] for row in range(page.lessons.count())]
    assert starts == [
        ["今天", "09:00–11:40"],
        ["今天", "14:00–16:00"],
        ["11月22日", "09:00–11:00"],
        ["11月23日", "09:00–11:00"],
        ["11月20日", "09:00–11:00"],
    ]


def test_without_the_libraries_of_multimedia_the_rest_goes_on(
    qtbot: QtBot, day: Day, bare_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "desktop.checkin.camera", None)
    window = make_window(day.ledger, Settings(day.ledger.folder), catch=False)
    qtbot.addWidget(window)
    window.show()
    window.open_page("checkin")
    page = window.page("checkin")
    assert isinstance(page, CheckinPage)
    assert page.senses.preview.words == MISSING
    page.take(day.card(0), "scanner")
    assert answer(page) == ("in", "已签到", day.name(0))


def test_multimedia_is_not_loaded_with_the_page() -> None:
    code = "import sys, desktop.checkin.page; sys.exit('PySide6.QtMultimedia' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_class_without_trainees_is_not_all_there(page: CheckinPage, day: Day) -> None:
    add_class(day.ledger, "B2", "C1", "河口村电工二班", "2026-11-21", "2026-11-28")
    lesson, _ = add_lesson(day.ledger, "B2", NewLesson(DAY, time(9), time(11), 200, "practice"))
    page.shell.go("checkin", lesson)
    assert figures(page)["应到"] == 0
    assert page.missing.heading.text() == "名册上还没有人"
