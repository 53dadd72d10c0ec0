"""学员: the people of a class, found as one types, brought in from a sheet or one by one."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.shell.class_picker import ClassPicker
from desktop.shell.page import Page, Shell
from desktop.shell.table import Table
from desktop.shell.tasks import Job
from desktop.trainees.model import COLUMNS, TraineeLine, TraineesModel
from desktop.trainees.preview import ImportPreview
from desktop.trainees.reissue import ReissueForm
from desktop.trainees.search import Search
from desktop.trainees.walk_in import WalkInForm
from desktop.trainees.withdraw import WithdrawForm
from sync.jobs.conflicts import count_conflicts
from sync.jobs.rosters import Plan, plan_import

EMPTY = "这个班还没有学员。请点“导入名单”选择 Excel 表（也可以把文件拖到这里），或点“登记学员”逐个登记。"
NO_CLASS = "还没有班次。请先到“班次”页新建班次，再导入学员。"
NOTHING_FOUND = "没有找到。可以输入姓名、拼音、拼音首字母，或身份证号末几位；按 Esc 清空查找。"
SHEETS = (".xlsx", ".xls", ".csv")
TYPING_MS = 120
"""How long typing may pause before the search runs, in milliseconds."""


class TraineesPage(Page):
    """The roster of the chosen class."""

    touched_by = frozenset({"trainee", "enrollment", "card.issue", "class"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.setAcceptDrops(True)
        self.picker = ClassPicker(shell)
        self.model = TraineesModel(shell.ledger)
        self.search = Search(shell, self._find)
        self.preview = ImportPreview(shell)
        self.preview.left.connect(self._show_roster)
        self.walk_in, self.reissue_form = WalkInForm(self, shell), ReissueForm(self, shell)
        self.withdraw_form = WithdrawForm(self, shell)
        self.table = Table(self.model, NO_CLASS, [column.width for column in COLUMNS], stretch=6)
        self.table.setAccessibleName("学员")
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._roster())
        self.stack.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        shell.class_chosen.connect(lambda _class_id: self._load() if self.isVisible() else self._mark_stale())

    def _roster(self) -> QWidget:
        self.query = QLineEdit()
        self.query.setPlaceholderText("查找：姓名、拼音、首字母、身份证末几位（Ctrl+F）")
        self.query.setClearButtonEnabled(True)
        self.query.setAccessibleName("查找")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self._find)
        self.query.textChanged.connect(lambda _text: self._pause.start())
        self.query.returnPressed.connect(self._to_table)
        for keys, act in (("Ctrl+F", self.query.setFocus), ("Esc", self.query.clear)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.count = QLabel()
        self.count.setObjectName("hint")
        self.bring_in, self.enrol = QPushButton("导入名单"), QPushButton("登记学员")
        self.reissue_button, self.to_paper = QPushButton("补办学员证"), QPushButton("打印")
        self.withdraw_button = QPushButton("退班")
        self.bring_in.setObjectName("primary")
        self.bring_in.clicked.connect(self._choose_file)
        self.enrol.clicked.connect(lambda: self.walk_in.open_for(self.shell.class_id))
        self.reissue_button.clicked.connect(lambda: self._with_chosen(self.reissue_form.open_for))
        self.withdraw_button.clicked.connect(lambda: self._with_chosen(self.withdraw_form.open_for))
        self.to_paper.clicked.connect(lambda: self.shell.go("paper", self.shell.class_id))
        top, below = QHBoxLayout(), QHBoxLayout()
        title = QLabel("学员")
        title.setObjectName("title")
        top.addWidget(title)
        top.addWidget(self.picker, 1)
        for button in (self.bring_in, self.enrol, self.reissue_button, self.withdraw_button, self.to_paper):
            top.addWidget(button)
        self.conflicts = QPushButton()
        self.conflicts.clicked.connect(lambda: self.shell.go("exchange", "conflicts"))
        below.addWidget(self.query, 1)
        below.addWidget(self.conflicts)
        below.addWidget(self.count)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.table, 1)
        return page

    def refresh(self) -> None:
        self.picker.refresh()
        unsettled = count_conflicts(self.shell.ledger)
        self.conflicts.setText(f"两处不一致（{unsettled}）")
        self.conflicts.setVisible(bool(unsettled))
        self._load()

    def opened(self, what: object) -> None:
        self.shell.choose_class(str(what))

    def line(self) -> TraineeLine | None:
        """The selected trainee."""
        row = self.table.current_row()
        return self.model.line(row) if row >= 0 else None

    def plan(self, path: Path) -> None:
        """Reads a sheet in the background, then shows what it would do."""
        class_id = self.shell.class_id
        if not class_id:
            self.shell.messages.warning(NO_CLASS)
            return

        def work(job: Job) -> Plan:
            with job.open_ledger() as ledger:
                return plan_import(ledger, path, class_id)

        def done(plan: Plan) -> None:
            self.preview.show_plan(plan, path.name)
            self.stack.setCurrentWidget(self.preview)

        self.shell.tasks.run(f"正在读取“{path.name}”", work, done=done)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.plan(path)

    def _mark_stale(self) -> None:
        self._stale = True

    def _load(self) -> None:
        chosen = self.line()
        class_id = self.shell.class_id
        self.search.load(class_id)
        self.model.load(class_id)
        self.table.set_widths(*self.model.widths())
        for button in (self.bring_in, self.enrol, self.to_paper):
            button.setEnabled(bool(class_id))
        self._find()
        if chosen is not None and (row := self.model.row_of(chosen.enrollment)) >= 0:
            self.table.selectRow(row)

    def _find(self) -> None:
        self._pause.stop()
        query = self.query.text().strip()
        if query:
            self.search.prepare()
        found = self.search.find(query) if query else None
        self.model.show_only(found)
        self.table.empty = (NOTHING_FOUND if query else EMPTY) if self.shell.class_id else NO_CLASS
        total = self.model.total
        self.count.setText(f"共 {total} 人" if found is None else f"找到 {len(found)} 人，共 {total} 人")
        if found and self.table.current_row() < 0:
            self.table.selectRow(0)
        self._selected()

    def _to_table(self) -> None:
        self._find()
        self.table.setFocus()

    def _selected(self) -> None:
        line = self.line()
        for button in (self.reissue_button, self.withdraw_button):
            button.setEnabled(line is not None and not line.withdrawn)

    def _with_chosen(self, act: Callable[[str, TraineeLine], None]) -> None:
        line = self.line()
        if line is not None:
            act(self.shell.class_id, line)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "选择名单", "", "名单 (*.xlsx *.xls *.csv)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.plan(Path(path)))
        dialog.open()

    def _show_roster(self) -> None:
        self.stack.setCurrentIndex(0)
        self.table.setFocus()


def _dropped(event: QDropEvent) -> Path | None:
    """The one sheet that is being dropped."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in SHEETS else None
