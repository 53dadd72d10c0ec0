"""The desk's forms: a stamp by hand, and what amends a record without erasing it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.checkin.station import Station
from desktop.checkin.words import REASONS, Shown
from desktop.shell.form import FormDialog, needed
from desktop.shell.manual import help_key
from desktop.shell.table import Column, RowsModel, Table
from sync.errors import BadInput, StorageError
from sync.jobs.attendance import Attendee, StampLine
from sync.training.beijing import clock
from sync.training.facts import Kind

KINDS: dict[str, Kind] = {"签到": "in", "签退": "out"}
VIA = {"camera": "摄像头", "scanner": "扫码枪", "image": "图片", "search": "手工", "correction": "补签"}
LEAVE_REASONS = ("生病", "家中有事", "农忙", "外出办事")
MEND_REASONS = ("漏刷", "忘带卡", "停电", "设备故障")
LEAVE_VOID_REASONS = ("本人到课了", "登记错人", "登记错课次")
VOID_REASONS = ("刷错人", "代刷", "误操作")


def _choice(words: tuple[str, ...], start: str = "") -> QComboBox:
    """Words to choose from, or anything that is typed."""
    box = QComboBox()
    box.setEditable(True)
    box.addItems(words)
    box.setCurrentText(start)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return box


def _kind_box(kind: Kind) -> QComboBox:
    box = QComboBox()
    box.addItems(list(KINDS))
    box.setCurrentIndex(list(KINDS.values()).index(kind))
    return box


class StampForm(FormDialog):
    """手工签到: who, in or out, why. `by_hand` shows the answer to the room."""

    def __init__(self, parent: QWidget, one: Attendee, kind: Kind, by_hand: Callable[[str, Kind, str], Shown]) -> None:
        super().__init__(parent, f"手工签到：{one.name}（尾号 {one.tail}）", "记下")
        self._one, self._by_hand = one, by_hand
        self.reason = _choice(REASONS, REASONS[0])
        self.kind = _kind_box(kind)
        self.row(
            "原因", self.reason, needed(self.reason, "请选一个原因，或写明原因。"), "可以从列表里选，也可以直接写。"
        )
        self.row("签到还是签退", self.kind)

    def save(self) -> None:
        answer = self._by_hand(self._one.id, KINDS[self.kind.currentText()], self.reason.currentText())
        if answer.state == "failed":
            raise StorageError(answer.sentence)


class MendForm(FormDialog):
    """补签."""

    def __init__(self, parent: QWidget, station: Station, one: Attendee) -> None:
        super().__init__(parent, f"补签：{one.name}", "记下")
        self._station, self._one = station, one
        self.kind = _kind_box(station.likely_kind())
        self.clock = QLineEdit(placeholderText="例如 09:05")
        self.reason = _choice(MEND_REASONS)
        self.witness = QLineEdit(placeholderText="谁能证明学员在场")
        self.row("签到还是签退", self.kind)
        self.row("时间", self.clock, needed(self.clock, "请写时间，例如 09:05。"), "上课当天的时间。")
        self.row("原因", self.reason, needed(self.reason, "请写明原因。"))
        self.row("见证人", self.witness, needed(self.witness, "请写明见证人。"))

    def save(self) -> None:
        clock_text = self.clock.text().strip().replace("：", ":")
        kind = KINDS[self.kind.currentText()]
        self._station.correct(self._one.id, kind, clock_text, self.reason.currentText(), self.witness.text())


class VoidForm(FormDialog):
    """作废."""

    def __init__(self, parent: QWidget, station: Station, line: StampLine, name: str) -> None:
        super().__init__(parent, f"作废：{name} {clock(line.stamp.at)} 的{_word(line)}", "作废这一条")
        self._station, self._stamp = station, line.stamp.id
        self.reason = _choice(VOID_REASONS)
        self.witness = QLineEdit()
        self.row("原因", self.reason, needed(self.reason, "请写明原因。"), "原来的记录仍看得见，只是不再算数。")
        self.row("见证人", self.witness, needed(self.witness, "请写明见证人。"))

    def save(self) -> None:
        self._station.void(self._stamp, self.reason.currentText(), self.witness.text())


class LeaveForm(FormDialog):
    """请假."""

    def __init__(self, parent: QWidget, station: Station, one: Attendee) -> None:
        super().__init__(parent, f"请假：{one.name}（本课次）", "记下")
        self._station, self._one = station, one
        self.reason = _choice(LEAVE_REASONS)
        self.row("原因", self.reason, needed(self.reason, "请写明原因。"))

    def save(self) -> None:
        self._station.give_leave(self._one.id, self.reason.currentText())


class LeaveVoidForm(FormDialog):
    """撤销请假."""

    def __init__(self, parent: QWidget, station: Station, one: Attendee) -> None:
        super().__init__(parent, f"撤销请假：{one.name}（本课次）", "撤销请假")
        self._station, self._one = station, one
        self.reason = _choice(LEAVE_VOID_REASONS)
        self.row("原因", self.reason, needed(self.reason, "请写明原因。"), "原来的请假仍看得见，只是不再算数。")

    def save(self) -> None:
        self._station.void_leave(self._one.id, self.reason.currentText())


class PersonDialog(QDialog):
    """A person's record at this lesson, and what can be done about it. `changed` has the kind that was written."""

    changed = Signal(str)

    def __init__(self, parent: QWidget, station: Station, person_id: str) -> None:
        super().__init__(parent)
        help_key(self)
        self._station = station
        self.one = station.people[person_id]
        self.setWindowTitle(f"签到记录：{self.one.name}")
        self.setMinimumSize(900, 400)
        heading = QLabel(f"{self.one.name}（尾号 {self.one.tail}）")
        heading.setObjectName("title")
        self.leave_words = QLabel()
        self.leave_words.setWordWrap(True)
        self.model: RowsModel[StampLine] = RowsModel(_COLUMNS)
        self.table = Table(self.model, "这个人在本次课还没有记录。可以补签或登记请假。", [5, 4, 5, 6, 5], stretch=5)
        self.table.setAccessibleName("签到记录")
        self.remarks = QLabel()
        self.remarks.setWordWrap(True)
        self.form: FormDialog | None = None
        self.mend = QPushButton("补签(&B)")
        self.void = QPushButton("作废(&Z)")
        self.leave = QPushButton()
        self.buttons = QDialogButtonBox()
        for button in (self.mend, self.void, self.leave):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton("关闭", QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.rejected.connect(self.reject)
        self.mend.clicked.connect(lambda: self._open(MendForm(self, station, self.one), "stamp"))
        self.leave.clicked.connect(self._open_leave)
        self.void.clicked.connect(self._open_void)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        column = QVBoxLayout(self)
        for widget in (heading, self.leave_words, self.table, self.remarks, self.buttons):
            column.addWidget(widget)
        self.read()

    def read(self) -> None:
        self.one = self._station.people[self.one.id]
        self.model.put(self._station.stamps_of(self.one.id))
        self.leave_words.setText(self._station.leave_words(self.one.id))
        self.leave_words.setVisible(self.one.leave)
        if self.model.rows:
            self.table.selectRow(len(self.model.rows) - 1)
        self._choose()

    def _choose(self) -> None:
        row = self.table.current_row()
        self.void.setEnabled(row >= 0 and not self.model.rows[row].voided)
        # A reason and two witnesses are longer than the column.
        self.remarks.setText(_remarks(self.model.rows[row]) if row >= 0 else "")
        self.leave.setText("撤销请假(&L)" if self.one.leave else "请假(&L)")

    def _open_leave(self) -> None:
        if self.one.leave:
            self._open(LeaveVoidForm(self, self._station, self.one), "leave.void")
        else:
            self._open(LeaveForm(self, self._station, self.one), "leave")

    def _open_void(self) -> None:
        row = self.table.current_row()
        if row < 0:
            raise BadInput("请先在表里选一条记录。")
        self._open(VoidForm(self, self._station, self.model.rows[row], self.one.name), "void")

    def _open(self, form: FormDialog, kind: str) -> None:
        self.form = form
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.accepted.connect(lambda: self._done(kind))
        form.open()

    def _done(self, kind: str) -> None:
        self.read()
        self.changed.emit(kind)


def _word(line: StampLine) -> str:
    return "签退" if line.stamp.kind == "out" else "签到"


def _state(line: StampLine) -> str:
    if line.voided:
        return "已作废"
    return "算数" if line.stamp.counted else "时间外，不算"


def _remarks(line: StampLine) -> str:
    parts = [line.stamp.reason, f"见证人：{line.stamp.witness}" if line.stamp.witness else ""]
    if line.voided:
        parts.append(f"作废原因：{line.void_reason}（见证人：{line.void_witness}）")
    return "；".join(part for part in parts if part)


_COLUMNS: tuple[Column[StampLine], ...] = (
    Column("时间", lambda line: clock(line.stamp.at)),
    Column("签到签退", _word),
    Column("方式", lambda line: VIA.get(line.stamp.via, line.stamp.via)),
    Column("是否算数", _state),
    Column("记录人", lambda line: line.by or "未登录"),
    Column("原因和见证人", _remarks),
)
