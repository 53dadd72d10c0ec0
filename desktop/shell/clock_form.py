"""校正时间: the trainer says what time it really is, when the machine does not know."""

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import QComboBox, QDateEdit, QTimeEdit, QWidget

from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell
from sync.jobs import moment

REASONS = ("主板电池没电，时间不对", "时区设错了", "时间被人改过")


class ClockForm(FormDialog):
    """Says what time it really is; records of this start of the machine are then right."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "校正时间", "校正")
        self._shell = shell
        self.day, self.time = QDateEdit(), QTimeEdit()
        self.day.setDisplayFormat("yyyy 年 M 月 d 日")
        self.day.setCalendarPopup(True)
        self.time.setDisplayFormat("HH:mm:ss")
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.addItems(REASONS)
        self.reason.setCurrentIndex(-1)
        self.reason.lineEdit().setPlaceholderText("可以选，也可以自己写")
        self.row("现在的日期", self.day)
        self.row("现在的时间", self.time, hint="照手机或手表填北京时间。只到这台电脑下次开机前有效。")
        self.row("原因", self.reason, needed(self.reason, "请写明原因，县里会看到。"))

    def open(self) -> None:
        at = moment.iso(moment.now(self._shell.ledger).at)
        self.day.setDate(QDate.fromString(at[:10], "yyyy-MM-dd"))
        self.time.setTime(QTime.fromString(at[11:19], "HH:mm:ss"))
        super().open()

    def save(self) -> None:
        stated = f"{self.day.date().toString('yyyy-MM-dd')} {self.time.time().toString('HH:mm:ss')}"
        offset = moment.state_clock(self._shell.ledger, stated, self.reason.currentText())
        self.reason.setEditText("")
        self._shell.messages.info(f"已校正：{_offset_words(offset)}。")
        self._shell.did("clock.state")


def _offset_words(seconds: int) -> str:
    if not seconds:
        return "电脑的时间是准的"
    hours, rest = divmod(abs(seconds), 3600)
    parts = [f"{hours} 小时" if hours else "", f"{rest // 60} 分" if rest // 60 else "", f"{rest % 60} 秒"]
    return f"电脑慢了 {' '.join(filter(None, parts))}" if seconds > 0 else f"电脑快了 {' '.join(filter(None, parts))}"
