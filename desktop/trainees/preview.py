"""What an import would do, row by row, before anything is written."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from desktop.shell.page import Shell
from desktop.shell.table import RIGHT, Column, RowsModel, Table
from desktop.shell.tasks import Job
from desktop.trainees.refused import refused_text, write_refused
from sync.errors import UserError
from sync.jobs.rosters import Plan, carry_out
from sync.sheets.cells import text, tidy_number
from sync.sheets.headings import COLUMNS as HEADINGS
from sync.sheets.headings import ID
from sync.sheets.roster import REASONS, Entry, Passed, Refusal, Repair
from sync.training.identity import mask

REFUSED_TAB = 2
FIELD_WORDS = {"sheet": "工作表"} | {field: words[0] for field, words in HEADINGS.items()}
Note = tuple[int, str, str]
"""Row (0 of the class), field (or empty) and words of a warning."""

FRESH: list[Column[Entry]] = [
    Column("行", lambda row: str(row.row), 4, RIGHT),
    Column("姓名", lambda row: row.name, 8),
    Column("身份证号", lambda row: mask(row.id_number), 11),
    Column("联系电话", lambda row: row.phone, 8),
    Column("其他", lambda row: "、".join(value for value in row.more.values() if value), 20),
]
REPAIRED: list[Column[Repair]] = [
    Column("行", lambda row: str(row.row), 4, RIGHT),
    Column("栏目", lambda row: FIELD_WORDS.get(row.field, row.field), 6),
    Column("原来", lambda row: shown(row.field, row.before), 20),
    Column("改为", lambda row: shown(row.field, row.after), 14),
]
REFUSED: list[Column[Refusal]] = [
    Column("行", lambda row: str(row.row), 4, RIGHT),
    Column("姓名", lambda row: row.name or "（空）", 8),
    Column("为什么没有导入", lambda row: REASONS[row.reason], 30),
]
NOTES: list[Column[Note]] = [
    Column("行", lambda row: str(row[0] or "全班"), 4, RIGHT),
    Column("栏目", lambda row: FIELD_WORDS.get(row[1], row[1]), 6),
    Column("请核对", lambda row: row[2], 34),
]
PASSED: list[Column[Passed]] = [
    Column("行", lambda row: str(row.row), 4, RIGHT),
    Column("内容（不是学员，已跳过）", lambda row: row.text, 34),
]


def shown(field: str, value: str) -> str:
    """A value before or after its repair; numbers are masked, their stray characters are not."""
    if field != ID:
        return value.replace("\n", "⏎") if value.strip() == value else f"“{value}”"
    number = tidy_number(text(value))
    return mask(number) + ("" if value == number else "（写法不规范）")


class ImportPreview(QWidget):
    """Shows a plan; `left` is emitted when the user has confirmed it or given it up."""

    left = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._plan: Plan | None = None
        self._file = ""
        self.title, self.summary = QLabel("导入名单"), QLabel()
        self.title.setObjectName("title")
        self.summary.setWordWrap(True)
        self.tabs = QTabWidget()
        self.fresh, self.repaired = RowsModel(FRESH), RowsModel(REPAIRED)
        self.refused, self.notes, self.passed = RowsModel(REFUSED), RowsModel(NOTES), RowsModel(PASSED)
        for model, columns, empty, stretch in (
            (self.fresh, FRESH, "没有要导入的新学员：名单里的人都已经在班里，且信息相同。", 4),
            (self.repaired, REPAIRED, "没有需要修正的内容。", 3),
            (self.refused, REFUSED, "没有被拒绝的行。", 2),
            (self.notes, NOTES, "没有需要核对的提示。", 2),
            (self.passed, PASSED, "没有跳过的行。", 1),
        ):
            table = Table(model, empty, [column.width for column in columns], stretch=stretch)
            self.tabs.addTab(table, "")
        self.confirm = QPushButton()
        self.confirm.setObjectName("primary")
        self.save_refused = QPushButton("被拒绝的行存成表格…")
        self.copy_refused = QPushButton("复制被拒绝的行")
        self.cancel = QPushButton("放弃导入")
        self.confirm.clicked.connect(self._confirm)
        self.save_refused.clicked.connect(self._ask_where)
        self.copy_refused.clicked.connect(self._copy)
        self.cancel.clicked.connect(self.left.emit)
        buttons = QHBoxLayout()
        for button in (self.cancel, self.copy_refused, self.save_refused):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.summary)
        column.addWidget(self.tabs, 1)
        column.addLayout(buttons)

    def show_plan(self, plan: Plan, file: str) -> None:
        """Nothing is written before the user confirms."""
        self._plan, self._file = plan, file
        answer = plan.answer()
        kept = {entry.row for entry in plan.fresh}
        self.fresh.put(plan.fresh)
        self.repaired.put([repair for repair in plan.sheet.repaired if repair.row in kept])
        self.refused.put(plan.sheet.refused)
        remarks = [(note["row"] or 0, "", note["note"]) for note in answer["remarks"]]
        self.notes.put(remarks + [(note["row"], note["field"], note["note"]) for note in answer["warnings"]])
        self.passed.put(plan.sheet.passed)
        for index, (words, model) in enumerate(
            (
                ("将导入", self.fresh),
                ("已修正", self.repaired),
                ("被拒绝", self.refused),
                ("请核对", self.notes),
                ("跳过的行", self.passed),
            )
        ):
            self.tabs.setTabText(index, f"{words} {len(model.rows)}")
        self.tabs.setCurrentIndex(0)
        self.title.setText(f"导入名单到 {plan.class_row.code} {plan.class_row.name}")
        self.summary.setText(self._summary(plan))
        self.cancel.setText("放弃导入")
        self.confirm.show()
        self.confirm.setText(f"确认导入 {len(plan.fresh)} 人")
        self.confirm.setEnabled(bool(plan.fresh))
        for button in (self.save_refused, self.copy_refused):
            button.setEnabled(bool(plan.sheet.refused))
        (self.confirm if plan.fresh else self.cancel).setFocus()

    def _summary(self, plan: Plan) -> str:
        parts = [f"“{self._file}”的工作表“{plan.sheet.sheet}”：将导入 {len(plan.fresh)} 人"]
        if plan.unchanged:
            parts.append(f"已在班里、没有变化的 {plan.unchanged} 人")
        parts.append(f"被拒绝 {len(plan.sheet.refused)} 行")
        words = "，".join(parts) + "。现在还没有写入，请看过以后确认。"
        if plan.sheet.ignored_headings:
            words += f"没有读入的栏目：{'、'.join(plan.sheet.ignored_headings)}。"
        return words

    def _confirm(self) -> None:
        plan = self._plan
        if plan is None:
            return
        self.confirm.setEnabled(False)

        def work(job: Job) -> int:
            with job.open_ledger() as ledger:
                carry_out(ledger, plan)
            return len(plan.fresh)

        self._shell.tasks.run("正在导入名单", work, done=self._imported, failed=self._failed)

    def _imported(self, count: int) -> None:
        refused = len(self.refused.rows)
        more = f"，另有 {refused} 行被拒绝，改好后可以再导入同一份表" if refused else ""
        self._shell.messages.info(f"已导入 {count} 人{more}。")
        self._shell.did("trainee", "enrollment")
        if not refused:
            self.left.emit()
            return
        # The refused rows stay in sight until the user leaves them.
        self.tabs.setCurrentIndex(REFUSED_TAB)
        self.summary.setText(f"已导入 {count} 人。下面 {refused} 行没有导入，可以复制或存成表格，发给报名单的人改。")
        self.confirm.hide()
        self.cancel.setText("返回名单")
        self.cancel.setFocus()

    def _failed(self, error: UserError) -> None:
        self.confirm.setEnabled(True)
        self._shell.messages.error(error.message)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(refused_text(self.refused.rows))
        self._shell.messages.info(f"已复制 {len(self.refused.rows)} 行，可以粘贴到微信或表格里。")

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "被拒绝的行存成表格", str(Path.home() / "被拒绝的行.xlsx"), "Excel 表格 (*.xlsx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.fileSelected.connect(lambda path: self.store_refused(Path(path)))
        dialog.open()

    def store_refused(self, path: Path) -> None:
        """Writes the refused rows with their reasons."""
        try:
            write_refused(self.refused.rows, path, self._file)
        except UserError as error:
            self._shell.messages.error(error.message)
            return
        self._shell.messages.info(f"被拒绝的 {len(self.refused.rows)} 行已存到 {path}。")
