"""Composition root of the window: data folder, lock, fonts, theme, ledger, pages."""

import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

import platformdirs
from PySide6.QtCore import QLibraryInfo, QLocale, QLockFile, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from desktop.shell import theme
from desktop.shell.crash import Crashes
from desktop.shell.fonts import load_fonts
from desktop.shell.garbage import Garbage
from desktop.shell.messages import Messages
from desktop.shell.page import Page, Room, Shell
from desktop.shell.settings import Settings
from desktop.shell.tasks import Tasks
from desktop.shell.window import Window
from sync.errors import KeyProblem, StorageError, UserError, os_words
from sync.ledger import database, secret
from sync.ledger.clock import Clock
from sync.ledger.ledger import MAKING, Ledger
from sync.ledger.replacing import PLAN, change_places

LOCK = "window.lock"
REPORTING_MS = 3000
"""After the window has opened."""
OPEN_ALREADY = "乡培通已经打开了（同一份台账）。请切换到那个窗口；一份台账同时只开一个窗口。"
BROKEN = ("key", "wrong-key", "lost-place", "damaged", "no-ledger")
"""Why a ledger does not open that a backup or a key can mend."""
NOT_WRITABLE = "不能写入。请检查文件夹权限、磁盘是否已满或写保护。"
CRASHED = "程序出了一点问题，刚才那一步可能没有完成，已记下的数据都在。问题报告存放在：{path}"


# A page's module is imported when it is first opened: the window must be there within a second.
def _home(shell: Shell) -> Page:
    from desktop.shell.home import HomePage

    return HomePage(shell)


def _classes(shell: Shell) -> Page:
    from desktop.classes.page import ClassesPage

    return ClassesPage(shell)


def _trainees(shell: Shell) -> Page:
    from desktop.trainees.page import TraineesPage

    return TraineesPage(shell)


def _checkin(shell: Shell) -> Page:
    from desktop.checkin.page import CheckinPage

    return CheckinPage(shell)


def _paper(shell: Shell) -> Page:
    from desktop.paper.page import PaperPage

    return PaperPage(shell)


def _exchange(shell: Shell) -> Page:
    from desktop.exchange.page import ExchangePage

    return ExchangePage(shell)


ROOMS: list[Room] = [
    Room("home", "首页", _home),
    Room("classes", "班次", _classes),
    Room("trainees", "学员", _trainees),
    Room("checkin", "签到", _checkin),
    Room("paper", "打印", _paper),
    Room("exchange", "上报", _exchange),
]


def run(folder: str) -> int:
    """Opens the window on a node's folder ('' is the default one) and answers the process's exit code."""
    # Ctrl+C in a terminal ends it at once; Python's own way waits for Qt, or ends in the crash report of a slot.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = QApplication.instance() or QApplication(["xiangpei"])
    assert isinstance(app, QApplication)
    prepare(app)
    place = Path(folder) if folder else Path(platformdirs.user_data_dir("xiangpei", appauthor=False))
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _say(f"数据文件夹 {place} 建不起来：{os_words(error)}。")
    lock = QLockFile(str(place / LOCK))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return _say(OPEN_ALREADY if lock.error() == QLockFile.LockError.LockFailedError else f"{place} {NOT_WRITABLE}")
    settings = Settings(place)
    theme.apply(app, settings.theme, settings.size)
    _garbage = Garbage()  # Never stopped: what is left at the end goes with the process.
    try:
        return _open_windows(app, place, settings)
    except UserError as error:
        return _say(error.message)


def _open_windows(app: QApplication, place: Path, settings: Settings) -> int:
    """The window, and another one after a backup has taken the ledger's place. Raises UserError."""
    code = 0
    while True:
        change_places(place)
        ledger = _ledger(place)
        if ledger is None:
            return code
        with ledger:
            window = make_window(ledger, settings)
            window.show()
            QTimer.singleShot(REPORTING_MS, partial(_report_by_itself, window.shell))
            code = app.exec()
        if not (place / PLAN).exists():
            return code


def _report_by_itself(shell: Shell) -> None:
    # Imported once the window stands, as pages are.
    from desktop.exchange.auto import AutoReport

    if not shell.tasks.closed:
        AutoReport(shell).start()


def prepare(app: QApplication) -> None:
    """Fonts and Qt's own words in Chinese."""
    app.setApplicationName("xiangpei")
    app.setApplicationDisplayName("乡培通")
    app.setWindowIcon(QIcon(str(files("resources") / "icons" / "xiangpei.svg")))
    load_fonts()
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def make_window(ledger: Ledger, settings: Settings, *, catch: bool = True) -> Window:
    """The window over an open ledger. `catch` installs the crash handlers; tests leave them out."""
    messages, crashes = Messages(), Crashes(ledger.folder)
    crashes.reported.connect(lambda path: messages.error(CRASHED.format(path=path)))
    crashes.user_error.connect(messages.error)
    if catch:
        crashes.install()
    tasks = Tasks(_opener(ledger), messages, crashes)
    shell = Shell(ledger, settings, messages, tasks)
    window = Window(shell, ROOMS)
    # The window keeps what nothing else would.
    window.crashes = crashes
    return window


def _opener(ledger: Ledger) -> Callable[[], Ledger]:
    folder: Path = ledger.folder
    clock: Clock = ledger.clock

    def open_ledger() -> Ledger:
        opened = Ledger.open(folder, clock)
        # What is done beside the window is done by whoever is at it.
        opened.operator = ledger.operator
        return opened

    return open_ledger


def _ledger(folder: Path) -> Ledger | None:
    """The folder's ledger, or a new or restored one after asking; None when the user does not want one."""
    half_made = (folder / MAKING).exists()
    if (folder / secret.PLACE_FILE).exists() or ((folder / database.FILE).exists() and not half_made):
        return _open_or_mend(folder)
    from desktop.shell.first_start import ask_and_create

    return ask_and_create(folder)


def _open_or_mend(folder: Path) -> Ledger | None:
    """Raises UserError for what a backup or a key would not mend."""
    from desktop.shell.restoring import BrokenStart

    while True:
        try:
            return Ledger.open(folder)
        except (KeyProblem, StorageError) as error:
            if error.reason not in BROKEN:
                raise
            if BrokenStart(folder, error).exec() == QDialog.DialogCode.Rejected:
                return None
        change_places(folder)


def _say(text: str) -> int:
    """There is no window yet to say it in."""
    sys.stderr.write(text + "\n")
    QMessageBox.critical(None, "乡培通", text)
    return 1
