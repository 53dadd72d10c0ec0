"""Reporting by a USB stick, or by any folder that somebody carries."""

from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop.exchange import actions
from desktop.exchange.drives import drives
from desktop.exchange.label import say
from desktop.shell.page import EVERYTHING, Shell
from desktop.shell.table import labelled
from desktop.shell.tasks import Job
from sync.errors import UserError


class StickCard(QFrame):
    """Reads the county's receipts there, then leaves there what the county has not confirmed."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._job: Job | None = None
        self.setObjectName("card")
        title = QLabel("U盘上报")
        title.setObjectName("big")
        self.place = QComboBox()
        self.place.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.place.setPlaceholderText("没有找到U盘，插好后点“查找U盘”")
        self.start, self.other = QPushButton("写到U盘，读回执"), QPushButton("选文件夹…")
        self.again = QPushButton("查找U盘")
        self.start.setObjectName("primary")
        self.start.clicked.connect(self.report)
        self.other.clicked.connect(self._browse)
        self.again.clicked.connect(self._find)
        self.place.currentIndexChanged.connect(lambda _index: self._show_running())
        self.words = QLabel("没有网时用。写出的文件是加密的，丢了U盘也不泄露学员信息。")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        places, buttons = QHBoxLayout(), QHBoxLayout()
        places.addWidget(labelled("U盘或文件夹", self.place), 1)
        places.addWidget(self.other)
        buttons.addWidget(self.start)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(title)
        column.addLayout(places)
        column.addLayout(buttons)
        column.addWidget(self.words)
        column.addStretch(1)
        shell.tasks.finished.connect(self._finished)
        self._find()

    def refresh(self) -> None:
        self._show_running()

    def choose(self, folder: str) -> None:
        """A folder that was picked by hand stands first in the list."""
        if not folder:
            return
        if self.place.findData(folder) < 0:
            self.place.insertItem(0, QDir.toNativeSeparators(folder), folder)
        self.place.setCurrentIndex(self.place.findData(folder))

    def report(self) -> None:
        folder = self.place.currentData()
        if self._job is not None or not folder:
            return

        def work(job: Job) -> str:
            with job.open_ledger() as ledger:
                return actions.report_by_folder(ledger, Path(folder), job.progress)

        say(self.words, "正在读写，请不要拔出U盘…")
        self._job = self._shell.tasks.run("正在读写U盘", work, done=self._done, failed=self._failed)
        self._show_running()

    def _find(self) -> None:
        """Sticks that are plugged in now; folders picked by hand stay."""
        chosen = self.place.currentData()
        known = {self.place.itemData(index) for index in range(self.place.count())}
        for drive in drives():
            if str(drive.path) not in known:
                self.place.addItem(drive.words, str(drive.path))
        for index in reversed(range(self.place.count())):
            if not Path(self.place.itemData(index)).is_dir():
                self.place.removeItem(index)
        found = self.place.findData(chosen)
        self.place.setCurrentIndex(found if found >= 0 else 0 if self.place.count() else -1)
        self._show_running()

    def _browse(self) -> None:
        dialog = QFileDialog(self, "选择U盘或文件夹", self.place.currentData() or QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.choose)
        dialog.open()

    def _finished(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._show_running()
            self._shell.did(EVERYTHING)

    def _done(self, words: str) -> None:
        say(self.words, words)

    def _failed(self, error: UserError) -> None:
        say(self.words, error.message, "fieldError")

    def _show_running(self) -> None:
        ready = self._job is None and self._shell.ledger.county is not None
        self.start.setEnabled(ready and self.place.currentIndex() >= 0)
