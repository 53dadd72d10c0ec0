"""The form as it will lie on paper, or a sentence instead of it."""

from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.shell.table import labelled

ZOOM_STEP = 1.25
LEAST_ZOOM, MOST_ZOOM = 0.2, 6.0


class Preview(QWidget):
    """Pages below each other, as wide as the window allows."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer: QBuffer | None = None
        self.document = QPdfDocument(self)
        self.view = QPdfView(self)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocument(self.document)
        self.view.setAccessibleName("预览")
        self.words = QLabel()
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        self.words.setObjectName("big")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.words)
        self.stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._bar())
        column.addWidget(self.stack, 1)
        self.view.pageNavigator().currentPageChanged.connect(lambda _page: self._count())

    def show_pdf(self, pdf: bytes) -> None:
        """Shows a document, at the place where the one before it stood."""
        place = self.view.verticalScrollBar().value()
        self._close()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(pdf))
        buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        # The document reads from the buffer for as long as it is open.
        self._buffer = buffer
        self.document.load(buffer)
        self.stack.setCurrentWidget(self.view)
        self.bar.setEnabled(True)
        self.view.verticalScrollBar().setValue(place)
        self._count()

    def say(self, text: str) -> None:
        """A sentence in place of pages."""
        self._close()
        self.words.setText(text)
        self.stack.setCurrentWidget(self.words)
        self.bar.setEnabled(False)
        self._count()

    def _close(self) -> None:
        self.document.close()
        if self._buffer is not None:
            self._buffer.deleteLater()
            self._buffer = None

    def _bar(self) -> QWidget:
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 0, 0, 0)
        self.counter = QLabel()
        row.addWidget(_button("上一页", lambda: self._turn(-1)))
        row.addWidget(self.counter)
        row.addWidget(_button("下一页", lambda: self._turn(1)))
        row.addStretch(1)
        row.addWidget(labelled("缩小", _button("－", lambda: self._zoom(1 / ZOOM_STEP))))
        row.addWidget(labelled("放大", _button("＋", lambda: self._zoom(ZOOM_STEP))))
        row.addWidget(_button("适合宽度", lambda: self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)))
        row.addWidget(_button("整页", lambda: self.view.setZoomMode(QPdfView.ZoomMode.FitInView)))
        return self.bar

    def _turn(self, by: int) -> None:
        navigator = self.view.pageNavigator()
        page = navigator.currentPage() + by
        if 0 <= page < self.document.pageCount():
            navigator.jump(page, navigator.currentLocation())

    def _zoom(self, by: float) -> None:
        self.view.setZoomFactor(max(LEAST_ZOOM, min(MOST_ZOOM, self._factor() * by)))
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)

    def _factor(self) -> float:
        """Of what is shown now: a fitted view keeps its factor to itself."""
        if self.view.zoomMode() == QPdfView.ZoomMode.Custom:
            return self.view.zoomFactor()
        inch = self.view.logicalDpiX() / 72
        size = self.document.pagePointSize(0)
        wide = (self.view.viewport().width() - 12) / (size.width() * inch)
        if self.view.zoomMode() == QPdfView.ZoomMode.FitToWidth:
            return wide
        return min(wide, (self.view.viewport().height() - 12) / (size.height() * inch))

    def _count(self) -> None:
        pages = self.document.pageCount()
        page = self.view.pageNavigator().currentPage() + 1
        self.counter.setText(f"第 {page} 页，共 {pages} 页" if pages else "")


def _button(words: str, do: object) -> QPushButton:
    button = QPushButton(words)
    button.clicked.connect(do)
    return button
