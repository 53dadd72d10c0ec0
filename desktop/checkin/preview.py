"""What the camera sees, as in a mirror, with a frame to aim at; or why it sees nothing."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

_CORNER = 0.22
"""Length of the aiming frame's corners, as a share of its side."""

USUAL, SMALL = 169, 112
"""Pixels of height."""


class Preview(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._picture: QImage | None = None
        self._words = "正在打开摄像头……"
        self.setAccessibleName("摄像头画面")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, USUAL)

    def be_small(self, small: bool) -> None:
        self.setFixedHeight(SMALL if small else USUAL)

    def show_picture(self, picture: QImage) -> None:
        self._picture = picture
        self._words = ""
        self.update()

    def say(self, words: str) -> None:
        """Instead of a picture; nothing while one is awaited."""
        self._words = words or "正在打开摄像头……"
        self._picture = None
        self.update()

    @property
    def shows(self) -> bool:
        """Whether there is a picture."""
        return self._picture is not None

    @property
    def words(self) -> str:
        return self._words

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("#1b1f22"))
        if self._picture is None:
            painter.setPen(QColor("#ffffff"))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), wrapped, self._words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self._picture)
        self._aim(painter, QRectF(place))

    def _aim(self, painter: QPainter, place: QRectF) -> None:
        side = place.height() * 0.62
        box = QRectF(0, 0, side, side)
        box.moveCenter(place.center())
        for colour, width in (("#000000", 7.0), ("#ffd400", 4.0)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for x, dx in ((box.left(), 1), (box.right(), -1)):
                for y, dy in ((box.top(), 1), (box.bottom(), -1)):
                    arm = side * _CORNER
                    painter.drawPolyline([QPointF(x + dx * arm, y), QPointF(x, y), QPointF(x, y + dy * arm)])
