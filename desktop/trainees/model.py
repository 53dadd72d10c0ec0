"""The trainees of a class, for ten thousand as for ten: ids in order, and rows fetched in blocks as they are seen."""

from dataclasses import dataclass
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from desktop.shell.table import RIGHT, Column, Index, heading_data
from sync.ledger.ledger import Ledger
from sync.training.card import LENGTH
from sync.training.identity import mask

NAME, ADDRESS = 1, 6
"""Columns."""
LONGEST_NAME = 16
BLOCK = 200
"""Rows fetched at once."""


@dataclass(frozen=True, slots=True)
class TraineeLine:
    """A trainee as the table shows her; `place` is her number in the class."""

    enrollment: str
    trainee: str
    place: int
    name: str
    id_number: str
    phone: str
    sex: str
    address: str
    withdrawn: bool
    card: str


COLUMNS: list[Column[TraineeLine]] = [
    Column("序号", lambda line: str(line.place), 3, RIGHT),
    Column("姓名", lambda line: line.name, 8),
    Column("身份证号", lambda line: mask(line.id_number), 10),
    Column("性别", lambda line: line.sex, 3),
    Column("联系电话", lambda line: line.phone, 7),
    Column("学员证", lambda line: _card_words(line), 5),
    Column("家庭住址", lambda line: line.address, 7),
]
# NULL and '' sort last, so that a gap does not hide the top of the list.
_ORDER = {
    0: "c.feed, c.seq, e.id",
    1: "t.name",
    2: "t.id_number",
    3: "t.sex",
    4: "t.phone = '', t.phone",
    5: "coalesce(e.status, 'enrolled')",
    6: "t.address = '', t.address",
}
_FROM = " FROM enrollments e JOIN trainees t ON t.id = e.trainee LEFT JOIN changes c ON c.id = e.id"
_CARD = (
    "(SELECT k.number FROM cards k WHERE k.enrollment = e.id AND k.number NOT IN (SELECT number FROM revoked_cards)"
    " ORDER BY k.hlc_ms DESC, k.hlc_n DESC, k.change DESC LIMIT 1)"
)


class TraineesModel(QAbstractTableModel):
    """Sorts by SQL; `show_only` narrows it to what a search found."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self._class_id = ""
        self._order = (0, Qt.SortOrder.AscendingOrder)
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._only: list[str] | None = None
        self._blocks: dict[int, list[TraineeLine]] = {}

    @property
    def total(self) -> int:
        """People of the class, whatever is shown."""
        return len(self._places)

    def load(self, class_id: str) -> None:
        """Reads the ids anew."""
        self.beginResetModel()
        self._class_id = class_id
        self._places = {key: number for number, key in enumerate(self._read_ids(_ORDER[0]), start=1)}
        self._arrange()
        self.endResetModel()

    def show_only(self, enrollments: list[str] | None) -> None:
        """Just these, in this order; None shows all."""
        self.beginResetModel()
        self._only = enrollments
        self._arrange()
        self.endResetModel()

    def line(self, row: int) -> TraineeLine:
        number, offset = divmod(row, BLOCK)
        if number not in self._blocks:
            self._blocks[number] = self._fetch(self._ids[number * BLOCK : (number + 1) * BLOCK])
        return self._blocks[number][offset]

    def widths(self) -> tuple[list[int], int]:
        """Of the columns in characters, so that no name is cut; and the one that takes what is left."""
        longest, address = self._ledger.conn.execute(
            f"SELECT max(length(t.name)), max(length(coalesce(t.address, ''))){_FROM} WHERE e.training_class = ?",
            (self._class_id,),
        ).fetchone()
        widths = [column.width for column in COLUMNS]
        widths[NAME] = min(max(longest or 0, 4) + 1, LONGEST_NAME)
        if address:
            return widths, ADDRESS
        widths[ADDRESS] = len(COLUMNS[ADDRESS].heading)
        return widths, NAME

    def row_of(self, enrollment: str) -> int:
        return self._ids.index(enrollment) if enrollment in self._places and enrollment in self._ids else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        return heading_data(COLUMNS, section, orientation, role)

    def data(self, index: Index, role: int = 0) -> Any:
        column = COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self.line(index.row()))
        if role == Qt.ItemDataRole.TextAlignmentRole and column.align is not None:
            return column.align
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column < 0:
            return
        self.beginResetModel()
        self._order = (column, order)
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        column, order = self._order
        self._blocks.clear()
        if self._only is not None:
            self._ids = [key for key in self._only if key in self._places]
            return
        self._ids = list(self._places) if column == 0 else self._read_ids(f"{_ORDER[column]}, c.feed, c.seq")
        if order == Qt.SortOrder.DescendingOrder:
            self._ids.reverse()

    def _read_ids(self, order: str) -> list[str]:
        sql = f"SELECT e.id{_FROM} WHERE e.training_class = ? ORDER BY {order}"
        return [row[0] for row in self._ledger.conn.execute(sql, (self._class_id,))]

    def _fetch(self, ids: list[str]) -> list[TraineeLine]:
        sql = (
            "SELECT e.id, t.id, t.name, t.id_number, t.phone, t.sex, t.address, e.status,"
            f" {_CARD}{_FROM} WHERE e.id IN (SELECT value FROM json_each(?))"
        )
        found = {row[0]: row for row in self._ledger.conn.execute(sql, (msgspec.json.encode(ids).decode(),))}
        return [self._line(found[key]) for key in ids]

    def _line(self, row: tuple[Any, ...]) -> TraineeLine:
        enrollment, trainee, *words, status, card = row
        name, id_number, phone, sex, address = (word or "" for word in words)
        place = self._places[enrollment]
        withdrawn = status == "withdrawn"
        return TraineeLine(enrollment, trainee, place, name, id_number, phone, sex, address, withdrawn, card or "")


def _card_words(line: TraineeLine) -> str:
    """The number names no one, but whoever knows it can print it: the last digits do."""
    if line.withdrawn:
        return "已退班"
    return f"尾号 {line.card[-4:]}" if len(line.card) == LENGTH else "无"
