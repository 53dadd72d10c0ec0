"""Backups by the window itself, and a ledger that comes back from one: over real files and a real window."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from desktop.app import make_window
from desktop.checkin.page import CheckinPage
from desktop.exchange.drives import Drive
from desktop.exchange.keeping import Keeping
from desktop.exchange.page import ExchangePage
from desktop.shell.first_start import FirstStart
from desktop.shell.home import HomePage
from desktop.shell.notices import NoticeCard
from desktop.shell.page import Shell
from desktop.shell.restoring import BrokenStart
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.county import county as office
from sync.county import devices
from sync.errors import KeyProblem
from sync.jobs import enrol
from sync.jobs.backups import is_chosen, usual_folder
from sync.ledger.backup import backup, prove, restore
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.ledger.replacing import change_places
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page
from tests.nodes import note, sealed

__all__ = ["bare_machine", "day", "desk_window", "page"]
pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints")


@pytest.fixture
def shell(desk_window: Window) -> Shell:
    return desk_window.shell


def settled(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.tasks.running, timeout=20_000)


def close_lesson(page: CheckinPage) -> QLabel:
    """Answers the line about the backup, which stands under the 存证码."""
    page.acts.close_lesson()
    page.dialog.go.click()
    line: QLabel = page.dialog.backup
    return line


def notices(window: Window) -> dict[str, NoticeCard]:
    window.open_page("home")
    home = window.page("home")
    assert isinstance(home, HomePage)
    # A new card is shown by an event.
    QApplication.processEvents()
    return {card.notice.key: card for card in home.findChildren(NoticeCard) if card.isVisible()}


def keeping_of(window: Window) -> Keeping:
    window.shell.go("exchange", "keeping")
    page = window.page("exchange")
    assert isinstance(page, ExchangePage)
    assert page.keeping.isVisible()
    return page.keeping


# Backups


def test_a_lesson_that_is_closed_makes_a_backup_that_can_be_restored(
    qtbot: QtBot, page: CheckinPage, day: Day, tmp_path: Path
) -> None:
    page.take(day.card(0), "scanner")
    line = close_lesson(page)
    settled(qtbot, page.shell)
    assert line.text().startswith("✓") and line.isVisible()
    (made,) = usual_folder(day.ledger).iterdir()
    restore(tmp_path / "again", made, clock=day.clock)
    with Ledger.open(tmp_path / "again") as again:
        assert again.position(day.ledger.feed) == day.ledger.position(day.ledger.feed)
        assert again.conn.execute("SELECT count(*) FROM lesson_closings").fetchone() == (1,)


def test_a_backup_that_fails_is_one_line_here_and_one_on_the_home_page_until_one_works(
    qtbot: QtBot, desk_window: Window, page: CheckinPage, tmp_path: Path
) -> None:
    settings = page.shell.settings
    settings.backup_folder = str(tmp_path / "拔掉的盘")
    line = close_lesson(page)
    settled(qtbot, page.shell)
    assert "没有做成" in line.text() and "拔掉的盘" in line.text()
    assert page.dialog.code.isVisible(), "the 存证码 is not in its way"
    page.dialog.accept()
    card = notices(desk_window)["backup"]
    card.button.click()
    keeping = keeping_of(desk_window)
    keeping.choose("")
    keeping.now.click()
    settled(qtbot, page.shell)
    assert keeping.line.text().startswith("✓")
    assert "backup" not in notices(desk_window)


def test_turned_off_no_backup_is_made_and_the_line_says_so(
    qtbot: QtBot, desk_window: Window, page: CheckinPage, day: Day
) -> None:
    keeping = keeping_of(desk_window)
    keeping.automatic.click()
    desk_window.open_page("checkin")
    line = close_lesson(page)
    settled(qtbot, page.shell)
    assert "已关" in line.text()
    assert not usual_folder(day.ledger).exists()


def test_the_ledgers_own_folder_is_no_place_for_its_backups(desk_window: Window, day: Day) -> None:
    keeping = keeping_of(desk_window)
    inside = day.ledger.folder / "备份"
    inside.mkdir()
    keeping.choose(str(inside))
    assert desk_window.shell.settings.backup_folder == ""
    assert desk_window.shell.messages.said[-1].level == "error"


def test_a_stick_that_was_ticked_is_known_again_and_can_be_left_out(
    desk_window: Window, day: Day, tmp_path: Path
) -> None:
    stick = tmp_path / "KINGSTON"
    stick.mkdir()
    keeping = keeping_of(desk_window)
    keeping.show_sticks([Drive(stick, "KINGSTON（剩余 3.2 GB）")])
    (box,) = (each for each in keeping.findChildren(QCheckBox) if "KINGSTON" in each.text())
    box.click()
    assert is_chosen(day.ledger, stick)
    box.click()
    assert not is_chosen(day.ledger, stick)


def test_closing_the_window_while_a_backup_is_made_loses_neither(
    qtbot: QtBot, desk_window: Window, page: CheckinPage, day: Day
) -> None:
    close_lesson(page)
    desk_window.close()
    (made,) = usual_folder(day.ledger).glob("*.xpk")
    assert prove(made, day.ledger.key).seq == day.ledger.position(day.ledger.feed).seq
    assert Settings(day.ledger.folder).backup_at


# The restore


def test_a_backup_takes_the_ledgers_place_when_the_window_has_closed(
    qtbot: QtBot, desk_window: Window, day: Day, tmp_path: Path
) -> None:
    folder, feed = day.ledger.folder, day.ledger.feed
    before = day.ledger.position(feed).seq
    backup(day.ledger, tmp_path / "a.xpk")
    note(day.ledger, "备份之后的")
    keeping = keeping_of(desk_window)
    keeping.form.choose(str(tmp_path / "a.xpk"))
    settled(qtbot, desk_window.shell)
    assert keeping.take.isVisible() and f"{before} 条" in keeping.found.text()
    keeping.take.click()
    assert not desk_window.isVisible()
    day.ledger.close()
    assert change_places(folder)
    with Ledger.open(folder) as now:
        assert (now.position(feed).seq, now.position(now.feed).seq) == (before, 1)


def test_a_file_that_is_no_backup_offers_nothing(qtbot: QtBot, desk_window: Window, tmp_path: Path) -> None:
    (tmp_path / "x.xpk").write_bytes(b"?")
    keeping = keeping_of(desk_window)
    keeping.form.choose(str(tmp_path / "x.xpk"))
    settled(qtbot, desk_window.shell)
    assert "不是乡培通的备份" in keeping.form.error.text()
    assert not keeping.take.isVisible() and keeping.form.isEnabled() and not keeping.form.key.isVisible()


def test_what_is_not_reported_yet_is_said_before_the_restore(desk_window: Window, day: Day, tmp_path: Path) -> None:
    with office.create(tmp_path / "county", "云岭县人社局", day.clock) as county:
        enrol.accept(day.ledger, devices.enrol(county, enrol.request(day.ledger), "春风职业培训学校")[0])
    keeping = keeping_of(desk_window)
    assert keeping.left.isVisible() and "先上报" in keeping.left.text()


def test_the_home_page_says_what_was_restored_until_it_was_read(
    qtbot: QtBot, day: Day, tmp_path: Path, bare_machine: None
) -> None:
    backup(day.ledger, tmp_path / "a.xpk")
    made = restore(tmp_path / "again", tmp_path / "a.xpk", clock=day.clock)
    with Ledger.open(tmp_path / "again", day.clock) as again:
        window = make_window(again, Settings(again.folder), catch=False)
        qtbot.addWidget(window)
        window.show()
        card = notices(window)["restored"]
        assert f"共 {made.changes} 条" in card.notice.words and "另起一段" in card.notice.words
        card.button.click()
        assert notices(window) == {}
        window.close()


def test_the_first_start_takes_a_backup_instead_of_a_name(qtbot: QtBot, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "old", "石门村培训点") as old:
        note(old, "一")
        backup(old, tmp_path / "a.xpk")
    dialog = FirstStart(tmp_path / "new")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.restore.choose(str(tmp_path / "a.xpk"))
    assert dialog.ledger is not None and not dialog.isVisible()
    with dialog.ledger as ledger:
        assert ledger.name == "石门村培训点"
        assert ledger.conn.execute("SELECT count(*) FROM changes").fetchone() == (3,)


def test_on_another_computer_the_county_recovers_the_key(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        office.create(tmp_path / "county", "云岭县人社局") as county,
        Ledger.create(tmp_path / "old", "石门村培训点") as old,
    ):
        enrol.accept(old, devices.enrol(county, enrol.request(old), "春风职业培训学校")[0])
        assert take(county, sealed(old), "x.xpb", "usb").state == "taken"
        backup(old, tmp_path / "a.xpk")
        (tmp_path / "recovered.key").write_text(devices.recover_key(county, old.feed).hex())
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another computer"))
    dialog = FirstStart(tmp_path / "new")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.restore.choose(str(tmp_path / "a.xpk"))
    assert dialog.ledger is None
    assert dialog.restore.key.isVisible() and "县局" in dialog.restore.error.text()
    dialog.restore.choose_key(str(tmp_path / "recovered.key"))
    assert dialog.ledger is not None
    with dialog.ledger as ledger:
        assert ledger.name == "石门村培训点"


# A ledger that does not open


def broken(qtbot: QtBot, folder: Path) -> BrokenStart:
    with pytest.raises(KeyProblem) as caught:
        Ledger.open(folder)
    dialog = BrokenStart(folder, caught.value)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def lost(tmp_path: Path) -> Path:
    """A folder whose key was deleted; the key and a backup lie beside it."""
    with Ledger.create(tmp_path / "node", "石门村培训点") as made:
        backup(made, tmp_path / "a.xpk")
        note(made, "备份之后的")
    (tmp_path / "node" / "ledger.key").rename(tmp_path / "kept.key")
    return tmp_path / "node"


def test_a_ledger_without_its_key_opens_as_it_is_with_a_recovered_one(qtbot: QtBot, lost: Path) -> None:
    dialog = broken(qtbot, lost)
    (lost.parent / "other.key").write_text("00" * 32)
    dialog.put_back(str(lost.parent / "other.key"))
    assert dialog.isVisible() and dialog.restore.error.text()
    dialog.put_back(str(lost.parent / "kept.key"))
    assert dialog.result() == BrokenStart.DialogCode.Accepted
    with Ledger.open(lost) as again:
        assert again.position(again.feed).seq == 2


def test_a_ledger_that_does_not_open_gives_its_place_to_a_backup(qtbot: QtBot, lost: Path) -> None:
    dialog = broken(qtbot, lost)
    dialog.restore.choose(str(lost.parent / "a.xpk"))
    assert dialog.result() == BrokenStart.DialogCode.Accepted
    assert change_places(lost)
    with Ledger.open(lost) as again:
        assert again.conn.execute("SELECT count(*) FROM changes").fetchone() == (2,)
    (aside,) = lost.glob("以前的台账-*")
    shutil.copy(lost.parent / "kept.key", aside / "ledger.key")
    with Ledger.open(aside) as old:
        assert old.position(old.feed).seq == 2


LIVES_ON = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop import app
from desktop.shell.window import Window

folder, path = sys.argv[1:]
qt = QApplication([])
seen = []

def look():
    windows = [each for each in qt.topLevelWidgets() if isinstance(each, Window) and each.isVisible()]
    if not windows:
        return
    window = windows[0]
    feed = window.shell.ledger.feed
    if feed not in seen:
        seen.append(feed)
        if len(seen) == 1:
            window.shell.go("exchange", "keeping")
            window.page("exchange").keeping.form.choose(path)
    keeping = window.page("exchange") and window.page("exchange").keeping
    if len(seen) == 1 and keeping.take.isVisible():
        keeping.take.click()
    elif len(seen) == 2:
        window.close()

timer = QTimer()
timer.timeout.connect(look)
timer.start(30)
code = app.run(folder)
print(code, *seen)
"""


def test_the_window_opens_again_on_what_was_restored(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with Ledger.create(folder, "石门村培训点") as made:
        feed = made.feed
        backup(made, tmp_path / "a.xpk")
    command = [sys.executable, "-c", LIVES_ON, str(folder), str(tmp_path / "a.xpk")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    code, first, second = done.stdout.split()
    assert (code, first) == ("0", feed)
    with Ledger.open(folder) as now:
        assert now.feed == second != feed
    assert not (folder / "crashes").exists() or not list((folder / "crashes").glob("*.txt"))
    assert list(folder.glob("以前的台账-*"))
