"""The lesson's photos as small pictures, and those of a phone added from files, marked 补传."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.checkin.station import Station
from desktop.shell.manual import help_key
from sync.errors import BadInput, NotFound, UserError
from sync.jobs.photos import WHAT, add_photo, photos_of, read_photo
from sync.training.beijing import clock

THUMBNAIL = QSize(208, 117)
MOST_BYTES = 60_000_000


class PhotosDialog(QDialog):
    """`wanted` asks the page for a photo of the room; `changed` after one was added from a file."""

    wanted = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget, station: Station) -> None:
        super().__init__(parent)
        help_key(self)
        self._station = station
        self.setWindowTitle("本课照片")
        self.setMinimumSize(760, 420)
        self.list = QListWidget()
        self.list.setAccessibleName("本课照片")
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setIconSize(THUMBNAIL)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setSpacing(8)
        self.heading = QLabel()
        self.heading.setObjectName("title")
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.error.setWordWrap(True)
        self.what = QComboBox()
        self.what.setAccessibleName("补传的是哪一张")
        for key in ("start", "middle", "end", "other"):
            self.what.addItem(WHAT[key], key)
        self._lay_out()
        QShortcut(QKeySequence("F12"), self).activated.connect(self.wanted)
        self.read()

    def read(self) -> None:
        self.list.clear()
        photos = photos_of(self._station.ledger, self._station.desk.lesson.id)
        for photo in photos:
            self.list.addItem(self._item(photo))
        there = {photo["what"] for photo in photos}
        missing = [WHAT[key] for key in ("start", "middle", "end") if key not in there]
        self.heading.setText(f"本课照片 {len(photos)} 张" + (f"，还缺：{'、'.join(missing)}" if missing else ""))

    def add_file(self, path: Path) -> None:
        """A photo that this program did not take."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise BadInput("文件太大，不像一张照片。请另选一张。")
            data = path.read_bytes()
        except OSError as error:
            raise BadInput(f"读不出“{path.name}”。请检查文件，或把它先复制到电脑上。") from error
        lesson = self._station.desk.lesson.id
        add_photo(self._station.ledger, data, lesson, self.what.currentData(), from_file=True)
        self.read()
        self.changed.emit()

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "选照片", "", "照片 (*.jpg *.jpeg *.png *.webp *.bmp)")
        if not chosen:
            return
        self.error.clear()
        try:
            self.add_file(Path(chosen))
        except UserError as error:
            self.error.setText(error.message)

    def _item(self, photo: dict[str, object]) -> QListWidgetItem:
        words = f"{WHAT[str(photo['what'])]} {clock(int(str(photo['wall'])) // 1000)[:5]}"
        if photo["person"]:
            someone = self._station.people.get(str(photo["person"]))
            words += f" {someone.called}" if someone else ""
        if photo["from_file"]:
            words += "（补传）"
        picture = QPixmap()
        try:
            picture.loadFromData(read_photo(self._station.ledger, str(photo["sha256"])))
        except NotFound:
            words += "（不在本机）"
            picture = QPixmap(THUMBNAIL)
            picture.fill(Qt.GlobalColor.lightGray)
        small = picture.scaled(
            THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        return QListWidgetItem(QIcon(small), words)

    def _lay_out(self) -> None:
        take, add, close = QPushButton("拍照 F12"), QPushButton("从文件补传…"), QPushButton("关闭")
        take.setObjectName("primary")
        take.clicked.connect(self.wanted)
        add.clicked.connect(self._choose_file)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(take)
        row.addStretch(1)
        row.addWidget(QLabel("补传的是"))
        for widget in (self.what, add, close):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        for widget in (self.heading, self.list, self.error):
            column.addWidget(widget)
        column.addLayout(row)
