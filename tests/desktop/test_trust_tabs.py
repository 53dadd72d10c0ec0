"""Conflicts, forks and where changes are, in the window over real ledgers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.exchange.page import ExchangePage
from desktop.shell.home import HomePage
from desktop.shell.notices import NoticeCard
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from desktop.trainees.page import TraineesPage
from sync.carry.folder import sync_folder
from sync.carry.outgoing import keep_receipt, take_receipt
from sync.county.county import accept_branch, import_files, receipt_for
from sync.ledger.intake import aside as kept_aside
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import batch, papers
from tests.nodes import Place, note, signed


@pytest.fixture
def window(qtbot: QtBot, place: Place) -> Iterator[Window]:
    """Over the first laptop."""
    made = make_window(place.one, Settings(place.one.folder), catch=False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def exchange(window: Window, tab: str) -> ExchangePage:
    window.shell.go("exchange", tab)
    page = window.page("exchange")
    assert isinstance(page, ExchangePage)
    return page


def notices(window: Window) -> dict[str, NoticeCard]:
    window.open_page("home")
    home = window.page("home")
    assert isinstance(home, HomePage)
    # A new card is shown by an event.
    QApplication.processEvents()
    return {card.notice.key: card for card in home.findChildren(NoticeCard) if card.isVisible()}


def pass_on(source: Ledger, target: Ledger) -> None:
    run = batch.build(list(source.changes(source.feed)), source.signer)
    assert take(target, run, "x.xpb", "usb").state == "taken"


# Conflicts


@pytest.fixture
def trainee(place: Place) -> str:
    """Whose phone two laptops changed, and the first one knows it."""
    pass_on(place.county, place.one)
    with place.one.writing() as w:
        made = w.write("trainee", {"name": "马小兰", "phone": "13800000000"})
    pass_on(place.one, place.two)
    for laptop, phone in ((place.one, "13811111111"), (place.two, "13822222222")):
        place.clock.pass_by(60)
        with laptop.writing() as w:
            w.write("trainee", {"phone": phone}, made)
    pass_on(place.two, place.one)
    return made


def phone(place: Place, trainee: str) -> str:
    return str(place.one.conn.execute("SELECT phone FROM trainees WHERE id = ?", (trainee,)).fetchone()[0])


def test_a_conflict_is_counted_shown_and_settled_by_choosing(window: Window, place: Place, trainee: str) -> None:
    window.shell.did("trainee")
    notices(window)["conflicts"].button.click()
    page = exchange(window, "conflicts")
    assert page.tabs.tabText(page.tabs.currentIndex()).endswith("（1）")
    tab = page.conflicts
    buttons = tab.choice.buttons()
    assert ["13811111111" in buttons[0].text(), "本机" in buttons[0].text()] == [True, True]
    assert ["13822222222" in buttons[1].text(), "清水乡培训点" in buttons[1].text()] == [True, True]
    assert tab.choice.checkedId() == -1, "nobody decides by pressing Enter"
    tab.reason.setText("打电话核实过")
    tab.settle.click()
    assert phone(place, trainee) == "13822222222" and "先选" in tab.words.text()
    buttons[0].click()
    tab.settle.click()
    assert phone(place, trainee) == "13811111111"
    assert not tab.panel.isVisible() and "已定" in tab.words.text()
    assert "conflicts" not in notices(window)


def test_a_third_value_needs_a_reason_and_to_be_a_phone_number(window: Window, place: Place, trainee: str) -> None:
    tab = exchange(window, "conflicts").conflicts
    tab.typed.setText("13")
    tab.typed.textEdited.emit("13")
    assert tab.other.isChecked()
    tab.settle.click()
    assert "理由" in tab.words.text()
    tab.reason.setText("本人来电")
    tab.settle.click()
    assert "电话号码不对" in tab.words.text() and tab.typed.text() == "13", "what was typed stays"
    tab.typed.setText("13833333333")
    tab.settle.click()
    assert phone(place, trainee) == "13833333333"


def test_what_was_chosen_for_one_is_not_chosen_for_the_next(window: Window, place: Place, trainee: str) -> None:
    with place.one.writing() as w:
        w.write("trainee", {"address": "清水村 1 组"}, trainee)
    with place.two.writing() as w:
        w.write("trainee", {"address": "清水村 2 组"}, trainee)
    pass_on(place.two, place.one)
    tab = exchange(window, "conflicts").conflicts
    assert len(tab.model.rows) == 2
    tab.typed.setText("x")
    tab.other.click()
    tab.table.selectRow(1)
    assert tab.choice.checkedId() == -1 and tab.typed.text() == ""


def test_the_trainees_page_counts_them_and_leads_there(window: Window, place: Place, trainee: str) -> None:
    window.open_page("trainees")
    page = window.page("trainees")
    assert isinstance(page, TraineesPage)
    assert page.conflicts.isVisible() and "（1）" in page.conflicts.text()
    page.conflicts.click()
    tab = exchange(window, "").conflicts
    assert tab.isVisible()
    tab.choice.buttons()[1].click()
    tab.reason.setText("打电话核实过")
    tab.settle.click()
    window.open_page("trainees")
    assert not page.conflicts.isVisible()


# Forks


def test_a_branch_that_the_county_keeps_aside_is_told_in_words(window: Window, place: Place, tmp_path: Path) -> None:
    """A copied folder wrote on and was brought to the county first; then the laptop brings what it wrote itself."""
    stick = tmp_path / "stick"
    stick.mkdir()
    feed = place.one.feed
    shutil.copytree(place.one.folder, tmp_path / "copy")
    with Ledger.open(tmp_path / "copy", place.clock) as copied:
        note(copied, "拷贝上写的")
        pass_on(copied, place.county)
    note(place.one, "本机写的")
    sync_folder(place.one, stick)
    assert import_files(place.county, [stick], stick).refused
    sync_folder(place.one, stick)
    window.shell.did("*")
    card = notices(window)["fork"]
    assert "一条也没有丢" in card.notice.words and "另起一段" in card.notice.words
    card.button.click()
    rows = exchange(window, "troubles").troubles.model.rows
    assert [row.state for row in rows] == ["县里拒收"] and "两个不同的版本" in rows[0].why
    # The county accepts it, and its receipt covers it.
    (aside,) = [one for one in kept_aside(place.county, "refused") if one["reason"] == "fork"]
    accept_branch(place.county, str(aside["sha256"]), "电话核实，台账被拷贝过")
    take_receipt(place.one, receipt_for(place.county, [feed]))
    window.shell.did("*")
    assert "fork" not in notices(window)
    assert exchange(window, "troubles").troubles.model.rows == []


# Where changes are


def test_runs_are_listed_filtered_and_opened(window: Window, place: Place, tmp_path: Path) -> None:
    take_receipt(place.one, receipt_for(place.county, [take(place.county, signed(place.one), "x", "usb").feed]))
    covered = place.one.position(place.one.feed).seq
    stick = tmp_path / "stick"
    stick.mkdir()
    note(place.one, "一")
    note(place.one, "二")
    sync_folder(place.one, stick)
    sent = place.one.position(place.one.feed).seq
    note(place.one, "三")
    page = exchange(window, "conflicts")
    page.tabs.setCurrentWidget(page.travelling)
    tab = page.travelling
    assert [(run.state, run.first, run.last) for run in tab.runs.rows] == [
        ("here", sent + 1, sent + 1),
        ("sent", covered + 1, sent),
    ]
    tab.table.selectRow(1)
    assert "U盘" in tab.words.text()
    assert [row["seq"] for row in tab.changes.rows] == [covered + 1, covered + 2]
    tab.state.setCurrentIndex(tab.state.findData("received"))
    assert [(run.first, run.last) for run in tab.runs.rows if run.own] == [(1, covered)]
    tab.state.setCurrentIndex(tab.state.findData("held"))
    assert tab.runs.rows == [] and not tab.one_by_one.isVisible()


def test_what_the_county_holds_back_stays_listed_after_the_sync(window: Window, place: Place) -> None:
    note(place.one, "一")
    last = place.one.position(place.one.feed).seq
    trouble = papers.Trouble("0" * 64, "gap", place.one.feed, last, last)
    receipt = papers.Receipt(1, place.county.signer.public.id, 1, [], [], [trouble])
    keep_receipt(place.one, papers.sign(receipt, place.county.signer), receipt)
    rows = exchange(window, "troubles").troubles.model.rows
    assert [(row.state, row.file) for row in rows] == [("县里暂存", f"第 {last}–{last} 条")]
