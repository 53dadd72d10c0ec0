"""结束本课: what the lesson has, and then its 存证码 in letters and as a code for any phone's camera."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.checkin.reminders import read_done
from desktop.checkin.station import Station
from desktop.exchange.backups import BackupLine
from desktop.shell.fonts import app_font
from desktop.shell.manual import help_key
from desktop.shell.page import Shell
from desktop.shell.words import lesson_name
from sync.errors import UserError
from sync.jobs.photos import WHAT
from sync.jobs.status import anchor, close_lesson
from sync.paper.qr import text_runs
from sync.training.beijing import clock

CODE_PIXELS = 56
QUIET_MODULES = 4
SEND = "请把这 16 位发给县里：短信、微信、电话都行，今天之内发出。发出以后，今天的记录谁也改不了。"


class QrView(QWidget):
    """A text as a QR code, black on white in every theme."""

    def __init__(self) -> None:
        super().__init__()
        self._side, self._runs = 0, []
        self.setFixedSize(QSize(261, 261))

    def show_text(self, text: str) -> None:
        self._side, self._runs = text_runs(text)
        self.setAccessibleName("存证码的二维码")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        if not self._side:
            return
        # Whole pixels: a phone reads edges, not averages.
        module = min(self.width(), self.height()) // (self._side + 2 * QUIET_MODULES)
        margin = (self.width() - module * self._side) / 2
        for x, y, length in self._runs:
            painter.fillRect(
                QRectF(margin + x * module, margin + y * module, length * module, module), QColor("#000000")
            )


class CloseDialog(QDialog):
    """Of a lesson that is closed already it shows the code at once. `closed` when it was closed here."""

    closed = Signal()

    def __init__(self, parent: QWidget, station: Station, shell: Shell) -> None:
        super().__init__(parent)
        help_key(self)
        self._station = station
        self.backup = BackupLine(shell)
        self.setWindowTitle("结束本课")
        self.setMinimumSize(760, 400)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._before())
        self.pages.addWidget(self._after())
        column = QVBoxLayout(self)
        column.addWidget(self.pages)
        if read_done(station.ledger, station.desk).closed:
            self._show_code(anchor(station.ledger, station.desk.lesson.id)["shown"])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self.done_button if self.pages.currentIndex() else self.go).setFocus()

    def close_lesson(self) -> None:
        try:
            made = close_lesson(self._station.ledger, self._station.desk.lesson.id)
        except UserError as error:
            self.error.setText(error.message)
            return
        self._show_code(made["shown"])
        self.closed.emit()

    def _show_code(self, shown: str) -> None:
        self.code.setText(shown)
        self.qr.show_text(shown.replace("-", ""))
        self.pages.setCurrentIndex(1)
        self.done_button.setFocus()

    def _before(self) -> QWidget:
        self.facts = QLabel("\n".join(_facts(self._station)))
        self.facts.setFont(app_font(20))
        self.facts.setWordWrap(True)
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.go = QPushButton("结束本课，出存证码")
        self.go.setObjectName("huge")
        self.go.setDefault(True)
        self.go.clicked.connect(self.close_lesson)
        later = QPushButton("先不结束")
        later.setAutoDefault(False)
        later.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(later)
        row.addWidget(self.go)
        return _page(_title(f"结束本课：{lesson_name(self._station.desk.lesson)}"), self.facts, self.error, row)

    def _after(self) -> QWidget:
        self.code = QLabel()
        font = app_font(CODE_PIXELS)
        font.setBold(True)
        self.code.setFont(font)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.code.setAccessibleName("存证码")
        self.qr = QrView()
        words = QLabel(SEND)
        words.setFont(app_font(20))
        words.setWordWrap(True)
        self.done_button = QPushButton("关闭")
        self.done_button.setObjectName("primary")
        self.done_button.clicked.connect(self.accept)
        below = QHBoxLayout()
        below.addWidget(self.qr)
        below.addSpacing(16)
        below.addWidget(words, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.done_button)
        holder = QWidget()
        holder.setLayout(below)
        return _page(_title(f"存证码：{lesson_name(self._station.desk.lesson)}"), self.code, holder, self.backup, row)


def _facts(station: Station) -> list[str]:
    """What an auditor will ask about, said while it can still be mended."""
    counts, done = station.counts(), read_done(station.ledger, station.desk)
    lines = [
        f"应到 {counts.expected}，实到 {counts.came}，迟到 {counts.late}，请假 {counts.leave}，未到 {counts.missing}。"
    ]
    ends = station.desk.lesson.fact().ends
    if station.now() < ends:
        lines.append(f"还没到下课时间（{clock(ends)}）。")
    if counts.came > counts.left:
        lines.append(f"还有 {counts.came - counts.left} 人没有签退；结束以后也还能签退。")
    missing = [WHAT[key] for key in ("start", "middle", "end") if key not in done.photos]
    if missing:
        lines.append(f"没有拍的照片：{'、'.join(missing)}。")
    if station.verifying.waiting:
        lines.append(f"待核对 {len(station.verifying.waiting)} 人。")
    return lines


def _title(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("title")
    label.setWordWrap(True)
    return label


def _page(*parts: QWidget | QHBoxLayout) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    for part in parts:
        if isinstance(part, QHBoxLayout):
            column.addLayout(part)
        else:
            column.addWidget(part)
    return page
