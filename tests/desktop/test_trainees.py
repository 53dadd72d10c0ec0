"""The page of trainees: importing, finding, reissuing, walking in."""

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.shell.window import Window
from desktop.trainees.model import BLOCK, TraineesModel
from desktop.trainees.page import TraineesPage
from sync.jobs.classes import add_class
from sync.jobs.find import find_class
from sync.jobs.rosters import Plan, carry_out, enrol_one, roster_of
from sync.ledger.ledger import Ledger
from sync.sheets.roster import REASONS, Entry, RosterSheet
from sync.training.identity import mask
from tests.desktop.people import RARE, enrol, id_number, person

SAMPLE = Path(__file__).parents[1] / "samples" / "roster-township-60.xlsx"
ACCEPTED, REFUSED = 33, 19
"""Of the sample, by its expect.json."""


@pytest.fixture
def page(window: Window, class_id: str) -> TraineesPage:
    window.show()
    window.open_page("trainees")
    found = window.page("trainees")
    assert isinstance(found, TraineesPage)
    return found


def many(ledger: Ledger, class_id: str, count: int) -> None:
    """As an import would write them, in one transaction."""
    people = [person(serial) for serial in range(count)]
    carry_out(ledger, Plan(find_class(ledger, class_id), RosterSheet("x", people), people, 0, []))


def shown(page: TraineesPage, column: int = 1) -> list[str]:
    return [str(page.model.index(row, column).data()) for row in range(page.model.rowCount())]


def planned(qtbot: QtBot, page: TraineesPage, path: Path = SAMPLE) -> None:
    page.plan(path)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.preview)


def test_without_a_class_the_page_says_so(window: Window) -> None:
    window.show()
    window.open_page("trainees")
    page = window.page("trainees")
    assert isinstance(page, TraineesPage)
    assert "新建班次" in page.table.empty
    assert not page.bring_in.isEnabled()


def test_an_empty_class_says_what_to_do(page: TraineesPage) -> None:
    assert "导入名单" in page.table.empty
    assert page.bring_in.isEnabled()


def test_nothing_is_written_before_the_preview_is_confirmed(qtbot: QtBot, page: TraineesPage, ledger: Ledger) -> None:
    before = ledger.position(ledger.feed)
    planned(qtbot, page)
    preview = page.preview
    assert len(preview.fresh.rows) == ACCEPTED
    assert len(preview.refused.rows) == REFUSED
    assert [preview.tabs.tabText(i) for i in (0, 2)] == [f"将导入 {ACCEPTED}", f"被拒绝 {REFUSED}"]
    words = {preview.refused.index(row, 2).data() for row in range(REFUSED)}
    assert words <= set(REASONS.values())
    assert preview.refused.index(0, 0).data() == "5", "the sheet's own row number"
    assert ledger.position(ledger.feed) == before
    preview.cancel.click()
    assert page.stack.currentIndex() == 0
    assert ledger.position(ledger.feed) == before


def test_confirmed_rows_are_in_the_class_and_again_is_nothing_new(
    qtbot: QtBot, page: TraineesPage, window: Window, ledger: Ledger, class_id: str
) -> None:
    planned(qtbot, page)
    page.preview.confirm.click()
    qtbot.waitUntil(lambda: not page.preview.confirm.isVisible())
    assert len(roster_of(ledger, class_id)) == ACCEPTED
    assert len(page.preview.refused.rows) == REFUSED, "what was refused stays in sight"
    page.preview.cancel.click()
    assert page.stack.currentIndex() == 0
    assert page.model.rowCount() == ACCEPTED
    said = window.shell.messages.said[-1].text
    assert f"已导入 {ACCEPTED} 人" in said
    assert f"{REFUSED} 行被拒绝" in said
    planned(qtbot, page)
    assert page.preview.fresh.rows == []
    assert not page.preview.confirm.isEnabled()
    assert f"没有变化的 {ACCEPTED} 人" in page.preview.summary.text()


def test_numbers_are_masked_in_the_preview_and_in_the_table(qtbot: QtBot, page: TraineesPage) -> None:
    planned(qtbot, page)
    numbers = {entry.id_number for entry in page.preview.fresh.rows}
    for model in (page.preview.fresh, page.preview.repaired):
        cells = [
            str(model.index(row, column).data())
            for row in range(model.rowCount())
            for column in range(model.columnCount())
        ]
        assert not any(number in cell for number in numbers for cell in cells)
    page.preview.confirm.click()
    qtbot.waitUntil(lambda: not page.preview.confirm.isVisible())
    assert shown(page, 2) == [mask(entry.id_number) for entry in page.preview.fresh.rows]


def test_refused_rows_are_saved_and_copied(qtbot: QtBot, page: TraineesPage, window: Window, tmp_path: Path) -> None:
    planned(qtbot, page)
    path = tmp_path / "被拒绝.xlsx"
    page.preview.store_refused(path)
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == REFUSED + 2
    assert rows[2] == (5, "尤秀芳", REASONS["bad-check-digit"])
    page.preview.copy_refused.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == REFUSED + 1
    assert lines[1] == f"5\t尤秀芳\t{REASONS['bad-check-digit']}"
    page.preview.store_refused(tmp_path / "no" / "such" / "folder.xlsx")
    assert window.shell.messages.said[-1].level == "error"


def test_a_file_that_is_no_roster_is_explained(
    qtbot: QtBot, page: TraineesPage, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "通知.csv"
    path.write_text("关于开展培训的通知\n", "utf-8")
    page.plan(path)
    qtbot.waitUntil(lambda: bool(window.shell.messages.said))
    assert window.shell.messages.said[-1].level == "error"
    assert "表头" in window.shell.messages.said[-1].text
    assert page.stack.currentIndex() == 0


def test_a_sheet_can_be_dropped_on_the_page(qtbot: QtBot, page: TraineesPage, tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    shutil.copyfile(SAMPLE, path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.preview)
    assert len(page.preview.fresh.rows) == ACCEPTED


def test_search_by_pinyin_initials_name_and_last_digits(
    qtbot: QtBot, page: TraineesPage, window: Window, ledger: Ledger, class_id: str
) -> None:
    enrol(ledger, class_id, 20)
    window.shell.did("trainee", "enrollment")
    for query, expected in (
        ("abdlmmt", ["阿卜杜拉·买买提"]),
        ("阿卜杜拉买买提", ["阿卜杜拉·买买提"]),
        ("王䶮", ["王䶮"]),
        (id_number(3)[-4:], ["𠮷田秀"]),
        ("nobody", []),
    ):
        page.query.setText(query)
        page.query.returnPressed.emit()
        qtbot.waitUntil(lambda: not window.shell.tasks.running)
        assert shown(page) == expected, query
    page.query.clear()
    qtbot.waitUntil(lambda: len(shown(page)) == 20)


def test_typing_finds_by_itself(
    qtbot: QtBot, page: TraineesPage, window: Window, ledger: Ledger, class_id: str
) -> None:
    enrol(ledger, class_id, 6)
    window.shell.did("trainee", "enrollment")
    qtbot.keyClicks(page.query, "qqq")
    qtbot.waitUntil(lambda: shown(page) == [], timeout=3000)
    page.query.clear()
    page.query.setText("买买提")
    qtbot.waitUntil(lambda: shown(page) == [RARE[5]], timeout=3000)
    assert page.count.text() == "找到 1 人，共 6 人"


def test_ten_thousand_are_sorted_by_sql_and_fetched_in_blocks(ledger: Ledger, class_id: str) -> None:
    many(ledger, class_id, 1000)
    model = TraineesModel(ledger)
    model.load(class_id)
    assert model.rowCount() == 1000
    read: list[str] = []
    ledger.conn.set_trace_callback(read.append)
    for row in range(BLOCK):
        model.index(row, 1).data()
    assert len(read) == 1
    model.sort(1, Qt.SortOrder.DescendingOrder)
    names = [str(model.index(row, 1).data()) for row in range(1000)]
    ledger.conn.set_trace_callback(None)
    assert len(read) == 2 + 1000 // BLOCK
    assert names == sorted(names, reverse=True)
    assert len({model.line(row).enrollment for row in range(1000)}) == 1000


def test_a_lost_card_is_replaced(page: TraineesPage, window: Window, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 3)
    window.shell.did("trainee", "enrollment")
    page.table.selectRow(1)
    line = page.line()
    assert line is not None
    page.reissue_button.click()
    assert page.reissue_form.who.text() == "㛃小花"
    page.reissue_form.submit()
    after = page.line()
    assert after is not None
    assert (after.name, after.card == line.card) == ("㛃小花", False)
    revoked = [row[0] for row in ledger.conn.execute("SELECT number FROM revoked_cards")]
    assert revoked == [line.card]


def test_who_withdraws_is_marked_and_stays(page: TraineesPage, window: Window, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 3)
    window.shell.did("trainee", "enrollment")
    page.table.selectRow(1)
    page.withdraw_button.click()
    form = page.withdraw_form
    assert form.who.text() == "㛃小花"
    form.submit()
    assert form.isVisible(), "no reason, no change"
    form.reason.setEditText("外出务工")
    form.submit()
    assert shown(page) == ["王䶮", "㛃小花", "𬱖国强"]
    assert shown(page, 5)[1] == "已退班"
    line = page.line()
    assert line is not None
    assert line.name == "㛃小花"
    assert not page.withdraw_button.isEnabled()
    assert not page.reissue_button.isEnabled()


@pytest.mark.parametrize("address", ["清水乡清水村 1 号", ""])
@pytest.mark.parametrize("width", [1024, 1366])
def test_no_name_is_cut(
    page: TraineesPage, window: Window, ledger: Ledger, class_id: str, address: str, width: int
) -> None:
    name = "阿卜杜热合曼·买买提吐尔逊"
    enrol_one(ledger, class_id, Entry(0, name, id_number(900), "", {"address": address}))
    window.shell.did("trainee", "enrollment")
    window.resize(width, 560)
    needed = page.table.fontMetrics().horizontalAdvance(name)
    assert page.table.columnWidth(1) >= needed + 12


def test_a_walk_in_is_judged_while_her_number_is_typed(
    qtbot: QtBot, page: TraineesPage, ledger: Ledger, class_id: str
) -> None:
    page.enrol.click()
    form = page.walk_in
    words = next(field.words for field in form.form_fields if field.widget is form.number)
    number = id_number(5)
    qtbot.keyClicks(form.number, number[:10])
    assert words.text() == "还差 8 位"
    wrong = number[:17] + str((int(number[17]) + 1) % 10 if number[17] != "X" else 1)
    qtbot.keyClicks(form.number, wrong[10:])
    assert REASONS["bad-check-digit"] in words.text()
    form.name.setText(" 阿卜杜拉•买买提 ")
    form.submit()
    assert form.isVisible()
    assert roster_of(ledger, class_id) == []
    form.number.setText(number)
    form.submit()
    assert not form.isVisible()
    (row,) = roster_of(ledger, class_id)
    assert (row["name"], row["id_number"], row["sex"]) == ("阿卜杜拉·买买提", number, "男")
    assert shown(page) == ["阿卜杜拉·买买提"]


def test_a_known_number_is_remarked_and_a_second_enrolment_refused(
    qtbot: QtBot, page: TraineesPage, window: Window, ledger: Ledger, class_id: str
) -> None:
    enrol(ledger, class_id, 1)
    page.walk_in.open_for(class_id)
    form = page.walk_in
    form.name.setText("王龙")
    qtbot.keyClicks(form.number, id_number(0))
    words = next(field.words for field in form.form_fields if field.widget is form.number)
    assert "王䶮" in words.text()
    form.submit()
    assert form.isVisible()
    assert "已经在这个班里" in form.error.text()
    assert form.name.text() == "王龙"


def test_the_page_follows_the_chosen_class(page: TraineesPage, window: Window, ledger: Ledger, class_id: str) -> None:
    other = add_class(ledger, "A2", "C2", "茶叶班", "2026-11-01", "2026-11-30")
    enrol(ledger, class_id, 2)
    window.shell.did("class", "trainee", "enrollment")
    window.shell.choose_class(other)
    assert shown(page) == []
    window.shell.choose_class(class_id)
    assert shown(page) == list(RARE[:2])
    assert page.picker.currentData() == class_id


def test_rows_can_be_copied(qtbot: QtBot, page: TraineesPage, window: Window, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 2)
    window.shell.did("trainee", "enrollment")
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[1:3] == ["王䶮", mask(id_number(0))]
