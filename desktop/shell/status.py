"""The line below every page: what this laptop has recorded, what the county has signed for, and doubts about time."""

from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSizePolicy, QStatusBar, QWidget

from desktop.shell.clock_form import ClockForm
from desktop.shell.page import Changed, Shell
from desktop.shell.tasks import Job
from sync.jobs.doubt import clock_state
from sync.jobs.status import figures


class StatusBar(QStatusBar):
    """本机已记 counts this feed's changes; 县里已收 is the last verified receipt, never a hope."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setSizeGripEnabled(False)
        self.counts = QLabel()
        self.doubt = QPushButton("时间可疑，请校正…")
        self.doubt.setObjectName("doubt")
        self.doubt.clicked.connect(ClockForm(self, shell).open)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(260)
        self.stop = QPushButton("停止")
        self.stop.clicked.connect(self._stop)
        self.addWidget(self.counts)
        self.addWidget(self.doubt)
        self.remark = QLabel()
        self.remark.setObjectName("hint")
        # It takes the place that is left, and never pushes anything away.
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self.remark, 1)
        self.addPermanentWidget(self.bar)
        self.addPermanentWidget(self.stop)
        self._show_job(False)
        shell.changed.connect(self._look)
        shell.remarked.connect(self._show_remark)
        shell.tasks.began.connect(self._began)
        shell.tasks.counted.connect(self._counted)
        shell.tasks.finished.connect(self._finished)
        self._look()

    def _look(self, _changed: Changed | None = None) -> None:
        now = figures(self._shell.ledger)
        waiting = f"（待报 {now.waiting}）" if now.waiting else ""
        self.counts.setText(f"本机已记 {now.recorded} 条 · 县里已收 {now.received} 条{waiting}")
        doubt = clock_state(self._shell.ledger)["doubt"]
        self.doubt.setToolTip("\n".join(doubt))
        self.doubt.setVisible(bool(doubt))

    def _show_remark(self, line: str) -> None:
        self.remark.setText(line)
        self.remark.setToolTip(self._shell.remark[1] or line)

    def _began(self, job: Job) -> None:
        if job.quiet:
            return
        self.bar.setRange(0, 0)
        self.bar.setFormat(f"{job.label}…")
        self._show_job(True)

    def _counted(self, job: Job, count: int, total: int) -> None:
        if job.quiet:
            return
        self.bar.setRange(0, total)
        self.bar.setValue(count)
        self.bar.setFormat(f"{job.label} %v/%m")

    def _finished(self, _job: Job) -> None:
        running = [job for job in self._shell.tasks.running if not job.quiet]
        self._show_job(bool(running))
        if running:
            self.bar.setFormat(f"{running[-1].label}…")

    def _show_job(self, shown: bool) -> None:
        widgets: tuple[QWidget, ...] = (self.bar, self.stop)
        for widget in widgets:
            widget.setVisible(shown)

    def _stop(self) -> None:
        for job in self._shell.tasks.running:
            if not job.quiet:
                job.cancel()
