"""The first page: today's lessons in Beijing time, and the next steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.shell.home import HomePage, LessonCard, StepsCard
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.jobs.classes import add_class
from sync.ledger.ledger import Ledger
from tests.desktop.people import StillClock, enrol, lesson, stamp


@pytest.fixture
def clock() -> StillClock:
    return StillClock("2026-11-21T00:30")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, clock: StillClock) -> Iterator[Window]:
    with Ledger.create(tmp_path / "node", "清水乡培训点", clock=clock) as ledger:
        made = make_window(ledger, Settings(ledger.folder), catch=False)
        qtbot.addWidget(made)
        made.show()
        yield made
        made.shell.tasks.close()


def home(window: Window) -> HomePage:
    page = window.page("home")
    assert isinstance(page, HomePage)
    return page


def cards(window: Window) -> list[LessonCard]:
    return [card for card in home(window).findChildren(LessonCard) if card.isVisible()]


def words_of(window: Window) -> str:
    return " ".join(label.text() for card in cards(window) for label in card.findChildren(QLabel))


def test_a_new_node_is_told_what_to_do(window: Window) -> None:
    (steps,) = home(window).findChildren(StepsCard)
    buttons = [button.text() for button in steps.findChildren(QPushButton)]
    assert buttons == ["去登记", "新建班次", "导入名单", "去排课", "去打印"]


def test_todays_lessons_each_with_a_button(qtbot: QtBot, window: Window) -> None:
    ledger = window.shell.ledger
    with ledger.writing() as w:
        w.write("course", {"code": "C1", "name": "家政服务员", "hours": 8000})
    class_id = add_class(ledger, "A1", "C1", "家政一班", "2026-11-01", "2026-11-30")
    people = enrol(ledger, class_id, 3)
    lesson(ledger, class_id, "2026-11-20", "14:00", "17:00", "昨天的课")
    morning = lesson(ledger, class_id, "2026-11-21", "08:30", "11:30", "老人护理")
    lesson(ledger, class_id, "2026-11-22", "08:30", "11:30", "明天的课")
    stamp(ledger, morning, people[0], "in", "08:20")
    window.shell.did("class", "lesson", "stamp")
    qtbot.waitUntil(lambda: len(cards(window)) == 1)
    (card,) = cards(window)
    words = " ".join(label.text() for label in card.findChildren(QLabel))
    assert "老人护理" in words
    assert "已签到 1 人，应到 3 人" in words
    asked: list[tuple[str, object]] = []
    window.shell.navigated.disconnect(window.open_page)
    window.shell.navigated.connect(lambda key, what: asked.append((key, what)))
    card.button.click()
    assert asked == [("checkin", morning)]


def test_without_lessons_the_next_ones_are_named(window: Window) -> None:
    ledger = window.shell.ledger
    with ledger.writing() as w:
        w.write("course", {"code": "C1", "name": "家政服务员", "hours": 8000})
    class_id = add_class(ledger, "A1", "C1", "家政一班", "2026-11-01", "2026-11-30")
    lesson(ledger, class_id, "2026-11-22", "08:30", "11:30", "量血压")
    window.shell.did("class", "lesson")
    words = " ".join(label.text() for label in home(window).findChildren(QLabel))
    assert "今天没有课" in words
    assert "11 月 22 日 周日 08:30–11:30" in words
    assert cards(window) == []


def test_the_page_follows_the_clock_and_redraws_only_what_differs(
    qtbot: QtBot, window: Window, clock: StillClock
) -> None:
    ledger = window.shell.ledger
    with ledger.writing() as w:
        w.write("course", {"code": "C1", "name": "家政服务员", "hours": 8000})
    class_id = add_class(ledger, "A1", "C1", "家政一班", "2026-11-01", "2026-11-30")
    lesson(ledger, class_id, "2026-11-21", "08:30", "11:30", "老人护理")
    window.shell.did("class", "lesson")
    qtbot.waitUntil(lambda: len(cards(window)) == 1)
    (card,) = cards(window)
    home(window)._minute.timeout.emit()
    assert cards(window) == [card]
    clock.put("2026-11-21T09:00")
    home(window)._minute.timeout.emit()
    qtbot.waitUntil(
        lambda: any("上课中" in label.text() for each in cards(window) for label in each.findChildren(QLabel))
    )
    clock.put("2026-11-22T00:01")
    home(window)._minute.timeout.emit()
    assert cards(window) == []
    assert home(window).title.text() == "今天 11 月 22 日 周日"
