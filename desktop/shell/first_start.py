"""The first start on a new machine: what is this training point called, or is there a backup of it?"""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from desktop.exchange.request_code import RequestScreen
from desktop.shell.manual import help_key
from desktop.shell.restoring import RestoreForm
from sync.errors import UserError
from sync.ledger.backup import restore
from sync.ledger.ledger import Ledger


class FirstStart(QDialog):
    """Asks the name and makes the ledger; stays open, with what was typed, when that fails."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        help_key(self)
        self._folder = folder
        self.ledger: Ledger | None = None
        self.setWindowTitle("乡培通 · 第一次使用")
        self.setMinimumWidth(520)
        title = QLabel("欢迎使用乡培通")
        title.setObjectName("title")
        words = QLabel(
            "这台电脑上还没有台账。请写下培训点的名称，例如“清水乡培训点”，之后会印在花名册和学员证上。"
            f"\n台账会加密保存在：{folder}"
        )
        words.setWordWrap(True)
        self.name = QLineEdit()
        self.name.setPlaceholderText("培训点名称")
        self.name.setMaxLength(60)
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.error.setWordWrap(True)
        self.start, leave = QPushButton("开始使用"), QPushButton("退出")
        self.start.setObjectName("primary")
        self.start.setDefault(True)
        self.start.setEnabled(False)
        leave.setAutoDefault(False)
        self.start.clicked.connect(self._create)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.start)
        before = QLabel("换了电脑、重装了系统，或台账丢了？可以接着用以前的备份：另起一段记录，备份里的一条不少。")
        before.setObjectName("hint")
        before.setWordWrap(True)
        self.restore = RestoreForm("从备份恢复…")
        self.restore.chosen.connect(self._restore)
        self.name.textChanged.connect(lambda text: self.start.setEnabled(bool(text.strip())))
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (title, words, self.name, self.error):
            column.addWidget(widget)
        column.addLayout(buttons)
        for part in (before, self.restore):
            column.addWidget(part)

    def _restore(self, path: Path, key: Path | None) -> None:
        try:
            restore(self._folder, path, key)
            self.ledger = Ledger.open(self._folder)
        except UserError as error:
            self.restore.failed(error)
            return
        self.accept()

    def _create(self) -> None:
        try:
            self.ledger = Ledger.create(self._folder, self.name.text().strip())
        except UserError as error:
            self.error.setText(error.message)
            return
        self.accept()


def ask_and_create(folder: Path) -> Ledger | None:
    """A new ledger in the folder, or None when the user leaves."""
    dialog = FirstStart(folder)
    dialog.exec()
    if dialog.ledger is not None and dialog.ledger.county is None:
        # Who is still in the office, or has a phone in hand, enrols at once; for the others it waits on the page.
        RequestScreen(dialog.ledger, "开始使用（登记可以以后在“上报”页办）").exec()
    return dialog.ledger
