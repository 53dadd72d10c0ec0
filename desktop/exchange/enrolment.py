"""Enrolment: the request to the county, and its grant, with the fingerprints that two people compare."""

from pathlib import Path

from PySide6.QtCore import QDir, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.exchange import actions
from desktop.exchange.label import say
from desktop.shell.page import Shell
from sync.errors import UserError

BEFORE = (
    "一、导出登记申请，用U盘或微信交给县里。\n"
    "二、打电话给县局，把上面的本机指纹念给对方核对。\n"
    "三、拿到县里的授权文件（.xpg）后导入，也可以拖到这一页。"
)
AFTER = (
    "请打电话给县局，互相念一遍两个指纹，都要与这里一字不差。\n有一个不一样，就可能是有人冒充：不要上报，马上告诉县局。"
)


class Enrolment(QWidget):
    """`chosen` carries the path of a grant that was picked."""

    chosen = Signal(list)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.state, self.what = QLabel(), QLabel()
        self.state.setObjectName("big")
        self.what.setWordWrap(True)
        self.mine, self.theirs = _letters(), _letters()
        self.theirs_caption = QLabel("县里指纹")
        self.export, self.bring = QPushButton("导出登记申请…"), QPushButton("导入县里的授权…")
        self.export.clicked.connect(self._browse_export)
        self.bring.clicked.connect(self._browse_grant)
        self.words = QLabel()
        self.words.setWordWrap(True)
        fingerprints = QGridLayout()
        fingerprints.setColumnStretch(1, 1)
        for row, pair in enumerate(((QLabel("本机指纹"), self.mine), (self.theirs_caption, self.theirs))):
            fingerprints.addWidget(pair[0], row, 0)
            fingerprints.addWidget(pair[1], row, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.export)
        buttons.addWidget(self.bring)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self.state)
        column.addLayout(fingerprints)
        column.addWidget(self.what)
        column.addLayout(buttons)
        column.addWidget(self.words)
        column.addStretch(1)

    def refresh(self) -> None:
        said = actions.enrolled(self._shell.ledger)
        self.mine.setText(actions.fingerprint(self._shell.ledger))
        self.state.setText(f"已在“{said['county']}”登记，机构：{said['institution']}" if said else "本机还没有登记")
        self.what.setText(AFTER if said else BEFORE)
        self.theirs.setText(said["county_fingerprint"] if said else "")
        for widget in (self.theirs, self.theirs_caption):
            widget.setVisible(said is not None)

    def export_to(self, path: str) -> None:
        try:
            actions.export_request(self._shell.ledger, Path(path))
        except UserError as error:
            say(self.words, error.message, "fieldError")
            return
        say(self.words, f"登记申请已存为 {path}。里面没有学员信息，可以用微信发。", "fieldGood")

    def _browse_export(self) -> None:
        dialog = self._dialog("导出登记申请", "登记申请 (*.xpq)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xpq")
        dialog.selectFile("登记申请.xpq")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def _browse_grant(self) -> None:
        dialog = self._dialog("导入县里的授权", "县里的授权 (*.xpg)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.filesSelected.connect(self.chosen)
        dialog.open()

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self, title, QDir.homePath(), kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def _letters() -> QLabel:
    label = QLabel()
    label.setObjectName("figure")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
