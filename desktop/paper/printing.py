"""A PDF onto a printer: each page drawn at the printer's resolution, at its true size."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QRectF, QSize
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from sync.errors import UserError

MOST_DPI = 600
"""A page at 1200 dots an inch would take half a gigabyte."""


def has_printer() -> bool:
    return bool(QPrinterInfo.availablePrinterNames())


def new_printer() -> QPrinter:
    """The default printer, set to A4 with no margins of its own: the form has its own, and a card must come out 1:1."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(min(printer.resolution(), MOST_DPI))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    return printer


def draw(pdf: bytes, printer: QPrinter, progress: Callable[[int, int], None]) -> int:
    """Prints the chosen pages, or all; answers how many. May run in any thread. Raises UserError."""
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(QByteArray(pdf))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or document.pageCount(), document.pageCount())
    painter = QPainter()
    try:
        for page in range(first - 1, last):
            progress(page - first + 1, last - first + 1)
            _turn(printer, document, page)
            if not (printer.newPage() if painter.isActive() else painter.begin(printer)):
                raise UserError("打印机没有接收，可能没有开机或缺纸。请检查打印机后再试，或另存为 PDF。", "printer")
            _draw_page(painter, printer, document, page)
    finally:
        painter.end()
        document.close()
    return last - first + 1


def _turn(printer: QPrinter, document: QPdfDocument, page: int) -> None:
    size = document.pagePointSize(page)
    wide = size.width() > size.height()
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)


def _draw_page(painter: QPainter, printer: QPrinter, document: QPdfDocument, page: int) -> None:
    size = document.pagePointSize(page) * printer.resolution() / 72
    image = document.render(page, QSize(round(size.width()), round(size.height())))
    painter.drawImage(QRectF(0, 0, size.width(), size.height()), image)
