"""What the county says of a class: its state in word, shape and colour, its words, and everything it ever said."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.shell.form import FormDialog
from desktop.shell.page import Shell
from desktop.shell.table import Column, RowsModel, Table
from desktop.shell.theme import Colours
from sync.jobs import decisions, moment
from sync.jobs.decisions import Decisions, Said
from sync.jobs.find import ClassRow

SHAPES = {
    decisions.NONE: "○",
    decisions.APPROVED: "●",
    decisions.RETURNED: "▲",
    decisions.MENDED: "△",
    decisions.CONCLUDED: "■",
}
"""Beside word and colour: some see no colours, and paper has none."""
EMPTY = "县里还没有对这个班说过什么。不影响排课、签到和上报；县里批复、退回、审核后，同步或U盘带回来就能看到。"
COLUMNS: list[Column[Said]] = [
    Column("时间", lambda said: moment.iso(said.at)[:16].replace("T", " "), 9),
    Column("事项", lambda said: said.what, 7),
    Column("内容", lambda said: said.words if said.stands else f"（已有新的决定）{said.words}", 24),
    Column("本机构的答复", lambda said: said.answer, 9),
]


def state_words(said: Decisions, word: str = "") -> str:
    """Shape and word; another `word` says more of the same state."""
    return f"{SHAPES[said.state]} {word or decisions.STATES[said.state]}"


def state_colour(said: Decisions, colours: Colours) -> str:
    if said.state == decisions.RETURNED:
        return colours.bad
    if said.state == decisions.MENDED:
        return colours.warn
    return colours.quiet if said.state == decisions.NONE else colours.good


class CountyBar(QFrame):
    """Under a class's title while the county has said something of it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.said = Decisions("")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.form = MendForm(self, shell)
        self.mend = QPushButton("已补正…")
        self.mend.clicked.connect(self._open_form)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self.words, 1)
        row.addWidget(self.mend)

    def show_class(self, said: Decisions, posted: str) -> None:
        """`posted` is the class's notice in a line, or empty."""
        self.said = said
        decided = f"{state_words(said)}　{said.words}" if said.words else ""
        self.words.setText("\n".join(filter(None, (decided, posted))))
        self.setVisible(bool(self.words.text()))
        self.mend.setVisible(said.state == decisions.RETURNED)
        self.setObjectName("notice" if said.state == decisions.RETURNED else "card")
        self.style().unpolish(self)
        self.style().polish(self)

    def _open_form(self) -> None:
        self.form.open_for([notice for notice in self.said.notices if notice.open])


class MendForm(FormDialog):
    """Says of the open returns of a class that what they ask for is done."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "告诉县里：已补正", "已补正")
        self._shell = shell
        self._notices: list[decisions.Notice] = []
        self.which = QLabel()
        self.which.setWordWrap(True)
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("例如：教学计划已补，实操教师改为周师傅")
        self.row("县里的要求", self.which)
        self.row("补正说明", self.note, hint="可以不写。随下次上报送到县里，由县里复核。")

    def open_for(self, notices: list[decisions.Notice]) -> None:
        self._notices = notices
        self.which.setText("\n".join(notice.sentence for notice in notices))
        self.open()

    def save(self) -> None:
        note = " ".join(self.note.toPlainText().split())
        for notice in self._notices:
            decisions.answer(self._shell.ledger, notice.id, mended=True, note=note)
        self.note.clear()
        self._shell.messages.info("已记下“已补正”，下次上报时送到县里。")
        self._shell.did("return.answer")


class History(QWidget):
    """Everything that the county said of a class, the latest first."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.model: RowsModel[Said] = RowsModel(COLUMNS)
        self.table = Table(self.model, EMPTY, [column.width for column in COLUMNS], stretch=2)
        self.table.setAccessibleName("县里的批复、退回和审核")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._explain())
        self.whole = QLabel()
        self.whole.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.whole)

    def show_class(self, class_row: ClassRow) -> None:
        found = decisions.history(self._shell.ledger, class_row.id)
        if found != self.model.rows:
            self.model.put(found)
        self._explain()

    def _explain(self) -> None:
        row = self.table.current_row()
        self.whole.setText(self.model.rows[row].words if row >= 0 else "")
