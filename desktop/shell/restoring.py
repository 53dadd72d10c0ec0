"""从备份恢复: choosing a backup, and a key file where this computer has not the key of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.shell.manual import help_key
from sync.errors import KeyProblem, UserError
from sync.ledger.replacing import make_ready, plan_change, put_back_key

KINDS = "乡培通备份 (*.xpk)"
KEYS = "钥匙文件 (*.key);;所有文件 (*)"


class RestoreForm(QWidget):
    """`chosen` carries the backup and the key file (or None); whoever restores tells `failed` how it went wrong."""

    chosen = Signal(object, object)

    def __init__(self, words: str) -> None:
        super().__init__()
        self._backup: Path | None = None
        self.open, self.key = QPushButton(words), QPushButton("选钥匙文件…")
        self.open.setAutoDefault(False)
        self.key.setAutoDefault(False)
        self.key.hide()
        self.open.clicked.connect(lambda: browse(self, "选择备份", KINDS, self.choose))
        self.key.clicked.connect(lambda: browse(self, "选择钥匙文件", KEYS, self.choose_key))
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.error.setWordWrap(True)
        self.error.hide()
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addWidget(self.key)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.error)

    def choose(self, path: str) -> None:
        self._backup = Path(path)
        self._ask(None)

    def choose_key(self, path: str) -> None:
        self._ask(Path(path))

    def failed(self, error: UserError) -> None:
        lacks_key = isinstance(error, KeyProblem)
        more = "找回的钥匙存成文件，再在这里选。" if lacks_key else ""
        self.error.setText(f"{error.message}{more}")
        self.error.show()
        self.key.setVisible(lacks_key)
        if isinstance(self.window(), QDialog):
            # Words that came in must not push the others together; their height is known a moment later.
            QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        window = self.window()
        layout = window.layout()
        if layout is not None:
            window.resize(window.width(), max(window.height(), layout.totalHeightForWidth(window.width())))

    def _ask(self, key: Path | None) -> None:
        self.error.hide()
        self.key.hide()
        self.chosen.emit(self._backup, key)


def browse(parent: QWidget, title: str, kinds: str, then: Callable[[str], None]) -> None:
    """Asks for one file that is there."""
    dialog = QFileDialog(parent, title, QDir.homePath(), kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(then)
    dialog.open()


class BrokenStart(QDialog):
    """The ledger does not open. A backup can take its place, or a key that was lost can be put back."""

    def __init__(self, folder: Path, problem: UserError) -> None:
        super().__init__()
        help_key(self)
        self._folder = folder
        self.setWindowTitle("乡培通 · 台账打不开")
        self.setMinimumWidth(560)
        title = QLabel("台账打不开")
        title.setObjectName("title")
        words = QLabel(f"{problem.message}\n文件夹：{folder}")
        words.setWordWrap(True)
        self.restore = RestoreForm("从备份恢复…")
        self.restore.chosen.connect(self._restore)
        what = QLabel("恢复时，打不开的台账整个移进旁边的文件夹，一条不改，一条不删。")
        what.setObjectName("hint")
        what.setWordWrap(True)
        self.key = QPushButton("用钥匙文件打开…")
        self.key.setAutoDefault(False)
        self.key.clicked.connect(lambda: browse(self, "选择钥匙文件", KEYS, self.put_back))
        self.key.setVisible(isinstance(problem, KeyProblem))
        leave = QPushButton("退出")
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.key)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (title, words, what, self.restore):
            column.addWidget(widget)
        column.addLayout(buttons)

    def put_back(self, path: str) -> None:
        """A key that the county recovered, or that was kept; with it the ledger opens as it is."""
        try:
            put_back_key(self._folder, Path(path))
        except UserError as error:
            self.restore.failed(error)
            return
        self.accept()

    def _restore(self, path: Path, key: Path | None) -> None:
        try:
            plan_change(self._folder, make_ready(self._folder, path, key))
        except UserError as error:
            self.restore.failed(error)
            return
        self.accept()
