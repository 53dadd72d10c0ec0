"""What the county decided reaches the screen: the list, the class, the home page, the timetable's forms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.classes.page import ClassesPage
from desktop.paper.page import PaperPage
from desktop.shell.home import HomePage
from desktop.shell.notices import NoticeCard
from desktop.shell.settings import Settings
from desktop.shell.theme import colours
from desktop.shell.window import Window
from sync.county import calendar, devices, notices, review
from sync.county import county as county_side
from sync.county.public import private_feeds, public_feeds, signed_batches
from sync.jobs import decisions, enrol
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.find import find_class
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from tests.county.training_point import bring, identity_number
from tests.desktop.people import StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock("2026-11-21T10:00")


@pytest.fixture
def county(tmp_path: Path, clock: StillClock) -> Iterator[Ledger]:
    with county_side.create(tmp_path / "county", "云岭县人社局", clock) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, county: Ledger, clock: StillClock) -> Iterator[Window]:
    with Ledger.create(tmp_path / "node", "清水乡培训点", clock=clock) as ledger:
        grant, _ = devices.enrol(county, enrol.request(ledger), "春风职业培训学校")
        enrol.accept(ledger, grant)
        made = make_window(ledger, Settings(ledger.folder), catch=False)
        qtbot.addWidget(made)
        made.show()
        yield made
        made.shell.tasks.close()


@pytest.fixture
def class_id(window: Window, county: Ledger) -> str:
    ledger = window.shell.ledger
    made = add_class(ledger, "A1", "YYS-5", "育婴员班", "2026-11-21", "2026-11-30")
    bring(ledger, county)
    window.shell.did("class")
    return made


def hear(window: Window, county: Ledger) -> None:
    """A sync in small: what the county published comes in, and the window looks again."""
    ledger = window.shell.ledger
    for signed in signed_batches(county, [*public_feeds(county), *private_feeds(county, ledger.signer.public.id)], []):
        assert take(ledger, signed, "county", "http").state == "taken"
    window.shell.did("*")


def classes(window: Window) -> ClassesPage:
    window.open_page("classes")
    page = window.page("classes")
    assert isinstance(page, ClassesPage)
    return page


def cell(page: ClassesPage, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
    headings = [column.heading for column in page.list.model.columns]
    return page.list.model.index(0, headings.index("县里")).data(role)


def cards(window: Window, key: str = "return") -> list[NoticeCard]:
    window.open_page("home")
    home = window.page("home")
    assert isinstance(home, HomePage)
    return [card for card in home.findChildren(NoticeCard) if card.isVisible() and card.notice.key == key]


def test_the_list_says_where_a_class_stands(window: Window, county: Ledger, class_id: str) -> None:
    page, ours = classes(window), colours(window.shell.settings.theme)
    assert cell(page) == "○ 未报批"
    review.approve(county, class_id, review.Approval(paper="云人社培〔2026〕7号"))
    hear(window, county)
    assert cell(page) == "● 已批复"
    assert cell(page, Qt.ItemDataRole.ForegroundRole) == QColor(ours.good)
    review.send_back(county, class_id, review.Return(["照片不清"]))
    hear(window, county)
    assert cell(page) == "▲ 已退回"
    assert cell(page, Qt.ItemDataRole.ForegroundRole) == QColor(ours.bad)
    assert cell(page, Qt.ItemDataRole.ToolTipRole) == "县里退回：照片不清，请补正。"


def test_a_return_stands_on_the_home_page_until_it_is_seen(
    qtbot: QtBot, window: Window, county: Ledger, class_id: str
) -> None:
    assert cards(window) == []
    back = review.send_back(county, class_id, review.Return(["缺教学计划"], until="2026-12-01"))
    hear(window, county)
    qtbot.waitUntil(lambda: len(cards(window)) == 1)
    (card,) = cards(window)
    assert card.notice.words == "▲ A1 班：县里退回：缺教学计划，请于 2026-12-01 前补正。"
    card.button.click()
    page = window.page("classes")
    assert isinstance(page, ClassesPage)
    assert page.isVisible() and page.detail.class_id == class_id, "it leads to the class"
    assert page.detail.county.words.text().startswith("▲ 已退回")
    assert cards(window) == []
    bring(window.shell.ledger, county)
    (notice,) = decisions.decisions_of(county, class_id).notices
    assert (notice.id, notice.seen, notice.mended) == (back, True, False)


def test_mended_is_said_and_the_history_remains(window: Window, county: Ledger, class_id: str) -> None:
    review.send_back(county, class_id, review.Return(["缺教学计划"], "opening"))
    hear(window, county)
    page = classes(window)
    page.open_class(class_id)
    bar = page.detail.county
    bar.mend.click()
    assert "缺教学计划" in bar.form.which.text()
    bar.form.note.setPlainText("已补\n教学计划")
    bar.form.submit()
    assert decisions.decisions_of(window.shell.ledger, class_id).state == "mended"
    assert [(said.words, said.answer) for said in page.detail.history.model.rows] == [
        ("县里退回：缺教学计划，请补正。", "已补正：已补 教学计划")
    ]


def test_nothing_that_the_county_says_stops_the_work(window: Window, county: Ledger, class_id: str) -> None:
    review.conclude(county, class_id, [review.Verdict("failed", note="查无此班")])
    hear(window, county)
    new = NewLesson(date(2026, 11, 22), time(8, 30), time(11, 30), 400, "theory", topic="照样上课")
    made, _ = add_lesson(window.shell.ledger, class_id, new)
    assert made


def test_the_form_of_a_lesson_warns_of_a_closed_day(window: Window, county: Ledger, class_id: str) -> None:
    calendar.set_days(county, "2026-11-25", "", "off", "赶集日", "云人社〔2026〕2号")
    hear(window, county)
    page = classes(window)
    page.open_class(class_id)
    form = page.detail.timetable.new_form
    form.open_for(find_class(window.shell.ledger, class_id))
    words = next(field.words for field in form.form_fields if field.widget is form.day)
    form.day.setDate(QDate(2026, 11, 24))
    assert words.text() == ""
    form.day.setDate(QDate(2026, 11, 25))
    assert words.text() == "2026-11-25 是县里公布的停课日（赶集日，云人社〔2026〕2号），请与县里确认。"
    form.topic.setText("开班第一课")
    form.submit()
    assert "停课日（赶集日" in window.shell.messages.said[-1].text
    count = window.shell.ledger.conn.execute("SELECT count(*) FROM lessons").fetchone()[0]
    assert count == 1, "and is added all the same"


def printable(window: Window) -> list[str]:
    page = window.page("paper")
    assert isinstance(page, PaperPage)
    return [page.form.itemText(index) for index in range(page.form.count())]


def test_a_notice_is_shown_with_the_day_and_can_be_printed(
    qtbot: QtBot, window: Window, county: Ledger, class_id: str, clock: StillClock
) -> None:
    with window.shell.ledger.writing() as w:
        trainee = w.write("trainee", {"name": "王芳", "id_number": identity_number(1)})
        w.write("enrollment", {"training_class": class_id, "trainee": trainee, "status": "enrolled"})
    bring(window.shell.ledger, county)
    window.shell.choose_class(class_id)
    window.open_page("paper")
    assert printable(window)[-1] == "课时统计"
    review.conclude(county, class_id, [review.Verdict("passed")])
    notices.post(county, class_id, notices.Posting("2026-11-23", "人社局能力建设股", phone="0579-82345678"))
    hear(window, county)
    assert printable(window)[-1] == "公示名单"
    page = classes(window)
    assert cell(page) == "■ 待公示"
    clock.put("2026-11-27T23:59")
    window.shell.did("*")
    assert cell(page) == "■ 公示中"
    said = "公示中：2026-11-23 至 2026-11-27（5 个工作日），受理部门 人社局能力建设股，电话 0579-82345678。"
    assert cell(page, Qt.ItemDataRole.ToolTipRole) == f"审核通过。\n{said}"
    page.open_class(class_id)
    assert page.detail.county.words.text() == f"■ 已审核　审核通过。\n{said}"
    assert page.detail.county.isVisible()
    assert page.detail.subtitle.text().endswith("档案保存至 2036-11-30")
    assert "依据：某市定点培训机构办法" in page.detail.subtitle.toolTip()
    assert "公示" in [row.what for row in page.detail.history.model.rows]
    paper = window.page("paper")
    assert isinstance(paper, PaperPage)
    window.open_page("paper")
    paper.form.setCurrentIndex(paper.form.findText("公示名单"))
    qtbot.waitUntil(lambda: paper.pdf.startswith(b"%PDF"))
    clock.put("2026-11-28T00:00")
    window.shell.did("*")
    assert cell(classes(window)) == "■ 公示已满"


def test_the_home_page_asks_once_for_a_notice_to_be_hung(
    qtbot: QtBot, window: Window, county: Ledger, class_id: str, clock: StillClock
) -> None:
    with window.shell.ledger.writing() as w:
        trainee = w.write("trainee", {"name": "王芳", "id_number": identity_number(1)})
        w.write("enrollment", {"training_class": class_id, "trainee": trainee, "status": "enrolled"})
    bring(window.shell.ledger, county)
    review.conclude(county, class_id, [review.Verdict("passed")])
    hear(window, county)
    assert cards(window, "posting") == []
    said = notices.Posting("2026-11-23", "人社局能力建设股", phone="0579-82345678")
    notices.post(county, class_id, said)
    hear(window, county)
    qtbot.waitUntil(lambda: len(cards(window, "posting")) == 1)
    (card,) = cards(window, "posting")
    expected = "县里公示了 A1 班（2026-11-23 至 2026-11-27）。请打印公示名单，贴到学员所在的村。"
    assert card.notice.words == expected
    card.button.click()
    assert window.page("paper").isVisible() and window.shell.class_id == class_id
    assert cards(window, "posting") == []
    clock.put("2026-11-21T11:00")
    notices.post(county, class_id, replace(said, first="2026-11-24"))
    hear(window, county)
    qtbot.waitUntil(lambda: len(cards(window, "posting")) == 1)
    clock.put("2026-12-01T10:00")
    window.shell.did("*")
    qtbot.waitUntil(lambda: cards(window, "posting") == [])
