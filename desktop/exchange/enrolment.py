"""Enrolment: the request to the county, and its grant, with the fingerprints that two people compare."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QDir, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.exchange import actions
from desktop.exchange.label import say
from desktop.exchange.request_code import RequestCode, RequestScreen
from desktop.shell.page import Shell
from sync.errors import UserError

BEFORE = (
    "一、把登记申请交给县里：用手机拍下二维码发去，或导出文件用U盘交去。\n"
    "二、打电话给县局，把上面的本机指纹念给对方核对，四个一组。\n"
    "三、县里的授权是文件（.xpg）或二维码的照片，就导入或拖到这一页；县里屏幕上的或打印的二维码，就用摄像头扫。"
)
WAITING = "授权是扫码来的，只带了县里的钥匙和目录的开头。证书等首次上报（网络或U盘）时补齐，之前照常记录，不会丢。\n"
AFTER = (
    "请打电话给县局，互相念一遍两个指纹，都要与这里一字不差。\n有一个不一样，就可能是有人冒充：不要上报，马上告诉县局。"
)


class Enrolment(QWidget):
    """`chosen` carries the paths of a grant that was picked; `scan` asks for the camera."""

    chosen = Signal(list)
    scan = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.state, self.what = QLabel(), QLabel()
        self.state.setObjectName("big")
        self.what.setWordWrap(True)
        self.mine, self.theirs = _letters(), _letters()
        self.theirs_caption = QLabel("县里指纹")
        self.export, self.bring = QPushButton("导出登记申请…"), QPushButton("导入县里的授权…")
        self.show_code, self.by_camera = QPushButton("出示二维码"), QPushButton("扫码接受授权…")
        self.show_code.clicked.connect(self._show_request)
        self.by_camera.clicked.connect(self.scan)
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
        for button in (self.show_code, self.export, self.bring, self.by_camera):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.code: RequestCode | None = None
        self._both = QHBoxLayout(self)
        column = QVBoxLayout()
        self._both.addLayout(column, 2)
        column.addWidget(self.state)
        column.addLayout(fingerprints)
        column.addWidget(self.what)
        column.addLayout(buttons)
        column.addWidget(self.words)
        column.addStretch(1)

    def refresh(self) -> None:
        said = actions.enrolled(self._shell.ledger)
        self.mine.setText(actions.fingerprint(self._shell.ledger))
        self.state.setText(_state(said))
        waits = said is not None and not said["certificate"]
        self.what.setText(WAITING * waits + AFTER if said else BEFORE)
        if said is None and self.code is None:
            # Made only where it is needed: it signs, and a token may ask for its PIN.
            self.code = RequestCode(self._shell.ledger)
            self._both.addWidget(self.code, 1)
        if self.code is not None:
            self.code.setVisible(said is None)
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

    def _show_request(self) -> None:
        screen = RequestScreen(self._shell.ledger, "关闭（Esc）", self)
        screen.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screen.showFullScreen()

    def _browse_export(self) -> None:
        dialog = self._dialog("导出登记申请", "登记申请 (*.xpq);;二维码图片 (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xpq")
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix("png" if "png" in kind else "xpq"))
        dialog.selectFile("登记申请")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def _browse_grant(self) -> None:
        pictures = " ".join(f"*{kind}" for kind in actions.PICTURES)
        dialog = self._dialog("导入县里的授权", f"县里的授权 (*{actions.GRANT} {pictures})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.chosen)
        dialog.open()

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self, title, QDir.homePath(), kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def _state(said: dict[str, Any] | None) -> str:
    if said is None:
        return "本机还没有登记"
    if not said["certificate"]:
        return f"“{said['county']}”已授权，等待首次同步，机构：{said['institution']}"
    return f"已在“{said['county']}”登记，机构：{said['institution']}"


def _letters() -> QLabel:
    label = QLabel()
    label.setObjectName("figure")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
