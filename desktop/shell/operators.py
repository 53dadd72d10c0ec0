"""值班人: who may stand at the desk, and their PINs."""

from collections.abc import Callable

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.shell.form import Check, FormDialog, needed
from desktop.shell.manual import help_key
from desktop.shell.page import Changed, Shell
from desktop.shell.table import Column, RowsModel, Table
from sync.errors import NotFound
from sync.jobs import operators
from sync.jobs.operators import Operator

EMPTY = "还没有值班人。添加以后，打开程序要先输口令，每一条记录都写明是谁记的。"
PIN_HINT = f"至少 {operators.MIN_PIN} 位数字。口令只存在这台电脑上。"
MOST_DIGITS = 12


def pin_edit() -> QLineEdit:
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setMaxLength(MOST_DIGITS)
    edit.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), edit))
    return edit


class _PinForm(FormDialog):
    """Asks a new PIN twice."""

    def __init__(self, parent: QWidget, shell: Shell, title: str, words: str) -> None:
        super().__init__(parent, title, words)
        self.shell = shell
        self.pin, self.again = pin_edit(), pin_edit()

    def add_pin(self) -> None:
        self.row("新口令", self.pin, needed(self.pin, "请输口令。"), PIN_HINT)
        self.row("再输一次", self.again, self._same())

    def _same(self) -> Check:
        return lambda: "" if self.again.text() == self.pin.text() else "两次输的不一样，请再输一次。"


class AddForm(_PinForm):
    """The first one who is added stands at the desk from then on."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, shell, "添加值班人", "添加")
        self.name = QLineEdit()
        self.row("姓名", self.name, needed(self.name, "请填写姓名。"))
        self.add_pin()

    def save(self) -> None:
        made = operators.add_operator(self.shell.ledger, self.name.text(), self.pin.text())
        name = self.name.text().strip()
        if not self.shell.ledger.operator:
            self.shell.ledger.operator = made
        self.shell.messages.info(f"已添加值班人“{name}”。离开时请锁定（Ctrl+L）；口令忘了，另一位值班人可以帮忙重设。")
        self.shell.did("operator")


class OwnPinForm(_PinForm):
    """Her own PIN, with the old one."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, shell, "改我的口令", "改口令")
        self.old = pin_edit()
        self.row("现在的口令", self.old, needed(self.old, "请输现在的口令。"))
        self.add_pin()

    def save(self) -> None:
        operators.change_pin(self.shell.ledger, self.shell.ledger.operator, self.old.text(), self.pin.text())
        self.shell.messages.info("口令已改。")


class ResetForm(_PinForm):
    """Somebody else's, who forgot hers or comes from another computer."""

    def __init__(self, parent: QWidget, shell: Shell, who: Operator) -> None:
        super().__init__(parent, shell, f"重设口令：{who.name}", "重设")
        self._who = who
        self.row("说明", _words("请让本人自己输。重设会记进台账，写明是谁办的，县里看得到。"))
        self.add_pin()

    def save(self) -> None:
        operators.reset_pin(self.shell.ledger, self._who.id, self.pin.text())
        self.shell.messages.info(f"已为“{self._who.name}”重设口令。")
        self.shell.did("operator")


class RetireForm(FormDialog):
    """She no longer stands at the desk."""

    def __init__(self, parent: QWidget, shell: Shell, who: Operator) -> None:
        super().__init__(parent, f"停用：{who.name}", "停用")
        self._shell, self._who = shell, who
        words = "停用后不能再登录。以前的记录不变，仍写着姓名。"
        if who.has_pin and sum(one.has_pin for one in operators.list_operators(shell.ledger)) == 1:
            words += "停用最后一位以后，打开程序不再要口令。"
        self.row("说明", _words(words))

    def save(self) -> None:
        operators.retire(self._shell.ledger, self._who.id)
        self._shell.messages.info(f"已停用值班人“{self._who.name}”。")
        self._shell.did("operator")


class OperatorsDialog(QDialog):
    """The list, and what can be done with it."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent)
        help_key(self)
        self._shell = shell
        self.form: FormDialog | None = None
        self.setWindowTitle("值班人")
        self.setMinimumSize(560, 360)
        heading = QLabel("值班人")
        heading.setObjectName("title")
        columns: list[Column[Operator]] = [
            Column("姓名", lambda one: one.name, 12),
            Column("口令", lambda one: "已设" if one.has_pin else "这台电脑上没有", 8),
            Column("", lambda one: "现在值班" if one.id == shell.ledger.operator else "", 6),
        ]
        self.model: RowsModel[Operator] = RowsModel(columns)
        self.table = Table(self.model, EMPTY, [column.width for column in columns], stretch=0)
        self.table.setAccessibleName("值班人")
        self.add, self.reset = QPushButton("添加…"), QPushButton("重设口令…")
        self.retire, close = QPushButton("停用…"), QPushButton("关闭")
        self.add.setObjectName("primary")
        self.add.clicked.connect(lambda: self._open(AddForm(self, shell)))
        self.reset.clicked.connect(lambda: self._with_chosen(lambda who: ResetForm(self, shell, who)))
        self.retire.clicked.connect(lambda: self._with_chosen(lambda who: RetireForm(self, shell, who)))
        close.clicked.connect(self.reject)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        buttons = QHBoxLayout()
        for button in (self.add, self.reset, self.retire):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(heading)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        shell.changed.connect(self._changed)
        self.read()

    def read(self) -> None:
        self.model.put(operators.list_operators(self._shell.ledger))
        if self.model.rows:
            self.table.selectRow(0)
        self._choose()

    def _changed(self, changed: Changed) -> None:
        if changed.touches(frozenset({"operator"})):
            self.read()

    def _choose(self) -> None:
        row = self.table.current_row()
        for button in (self.reset, self.retire):
            button.setEnabled(row >= 0)
        # Hers is changed with the old PIN, from the menu.
        if row >= 0 and self.model.rows[row].id == self._shell.ledger.operator:
            self.reset.setEnabled(False)

    def _with_chosen(self, make: Callable[[Operator], FormDialog]) -> None:
        row = self.table.current_row()
        if row < 0:
            raise NotFound("请先在名单里选一位。")
        self._open(make(self.model.rows[row]))

    def _open(self, form: FormDialog) -> None:
        if self.form is not None:
            self.form.deleteLater()
        self.form = form
        form.open()


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
