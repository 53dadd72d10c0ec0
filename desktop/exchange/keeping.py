"""备份与恢复: where backups go, and how one takes the place of this ledger."""

from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.exchange import actions
from desktop.exchange.backups import BackupLine, is_running, start_backup
from desktop.exchange.drives import Drive, drives
from desktop.exchange.label import say
from desktop.exchange.words import when
from desktop.shell.page import Shell
from desktop.shell.restoring import RestoreForm
from desktop.shell.tasks import Job
from sync.errors import UserError
from sync.jobs import backups, moment
from sync.ledger.backup import Restored
from sync.ledger.replacing import make_ready, plan_change

WHAT = (
    f"备份是加密的，照片也在里面；每个文件夹里留最近 {backups.KEPT} 份，另外每个月留一份，别的文件都不动。\n"
    "打开备份要用这台电脑的钥匙。电脑坏了也不要紧：登记过的电脑，县局能找回钥匙。"
)
RESTORE = (
    "台账坏了，或者要退回以前的样子时才用。恢复以后另起一段记录；现在的台账整个移进旁边的文件夹，一条不改，一条不删。\n"
    "县里已经收到的，恢复后上报一次就会取回来。"
)


class Keeping(QWidget):
    """Backups above, the restore below."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._made: Restored | None = None
        self._job: Job | None = None
        column = QVBoxLayout(self)
        column.addWidget(self._backups())
        column.addWidget(self._restore())
        column.addStretch(1)
        shell.tasks.finished.connect(self._finished)

    def refresh(self) -> None:
        settings, ledger = self._shell.settings, self._shell.ledger
        self.automatic.setChecked(settings.backups_on)
        folder = settings.backup_folder or str(backups.usual_folder(ledger))
        self.folder.setText(f"放在：{QDir.toNativeSeparators(folder)}")
        self.usual.setVisible(bool(settings.backup_folder))
        self.now.setEnabled(not is_running(self._shell))
        self.line.look()
        left = actions.figures(ledger).waiting if ledger.county else 0
        self.left.setText(f"注意：还有 {left} 条没有报给县里。请先上报再恢复，否则这 {left} 条只留在移走的台账里。")
        self.left.setVisible(bool(left))

    # Backups

    def _backups(self) -> QFrame:
        card, column = _card("备份")
        self.line = BackupLine(self._shell)
        self.automatic = QCheckBox("每次结束本课时自动备份")
        self.automatic.toggled.connect(self._turn)
        self.now = QPushButton("现在备份")
        self.now.clicked.connect(self._back_up)
        self.folder = QLabel()
        self.folder.setWordWrap(True)
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.other, self.usual = QPushButton("换文件夹…"), QPushButton("用原来的文件夹")
        self.other.clicked.connect(self._browse)
        self.usual.clicked.connect(lambda: self.choose(""))
        self.again = QPushButton("查找U盘")
        self.again.clicked.connect(self.find_sticks)
        self._sticks = QVBoxLayout()
        self.stick_words = QLabel()
        self.stick_words.setWordWrap(True)
        self.stick_words.hide()
        what = QLabel(WHAT)
        what.setObjectName("hint")
        what.setWordWrap(True)
        column.addWidget(self.line)
        column.addLayout(_row(self.now, self.automatic))
        column.addWidget(self.folder)
        column.addLayout(_row(self.other, self.usual, self.again))
        column.addLayout(self._sticks)
        column.addWidget(self.stick_words)
        column.addWidget(what)
        return card

    def find_sticks(self) -> None:
        self.show_sticks(drives())

    def show_sticks(self, found: list[Drive]) -> None:
        """A tick for each: backups go there too whenever it is plugged in."""
        while (item := self._sticks.takeAt(0)) is not None:
            item.widget().deleteLater()
        for drive in found:
            box = QCheckBox(f"插着时也备份到 {drive.words}")
            box.setChecked(backups.is_chosen(self._shell.ledger, drive.path))
            box.clicked.connect(lambda on, box=box, path=drive.path: self._mark(box, path, on))
            self._sticks.addWidget(box)
        say(self.stick_words, "" if found else "没有找到U盘。插好后再点“查找U盘”。")
        self.stick_words.setVisible(not found)

    def choose(self, folder: str) -> None:
        """Where backups go from now on; an empty one is the usual one."""
        inside = folder and Path(folder).resolve().is_relative_to(self._shell.ledger.folder.resolve())
        if inside:
            self._shell.messages.error("备份不能放在台账自己的文件夹里：它坏了，备份就一起没了。请另选一个文件夹。")
            return
        self._shell.settings.backup_folder = folder
        self.refresh()

    def _turn(self, on: bool) -> None:
        if on != self._shell.settings.backups_on:
            self._shell.settings.backups_on = on
            self._shell.did("backup")

    def _back_up(self) -> None:
        start_backup(self._shell)

    def _mark(self, box: QCheckBox, stick: Path, on: bool) -> None:
        try:
            (backups.choose if on else backups.drop)(self._shell.ledger, stick)
        except UserError as error:
            box.setChecked(not on)
            self.stick_words.show()
            say(self.stick_words, error.message, "fieldError")

    def _browse(self) -> None:
        dialog = QFileDialog(self, "选择放备份的文件夹", QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.choose)
        dialog.open()

    # The restore

    def _restore(self) -> QFrame:
        card, column = _card("从备份恢复")
        words = QLabel(RESTORE)
        words.setWordWrap(True)
        self.left = QLabel()
        self.left.setObjectName("fieldError")
        self.left.setWordWrap(True)
        self.form = RestoreForm("选备份…")
        self.form.chosen.connect(self._open_backup)
        self.found = QLabel()
        self.found.setWordWrap(True)
        self.take = QPushButton("换用这份备份")
        self.take.clicked.connect(self._change)
        for widget in (words, self.left, self.form, self.found):
            column.addWidget(widget)
        column.addLayout(_row(self.take))
        self._offer(None)
        return card

    def _open_backup(self, path: Path, key: Path | None) -> None:
        folder, clock = self._shell.ledger.folder, self._shell.ledger.clock

        def work(_: Job) -> Restored:
            return make_ready(folder, path, key, clock)

        self._offer(None)
        say(self.found, "正在取出备份…", "hint")
        self.form.setEnabled(False)
        self._job = self._shell.tasks.run("正在取出备份", work, done=self._offer, failed=self.form.failed)

    def _finished(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.form.setEnabled(True)
            say(self.found, "")
        self.now.setEnabled(not is_running(self._shell))

    def _offer(self, made: Restored | None) -> None:
        self._made = made
        self.take.setVisible(made is not None)
        if made is not None:
            last = when(moment.iso(made.last))
            words = (
                f"这份备份打得开：共 {made.changes} 条记录，最后一条是 {last} 记的。按下面的按钮，窗口会关上再打开。"
            )
            say(self.found, words)

    def _change(self) -> None:
        if self._made is not None:
            plan_change(self._shell.ledger.folder, self._made)
            self.window().close()


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setObjectName("card")
    column = QVBoxLayout(card)
    heading = QLabel(title)
    heading.setObjectName("big")
    column.addWidget(heading)
    return card, column


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
