"""打印: choose a class and a form, see it, print it or keep it as PDF."""

from pathlib import Path

from PySide6.QtCore import QDir, QSignalBlocker, Qt, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.paper import actions, printing
from desktop.paper.actions import WORDS, Wanted
from desktop.paper.preview import Preview
from desktop.shell.class_picker import ClassPicker
from desktop.shell.page import Page, Shell
from desktop.shell.table import labelled
from desktop.shell.tasks import Job
from desktop.shell.words import lesson_name
from sync.errors import UserError

SIDE_LEAST, SIDE_MOST = 250, 360
"""Pixels beside the form: as wide as the window has room for, so that a class's name is read whole."""
IDENTITY_WORDS = "只在报送材料要求时才勾选。印有完整号码的纸要有专人保管，不张贴，不拍照发群。"


class PaperPage(Page):
    """One form at a time, made beside the window whenever the choice or the facts change."""

    touched_by = frozenset(
        {"class", "course", "lesson", "teacher", "trainee", "enrollment", "card.issue", "stamp", "void", "leave"}
        | {"leave.void", "rollcall.mark", "clock.state", "pack.publish", "notice.post", "class.verdict"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.pdf = b""
        self._shown: Wanted | None = None
        """What `pdf` is."""
        self._job: Job | None = None
        self._again = False
        self._folder: QTemporaryDir | None = None
        self._opened = 0
        self.preview = Preview()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._side(), 3)
        row.addWidget(self.preview, 7)
        shell.class_chosen.connect(self._class_chosen)
        shell.tasks.finished.connect(self._job_finished)

    def refresh(self) -> None:
        self.picker.refresh()
        self._fill_forms()
        self._fill_lessons()
        self._make()

    def opened(self, what: object) -> None:
        self.shell.choose_class(str(what))

    def closing(self) -> None:
        self._folder = None

    # The form

    def wanted(self) -> Wanted | None:
        """What is chosen now, or None while the choice is not whole."""
        form, class_id = self.form.currentData(), self.picker.currentData() or ""
        lesson = (self.lesson.currentData() or "") if form == "sign-in" else ""
        if not class_id or (form == "sign-in" and not lesson):
            return None
        return Wanted(form, class_id, lesson, form == "roster" and self.identity.isChecked())

    def _make(self) -> None:
        """Makes the form anew; while one is in the making, once more after it."""
        wanted = self.wanted()
        if wanted is None:
            self._again = False
            self._drop(self._missing())
            return
        if wanted != self._shown:
            self._drop("正在生成…")
        if self._job is not None:
            self._again = True
            return
        self._again = False

        def work(job: Job) -> bytes:
            with job.open_ledger() as ledger:
                return actions.make(ledger, wanted)

        self._job = self.shell.tasks.run(
            f"正在生成{WORDS[wanted.form]}",
            work,
            done=lambda pdf: self._made(wanted, pdf),
            failed=lambda error: self._not_made(wanted, error),
        )

    def _job_finished(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            if self._again:
                self._make()

    def _made(self, wanted: Wanted, pdf: bytes) -> None:
        if wanted != self.wanted():
            return
        self.pdf, self._shown = pdf, wanted
        self.preview.show_pdf(pdf)
        self._enable()

    def _not_made(self, wanted: Wanted, error: UserError) -> None:
        if wanted == self.wanted():
            self._drop(error.message)

    def _drop(self, words: str) -> None:
        self.pdf, self._shown = b"", None
        self.preview.say(words)
        self._enable()

    def _missing(self) -> str:
        if not self.picker.currentData():
            return "还没有班次。请先到“班次”页新建。"
        return "这个班还没有课次。请先到“班次”页排课，再打印签到表。"

    # What is done with it

    def print_out(self) -> None:
        if not printing.has_printer():
            self.shell.messages.ask(
                "这台电脑没有装打印机。可以另存为 PDF，拷到有打印机的电脑上打印。", "另存为 PDF", self.save_as
            )
            return
        printer = printing.new_printer()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setMinMax(1, self.preview.document.pageCount())
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.open()

    def print_on(self, printer: QPrinter) -> None:
        """Draws the form on a printer beside the window."""
        if not self._revealed("print"):
            return
        pdf, words = self.pdf, WORDS[self.form.currentData()]
        self.shell.tasks.run(
            f"正在打印{words}",
            lambda job: printing.draw(pdf, printer, job.progress),
            done=lambda pages: self.shell.messages.info(f"已交给打印机：{words}，共 {pages} 页。"),
        )

    def save_as(self) -> None:
        if self._shown is None:
            return
        dialog = QFileDialog(self, "另存为 PDF", QDir.homePath(), "PDF 文件 (*.pdf)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(actions.file_name(self.shell.ledger, self._shown))
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        if not self._revealed("export"):
            return
        try:
            actions.save(Path(path), self.pdf)
        except UserError as error:
            self.shell.messages.error(error.message)
            return
        self.shell.messages.info(f"已存为 {path}。")

    def open_outside(self) -> None:
        """In the system's own program, from a folder that goes when the window closes."""
        if self._shown is None:
            return
        if not self._revealed("export"):
            return
        folder = self._folder = self._folder or QTemporaryDir()
        self._opened += 1
        name = actions.file_name(self.shell.ledger, self._shown)
        path = Path(folder.path()) / f"{self._opened}-{name}"
        try:
            actions.save(path, self.pdf)
        except UserError as error:
            self.shell.messages.error(error.message)
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.shell.messages.warning("系统里没有能打开 PDF 的程序。可以在这里直接打印，或另存为 PDF。")

    # Choosing

    def _side(self) -> QWidget:
        self.picker = ClassPicker(self.shell)
        self.form = QComboBox()
        self.lesson = QComboBox()
        self.lesson.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.identity = QCheckBox("印完整身份证号")
        self.identity_words = QLabel(IDENTITY_WORDS)
        self.identity_words.setObjectName("hint")
        self.identity_words.setWordWrap(True)
        self.lesson_label = QLabel("哪一次课")
        self.print_button, self.save_button = QPushButton("打印…"), QPushButton("另存为 PDF…")
        self.open_button = QPushButton("用系统程序打开")
        self.print_button.setObjectName("primary")
        self.print_button.clicked.connect(self.print_out)
        self.save_button.clicked.connect(self.save_as)
        self.open_button.clicked.connect(self.open_outside)
        self.form.currentIndexChanged.connect(self._form_chosen)
        self.lesson.currentIndexChanged.connect(lambda _index: self._make())
        self.identity.toggled.connect(self._identity_asked)
        side = QWidget()
        side.setMinimumWidth(SIDE_LEAST)
        side.setMaximumWidth(SIDE_MOST)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 8, 0)
        for widget in (
            QLabel("班次"), labelled("班次", self.picker), QLabel("表格"), labelled("表格", self.form),
            self.lesson_label, labelled("哪一次课", self.lesson), self.identity, self.identity_words,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        for button in (self.print_button, self.save_button, self.open_button):
            column.addWidget(button)
        self._fill_forms()
        self._enable()
        return side

    def _identity_asked(self, on: bool) -> None:
        if on and not self._revealed("screen"):
            self._hide_numbers()
        self._make()

    def _revealed(self, what: actions.What) -> bool:
        """Whether the form may go out: whole numbers only once that is recorded."""
        wanted = self.wanted()
        if wanted is None or not wanted.show_identity:
            return True
        try:
            actions.reveal(self.shell.ledger, wanted, what)
        except UserError as error:
            self.shell.messages.error(error.message)
            return False
        self.shell.did("reveal")
        return True

    def _form_chosen(self) -> None:
        self._hide_numbers()
        self._fit_choice()
        self._make()

    def _class_chosen(self, _class_id: str) -> None:
        self._hide_numbers()
        if self.isVisible():
            self._fill_forms()
            self._fill_lessons()
            self._make()
        else:
            self._stale = True

    def _hide_numbers(self) -> None:
        """Whole numbers are asked for each form of each class anew."""
        with QSignalBlocker(self.identity):
            self.identity.setChecked(False)

    def _fit_choice(self) -> None:
        form = self.form.currentData()
        for widget in (self.lesson_label, self.lesson):
            widget.setVisible(form == "sign-in")
        for widget in (self.identity, self.identity_words):
            widget.setVisible(form == "roster")

    def _fill_forms(self) -> None:
        """What the chosen class has; a notice is there once the county has posted one."""
        forms = actions.forms_of(self.shell.ledger, self.picker.currentData() or "")
        if [self.form.itemData(index) for index in range(self.form.count())] == list(forms):
            return
        before = self.form.currentData()
        with QSignalBlocker(self.form):
            self.form.clear()
            for key, words in forms.items():
                self.form.addItem(words, key)
            self.form.setCurrentIndex(max(self.form.findData(before), 0))
        self._fit_choice()

    def _fill_lessons(self) -> None:
        before = self.lesson.currentData()
        lessons = actions.lessons_to_sign(self.shell.ledger, self.picker.currentData() or "")
        with QSignalBlocker(self.lesson):
            self.lesson.clear()
            for row in lessons:
                self.lesson.addItem(lesson_name(row), row.id)
            likely = actions.likely_lesson(self.shell.ledger, lessons)
            self.lesson.setCurrentIndex(self.lesson.findData(before if self.lesson.findData(before) >= 0 else likely))

    def _enable(self) -> None:
        for button in (self.print_button, self.save_button, self.open_button):
            button.setEnabled(bool(self.pdf))
