"""Checking the ledger, and where one says what time it is."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.exchange import actions
from desktop.exchange.label import say
from desktop.exchange.words import when
from desktop.shell.clock_form import ClockForm
from desktop.shell.page import EVERYTHING, Shell
from desktop.shell.tasks import Job


class Upkeep(QWidget):
    """检查与校时."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._job: Job | None = None
        self.check, self.repair = QPushButton("检查台账"), QPushButton("重建数据表")
        self.repair.hide()
        self.check.clicked.connect(lambda: self._look(False))
        self.repair.clicked.connect(lambda: self._look(True))
        self.result = QLabel("逐条核对每一条记录的签名链，再重算一遍数据表。只看不改，记录多时要等一会儿。")
        self.result.setWordWrap(True)
        self.clock = QLabel()
        self.clock.setWordWrap(True)
        self.set_clock = QPushButton("校正时间…")
        self.form = ClockForm(self, shell)
        self.set_clock.clicked.connect(self.form.open)
        column = QVBoxLayout(self)
        column.addLayout(_row(self.check, self.repair))
        column.addWidget(self.result)
        column.addSpacing(16)
        column.addWidget(self.clock)
        column.addLayout(_row(self.set_clock))
        column.addStretch(1)
        shell.tasks.finished.connect(self._finished)

    def refresh(self) -> None:
        at, doubt = actions.clock_now(self._shell.ledger)
        if doubt:
            say(self.clock, f"现在按 {when(at)} 记录。{''.join(doubt)}", "fieldError")
        else:
            say(self.clock, f"现在按 {when(at)} 记录。与手表或手机不一样时，请校正：不影响已有的记录。")

    def _look(self, mend: bool) -> None:
        def work(job: Job) -> actions.Report:
            with job.open_ledger() as ledger:
                return actions.repair(ledger) if mend else actions.check(ledger)

        say(self.result, "正在检查…")
        self.check.setEnabled(False)
        self.repair.hide()
        self._job = self._shell.tasks.run("正在检查台账", work, done=lambda report: self._done(report, mend))

    def _finished(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.check.setEnabled(True)
            say(self.result, "没有检查完，请再试一次。")

    def _done(self, report: actions.Report, mended: bool) -> None:
        if mended:
            self._shell.did(EVERYTHING)
        counted = f"检查了 {report.feeds} 条变更流、{report.changes} 条记录"
        newer = f"其中 {report.unknown} 条是更新版本的程序写的，本机看不懂，但都保留着。" if report.unknown else ""
        if report.ok:
            say(self.result, f"{counted}：没有问题。{newer}", "fieldGood")
            return
        problems = "\n".join(report.problems)
        say(self.result, f"{counted}，发现问题：\n{problems}\n请先备份，再联系县局。{newer}", "fieldError")
        self.repair.show()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
