"""两处不一致: what two laptops wrote differently, and a person's decision."""

from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.label import say
from desktop.exchange.words import when
from desktop.shell.page import Shell
from desktop.shell.table import Column, RowsModel, Table, labelled
from sync.errors import UserError
from sync.jobs import moment
from sync.jobs.conflicts import Conflict, Version, conflicts, settle, settle_anew

COLUMNS: list[Column[Conflict]] = [
    Column("是谁的", lambda row: row.subject, 14),
    Column("哪一项", lambda row: row.label, 8),
    Column("现在显示", lambda row: row.versions[-1].words, 14),
    Column("几种写法", lambda row: f"{len({version.words for version in row.versions})}", 5),
]
EMPTY = "没有两台电脑改得不一样的内容。"
HIDDEN = "几个号码隐去的几位不同，这里看不出来。请对着证件，用“另写一个”写上正确的。"


class Conflicts(QWidget):
    """The list above; below it the values of the one that is selected, and the decision."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.model: RowsModel[Conflict] = RowsModel(COLUMNS)
        self.table = Table(self.model, EMPTY, [column.width for column in COLUMNS], stretch=2)
        self.table.setAccessibleName("两处不一致")
        # The decision below it is what must be seen whole.
        self.table.setMinimumHeight(5 * self.table.fontMetrics().height())
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show())
        self.choice = QButtonGroup(self)
        self._versions = QVBoxLayout()
        self.other = QRadioButton("另写一个")
        self.typed = labelled("另写一个", QLineEdit())
        self.typed.textEdited.connect(lambda _: self.other.setChecked(True))
        self.reason = labelled("理由", QLineEdit())
        self.reason.setPlaceholderText("理由，例如：打电话核实过")
        self.reason.returnPressed.connect(self.decide)
        self.settle = QPushButton("就用这个")
        self.settle.setObjectName("primary")
        self.settle.clicked.connect(self.decide)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.panel = self._panel()
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.words)
        column.addWidget(self.panel)
        self._show()

    def refresh(self) -> None:
        found = conflicts(self._shell.ledger)
        if found != self.model.rows:
            self.model.put(found)
            if found:
                self.table.selectRow(0)
            self._show()

    def shown(self) -> Conflict | None:
        row = self.table.current_row()
        return self.model.rows[row] if row >= 0 else None

    def _panel(self) -> QFrame:
        panel = QFrame()
        panel.setObjectName("card")
        self.heading = QLabel()
        self.heading.setObjectName("big")
        anew, below = QHBoxLayout(), QHBoxLayout()
        anew.addWidget(self.other)
        anew.addWidget(self.typed, 1)
        below.addWidget(self.reason, 1)
        below.addWidget(self.settle)
        column = QVBoxLayout(panel)
        column.addWidget(self.heading)
        column.addLayout(self._versions)
        column.addLayout(anew)
        column.addLayout(below)
        return panel

    def _show(self) -> None:
        """The values of the selected one; none is chosen beforehand, so that nobody decides by pressing Enter."""
        while (item := self._versions.takeAt(0)) is not None:
            widget = item.widget()
            widget.hide()
            widget.deleteLater()
        for button in self.choice.buttons():
            self.choice.removeButton(button)
        conflict = self.shown()
        self.panel.setVisible(conflict is not None)
        if conflict is None:
            return
        self.heading.setText(f"{conflict.subject}的{conflict.label}，用哪一个？")
        for number, version in enumerate(conflict.versions):
            button = QRadioButton(_version_words(version, shown=number == len(conflict.versions) - 1))
            self.choice.addButton(button, number)
            self._versions.addWidget(button)
        self._leave_other(conflict)
        self.typed.clear()
        alike = len({version.words for version in conflict.versions}) < len(conflict.versions)
        self._tell(HIDDEN if alike and conflict.field == "id_number" else "")

    def _leave_other(self, conflict: Conflict) -> None:
        for widget in (self.other, self.typed):
            widget.setVisible(conflict.can_type)
        # A group keeps one of its buttons checked, so this one comes in unchecked.
        self.other.setAutoExclusive(False)
        self.other.setChecked(False)
        self.other.setAutoExclusive(True)
        self.choice.addButton(self.other, len(conflict.versions))

    def decide(self) -> None:
        conflict, number = self.shown(), self.choice.checkedId()
        if conflict is None:
            return
        try:
            if number < 0:
                self._tell("请先选一个，或者另写一个。", "fieldError")
                return
            self._settle(conflict, number)
        except UserError as error:
            self._tell(error.message, "fieldError")
            return
        self.reason.clear()
        self._shell.did(conflict.entity)
        words = f"已定：{conflict.subject}的{conflict.label}。几种写法和理由都留着，下次上报时带上。"
        self._tell(words, "fieldGood")

    def _tell(self, words: str, name: str = "") -> None:
        say(self.words, words, name)
        # An empty line would push the decision off a low screen.
        self.words.setVisible(bool(words))

    def _settle(self, conflict: Conflict, number: int) -> None:
        ledger, reason = self._shell.ledger, self.reason.text()
        if number == len(conflict.versions):
            settle_anew(ledger, conflict.id, conflict.field, self.typed.text(), reason)
        else:
            settle(ledger, conflict.id, conflict.field, conflict.versions[number].change, reason)


def _version_words(version: Version, *, shown: bool) -> str:
    who = version.operator or "未登录"
    device = "本机" if version.own else f"“{version.device}”"
    now = "，现在显示的是这个" if shown else ""
    return f"{version.words}（{when(moment.iso(version.recorded))}，{device}，{who}{now}）"
