"""The locked screen: which lesson runs and the time, and no name or number of anybody who is trained."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.shell.home import read_lessons
from desktop.shell.operators import pin_edit
from desktop.shell.page import Shell
from desktop.shell.words import day_words, lesson_time
from sync.errors import UserError
from sync.jobs import moment, operators
from sync.training.beijing import clock

SECOND_MS = 1000
SCANNED = "已锁定，刚才刷的卡没有记录。请先登录，再刷一次。"


class LockScreen(QWidget):
    """`opened` is emitted when an operator has signed in."""

    opened = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        from desktop.checkin.wedge import Wedge

        self._shell = shell
        self.clock, self.day, self.lesson = QLabel(), QLabel(), QLabel()
        self.clock.setStyleSheet("font-size: 64px; font-weight: bold;")
        self.day.setObjectName("subtitle")
        self.lesson.setObjectName("big")
        self.who = QComboBox()
        self.who.setAccessibleName("值班人")
        self.pin = pin_edit()
        self.pin.setPlaceholderText("口令")
        self.pin.setAccessibleName("口令")
        self.enter, self.forgot = QPushButton("登录"), QPushButton("忘记口令")
        self.enter.setObjectName("primary")
        self.forgot.setObjectName("link")
        self.words, self.help = QLabel(), QLabel(operators.FORGOTTEN)
        self.words.setObjectName("fieldError")
        self.help.setObjectName("hint")
        for label in (self.lesson, self.words, self.help):
            label.setWordWrap(True)
        self.enter.clicked.connect(self._sign_in)
        self.pin.returnPressed.connect(self._sign_in)
        self.forgot.clicked.connect(self.help.show)
        self.who.activated.connect(lambda _index: self.pin.setFocus())
        self.wedge = Wedge(self)
        self.wedge.scanned.connect(lambda _card: self._say(SCANNED))
        self._second = QTimer(self, interval=SECOND_MS)
        self._second.timeout.connect(self.look)
        self._lay_out()

    def look(self) -> None:
        """Time, lesson, and how long a wrong PIN still makes one wait."""
        ledger = self._shell.ledger
        now = moment.now(ledger).at
        self.clock.setText(clock(now))
        self.day.setText(day_words(moment.day_of(now)))
        found = read_lessons(
            ledger, 'start <= ? AND coalesce(cut_end, "end") > ? AND NOT coalesce(cancelled, 0)', now, now
        )
        running = [f"{lesson_time(one.lesson)} {one.lesson.topic} · {one.class_name}" for one in found]
        self.lesson.setText("\n".join(f"正在上课：{one}" for one in running) or "现在没有课。")
        wait = operators.wait_before(ledger, self.who.currentData() or "")
        if wait:
            self._say(f"口令不对，请等 {wait} 秒再试。")
        elif not self.enter.isEnabled():
            self._say("")
        self.enter.setEnabled(not wait)

    def fill(self) -> None:
        """The operators, the last one chosen."""
        chosen = self._shell.ledger.operator or self._shell.settings.operator
        self.who.clear()
        for one in operators.list_operators(self._shell.ledger):
            if one.has_pin:
                self.who.addItem(one.name, one.id)
        self.who.setCurrentIndex(max(self.who.findData(chosen), 0))

    def showEvent(self, event: QShowEvent) -> None:
        self.fill()
        self.pin.clear()
        self.help.hide()
        self._say("")
        self.look()
        self._second.start()
        self.wedge.start()
        self.pin.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._second.stop()
        self.wedge.stop()

    def _sign_in(self) -> None:
        if not self.enter.isEnabled():
            return
        who = self.who.currentData()
        try:
            operators.sign_in(self._shell.ledger, who, self.pin.text())
        except UserError as error:
            self._say(error.message)
            self.enter.setEnabled(not operators.wait_before(self._shell.ledger, who))
            self.pin.selectAll()
            self.pin.setFocus()
            return
        self._shell.settings.operator = who
        self.pin.clear()
        self.opened.emit()

    def _say(self, text: str) -> None:
        self.words.setText(text)

    def _lay_out(self) -> None:
        name = QLabel(f"乡培通 · {self._shell.ledger.name}")
        name.setObjectName("title")
        locked = QLabel("已锁定。登录前不记录任何签到，摄像头已停。")
        row = QHBoxLayout()
        row.addWidget(self.who, 2)
        row.addWidget(self.pin, 2)
        row.addWidget(self.enter)
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(620)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(28, 24, 28, 20)
        inside.setSpacing(10)
        for widget in (name, self.clock, self.day, self.lesson, locked):
            inside.addWidget(widget)
        inside.addSpacing(6)
        inside.addLayout(row)
        inside.addWidget(self.words)
        inside.addWidget(self.forgot, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.help)
        # Not by alignment: an aligned widget gets no height for words that wrap.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(middle)
        column.addStretch(2)
