"""扫码接受授权: the county's codes before this laptop's camera, one after another, until the grant is whole."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.checkin.camera import Camera
from desktop.checkin.preview import Preview
from desktop.exchange.label import say
from desktop.shell.manual import help_key
from sync.errors import Refused
from sync.seal.parts import Collection

BEGIN = "请县里打开这台电脑的授权页面。把屏幕上轮流显示的二维码、手机里的照片或打印的纸，对准摄像头，占满黄框。"
INSTEAD = "也可以把二维码的照片存到这台电脑，用“导入县里的授权”。"
LEAST_HEIGHT = 320


class ScanGrant(QDialog):
    """`whole` carries the paper that the codes made. The camera is let go when the dialog closes."""

    whole = Signal(bytes)

    def __init__(self, parent: QWidget, wanted_camera: str) -> None:
        super().__init__(parent)
        help_key(self)
        self.setWindowTitle("扫码接受授权")
        self.setMinimumWidth(600)
        self._collection = Collection()
        self.preview = Preview()
        self.preview.setFixedHeight(LEAST_HEIGHT)
        self.how, self.missing, self.trouble = QLabel(BEGIN), QLabel(), QLabel()
        for label in (self.how, self.missing, self.trouble):
            label.setWordWrap(True)
            # So that the picture stays where it is while words come and go.
            label.setMinimumHeight(label.fontMetrics().height())
        self.bar = QProgressBar()
        self.again, close = QPushButton("重新开始"), QPushButton("关闭（Esc）")
        for button in (self.again, close):
            # A scanner that types must press nothing.
            button.setAutoDefault(False)
        self.again.clicked.connect(self.start_again)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        for widget in (self.how, self.preview, self.bar, self.missing, self.trouble):
            column.addWidget(widget)
        column.addLayout(buttons)
        self._show()
        self.camera = Camera(self)
        self.camera.card.connect(self.take)
        self.camera.picture.connect(self.preview.show_picture)
        self.camera.said.connect(self._camera_said)
        self.finished.connect(self.camera.close)
        self.camera.start(wanted_camera)

    def take(self, text: str) -> None:
        """One code that came into view."""
        if self._collection.paper is not None:
            return
        try:
            new = self._collection.add(text)
        except Refused as error:
            say(self.trouble, error.message, "fieldError")
        else:
            say(self.trouble, "" if new else "这一张已经扫过了，请换下一张。", "fieldGood" if new else "")
        self._show()
        if self._collection.paper is not None:
            self.accept()
            self.whole.emit(self._collection.paper)

    def start_again(self) -> None:
        self._collection = Collection()
        say(self.trouble, "")
        self._show()

    def _show(self) -> None:
        count, missing = self._collection.count, self._collection.missing
        self.bar.setMaximum(max(count, 1))
        self.bar.setValue(count - len(missing))
        self.bar.setFormat("已扫 %v 张，共 %m 张" if count else "还没有扫到")
        listed = "、".join(map(str, missing))
        self.missing.setText(f"还缺第 {listed} 张。" if missing else "")

    def _camera_said(self, words: str) -> None:
        """What check-in's camera says is for check-in: its first sentence holds here too."""
        self.preview.say(f"{words.partition('。')[0]}。{INSTEAD}" if words else "")
