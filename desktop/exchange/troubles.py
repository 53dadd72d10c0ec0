"""What was refused or is held, here and at the county; nothing of it is lost."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.exchange import actions
from desktop.exchange.actions import Trouble
from desktop.shell.page import Shell
from desktop.shell.table import Column, RowsModel, Table

COLUMNS: list[Column[Trouble]] = [
    Column("状态", lambda row: row.state, 5),
    Column("文件", lambda row: row.file, 14),
    Column("原因", lambda row: row.why, 24),
    Column("时间", lambda row: row.at, 9),
]


class Troubles(QWidget):
    """A list, and the whole reason of the one that is selected."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.model: RowsModel[Trouble] = RowsModel(COLUMNS)
        self.table = Table(self.model, "没有被拒收或暂存的文件。", [column.width for column in COLUMNS], stretch=2)
        self.table.setAccessibleName("暂存与拒收")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_reason())
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.reason)

    def refresh(self) -> None:
        found = actions.troubles(self._shell.ledger)
        if found != self.model.rows:
            self.model.put(found)
        self._show_reason()

    def _show_reason(self) -> None:
        row = self.table.current_row()
        hint = "选一行看完整的原因。文件都留着，没有丢。" if self.model.rows else ""
        self.reason.setText(self.model.rows[row].why if row >= 0 else hint)
