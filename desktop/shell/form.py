"""A form in a dialog that blocks nothing: problems stand beside their field, and nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.shell.manual import help_key
from sync.errors import UserError

Check = Callable[[], str]
FRAME_HEIGHT = 220
"""What a dialog needs besides its fields: window frame, heading, buttons, task bar."""
LEAST_HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Field:
    """A widget with the words below it. `check` answers what is wrong with it, or nothing."""

    widget: QWidget
    words: QLabel
    check: Check | None


class FormDialog(QDialog):
    """Subclasses add fields and override `save`, which may raise UserError. A closed form keeps its text until saved.

    Open it with `open()`: it is modal to its window and returns at once.
    """

    def __init__(self, parent: QWidget, title: str, save_words: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(540)
        help_key(self)
        self.form_fields: list[Field] = []
        heading = QLabel(title)
        heading.setObjectName("title")
        self.layout_of_fields = QFormLayout()
        self.layout_of_fields.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.layout_of_fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        inside = QWidget()
        inside.setLayout(self.layout_of_fields)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self._scroll = scroll
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.error.setWordWrap(True)
        self.error.hide()
        self.save_button, cancel = QPushButton(save_words), QPushButton("取消")
        self.save_button.setObjectName("primary")
        self.save_button.setDefault(True)
        cancel.setAutoDefault(False)
        self.save_button.clicked.connect(self.submit)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(heading)
        column.addWidget(scroll, 1)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def save(self) -> None:
        """Does what the form is for. A UserError is shown and the form stays."""
        raise NotImplementedError

    def row(self, label: str, widget: QWidget, check: Check | None = None, hint: str = "") -> None:
        """Adds a field. It is checked when it is left and when the form is saved."""
        if not isinstance(widget, QLabel):
            widget.setMinimumHeight(round(self.fontMetrics().height() * 1.5))
        words = QLabel(hint)
        words.setObjectName("hint" if hint else "fieldError")
        words.setWordWrap(True)
        words.setVisible(bool(hint))
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(widget)
        column.addWidget(words)
        caption = QLabel(label)
        caption.setBuddy(widget)
        widget.setAccessibleName(label)
        self.layout_of_fields.addRow(caption, cell)
        field = Field(widget, words, check)
        self.form_fields.append(field)
        if check is not None and isinstance(widget, (QLineEdit, QDateEdit, QTimeEdit)):
            widget.editingFinished.connect(lambda: self.judge(field))

    def say(self, widget: QWidget, text: str, *, wrong: bool) -> None:
        """Words below a field: a problem, or (not wrong) a remark."""
        words = next(field.words for field in self.form_fields if field.widget is widget)
        words.setObjectName("fieldError" if wrong else "hint")
        words.setText(text)
        words.setVisible(bool(text))
        widget.setProperty("wrong", wrong and bool(text))
        for each in (words, widget):
            each.style().unpolish(each)
            each.style().polish(each)
        if self.isVisible():
            self._fit()

    def judge(self, field: Field) -> bool:
        problem = field.check() if field.check is not None else ""
        self.say(field.widget, problem, wrong=True)
        return not problem

    def submit(self) -> None:
        wrong = [field for field in self.form_fields if field.check is not None and not self.judge(field)]
        self._say_error("")
        if wrong:
            wrong[0].widget.setFocus()
            return
        try:
            self.save()
        except UserError as error:
            self._say_error(error.message)
            return
        self.accept()
        self.clear()

    def clear(self) -> None:
        """Empties the text fields after a save."""
        for field in self.form_fields:
            if isinstance(field.widget, (QLineEdit, QPlainTextEdit)):
                field.widget.clear()
            self.say(field.widget, "", wrong=False)
        self._say_error("")

    def _say_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def _fit(self) -> None:
        """As large as the fields need, and never larger than the screen."""
        self.ensurePolished()
        layout = self.layout_of_fields
        layout.activate()
        width = max(self._scroll.viewport().width(), self.minimumWidth() - 40)
        wanted = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        available = self.screen().availableGeometry().height() - FRAME_HEIGHT
        self._scroll.setMinimumHeight(max(min(wanted, available), LEAST_HEIGHT))

    def open(self) -> None:
        """Shows the form as large as its fields need and the screen allows."""
        super().open()
        self._fit()
        self.adjustSize()
        first = next((field.widget for field in self.form_fields if field.widget.isEnabled()), None)
        if first is not None:
            first.setFocus()


def needed(edit: QLineEdit | QComboBox, words: str) -> Check:
    """A check that something is there."""
    return lambda: "" if (edit.currentText() if isinstance(edit, QComboBox) else edit.text()).strip() else words
