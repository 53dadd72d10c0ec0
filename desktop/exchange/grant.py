"""Before a grant is taken: whose it is, and the fingerprint that two people compare by voice."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from desktop.exchange import actions
from desktop.shell.form import FormDialog
from sync.ledger.ledger import Ledger

HOW = (
    "请打电话给县局，用你平时知道的号码：请对方念出县里的指纹，再把本机指纹念给对方，四个一组"
    "（只有字母和数字 2–7，没有 0 和 1）。\n有一个不一样，就可能是有人冒充：请点“取消”，马上告诉县局。"
)


class GrantForm(FormDialog):
    """`accepted_words` tells what holds once the grant is taken."""

    accepted_words = Signal(str)

    def __init__(self, parent: QWidget, ledger: Ledger, grant: bytes, said: dict[str, Any]) -> None:
        super().__init__(parent, "核对县里的指纹", "两个指纹都一字不差，接受授权")
        self._ledger, self._grant = ledger, grant
        self.theirs = _letters(said["county_fingerprint"])
        self.row("授权来自", QLabel(said["county"]))
        self.row("县里指纹", self.theirs)
        self.row("本机指纹", _letters(said["fingerprint"]))
        how = QLabel(HOW)
        how.setWordWrap(True)
        self.row("", how)

    def save(self) -> None:
        self.accepted_words.emit(actions.accept(self._ledger, self._grant))


def _letters(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("figure")
    return label
