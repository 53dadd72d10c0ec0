"""Tables that work by keyboard, can be copied, and say what to do when they are empty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


PADDING = 22
"""What a cell needs beside its text, in pixels."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its heading, a row's text, and its width in characters of Chinese."""

    heading: str
    text: Callable[[Row], str]
    width: int = 8
    align: Qt.AlignmentFlag | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows held in a list, each drawn by the columns."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__()
        self.columns = list(columns)
        self.rows: list[Row] = []

    def put(self, rows: Sequence[Row], columns: Sequence[Column[Row]] | None = None) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        if columns is not None:
            self.columns = list(columns)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        return heading_data(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = 0) -> Any:
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self.rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole and column.align is not None:
            return column.align
        return None


def heading_data(columns: Sequence[Column[Any]], section: int, orientation: Qt.Orientation, role: int) -> Any:
    """A heading stands over its column as the cells below it do."""
    if orientation != Qt.Orientation.Horizontal:
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return columns[section].heading
    return columns[section].align if role == Qt.ItemDataRole.TextAlignmentRole else None


class Table(QTableView):
    """Whole rows are selected; Enter activates; Ctrl+C copies the selection as tab-separated text."""

    def __init__(self, model: QAbstractItemModel, empty: str, widths: Sequence[int] = (), stretch: int = -1) -> None:
        super().__init__()
        self.empty = empty
        """Shown in the middle while there are no rows: what to do next."""
        self._widths, self._stretch = list(widths), stretch
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # Tab leaves the table; arrows move within it.
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.set_widths(widths, stretch)

    def set_widths(self, widths: Sequence[int], stretch: int = -1) -> None:
        """Widths in characters; `stretch` is the column that takes what is left."""
        self._widths, self._stretch = list(widths), stretch
        self._fit()

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() in (event.Type.FontChange, event.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        wide = self.fontMetrics().horizontalAdvance("国")
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.5))
        for column, width in enumerate(self._widths):
            self.setColumnWidth(column, wide * width + PADDING)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        if self._stretch >= 0:
            header.setSectionResizeMode(self._stretch, QHeaderView.ResizeMode.Stretch)

    def current_row(self) -> int:
        """The selected row, or -1."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def selected_text(self) -> str:
        model = self.model()
        lines = []
        for row in sorted({index.row() for index in self.selectionModel().selectedIndexes()}):
            cells = [str(model.index(row, c).data() or "") for c in range(model.columnCount())]
            lines.append("\t".join(cells))
        return "\n".join(lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            area = self.viewport().rect().adjusted(24, 12, -24, -12)
            painter.drawText(area, int(CENTRE) | int(Qt.TextFlag.TextWordWrap), self.empty)
            painter.end()


def labelled(heading: str, widget: QWidget) -> QWidget:
    """A widget that a screen reader names."""
    widget.setAccessibleName(heading)
    return widget
