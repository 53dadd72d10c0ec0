"""A QR code on screen, and the anchor as large as the screen, for a phone to take."""

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.shell.manual import help_key
from sync.paper.qr import text_runs

QUIET = 4
"""Light modules around a code, as the standard asks."""


class QrCode(QWidget):
    """Black on white in every theme: phones read nothing else reliably."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._modules, self._runs = text_runs("")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        self._modules, self._runs = text_runs(text)
        self.setAccessibleName(f"二维码：{text}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Whole pixels a module, so that edges stay sharp.
        pixel = max(min(self.width(), self.height()) // (self._modules + 2 * QUIET), 1)
        side = pixel * (self._modules + 2 * QUIET)
        left, top = (self.width() - side) // 2, (self.height() - side) // 2
        painter = QPainter(self)
        painter.fillRect(QRectF(left, top, side, side), QColor("white"))
        for x, y, length in self._runs:
            at = QRectF(left + (x + QUIET) * pixel, top + (y + QUIET) * pixel, length * pixel, pixel)
            painter.fillRect(at, QColor("black"))
        painter.end()


class AnchorScreen(QDialog):
    """存证码 full screen."""

    def __init__(self, parent: QWidget, anchor: dict[str, Any]) -> None:
        super().__init__(parent)
        help_key(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("存证码")
        self.setStyleSheet("QDialog { background: white; } QLabel { color: black; }")
        self.code = QrCode(240)
        self.code.set_text(anchor["anchor"])
        letters = QLabel(anchor["shown"])
        letters.setStyleSheet("font-size: 44px; font-weight: bold;")
        words = QLabel(f"本机到第 {anchor['seq']} 条的存证码。用手机扫一下，或抄下这 16 位字母和数字，今天就发给县里。")
        words.setWordWrap(True)
        close = QPushButton("关闭（Esc）")
        close.clicked.connect(self.close)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.code, 1)
        for label in (letters, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignCenter)
