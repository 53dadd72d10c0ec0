"""补办学员证: a lost card is replaced, and dead from then on."""

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell
from desktop.trainees.model import TraineeLine
from sync.jobs.cards import reissue

REASONS = ("遗失补办", "卡片损坏，扫不出来", "印错重发")


class ReissueForm(FormDialog):
    """Asks why, and says what happens to the old card."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "补办学员证", "补办")
        self._shell = shell
        self._class_id = ""
        self._line: TraineeLine | None = None
        self.who = QLabel()
        self.who.setWordWrap(True)
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.addItems(REASONS)
        self.row("学员", self.who, hint="补办后，原来的卡立即作废，再刷会提示“此卡已作废”。")
        self.row("原因", self.reason, needed(self.reason, "请写明补办原因。"))

    def open_for(self, class_id: str, line: TraineeLine) -> None:
        self._class_id, self._line = class_id, line
        self.who.setText(line.name)
        self.open()

    def save(self) -> None:
        assert self._line is not None
        made = reissue(self._shell.ledger, self._class_id, self._line.trainee, self.reason.currentText().strip())
        self._shell.messages.info(
            f"已给 {made['name']} 补办新卡（尾号 {made['card'][-4:]}），旧卡 {len(made['revoked'])} 张作废。"
            "请到“打印”页打印新卡。"
        )
        self._shell.did("card.issue", "enrollment")
