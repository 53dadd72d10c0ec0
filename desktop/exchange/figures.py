"""What this laptop has recorded, what the county has signed for, and the anchor that pins it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from desktop.exchange import actions
from desktop.exchange.label import say
from desktop.exchange.qr import AnchorScreen, QrCode
from desktop.exchange.words import when
from desktop.shell.page import Shell

QR_SIDE = 104


class Figures(QFrame):
    """Every figure of the county's is from a receipt that was verified, never from a file that was sent."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setObjectName("card")
        self.mine, self.theirs, self.waiting = _figure(), _figure(), _figure()
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.photos = QLabel()
        self.photos.setObjectName("hint")
        self.photos.setWordWrap(True)
        self.letters = QLabel()
        self.letters.setObjectName("big")
        self.letters.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.qr = QrCode(QR_SIDE)
        self.full = QPushButton("全屏出示")
        self.full.clicked.connect(self.show_anchor)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addLayout(self._left(), 1)
        row.addLayout(self._right())
        row.addWidget(self.qr)

    def refresh(self) -> None:
        now = actions.figures(self._shell.ledger)
        for label, count in ((self.mine, now.recorded), (self.theirs, now.received), (self.waiting, now.waiting)):
            label.setText(f"{count}")
        photos = actions.count_words(now.photos)
        self.photos.setText(photos)
        self.photos.setVisible(bool(photos))
        anchor = actions.anchor(self._shell.ledger)
        self.letters.setText(anchor["shown"])
        self.qr.set_text(anchor["anchor"])
        at = when(now.receipt)
        if not at:
            say(self.state, "县里还没有签收过本机的记录。记录都在本机。")
        elif now.apart:
            say(self.state, f"有 {now.apart} 条因台账被拷贝过，县里单独留着，等县局核对。请联系县局。", "fieldError")
        elif now.waiting:
            say(self.state, f"最近一次回执：{at}。还有 {now.waiting} 条没有送达。")
        else:
            say(self.state, f"✓ 已送达：县里 {at} 的回执已验证，{now.received} 条全部签收。", "fieldGood")

    def show_anchor(self) -> None:
        AnchorScreen(self.window(), actions.anchor(self._shell.ledger)).showFullScreen()

    def _left(self) -> QVBoxLayout:
        counts = QHBoxLayout()
        for words, figure in (("本机已记", self.mine), ("县里已收", self.theirs), ("待报", self.waiting)):
            caption = QLabel(words)
            caption.setObjectName("hint")
            figure.setAccessibleName(words)
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(caption)
            cell.addWidget(figure)
            counts.addLayout(cell, 1)
        column = QVBoxLayout()
        column.addLayout(counts)
        column.addWidget(self.state)
        column.addWidget(self.photos)
        return column

    def _right(self) -> QVBoxLayout:
        caption = QLabel("存证码")
        caption.setObjectName("hint")
        caption.setToolTip("下课当天发给县里，就能证明这一天的记录后来没有改过。")
        column = QVBoxLayout()
        column.addWidget(caption)
        column.addWidget(self.letters)
        column.addWidget(self.full, 0, Qt.AlignmentFlag.AlignLeft)
        return column


def _figure() -> QLabel:
    label = QLabel()
    label.setObjectName("figure")
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return label
