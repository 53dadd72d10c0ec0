"""The request to the county as a QR code for a phone, beside the fingerprint that two people compare."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.exchange.qr import QrCode
from desktop.shell.manual import help_key
from sync.errors import UserError
from sync.jobs import enrol
from sync.ledger.ledger import Ledger

SMALLEST, READABLE = 200, 300
"""Pixels: two and three for each module of an ordinary request."""


class RequestCode(QWidget):
    """As large as there is room. Made once for a ledger: a request says nothing that changes."""

    def __init__(self, ledger: Ledger, side: int = SMALLEST) -> None:
        super().__init__()
        self.codes: list[QrCode] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        try:
            texts = enrol.request_codes(ledger)
        except UserError as error:
            # A key that lies in a token which is not there.
            texts = []
            words = QLabel(error.message)
            words.setWordWrap(True)
            row.addWidget(words)
        for text in texts:
            code = QrCode(side)
            code.set_text(text)
            code.setAccessibleName("登记申请的二维码")
            code.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            row.addWidget(code)
            self.codes.append(code)


class RequestScreen(QDialog):
    """登记申请 for a phone to take, and what the two people read to each other."""

    def __init__(self, ledger: Ledger, close_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        help_key(self)
        self.setWindowTitle("登记申请")
        self.setStyleSheet("QDialog { background: white; } QLabel { color: black; }")
        self.code = RequestCode(ledger, READABLE)
        letters = QLabel(ledger.signer.public.fingerprint)
        letters.setStyleSheet("font-size: 40px; font-weight: bold;")
        first = QLabel("一、用手机拍下这个二维码，用微信发给县里。里面没有学员信息。")
        then = QLabel("二、打电话给县局，把本机指纹念给对方核对，四个一组（只有字母和数字 2–7，没有 0 和 1）：")
        done = QPushButton(close_words)
        done.clicked.connect(self.close)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(first)
        column.addWidget(self.code, 1)
        for label in (then, letters):
            column.addWidget(label)
        for label in (first, then, letters):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(done, 0, Qt.AlignmentFlag.AlignCenter)
