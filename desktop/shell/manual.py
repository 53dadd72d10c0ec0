"""帮助: the manual in a window of its own, without a network, at the chapter of the page that one is on.

It belongs to the window or form that F1 was pressed in: what is modal would shut out a manual of another's.
"""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QImage,
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import resources

MANUAL = Path(resources.__file__).parent / "manual" / "manual.md"
CHAPTERS = {
    "home": "先看这里",
    "classes": "建班和排课",
    "trainees": "导入学员名单",
    "checkin": "上课：在门口签到",
    "paper": "打印",
    "exchange": "上报",
}
"""Which heading of the manual speaks of a page, by the page's key."""
PAGE = "page"
"""The window's property that names the page that is open."""
DEPTH = 3
"""Of headings in the list at the left."""
PICTURE_WIDTH = 760
"""Pixels; beside the list, on a screen of 1024."""
LEADING, GAP = 5, 8
"""Pixels between lines, and below a paragraph."""


def open_manual(widget: QWidget) -> "ManualWindow":
    """The manual of this widget's window or form, at the chapter of the page that is open."""
    window = widget.window()
    manual = window.findChild(ManualWindow, options=Qt.FindChildOption.FindDirectChildrenOnly) or ManualWindow(window)
    manual.open_at(_page_below(window))
    return manual


def help_key(widget: QWidget) -> None:
    """F1 in this widget opens the manual, while the widget is in sight."""
    QShortcut(QKeySequence("F1"), widget).activated.connect(lambda: open_manual(widget))


def _page_below(widget: QWidget | None) -> str:
    while widget is not None:
        if page := widget.property(PAGE):
            return str(page)
        widget = widget.parentWidget()
    return next(iter(CHAPTERS))


class _Text(QTextBrowser):
    """The manual as it stands in its file, with room between the lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setSource(QUrl.fromLocalFile(str(MANUAL)), QTextDocument.ResourceType.MarkdownResource)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(LEADING, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        spaced.setBottomMargin(GAP)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spaced)

    def loadResource(self, kind: int, name: QUrl) -> object:
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value or not found:
            return found
        picture = QImage.fromData(found)
        if picture.width() <= PICTURE_WIDTH:
            return picture
        return picture.scaledToWidth(PICTURE_WIDTH, Qt.TransformationMode.SmoothTransformation)


class ManualWindow(QDialog):
    """Chapters at the left, the text at the right. A dialog of the window's: a card scanned meanwhile counts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        if isinstance(parent, QDialog):
            parent.finished.connect(self.close)
        self.setWindowTitle("使用手册")
        self.text = _Text()
        self.text.setAccessibleName("使用手册")
        self.query = QLineEdit()
        self.query.setPlaceholderText("在手册里查找，按回车找下一处")
        self.query.setAccessibleName("在手册里查找")
        self.query.setClearButtonEnabled(True)
        self.query.returnPressed.connect(self.find_next)
        self.headings = QListWidget()
        self.headings.setAccessibleName("目录")
        for block in self._headings():
            level = block.blockFormat().headingLevel()
            item = QListWidgetItem("　" * (level - 2) + block.text())
            item.setData(Qt.ItemDataRole.UserRole, block.position())
            self.headings.addItem(item)
        self.headings.setFixedWidth(
            self.headings.sizeHintForColumn(0) + 2 * self.headings.verticalScrollBar().sizeHint().width()
        )
        self.headings.currentItemChanged.connect(lambda item, _: self._go(item.data(Qt.ItemDataRole.UserRole)))
        right = QVBoxLayout()
        right.addWidget(self.query)
        right.addWidget(self.text, 1)
        row = QHBoxLayout(self)
        row.addWidget(self.headings)
        row.addLayout(right, 1)
        self.resize(1240, 700)

    def open_at(self, page: str) -> None:
        """Shows the chapter about a page of the window."""
        self.show()
        self.activateWindow()
        title = CHAPTERS.get(page, "")
        found = self.headings.findItems(title, Qt.MatchFlag.MatchExactly)
        self.headings.setCurrentItem(found[0] if found else self.headings.item(0))
        self.headings.setFocus()

    def is_whole(self) -> bool:
        """Whether its text and each of its pictures were found."""
        names = [fragment.charFormat().toImageFormat().name() for fragment in self._pictures()]
        kind = QTextDocument.ResourceType.ImageResource
        return bool(names) and all(self.text.document().resource(kind, QUrl(name)) for name in names)

    def find_next(self) -> None:
        """Goes on from the last place, and from the beginning after the last."""
        if not self.text.find(self.query.text()):
            self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
            self.text.find(self.query.text())

    def _go(self, position: int) -> None:
        block = self.text.document().findBlock(position)
        cursor = self.text.textCursor()
        cursor.setPosition(position)
        self.text.setTextCursor(cursor)
        top = self.text.document().documentLayout().blockBoundingRect(block).top()
        self.text.verticalScrollBar().setValue(int(top))

    def _headings(self) -> list[QTextBlock]:
        return [block for block in self._blocks() if 2 <= block.blockFormat().headingLevel() <= DEPTH]

    def _pictures(self) -> list[QTextFragment]:
        pieces = [piece.fragment() for block in self._blocks() for piece in block]
        return [fragment for fragment in pieces if fragment.charFormat().isImageFormat()]

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self.text.document().begin()
        while block.isValid():
            yield block
            block = block.next()
