"""Reporting by network: one button, counts while it runs, and words for how it ended."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout

from desktop.exchange import actions
from desktop.exchange.label import say
from desktop.shell.page import EVERYTHING, Shell
from desktop.shell.table import labelled
from desktop.shell.tasks import Job
from sync.errors import UserError

HINT = "有网时用。中途断网也不要紧，下次接着报。"
CHANGES, PHOTOS = "县里已收 %v / %m 条", "照片 %v / %m 张"
NOT_ENROLLED = "本机登记之后才能上报，请先到“登记”。没登记时照常记录，记录都在本机。"


class NetworkCard(QFrame):
    """The address is remembered once a sync with it has worked."""

    _photos_began = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._job: Job | None = None
        self._counts = CHANGES
        self.setObjectName("card")
        title = QLabel("网络上报")
        title.setObjectName("big")
        self.address = QLineEdit()
        self.address.setPlaceholderText("县里服务器的地址，问县局要")
        self.address.returnPressed.connect(self.report)
        self.start, self.stop = QPushButton("立即上报"), QPushButton("停止")
        self.start.setObjectName("primary")
        self.start.clicked.connect(self.report)
        self.stop.clicked.connect(self._stop)
        self.bar = QProgressBar()
        self.words = QLabel()
        self.words.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        for widget in (title, labelled("县里服务器的地址", self.address)):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addStretch(1)
        self._photos_began.connect(self._count_photos)
        shell.tasks.counted.connect(self._counted)
        shell.tasks.finished.connect(self._finished)
        self._show_running()

    def refresh(self) -> None:
        if not self.address.text():
            self.address.setText(actions.known_address(self._shell.ledger))
        if self.words.text() in ("", HINT, NOT_ENROLLED):
            say(self.words, HINT if self._shell.ledger.county else NOT_ENROLLED)
        self._show_running()

    def report(self) -> None:
        if self._job is not None or not self.start.isEnabled():
            return
        try:
            url = actions.address(self.address.text())
        except UserError as error:
            say(self.words, error.message, "fieldError")
            return

        def work(job: Job) -> str:
            with job.open_ledger() as ledger:
                return actions.report_by_http(ledger, url, job.progress, lambda *count: self._photo(job, *count))

        say(self.words, "正在连接县里的服务器…")
        self._counts = CHANGES
        self._job = self._shell.tasks.run("正在上报", work, done=self._done, failed=self._failed)
        self.bar.setRange(0, 0)
        self._show_running()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            say(self.words, "正在停止，报完手上这一批就停。")

    def _photo(self, job: Job, count: int, total: int) -> None:
        """In the worker: the facts are through, what is counted now are photos."""
        if count == 0:
            self._photos_began.emit()
        job.progress(count, total)

    def _count_photos(self) -> None:
        self._counts = PHOTOS

    def _counted(self, job: Job, count: int, total: int) -> None:
        if job is self._job:
            self.bar.setRange(0, max(total, 1))
            self.bar.setValue(count)
            self.bar.setFormat(self._counts)

    def _finished(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        # What was sent before a stop or a cut is delivered all the same; `_done` and `_failed` write over this.
        say(self.words, "已停止。报出去的县里已收，其余的都在本机，下次接着报。")
        self._show_running()
        self._shell.did(EVERYTHING)

    def _done(self, words: str) -> None:
        say(self.words, words, "fieldGood")

    def _failed(self, error: UserError) -> None:
        say(self.words, actions.explain(error), "fieldError")

    def _show_running(self) -> None:
        running = self._job is not None
        self.start.setEnabled(not running and self._shell.ledger.county is not None)
        self.address.setEnabled(not running)
        self.stop.setVisible(running)
        self.bar.setVisible(running)
