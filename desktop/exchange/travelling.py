"""记录去向: every change, in runs that are alike, and one by one where it is asked."""

from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.exchange.words import kind_words, reason_words, when
from desktop.shell.page import Shell
from desktop.shell.table import RIGHT, Column, RowsModel, Table, labelled
from sync.jobs import moment
from sync.jobs.travel import STATES, UNDELIVERED, Run, each, travel

MOST = 500
"""Changes of one run that are listed; nobody reads more."""
ONWARD, ALL = "还没有送达的", "全部"
VIA = {"usb": "U盘", "http": "网络"}

RUNS: list[Column[Run]] = [
    Column("状态", lambda run: STATES[run.state], 5),
    Column("谁的记录", lambda run: "本机" if run.own else run.name or "读不出来", 10),
    Column("第几条", lambda run: numbers(run), 9),
    Column("条数", lambda run: f"{run.count or '—'}", 4, RIGHT),
    Column("说明", lambda run: explained(run), 24),
]
CHANGES: list[Column[dict[str, Any]]] = [
    Column("编号", lambda row: f"{row['seq']}", 4, RIGHT),
    Column("种类", lambda row: kind_words(row["kind"]), 10),
    Column("记下的时间", lambda row: when(row["recorded"]), 10),
    Column("存证码", lambda row: row["change"], 12),
]


def numbers(run: Run) -> str:
    if not run.last:
        return "—"
    return f"{run.first}" if run.first == run.last else f"{run.first}–{run.last}"


def explained(run: Run) -> str:
    """When it came to be so, and why, in one sentence."""
    at = when(moment.iso(run.at)) if run.at else ""
    match run.state:
        case "here":
            return "还没有送出。"
        case "sent":
            return f"{at} 由{VIA.get(run.via, run.via)}送出，还没有收到县里的回执。"
        case "received":
            return f"{at} 的回执已验证。" if run.own else f"{at} 收到。"
        case _:
            return f"{reason_words(run.reason)}（{at}）"


class Travelling(QWidget):
    """Runs above, the changes of the selected one below."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.state = labelled("状态", QComboBox())
        for words, state in ((ONWARD, None), (ALL, ""), *((words, state) for state, words in STATES.items())):
            self.state.addItem(words, state)
        self.state.currentIndexChanged.connect(lambda _: self.refresh())
        self.total = QLabel()
        self.runs: RowsModel[Run] = RowsModel(RUNS)
        self.table = Table(self.runs, "", [column.width for column in RUNS], stretch=4)
        self.table.setAccessibleName("记录去向")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show())
        self.changes: RowsModel[dict[str, Any]] = RowsModel(CHANGES)
        self.one_by_one = Table(
            self.changes, "选上面一行，这里逐条列出。", [column.width for column in CHANGES], stretch=3
        )
        self.one_by_one.setAccessibleName("逐条")
        self.words = QLabel()
        self.words.setWordWrap(True)
        above = QHBoxLayout()
        above.addWidget(self.state)
        above.addWidget(self.total, 1)
        column = QVBoxLayout(self)
        column.addLayout(above)
        column.addWidget(self.table, 2)
        column.addWidget(self.words)
        column.addWidget(self.one_by_one, 1)

    def refresh(self) -> None:
        wanted = self.state.currentData()
        found = travel(self._shell.ledger, wanted or "")
        if wanted is None:
            found = [run for run in found if run.state in UNDELIVERED]
        self.table.empty = "都送达了。" if wanted is None else "没有这样的记录。"
        # Newest first: what was recorded today is asked for most.
        found.sort(key=lambda run: (not run.own, run.feed, -run.last))
        if found != self.runs.rows:
            self.runs.put(found)
        self.total.setText(f"共 {sum(run.count for run in found)} 条。选一行，下面逐条列出。" if found else "")
        self._show()

    def _show(self) -> None:
        row = self.table.current_row()
        run = self.runs.rows[row] if 0 <= row < len(self.runs.rows) else None
        listed = list(each(self._shell.ledger, run, MOST)) if run is not None else []
        self.changes.put(listed)
        self.one_by_one.setVisible(bool(listed))
        more = run.count - len(listed) if run is not None and listed else 0
        self.words.setVisible(run is not None)
        self.words.setText(f"{explained(run) if run else ''}{f'只列出前 {MOST} 条，另有 {more} 条。' if more else ''}")
