"""The exchange page with a real county: by HTTP to its own process, by a folder as a stick, by files dropped."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import QMimeData, QPoint, Qt, QTime, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.exchange.grant import GrantForm
from desktop.exchange.page import ExchangePage
from desktop.exchange.qr import AnchorScreen
from desktop.shell.window import Window
from sync.carry.http import sync_http
from sync.county import county as office
from sync.county import devices
from sync.jobs import enrol
from sync.jobs.classes import add_class
from sync.jobs.doubt import clock_state
from sync.jobs.status import anchor
from sync.ledger.ledger import Ledger

PROGRAM = str(Path(sys.executable).parent / "xiangpei")
INSTITUTION = "春风职业培训学校"
NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new laptop: its courses come with the county's grant."""
    with Ledger.create(tmp_path / "node", "清水乡培训点") as made:
        yield made


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Ledger]:
    with office.create(tmp_path / "county", "云岭县人社局") as made:
        yield made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> ExchangePage:
    window.resize(1024, 600)
    window.show()
    window.open_page("exchange")
    found = window.page("exchange")
    assert isinstance(found, ExchangePage)
    return found


@pytest.fixture
def enrolled(ledger: Ledger, county: Ledger, page: ExchangePage) -> ExchangePage:
    """The page of a laptop that the county knows; nothing is reported yet."""
    enrol.accept(ledger, devices.enrol(county, enrol.request(ledger), INSTITUTION)[0])
    page.shell.did("device.certify")
    return page


@contextmanager
def serving(county: Ledger) -> Iterator[str]:
    """`county serve` in its own process; answers its address."""
    command = [PROGRAM, "--data", str(county.folder), "--json", "county", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def settle(qtbot: QtBot, page: ExchangePage) -> None:
    qtbot.waitUntil(lambda: not page.shell.tasks.running, timeout=30_000)


def figures(page: ExchangePage) -> tuple[int, int, int]:
    """本机已记, 县里已收, 待报."""
    shown = page.figures
    return int(shown.mine.text()), int(shown.theirs.text()), int(shown.waiting.text())


def by_network(qtbot: QtBot, page: ExchangePage, url: str) -> str:
    page.network.address.setText(url)
    page.network.start.click()
    settle(qtbot, page)
    return page.network.words.text()


def by_stick(qtbot: QtBot, page: ExchangePage, folder: Path) -> str:
    page.stick.choose(str(folder))
    page.stick.start.click()
    settle(qtbot, page)
    return page.stick.words.text()


# Figures and the anchor


def test_before_enrolment_nothing_can_be_reported_and_words_say_why(page: ExchangePage, stick: Path) -> None:
    page.stick.choose(str(stick))
    assert not page.network.start.isEnabled()
    assert not page.stick.start.isEnabled()
    assert "登记" in page.network.words.text()
    assert figures(page) == (1, 0, 1)


def test_a_record_made_elsewhere_in_the_window_is_one_more_to_report(enrolled: ExchangePage, ledger: Ledger) -> None:
    before = figures(enrolled)[0]
    record(enrolled)
    assert figures(enrolled) == (before + 1, 0, before + 1)


def record(page: ExchangePage) -> None:
    """One more change of this laptop."""
    write_class(page.shell.ledger, "A1")
    page.shell.did("class")


def write_class(ledger: Ledger, code: str) -> None:
    course = ledger.conn.execute("SELECT code FROM courses").fetchone()[0]
    add_class(ledger, code, course, "清水乡一班", "2026-11-01", "2026-11-30")


def test_the_anchor_on_screen_is_the_head_and_a_phone_reads_it(
    qtbot: QtBot, page: ExchangePage, ledger: Ledger
) -> None:
    wanted = anchor(ledger)
    assert page.figures.letters.text() == wanted["shown"]
    assert read_qr(page.figures.qr.grab().toImage()) == wanted["anchor"]
    page.figures.full.click()
    screen = page.window().findChild(AnchorScreen)
    assert screen.isFullScreen()
    assert read_qr(screen.grab().toImage()) == wanted["anchor"]
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.isVisible()


def read_qr(picture: QImage) -> str:
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    view = memoryview(grey.constBits()).cast("B", (grey.height(), grey.bytesPerLine()))
    (found,) = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)


# By network


def test_by_network_with_the_server_down(qtbot: QtBot, enrolled: ExchangePage) -> None:
    before = figures(enrolled)
    said = by_network(qtbot, enrolled, NOBODY_LISTENS)
    assert "记录都在本机，没有丢" in said
    assert "U盘" in said
    assert figures(enrolled) == before
    assert "已送达" not in enrolled.figures.state.text()
    assert enrolled.network.start.isEnabled()


def test_by_network_a_verified_receipt_moves_the_figures(
    qtbot: QtBot, enrolled: ExchangePage, county: Ledger, ledger: Ledger
) -> None:
    mine = ledger.position(ledger.feed).seq
    assert figures(enrolled) == (mine, 0, mine)
    with serving(county) as url:
        said = by_network(qtbot, enrolled, url.removeprefix("http://"))
        assert f"送达 {mine} 条" in said
        assert figures(enrolled) == (mine, mine, 0)
        assert "已送达" in enrolled.figures.state.text()
        assert county.position(ledger.feed).seq == mine
        assert ledger.get("server") == url
        assert "没有新的要报" in by_network(qtbot, enrolled, url)
    record(enrolled)
    assert figures(enrolled) == (mine + 1, mine, 1)
    assert "已送达" not in enrolled.figures.state.text()


def test_a_ledger_that_was_copied_goes_on_in_a_new_feed(
    qtbot: QtBot, enrolled: ExchangePage, county: Ledger, ledger: Ledger, tmp_path: Path
) -> None:
    """The sync beside the window opens it; what the window writes next must go there, not onto the old branch."""
    before = ledger.feed
    with serving(county) as url:
        by_network(qtbot, enrolled, url)
        shutil.copytree(ledger.folder, tmp_path / "copy")
        with Ledger.open(tmp_path / "copy") as twin:
            write_class(twin, "B1")
            sync_http(twin, url)
        record(enrolled)
        by_network(qtbot, enrolled, url)
        assert ledger.feed != before
        count = figures(enrolled)[0]
        write_class(ledger, "A2")
        enrolled.shell.did("class")
        assert figures(enrolled)[0] == count + 1
        by_network(qtbot, enrolled, url)
    assert county.position(ledger.feed) == ledger.position(ledger.feed)
    assert ledger.conn.execute("SELECT feed FROM changes WHERE kind = 'class' ORDER BY rowid").fetchall()[-1] == (
        ledger.feed,
    )


def test_an_address_that_is_no_county(qtbot: QtBot, enrolled: ExchangePage) -> None:
    assert "请填写" in by_network(qtbot, enrolled, "  ")
    assert not enrolled.shell.tasks.running
    assert by_network(qtbot, enrolled, "http://127.0.0.1:port")
    assert figures(enrolled)[1] == 0


def test_the_address_of_last_time_is_there_again(
    qtbot: QtBot, enrolled: ExchangePage, ledger: Ledger, window: Window
) -> None:
    ledger.put("server", "http://127.0.0.1:8000")
    enrolled.refresh()
    assert enrolled.network.address.text() == "http://127.0.0.1:8000"
    enrolled.network.address.setText("http://127.0.0.1:80")
    enrolled.refresh()
    assert enrolled.network.address.text() == "http://127.0.0.1:80"


def test_a_report_that_was_stopped_says_so(qtbot: QtBot, enrolled: ExchangePage, county: Ledger) -> None:
    with serving(county) as url:
        enrolled.network.address.setText(url)
        enrolled.network.start.click()
        enrolled.network.stop.click()
        settle(qtbot, enrolled)
    assert "已停止" in enrolled.network.words.text()
    assert figures(enrolled)[1] == 0
    assert enrolled.network.start.isEnabled()


def test_a_county_that_does_not_know_this_laptop(qtbot: QtBot, enrolled: ExchangePage, tmp_path: Path) -> None:
    with office.create(tmp_path / "other", "别县人社局") as other, serving(other) as url:
        assert "登记" in by_network(qtbot, enrolled, url)
    assert figures(enrolled)[1] == 0


# By stick


def test_the_round_trip_of_a_stick(
    qtbot: QtBot, enrolled: ExchangePage, county: Ledger, ledger: Ledger, stick: Path
) -> None:
    mine = ledger.position(ledger.feed).seq
    said = by_stick(qtbot, enrolled, stick)
    assert "写出 1 个文件" in said
    assert "交给县里" in said
    # Written is not delivered.
    assert figures(enrolled) == (mine, 0, mine)
    assert not office.import_files(county, [stick], stick).refused
    said = by_stick(qtbot, enrolled, stick)
    assert "回执 1 份" in said
    assert "写出" not in said
    assert figures(enrolled) == (mine, mine, 0)
    assert "已送达" in enrolled.figures.state.text()


def test_that_the_network_failed_is_old_news_once_a_stick_has_brought_the_receipt(
    qtbot: QtBot, enrolled: ExchangePage, county: Ledger, stick: Path
) -> None:
    failed = by_network(qtbot, enrolled, NOBODY_LISTENS)
    by_stick(qtbot, enrolled, stick)
    assert enrolled.network.words.text() == failed, "written is not delivered"
    office.import_files(county, [stick], stick)
    by_stick(qtbot, enrolled, stick)
    assert enrolled.network.words.text() != failed
    assert enrolled.network.words.objectName() != "fieldError"


def test_a_forged_receipt_moves_nothing(qtbot: QtBot, enrolled: ExchangePage, county: Ledger, stick: Path) -> None:
    by_stick(qtbot, enrolled, stick)
    office.import_files(county, [stick], stick)
    (receipt,) = stick.glob("*.xpr")
    text = receipt.read_bytes()
    signature = json.loads(text)["signatures"][0]["sig"]
    receipt.write_bytes(text.replace(signature[:8].encode(), b"AAAAAAAA"))
    said = by_stick(qtbot, enrolled, stick)
    assert f"没有收下 {receipt.name}" in said
    assert "签名对不上" in said
    assert figures(enrolled)[1] == 0


def test_what_the_county_refused_is_told(
    qtbot: QtBot, enrolled: ExchangePage, county: Ledger, ledger: Ledger, stick: Path
) -> None:
    """A receipt may be sound and say no: here for a course, which only the county may publish."""
    with ledger.writing() as w:
        w.write("course", {"code": "X9", "name": "自编课程"})
    by_stick(qtbot, enrolled, stick)
    assert office.import_files(county, [stick], stick).refused
    said = by_stick(qtbot, enrolled, stick)
    assert f"没有收下第 1–{ledger.position(ledger.feed).seq} 条" in said
    assert "只能由县局发布" in said
    assert figures(enrolled)[1] == 0


def test_a_stick_that_is_gone(qtbot: QtBot, enrolled: ExchangePage, stick: Path) -> None:
    enrolled.stick.choose(str(stick))
    stick.rmdir()
    enrolled.stick.start.click()
    settle(qtbot, enrolled)
    assert "插好U盘" in enrolled.stick.words.text()
    enrolled.stick.again.click()
    assert enrolled.stick.place.findData(str(stick)) < 0


def test_a_folder_is_chosen_in_a_dialog(enrolled: ExchangePage, stick: Path) -> None:
    enrolled.stick.other.click()
    dialog = enrolled.stick.findChild(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.fileSelected.emit(str(stick))
    dialog.reject()
    assert enrolled.stick.place.currentData() == str(stick)


# Enrolment, and files that are dropped


def drop(page: ExchangePage, *paths: Path) -> bool:
    """Drops files as a file manager does; answers whether the page wanted them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), action, data, left, none)
    enter.ignore()
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        QApplication.sendEvent(page, QDropEvent(QPoint(5, 5), action, data, left, none))
    return enter.isAccepted()


def test_enrolment_by_files(
    qtbot: QtBot, page: ExchangePage, ledger: Ledger, county: Ledger, stick: Path, window: Window
) -> None:
    window.shell.go("exchange", "enrol")
    assert page.tabs.currentIndex() == 1
    assert page.enrolment.mine.text() == ledger.signer.public.fingerprint
    page.enrolment.export_to(str(stick / "登记申请.xpq"))
    grant, said = devices.enrol(county, (stick / "登记申请.xpq").read_bytes(), INSTITUTION)
    assert said["fingerprint"] == page.enrolment.mine.text()
    (stick / "授权.xpg").write_bytes(grant)
    page.tabs.setCurrentIndex(0)
    assert drop(page, stick / "授权.xpg")
    settle(qtbot, page)
    form = page.findChild(GrantForm)
    assert form.theirs.text() == county.signer.public.fingerprint
    assert ledger.county is None, "compared first"
    form.submit()
    assert page.tabs.currentIndex() == 1
    assert "云岭县人社局" in page.enrolment.state.text()
    assert INSTITUTION in page.enrolment.state.text()
    assert page.enrolment.theirs.text() == county.signer.public.fingerprint
    assert window.notice.isHidden()
    page.stick.choose(str(stick))
    assert page.stick.start.isEnabled()


def test_a_grant_for_another_laptop_is_refused_in_words(
    qtbot: QtBot, page: ExchangePage, county: Ledger, tmp_path: Path
) -> None:
    with Ledger.create(tmp_path / "other", "河口乡培训点") as other:
        (tmp_path / "g.xpg").write_bytes(devices.enrol(county, enrol.request(other), INSTITUTION)[0])
    drop(page, tmp_path / "g.xpg")
    settle(qtbot, page)
    said = page.shell.messages.said[-1]
    assert (said.level, "另一台电脑" in said.text) == ("error", True)
    assert page.shell.ledger.county is None


def test_a_request_that_can_not_be_written(page: ExchangePage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    page.enrolment.export_to(str(tmp_path / "file" / "a.xpq"))
    assert "写不成" in page.enrolment.words.text()


def test_files_of_other_kinds_are_not_wanted(page: ExchangePage, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("")
    assert not drop(page, tmp_path / "a.xlsx")


def test_a_receipt_that_came_by_phone(
    qtbot: QtBot, enrolled: ExchangePage, county: Ledger, ledger: Ledger, stick: Path
) -> None:
    by_stick(qtbot, enrolled, stick)
    office.import_files(county, [stick], stick)
    mine = ledger.position(ledger.feed).seq
    drop(enrolled, *stick.glob("*.xpr"))
    settle(qtbot, enrolled)
    assert f"到第 {mine} 条" in enrolled.shell.messages.said[-1].text
    assert figures(enrolled) == (mine, mine, 0)


def test_what_is_refused_is_listed_with_its_reason(qtbot: QtBot, enrolled: ExchangePage, tmp_path: Path) -> None:
    assert enrolled.troubles.model.rowCount() == 0
    (tmp_path / "坏的.xpb").write_bytes(b"age-encryption.org/v1\n")
    drop(enrolled, tmp_path / "坏的.xpb")
    settle(qtbot, enrolled)
    assert "打不开" in enrolled.shell.messages.said[-1].text
    (row,) = enrolled.troubles.model.rows
    assert (row.state, row.file) == ("本机拒收", "坏的.xpb")
    enrolled.troubles.table.selectRow(0)
    assert enrolled.troubles.reason.text() == row.why
    assert "（1）" in enrolled.tabs.tabText(2)


# Upkeep


def test_checking_the_ledger(qtbot: QtBot, page: ExchangePage, ledger: Ledger) -> None:
    page.upkeep.check.click()
    settle(qtbot, page)
    assert "1 条记录：没有问题" in page.upkeep.result.text()
    ledger.conn.execute("UPDATE feeds SET name = '别的'")
    page.upkeep.check.click()
    settle(qtbot, page)
    assert "feeds" in page.upkeep.result.text()
    page.tabs.setCurrentIndex(3)
    assert page.upkeep.repair.isVisible()
    page.upkeep.repair.click()
    settle(qtbot, page)
    assert "没有问题" in page.upkeep.result.text()
    assert not page.upkeep.repair.isVisible()


def test_stating_the_time(qtbot: QtBot, page: ExchangePage, ledger: Ledger) -> None:
    before = ledger.position(ledger.feed).seq
    page.upkeep.set_clock.click()
    form = page.upkeep.form
    qtbot.waitUntil(form.isVisible)
    shown = form.time.time()
    form.submit()
    assert form.isVisible()
    assert ledger.position(ledger.feed).seq == before
    form.reason.setEditText("主板电池没电")
    late = shown.hour() >= 12
    form.time.setTime(QTime(shown.hour() - 1 if late else shown.hour() + 1, shown.minute(), shown.second()))
    form.submit()
    assert not form.isVisible()
    offset = clock_state(ledger)["offset"]
    assert abs(abs(offset) - 3600) < 60
    assert (offset < 0) == late
    assert ("快了" if late else "慢了") in page.shell.messages.said[-1].text
    assert figures(page)[0] == before + 1
