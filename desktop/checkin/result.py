"""The answer across the screen: a name that is read at three metres, and a state told by colour, shape and words."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.checkin.words import Shown, State
from desktop.shell.fonts import app_font

NAME_MOST, NAME_LEAST, NAME_SMALLEST = 168, 96, 32
"""Pixels of the name: as large as fits, not below the second, but for names too long for two lines."""

BOLDER = 0.035
"""Width of the stroke around large letters, as a share of their size."""

PITCH = 1.14
"""Lines of Chinese need less air than a font asks for on behalf of other scripts."""


@dataclass(frozen=True, slots=True)
class Paint:
    ground: str
    ink: str


PAINTS: dict[State, Paint] = {
    "ready": Paint("#ffffff", "#20282c"),
    "in": Paint("#0b5d2a", "#ffffff"),
    "out": Paint("#0b3f8a", "#ffffff"),
    "repeat": Paint("#d5dde4", "#000000"),
    "window": Paint("#ffb03a", "#000000"),
    "refused": Paint("#9c1313", "#ffffff"),
    "failed": Paint("#000000", "#ffe14d"),
}


def draw_shape(painter: QPainter, state: State, box: QRectF) -> None:
    """Each state has its own: circle, square, two rings, triangle, octagon, upturned triangle, dashed frame."""
    pen = QPen(painter.pen().color(), box.width() * 0.09, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = box.adjusted(pen.widthF(), pen.widthF(), -pen.widthF(), -pen.widthF())

    def at(x: float, y: float) -> QPointF:
        return QPointF(inner.left() + x * inner.width(), inner.top() + y * inner.height())

    def line(*points: tuple[float, float]) -> None:
        painter.drawPolyline(QPolygonF([at(*point) for point in points]))

    match state:
        case "in":
            painter.drawEllipse(inner)
            line((0.27, 0.53), (0.44, 0.7), (0.74, 0.33))
        case "out":
            painter.drawRect(inner)
            line((0.22, 0.5), (0.78, 0.5))
            line((0.56, 0.28), (0.78, 0.5), (0.56, 0.72))
        case "repeat":
            painter.drawEllipse(QRectF(at(0, 0.18), at(0.64, 0.82)))
            painter.drawEllipse(QRectF(at(0.36, 0.18), at(1, 0.82)))
        case "window":
            line((0.5, 0.04), (1, 0.94), (0, 0.94), (0.5, 0.04))
            line((0.5, 0.4), (0.5, 0.62))
            line((0.5, 0.77), (0.5, 0.78))
        case "refused":
            near, far = 0.29, 0.71
            corners = [(near, 0), (far, 0), (1, near), (1, far), (far, 1), (near, 1), (0, far), (0, near), (near, 0)]
            line(*corners)
            line((0.32, 0.32), (0.68, 0.68))
            line((0.68, 0.32), (0.32, 0.68))
        case "failed":
            line((0, 0.06), (1, 0.06), (0.5, 0.96), (0, 0.06))
            line((0.5, 0.22), (0.5, 0.5))
            line((0.5, 0.63), (0.5, 0.64))
        case "ready":
            pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawRoundedRect(inner, 12, 12)


def icon(state: State, side: int) -> QIcon:
    """The same shape, small, for lists."""
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = PAINTS[state].ground
    painter.setPen(QColor("#5a646a" if state == "ready" else "#3d4a55" if state == "repeat" else ground))
    draw_shape(painter, state, QRectF(0, 0, side, side))
    painter.end()
    return QIcon(picture)


class ResultView(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown("ready", "")
        self._portrait = QPixmap()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(420, 150)

    def sizeHint(self) -> QSize:
        return QSize(900, 420)

    def show_answer(self, shown: Shown) -> None:
        self.shown = shown
        self._portrait = QPixmap()
        words = (shown.headline, shown.name, shown.sentence)
        self.setAccessibleName("，".join(part.rstrip("。") for part in words if part))
        self.update()

    def show_portrait(self, trainee: str, picture: QPixmap) -> None:
        """Her photo beside the name, if it is still her answer."""
        if trainee == self.shown.trainee:
            self._portrait = picture
            self.update()

    def name_lines(self, room: QSize) -> tuple[list[str], int]:
        """The name in one line or two, and its size in pixels."""
        return name_lines(self.shown.name, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint = PAINTS[self.shown.state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(paint.ink), 1))
        painter.setBrush(QColor(paint.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        headline, room, sentence = self.rooms()
        if not self._portrait.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(self.portrait_room(), self._portrait)
        self._headline(painter, headline)
        self._sentence(painter, sentence)
        if self.shown.name:
            draw_name(painter, self.shown.name, room, Qt.AlignmentFlag.AlignLeft)

    def portrait_room(self) -> QRect:
        """Where her photo stands: at the right, above the sentence."""
        inside = self.rect().adjusted(28, 18, -18, -14)
        most = QSize(inside.width() * 36 // 100, inside.height() * 70 // 100)
        size = self._portrait.size().scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(inside.right() - size.width(), inside.top(), size.width(), size.height())

    def rooms(self) -> tuple[QRect, QRect, QRect]:
        """Where headline, name and sentence stand. Without a name the headline has its place too."""
        inside = self.rect().adjusted(28, 14, -28, -14)
        top = inside.height() * (23 if self.shown.name else 55) // 100
        bottom = max(inside.height() * 18 // 100, 64)
        wide = inside.width() if self._portrait.isNull() else self.portrait_room().left() - inside.left() - 16
        return (
            QRect(inside.left(), inside.top(), wide, top),
            QRect(inside.left(), inside.top() + top, wide, inside.height() - top - bottom),
            QRect(inside.left(), inside.top() + inside.height() - bottom, inside.width(), bottom),
        )

    def _headline(self, painter: QPainter, room: QRect) -> None:
        """The shape, and the words beside it."""
        side = min(room.height(), 200)
        box = QRectF(room.left(), room.top() + (room.height() - side) / 2, side, side)
        painter.save()
        draw_shape(painter, self.shown.state, box)
        painter.restore()
        beside = room.adjusted(side + 28, 0, 0, 0)
        most = min(room.height() * 3 // 4, 84 if self.shown.name else 112)
        pixels = _largest(self.shown.headline, most, beside)
        draw_bold(painter, self.shown.headline, pixels, beside, Qt.AlignmentFlag.AlignLeft)

    def _sentence(self, painter: QPainter, room: QRect) -> None:
        words = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        for pixels, lines in ((36, 1), (32, 1), (28, 1), (30, 2), (26, 2), (22, 3)):
            font = app_font(pixels)
            needed = QFontMetrics(font).boundingRect(room, int(words), self.shown.sentence).height()
            if needed <= min(room.height(), QFontMetrics(font).lineSpacing() * lines):
                break
        painter.setFont(font)
        painter.drawText(room, int(words), self.shown.sentence)


class BigName(QWidget):
    """A name alone, as large as the widget allows."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_name(self, name: str) -> None:
        self.name = name
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        draw_name(painter, self.name, self.rect(), Qt.AlignmentFlag.AlignHCenter)


def name_lines(name: str, room: QSize) -> tuple[list[str], int]:
    """A name in one line or two, and the largest size in pixels at which it fits."""
    for pixels in range(NAME_MOST, NAME_LEAST - 1, -4):
        if _fits([name], pixels, room):
            return [name], pixels
    halves = _halves(name)
    for pixels in range(NAME_LEAST + 8, NAME_SMALLEST - 1, -4):
        for lines in ([name], halves):
            if _fits(lines, pixels, room):
                return lines, pixels
    return halves, NAME_SMALLEST


def draw_name(painter: QPainter, name: str, room: QRect, side: Qt.AlignmentFlag) -> None:
    lines, pixels = name_lines(name, room.size())
    pitch = round(pixels * PITCH)
    first = room.center().y() - pitch * len(lines) // 2
    for number, line in enumerate(lines):
        draw_bold(painter, line, pixels, QRect(room.left(), first + number * pitch, room.width(), pitch), side)


def draw_bold(painter: QPainter, text: str, pixels: int, place: QRect, side: Qt.AlignmentFlag) -> None:
    """A line in strokes that sunlight does not eat. The fonts have one weight, and Qt thickens small letters only."""
    font = app_font(pixels)
    metrics = QFontMetrics(font)
    left = place.left()
    if side == Qt.AlignmentFlag.AlignHCenter:
        left += (place.width() - metrics.horizontalAdvance(text)) // 2
    path = QPainterPath()
    path.addText(left, place.center().y() + (metrics.ascent() - metrics.descent()) / 2, font, text)
    ink = painter.pen().color()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(ink, pixels * BOLDER)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(ink)
    painter.drawPath(path)
    painter.restore()


def _fits(lines: list[str], pixels: int, room: QSize) -> bool:
    metrics = QFontMetrics(app_font(pixels))
    return len(lines) * round(pixels * PITCH) <= room.height() and all(
        metrics.horizontalAdvance(line) <= room.width() for line in lines
    )


def _halves(name: str) -> list[str]:
    """A long name breaks after the middle dot that lies nearest to its middle, or in the middle."""
    dots = [place + 1 for place, char in enumerate(name) if char == "·"]
    cut = min(dots, key=lambda place: abs(place - len(name) / 2), default=(len(name) + 1) // 2)
    return [name[:cut], name[cut:]]


def _largest(text: str, most: int, room: QRect) -> int:
    sizes = range(most, 27, -2)
    return next((size for size in sizes if QFontMetrics(app_font(size)).horizontalAdvance(text) <= room.width()), 28)
