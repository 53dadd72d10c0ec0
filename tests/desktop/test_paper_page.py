"""The page of forms: what is shown is what is printed, and nothing waits for it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QObject, QSize, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.paper.page import PaperPage
from desktop.shell.window import Window
from sync.jobs.classes import add_class, cancel_lesson
from sync.ledger.ledger import Ledger
from tests.desktop.people import enrol, id_number, lesson

A4_POINTS = (595, 842)


@pytest.fixture
def page(qtbot: QtBot, window: Window, class_id: str) -> PaperPage:
    """The page on a class that has nobody yet."""
    window.resize(1024, 600)
    window.show()
    window.shell.choose_class(class_id)
    window.open_page("paper")
    found = window.page("paper")
    assert isinstance(found, PaperPage)
    return found


def settle(qtbot: QtBot, page: PaperPage) -> None:
    qtbot.waitUntil(lambda: not page.shell.tasks.running, timeout=30_000)


def choose(qtbot: QtBot, page: PaperPage, form: str) -> None:
    page.form.setCurrentIndex(page.form.findData(form))
    settle(qtbot, page)


def text_of(page: PaperPage) -> str:
    document = page.preview.document
    return "".join(document.getAllText(number).text() for number in range(document.pageCount()))


def test_a_class_without_people_says_so_on_the_page(qtbot: QtBot, page: PaperPage) -> None:
    settle(qtbot, page)
    assert "还没有学员" in page.preview.words.text()
    assert page.preview.stack.currentWidget() is page.preview.words
    assert not page.print_button.isEnabled()
    assert not page.shell.messages.said


def test_without_any_class(qtbot: QtBot, window: Window) -> None:
    window.show()
    window.open_page("paper")
    page = window.page("paper")
    assert isinstance(page, PaperPage)
    assert "还没有班次" in page.preview.words.text()
    assert not window.shell.tasks.running


def test_cards_are_ten_to_a_page_and_counted(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 21)
    choose(qtbot, page, "cards")
    assert page.preview.document.pageCount() == 3
    assert page.preview.counter.text() == "第 1 页，共 3 页"


def test_what_changes_is_shown_at_once(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 1)
    page.shell.did("trainee", "enrollment")
    settle(qtbot, page)
    assert "王䶮" in text_of(page)


def test_the_last_choice_wins(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str) -> None:
    """Three choices while the first form is still being made."""
    enrol(ledger, class_id, 2)
    lesson(ledger, class_id, "2026-11-21", "08:30", "11:30", "翻身与喂饭")
    page.shell.did("lesson")
    for form in ("cards", "hours", "timetable"):
        page.form.setCurrentIndex(page.form.findData(form))
    settle(qtbot, page)
    assert "课 程 表" in text_of(page)


def test_a_sign_in_sheet_asks_which_lesson(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str) -> None:
    choose(qtbot, page, "sign-in")
    assert "还没有课次" in page.preview.words.text()
    enrol(ledger, class_id, 2)
    for day, topic in (("2026-11-21", "翻身与喂饭"), ("2026-11-22", "量血压"), ("2026-11-23", "轮椅与转移")):
        made = lesson(ledger, class_id, day, "08:30", "11:30", topic)
    cancel_lesson(ledger, made, "下雨")
    page.shell.did("lesson")
    settle(qtbot, page)
    assert page.lesson.count() == 2
    page.lesson.setCurrentIndex(1)
    settle(qtbot, page)
    assert "量血压" in text_of(page)
    assert "翻身与喂饭" not in text_of(page)


def revealed(ledger: Ledger) -> list[tuple[str, int]]:
    return list(ledger.conn.execute("SELECT what, people FROM reveals ORDER BY seq"))


def test_what_cannot_be_recorded_is_not_revealed(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 1)
    page.shell.did("trainee")
    settle(qtbot, page)
    ledger.conn.execute("PRAGMA query_only = ON")
    page.identity.setChecked(True)
    ledger.conn.execute("PRAGMA query_only = OFF")
    settle(qtbot, page)
    assert page.shell.messages.said[-1].level == "error"
    assert not page.identity.isChecked()
    assert id_number(0) not in text_of(page)


def test_whole_numbers_only_when_asked_and_only_once(
    qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str
) -> None:
    enrol(ledger, class_id, 1)
    page.shell.did("trainee")
    settle(qtbot, page)
    assert id_number(0) not in text_of(page)
    assert revealed(ledger) == []
    page.identity.setChecked(True)
    settle(qtbot, page)
    assert id_number(0) in text_of(page)
    page.shell.did("trainee")
    settle(qtbot, page)
    assert revealed(ledger) == [("screen", 1)]
    page.save_to(str(ledger.folder / "花名册.pdf"))
    assert revealed(ledger) == [("screen", 1), ("export", 1)]
    choose(qtbot, page, "cards")
    assert not page.identity.isVisible()
    choose(qtbot, page, "roster")
    assert not page.identity.isChecked()
    assert id_number(0) not in text_of(page)


def test_another_class_starts_without_whole_numbers(
    qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str
) -> None:
    enrol(ledger, class_id, 1)
    other = add_class(ledger, "A2", "C1", "清水乡家政二班", "2026-11-01", "2026-11-30")
    page.shell.did("class", "trainee")
    page.identity.setChecked(True)
    settle(qtbot, page)
    page.shell.choose_class(other)
    settle(qtbot, page)
    assert not page.identity.isChecked()
    assert "还没有学员" in page.preview.words.text()


def test_a_long_roster_does_not_stop_the_window(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str) -> None:
    enrol(ledger, class_id, 600)
    settle(qtbot, page)
    pulse, longest = QElapsedTimer(), 0

    def beat() -> None:
        nonlocal longest
        longest = max(longest, pulse.restart())

    timer = QTimer()
    timer.timeout.connect(beat)
    pulse.start()
    timer.start(5)
    page.shell.did("trainee")
    settle(qtbot, page)
    timer.stop()
    # The last stretch, in which the pages are loaded and laid out.
    page.window().grab()
    beat()
    assert page.preview.document.pageCount() >= 20
    # It takes a second or two to make; the window itself must never be away for half a second.
    assert longest < 500


def test_saving(qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str, tmp_path: Path) -> None:
    enrol(ledger, class_id, 1)
    page.shell.did("trainee")
    settle(qtbot, page)
    page.save_button.click()
    dialog = page.findChild(QFileDialog)
    assert "A1 清水乡家政一班 花名册.pdf" in [edit.text() for edit in dialog.findChildren(QLineEdit)]
    target = tmp_path / "花名册.pdf"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    assert target.read_bytes() == page.pdf
    assert page.shell.messages.said[-1].level == "info"


def test_saving_where_nothing_can_be_written(
    qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str, tmp_path: Path
) -> None:
    enrol(ledger, class_id, 1)
    page.shell.did("trainee")
    settle(qtbot, page)
    for place in read_only_places(tmp_path):
        page.save_to(str(place / "a.pdf"))
        said = page.shell.messages.said[-1]
        assert said.level == "error"
        assert "没有存成" in said.text
    assert page.pdf


def read_only_places(tmp_path: Path) -> Iterator[Path]:
    """A place that is no folder; a folder without permission, unless root runs this; and the kernel's own."""
    (tmp_path / "file").write_text("")
    yield tmp_path / "file"
    if os.name == "posix" and os.geteuid():
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        yield closed
    if Path("/proc/self").is_dir():
        yield Path("/proc/self")


def test_no_printer_is_a_sentence_that_offers_a_file(
    qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.paper.printing.QPrinterInfo.availablePrinterNames", list)
    enrol(ledger, class_id, 1)
    page.shell.did("trainee")
    settle(qtbot, page)
    page.print_button.click()
    said = page.shell.messages.said[-1]
    assert "没有装打印机" in said.text
    assert said.then is not None
    said.then()
    dialog = page.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_printing_draws_every_page_at_its_true_size(
    qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str, tmp_path: Path
) -> None:
    """A printer that writes to a file is a printer like any other."""
    enrol(ledger, class_id, 11)
    choose(qtbot, page, "cards")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setResolution(300)
    printer.setFullPage(True)
    page.print_on(printer)
    settle(qtbot, page)
    assert "共 2 页" in page.shell.messages.said[-1].text
    printed = QPdfDocument()
    printed.load(str(tmp_path / "printed.pdf"))
    assert printed.pageCount() == 2
    size = printed.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == A4_POINTS
    # 2480 dots are the width of A4 at 300 an inch.
    widths = re.findall(rb"/Width (\d+)", (tmp_path / "printed.pdf").read_bytes())
    assert max(map(int, widths)) == pytest.approx(2480, abs=2)
    assert dark_bounds(printed) == pytest.approx(dark_bounds(page.preview.document), abs=2)


def dark_bounds(document: QPdfDocument) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn on the first page, at 144 dots an inch: cut marks are thin."""
    image = document.render(0, QSize(*A4_POINTS) * 2).convertToFormat(QImage.Format.Format_Alpha8)
    drawn = [(x, y) for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y).alpha() > 60]
    across, down = [x for x, _ in drawn], [y for _, y in drawn]
    return min(across), min(down), max(across), max(down)


class Opener(QObject):
    """The system's program for files, as far as Qt knows."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.first: bytes = b""

    @Slot(QUrl)
    def open_url(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())
        self.first = Path(url.toLocalFile()).read_bytes()


def test_opening_outside_leaves_nothing_behind(
    qtbot: QtBot, page: PaperPage, ledger: Ledger, class_id: str, window: Window
) -> None:
    enrol(ledger, class_id, 1)
    page.shell.did("trainee")
    settle(qtbot, page)
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, "open_url")
    try:
        page.open_button.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opener.first == page.pdf
    window.close()
    assert not Path(opener.opened[0]).exists()
