"""退班: she comes no more; what she did stays in the record."""

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell
from desktop.trainees.model import TraineeLine
from sync.jobs.rosters import withdraw

REASONS = ("外出务工", "生病", "家中有事", "不符合参训条件", "重复报名")


class WithdrawForm(FormDialog):
    """Asks why, and says what it means."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "退班", "退班")
        self._shell = shell
        self._class_id = ""
        self._line: TraineeLine | None = None
        self.who = QLabel()
        self.who.setWordWrap(True)
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.addItems(REASONS)
        self.reason.setCurrentIndex(-1)
        self.reason.lineEdit().setPlaceholderText("可以选，也可以自己写")
        self.row("学员", self.who, hint="退班后不再算应到，学员证刷不上；已有的签到和课时都保留。")
        self.row("原因", self.reason, needed(self.reason, "请写明退班原因，县里会看到。"))

    def open_for(self, class_id: str, line: TraineeLine) -> None:
        self._class_id, self._line = class_id, line
        self.who.setText(line.name)
        self.open()

    def save(self) -> None:
        assert self._line is not None
        withdraw(self._shell.ledger, self._class_id, self._line.trainee, self.reason.currentText())
        self.reason.setEditText("")
        self._shell.messages.info(f"{self._line.name} 已退班。要再来上课，请用“登记学员”重新登记。")
        self._shell.did("enrollment")
