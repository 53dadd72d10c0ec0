"""待核对: those who passed the desk without an answer, worked off one by one when the queue is over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.checkin.panels import PERSON
from desktop.checkin.result import BigName
from desktop.checkin.station import Station
from desktop.checkin.strip import Ways
from desktop.checkin.verifying import Asked
from desktop.shell.fonts import app_font
from desktop.shell.manual import help_key

WHY = {"first": "第一次到课，请核对本人。", "again": "抽到复核，请核对本人。"}

PHOTO = (288, 162)
"""Pixels."""


class VerifyDialog(QDialog):
    """A list at the left, the one in question at the right. `answered` as the strip's; `photo_wanted` too."""

    answered = Signal(Asked, list, bool, bytes)

    def __init__(self, parent: QWidget, station: Station) -> None:
        super().__init__(parent)
        help_key(self)
        self._station = station
        self.setWindowTitle("待核对")
        self.setMinimumSize(760, 400)
        self.heading = QLabel()
        self.heading.setObjectName("title")
        self.list = QListWidget()
        self.list.setAccessibleName("待核对名单")
        self.list.setFont(app_font(20))
        self.list.setFixedWidth(240)
        # Two of the same name differ at its end.
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name, self.why, self.photo = BigName(), QLabel(), QLabel()
        self.name.setFixedHeight(96)
        self.photo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.photo.setMinimumHeight(PHOTO[1])
        self.ways = Ways()
        self.yes, self.no = QPushButton("是本人 Y"), QPushButton("不是本人 N")
        self.yes.setObjectName("primary")
        close = QPushButton("关闭")
        for button in (self.yes, self.no, close):
            button.setAutoDefault(False)
        self.yes.clicked.connect(lambda: self._answer(True))
        self.no.clicked.connect(lambda: self._answer(False))
        close.clicked.connect(self.reject)
        self.ways.changed.connect(self._settle)
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self._lay_out(close)
        self.read()
        self.list.setFocus()

    @property
    def asked(self) -> Asked | None:
        item = self.list.currentItem()
        return self._station.verifying.waiting.get(item.data(PERSON)) if item else None

    def read(self) -> None:
        """The queue as it is now, with the same place chosen."""
        row = max(self.list.currentRow(), 0)
        self.list.clear()
        for asked in self._station.verifying.waiting.values():
            item = QListWidgetItem(asked.called)
            item.setData(PERSON, asked.person)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._show()

    def typed(self, char: str) -> None:
        """A key that a person pressed outside any field."""
        button = {"y": self.yes, "n": self.no}.get(char.lower())
        if button is not None:
            button.click()
        else:
            self.ways.typed(char)

    def _answer(self, same: bool) -> None:
        if self.asked is not None:
            self.answered.emit(self.asked, self.ways.chosen, same, self.ways.photo)

    def _show(self) -> None:
        asked = self.asked
        self.ways.clear()
        self.heading.setText(f"待核对 {self.list.count()} 人　{self._station.verifying.words}")
        self.name.show_name(asked.name if asked else "都核对完了")
        self.why.setText(f"证件尾号 {asked.tail}。{WHY[asked.why]}" if asked else "")
        self._settle()

    def _settle(self) -> None:
        asked = self.asked
        for button in (self.yes, self.no):
            button.setEnabled(asked is not None and bool(self.ways.chosen))
        self.ways.setEnabled(asked is not None)
        picture = QPixmap()
        data = self.ways.photo or (self._station.portrait(asked.person) if asked else b"")
        if data:
            picture.loadFromData(data)
            picture = picture.scaled(
                *PHOTO, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        self.photo.setPixmap(picture)
        if picture.isNull():
            self.photo.setText("没有照片" if asked else "")

    def _lay_out(self, close: QPushButton) -> None:
        right = QVBoxLayout()
        right.addWidget(self.name)
        right.addWidget(self.why)
        right.addWidget(self.photo, 1)
        right.addWidget(self.ways)
        answers = QHBoxLayout()
        for button in (self.yes, self.no):
            button.setMinimumHeight(48)
            answers.addWidget(button, 1)
        answers.addWidget(close)
        right.addLayout(answers)
        body = QHBoxLayout()
        body.addWidget(self.list)
        body.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.heading)
        column.addLayout(body, 1)
