"""The window itself: navigation, messages, background work, crashes, the lock, the first start."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QLockFile, Qt, QThread, QTimer
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from desktop import app
from desktop.shell import theme
from desktop.shell.clock_form import ClockForm
from desktop.shell.crash import Crashes
from desktop.shell.first_start import FirstStart
from desktop.shell.messages import Messages
from desktop.shell.page import Changed, Page, Shell
from desktop.shell.settings import Settings
from desktop.shell.status import StatusBar
from desktop.shell.tasks import Job
from desktop.shell.window import Window
from sync.errors import BadInput
from sync.jobs import moment
from sync.jobs.classes import add_class
from sync.ledger.ledger import Ledger
from tests.desktop.checkin_day import MULTIMEDIA_NOISE
from tests.desktop.people import StillClock, id_number

VOID_CALLS = 20_000


def test_void_calls_keep_none_alive(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 lost a reference to None at nearly every void call, and aborted after 5,000."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(VOID_CALLS):
        label.update()
    assert abs(sys.getrefcount(None) - before) < VOID_CALLS / 10


def test_pages_open_by_shortcut_and_only_then(qtbot: QtBot, window: Window) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert window.page("home") is not None
    assert window.page("classes") is None
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.stack.currentWidget() is window.page("classes")


@pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE)
def test_no_key_means_two_things(window: Window) -> None:
    """Of two shortcuts with one key Qt does neither."""
    window.show()
    for room in app.ROOMS:
        window.open_page(room.key)
        keys = [one.key().toString() for one in window.findChildren(QShortcut) if one.parent().isVisible()]
        buttons = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
        keys += [one.shortcut().toString() for one in buttons if not one.shortcut().isEmpty()]
        assert "F1" in keys and len(keys) == len(set(keys)), room.title


def test_a_banner_asks_for_enrolment_until_there_is_a_county(window: Window) -> None:
    assert not window.notice.isHidden()
    assert "未登记" in window.notice.findChild(QLabel).text()


def test_no_enrolment_banner_with_a_county(qtbot: QtBot, tmp_path: Path) -> None:
    # A county node is its own county, so that none is missing.
    with Ledger.create(tmp_path / "county", "清水县", role="county") as ledger:
        window = app.make_window(ledger, Settings(ledger.folder), catch=False)
        qtbot.addWidget(window)
        assert window.notice.isHidden()


def test_status_counts_what_is_recorded(window: Window) -> None:
    bar = window.statusBar()
    assert isinstance(bar, StatusBar)
    before = window.shell.ledger.position(window.shell.ledger.feed).seq
    assert f"本机已记 {before} 条" in bar.counts.text()
    assert "县里已收 0 条" in bar.counts.text()
    add_class(window.shell.ledger, "B1", "C1", "新班", "2026-11-01", "2026-11-02")
    window.shell.did("class")
    assert f"本机已记 {before + 1} 条" in bar.counts.text()


def test_a_dead_clock_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "node", "培训点", clock=StillClock("2015-01-01T08:00")) as ledger:
        window = app.make_window(ledger, Settings(ledger.folder), catch=False)
        qtbot.addWidget(window)
        bar = window.statusBar()
        assert isinstance(bar, StatusBar)
        assert not bar.doubt.isHidden()
        assert "2026" in bar.doubt.toolTip()
        bar.doubt.click()
        form = bar.findChild(ClockForm)
        form.day.setDate(QDate(2026, 11, 21))
        form.reason.setEditText("主板电池没电")
        form.submit()
        assert bar.doubt.isHidden()
        assert moment.iso(moment.now(ledger).at)[:10] == "2026-11-21"


class _Counting(Page):
    touched_by = frozenset({"lesson"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.reads = 0

    def refresh(self) -> None:
        self.reads += 1


def test_a_page_reads_when_touched_and_not_otherwise(qtbot: QtBot, shell: Shell) -> None:
    page = _Counting(shell)
    qtbot.addWidget(page)
    shell.did("lesson")
    assert page.reads == 0, "hidden pages wait"
    page.show()
    assert page.reads == 1
    shell.did("trainee")
    assert page.reads == 1
    shell.did("lesson")
    assert page.reads == 2
    page.hide()
    shell.did("lesson")
    page.show()
    assert page.reads == 3


def test_what_another_process_wrote_is_noticed_once(qtbot: QtBot, shell: Shell) -> None:
    seen: list[Changed] = []
    shell.changed.connect(seen.append)
    shell.look_around()
    assert seen == []
    with Ledger.open(shell.ledger.folder) as other:
        add_class(other, "B2", "C1", "别的窗口建的班", "2026-11-01", "2026-11-02")
    shell.look_around()
    shell.look_around()
    assert len(seen) == 1
    assert seen[0].touches(frozenset({"class"}))


def test_messages_stand_above_the_page_and_can_be_answered(qtbot: QtBot, window: Window) -> None:
    window.show()
    answered: list[bool] = []
    window.shell.messages.warning("先看这里")
    window.shell.messages.ask("要继续吗？", "继续", lambda: answered.append(True))
    assert [banner.message.text for banner in window.message_area.banners()] == ["先看这里", "要继续吗？"]
    question = window.message_area.banners()[-1]
    question._agreed()
    assert answered == [True]
    assert [banner.message.text for banner in window.message_area.banners()] == ["先看这里"]


def test_no_message_is_missed_when_many_come_at_once(qtbot: QtBot, window: Window) -> None:
    window.show()
    area = window.message_area
    for text in ("甲", "乙", "丙"):
        window.shell.messages.error(text)
    assert [banner.message.text for banner in area.banners() if banner.isVisible()] == ["乙", "丙"]
    area.banners()[-1].close_banner()
    assert [banner.message.text for banner in area.banners() if banner.isVisible()] == ["甲", "乙"]


def test_work_runs_beside_the_window_and_ends_in_it(qtbot: QtBot, shell: Shell) -> None:
    threads: dict[str, object] = {}
    results: list[str] = []

    def work(job: Job) -> str:
        threads["work"] = QThread.currentThread()
        job.progress(1, 2)
        with job.open_ledger() as ledger:
            return ledger.name

    def done(name: str) -> None:
        threads["done"] = QThread.currentThread()
        results.append(name)

    shell.tasks.run("试", work, done=done)
    qtbot.waitUntil(lambda: bool(results))
    assert results == ["清水乡培训点"]
    assert threads["done"] is QApplication.instance().thread()
    assert threads["work"] is not threads["done"]
    assert shell.tasks.running == []


def test_work_that_the_user_stops_says_so(qtbot: QtBot, window: Window) -> None:
    window.show()
    shell = window.shell
    bar = window.statusBar()
    assert isinstance(bar, StatusBar)

    def work(job: Job) -> None:
        count = 0
        while True:
            count += 1
            job.progress(count, 0)
            QThread.msleep(1)

    shell.tasks.run("数数", work)
    assert bar.bar.isVisible()
    qtbot.mouseClick(bar.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not shell.tasks.running)
    assert shell.messages.said[-1].text == "已停止：数数。"
    assert not bar.bar.isVisible()


def test_a_user_error_in_work_becomes_words(qtbot: QtBot, shell: Shell) -> None:
    def work(_job: Job) -> None:
        raise BadInput("表格打不开，请换一个。")

    shell.tasks.run("读表", work)
    qtbot.waitUntil(lambda: bool(shell.messages.said))
    assert (shell.messages.said[-1].level, shell.messages.said[-1].text) == ("error", "表格打不开，请换一个。")


def test_a_bug_in_work_becomes_a_report_and_the_app_lives_on(qtbot: QtBot, window: Window) -> None:
    number = id_number(7)

    def work(_job: Job) -> None:
        raise ValueError(f"bad row {number}")

    shell = window.shell
    shell.tasks.run("出错", work)
    qtbot.waitUntil(lambda: bool(shell.messages.said))
    assert "问题报告存放在" in shell.messages.said[-1].text
    (report,) = (shell.ledger.folder / "crashes").glob("*.txt")
    text = report.read_text("utf-8")
    assert "ValueError" in text
    assert number not in text
    results: list[int] = []
    shell.tasks.run("再来", lambda _job: 1, done=results.append)
    qtbot.waitUntil(lambda: results == [1])


def test_an_error_in_a_slot_is_told(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real hook, put back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    messages, crashes = Messages(), Crashes(tmp_path)
    crashes.user_error.connect(messages.error)
    reports: list[str] = []
    crashes.reported.connect(reports.append)
    with pytest.raises(BadInput):
        raise_user_error()
    try:
        raise_user_error()
    except BadInput as error:
        crashes._hook(type(error), error, error.__traceback__)
    assert [message.text for message in messages.said] == ["请改正。"]
    crashes._hook(KeyError, KeyError("x"), None)
    assert len(reports) == 1


def raise_user_error() -> None:
    raise BadInput("请改正。")


def test_settings_are_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.theme, settings.size, settings.class_id = "contrast", 19, "abc"
    again = Settings(tmp_path)
    assert (again.theme, again.size, again.class_id) == ("contrast", 19, "abc")


def test_the_contrast_theme_reads_well() -> None:
    for colours, least in ((theme.CALM, 4.5), (theme.CONTRAST, 7.0)):
        for ink, ground in (
            (colours.ink, colours.ground),
            (colours.ink, colours.sheet),
            (colours.quiet, colours.ground),
            (colours.on_accent, colours.accent),
            (colours.on_nav, colours.nav),
            (colours.good, colours.good_soft),
            (colours.warn, colours.warn_soft),
            (colours.bad, colours.bad_soft),
            (colours.ink, colours.accent_soft),
        ):
            assert contrast(ink, ground) >= least, (ink, ground)


def contrast(one: str, other: str) -> float:
    """Contrast ratio, by WCAG 2.2's formula."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_second_window_on_the_same_ledger_ends_with_a_sentence(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = QLockFile(str(ledger.folder / app.LOCK))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    with boxes_closed() as said:
        assert app.run(str(ledger.folder)) == 1
    assert "已经打开了" in capsys.readouterr().err
    assert len(said) == 1
    lock.unlock()


@contextmanager
def boxes_closed() -> Iterator[list[str]]:
    """A box without a window would wait for a person. Answers what they said."""
    seen: list[str] = []

    def close() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            seen.append(box.text())
            box.reject()

    timer = QTimer()
    timer.timeout.connect(close)
    timer.start(20)
    yield seen
    timer.stop()


def test_the_first_start_makes_a_ledger(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = FirstStart(tmp_path / "new")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.start.isEnabled()
    qtbot.keyClicks(dialog.name, "  ")
    assert not dialog.start.isEnabled()
    dialog.name.setText("石门村培训点")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert dialog.ledger is not None
    assert dialog.ledger.name == "石门村培训点"
    dialog.ledger.close()


def test_the_first_start_keeps_the_name_when_it_cannot_write(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    dialog = FirstStart(tmp_path / "file" / "node")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.name.setText("石门村培训点")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert dialog.ledger is None
    assert dialog.isVisible()
    assert dialog.error.text()
    assert dialog.name.text() == "石门村培训点"


LIVES_ON = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.app import run

app = QApplication([])

def fail():
    QTimer.singleShot(0, app.closeAllWindows)
    raise ValueError("bad row 350999196001010074")

QTimer.singleShot(0, fail)
sys.exit(run(sys.argv[1]))
"""


def test_a_bug_in_a_slot_leaves_a_report_and_the_process_ends_well(ledger: Ledger) -> None:
    done = subprocess.run([sys.executable, "-c", LIVES_ON, str(ledger.folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (report,) = (ledger.folder / "crashes").glob("*.txt")
    assert "ValueError: bad row [number]" in report.read_text("utf-8")
    assert "350999196001010074" not in done.stderr


def test_starting_loads_nothing_heavy() -> None:
    """What takes long to import is loaded when it is first needed."""
    heavy = {
        "openpyxl",
        "typst",
        "pypinyin",
        "fastapi",
        "keyring",
        "python_calamine",
        "PySide6.QtMultimedia",
        "zxingcpp",
    }
    code = f"import sys, desktop.app, desktop.shell.home; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
