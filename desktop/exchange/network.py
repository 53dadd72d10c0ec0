"""Reporting by network: one button, counts while it runs, and words for how it ended."""

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout

from desktop.exchange import actions
from desktop.exchange.label import say
from desktop.exchange.proxy_form import ProxyForm
from desktop.exchange.reporting import FACTS, PHOTOS, is_report, report, reporting
from desktop.shell.page import EVERYTHING, Shell
from desktop.shell.table import labelled
from desktop.shell.tasks import Job
from sync.errors import UserError

HINT = "有网时用。中途断网也不要紧，下次接着报。"
COUNTS = {FACTS: "县里已收 %v / %m 条", PHOTOS: "照片 %v / %m 张"}
STOPPING = "正在停止…"
NOT_ENROLLED = "本机登记之后才能上报，请先到“登记”。记录都在本机，不会丢。"


class NetworkCard(QFrame):
    """Shows any report, also one that nobody asked for. An address is remembered once a report to it has worked."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._job = reporting(shell)
        self._filled = ""
        self._failed_at: int | None = None
        """How much the county had when a report failed, while that is what the words say."""
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
        self.auto = QCheckBox("有网时自动上报")
        self.auto.setChecked(shell.settings.auto_report)
        self.auto.toggled.connect(self._set_auto)
        self.remark = QLabel()
        self.remark.setObjectName("hint")
        self.remark.setWordWrap(True)
        self.settings = QPushButton("网络设置…")
        self.settings.setObjectName("small")
        self.form = ProxyForm(self, shell)
        self.settings.clicked.connect(self.form.open)
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
        last = QHBoxLayout()
        last.addWidget(self.auto)
        last.addStretch(1)
        last.addWidget(self.settings)
        column.addLayout(last)
        column.addWidget(self.remark)
        shell.remarked.connect(self._show_remark)
        shell.tasks.began.connect(self._began)
        shell.tasks.counted.connect(self._counted)
        shell.tasks.finished.connect(self._finished)
        self._show_running()

    def refresh(self) -> None:
        if self.address.text() in ("", self._filled):
            self._filled = actions.known_address(self._shell.ledger)
            self.address.setText(self._filled)
        if self._failed_at is not None and actions.figures(self._shell.ledger).received > self._failed_at:
            # It went another way: by a stick, or by itself.
            self._failed_at = None
            say(self.words, "")
        if self.words.text() in ("", HINT, NOT_ENROLLED):
            say(self.words, HINT if self._shell.ledger.county else NOT_ENROLLED)
        self._show_remark()
        self._show_running()

    def report(self) -> None:
        if self._job is not None or not self.start.isEnabled():
            return
        try:
            url = actions.typed_address(self._shell.ledger, self.address.text())
        except UserError as error:
            say(self.words, error.message, "fieldError")
            return
        report(self._shell, url, self._done, self._failed)

    def _stop(self) -> None:
        if self._job is not None:
            say(self.words, STOPPING)
            self._job.cancel()

    def _set_auto(self, on: bool) -> None:
        self._shell.settings.auto_report = on
        self._show_remark()

    def _show_remark(self) -> None:
        line, more = self._shell.remark
        self.remark.setText(f"{line}。{more}" if more else line)
        self.remark.setVisible(bool(line) and self.auto.isChecked())

    def _began(self, job: Job) -> None:
        if is_report(job):
            self._job = job
            if not job.quiet:
                self._failed_at = None
                say(self.words, "正在连接县里的服务器…")
            self.bar.setRange(0, 0)
            self._show_running()

    def _counted(self, job: Job, count: int, total: int) -> None:
        if job is self._job:
            self.bar.setRange(0, max(total, 1))
            self.bar.setValue(count)
            self.bar.setFormat(COUNTS[job.label])

    def _finished(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        # What was sent before a stop or a cut is delivered all the same; `_done` and `_failed` write over this.
        if not job.quiet or self.words.text() == STOPPING:
            say(self.words, "已停止。报出去的县里已收，其余的都在本机，下次接着报。")
        self._show_running()
        self._shell.did(EVERYTHING)

    def _done(self, words: str) -> None:
        say(self.words, words, "fieldGood")

    def _failed(self, error: UserError) -> None:
        self._failed_at = actions.figures(self._shell.ledger).received
        say(self.words, error.message, "fieldError")

    def _show_running(self) -> None:
        running = self._job is not None
        # What runs by itself disables nothing: it would take the focus from who is typing.
        by_hand = self._job is not None and not self._job.quiet
        self.start.setEnabled(not by_hand and self._shell.ledger.county is not None)
        self.address.setReadOnly(by_hand)
        self.stop.setVisible(running)
        self.bar.setVisible(running)
