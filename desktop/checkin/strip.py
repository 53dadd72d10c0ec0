"""One line below the answer for what the desk would like to know: 是本人吗, or a reminder. It never holds up a card.

Digits choose how she was compared, letters answer: nothing that a scanner types can say yes.
"""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from desktop.checkin.reminders import Reminder
from desktop.checkin.verifying import Asked

WAYS = {"1": ("card", "1 学员证"), "2": ("document", "2 身份证件"), "3": ("photo", "3 拍照")}
REACTION_MS = 300
"""A question that has just changed takes no answer yet: the key was meant for the one before."""

LONG = 22
"""Characters that stand in one line of large letters on a small screen."""


class Ways(QFrame):
    """看了学员证, 看了身份证件, 拍了照片: any of them, by mouse or by digit. `photo_wanted` asks for the picture."""

    photo_wanted = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.photo = b""
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for digit, (way, words) in WAYS.items():
            button = QPushButton(words, checkable=True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda checked, way=way: self._clicked(way, checked))
            self.buttons[digit] = button
            row.addWidget(button)

    def clear(self) -> None:
        self.photo = b""
        for button in self.buttons.values():
            button.setChecked(False)
        self.changed.emit()

    def typed(self, char: str) -> None:
        if char in self.buttons:
            self.buttons[char].click()

    def keep(self, jpeg: bytes) -> None:
        """The photo that was asked for, or none."""
        self.photo = jpeg
        self.buttons["3"].setChecked(bool(jpeg))
        self.changed.emit()

    @property
    def chosen(self) -> list[str]:
        return [way for digit, (way, _) in WAYS.items() if self.buttons[digit].isChecked()]

    def _clicked(self, way: str, checked: bool) -> None:
        if way == "photo" and checked:
            # Checked when the picture is there.
            self.keep(b"")
            self.photo_wanted.emit()
        elif way == "photo":
            self.keep(b"")
        self.changed.emit()


class Strip(QFrame):
    """Shows one question, or one reminder, or quietly how far the desk is."""

    answered = Signal(Asked, list, bool, bytes)
    accepted = Signal(str)
    put_aside = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.asked: Asked | None = None
        self.reminder: Reminder | None = None
        self.words = QLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setWordWrap(True)
        self.picture = QLabel()
        self.ways = Ways()
        self.yes, self.no = QPushButton(), QPushButton()
        self.yes.setObjectName("primary")
        for button, work in ((self.yes, self._yes), (self.no, self._no)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(work)
        self.ways.changed.connect(self._settle)
        self._reaction = QTimer(self, singleShot=True, interval=REACTION_MS)
        self._reaction.timeout.connect(self._settle)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 6, 3)
        row.addWidget(self.words, 1)
        for widget in (self.picture, self.ways, self.yes, self.no):
            row.addWidget(widget)
        self.setFixedHeight(50)
        self.show_quiet("")

    def ask(self, asked: Asked) -> None:
        """A question about the person who stands there."""
        self.asked, self.reminder = asked, None
        self.ways.clear()
        self._say(f"是本人吗？{asked.called}", "是 Y", "不是 N", "question")
        self._reaction.start()
        self._settle()

    def remind(self, reminder: Reminder) -> None:
        self.asked, self.reminder = None, reminder
        self._say(reminder.words, f"{reminder.yes} Y", "不用 N", "reminder")
        self._settle()

    def show_quiet(self, words: str) -> None:
        self.asked = self.reminder = None
        self._say(words, "", "", "")

    def typed(self, char: str) -> None:
        """A key that a person pressed outside any field."""
        button = {"y": self.yes, "n": self.no}.get(char.lower())
        if button is not None and button.isVisible():
            button.click()
        elif self.asked is not None:
            self.ways.typed(char)

    def _say(self, words: str, yes: str, no: str, level: str) -> None:
        self.words.setText(words)
        self.setAccessibleName(words)
        for button, text in ((self.yes, yes), (self.no, no)):
            button.setText(text)
            button.setVisible(bool(text))
        self.ways.setVisible(self.asked is not None)
        self.setProperty("level", level)
        # Two lines of a long name fit the strip where one would be cut.
        self.words.setObjectName("big" if level and len(words) <= LONG else "hint" if not level else "")
        for widget in (self, self.words):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self._settle()

    def _settle(self) -> None:
        """Yes needs a way in which she was compared; no answer needs haste."""
        asked = self.asked is not None
        ready = not (asked and self._reaction.isActive())
        self.yes.setEnabled(ready and (not asked or bool(self.ways.chosen)))
        self.no.setEnabled(ready and (not asked or bool(self.ways.chosen)))
        photo = QPixmap()
        if asked and self.ways.photo:
            photo.loadFromData(self.ways.photo)
            photo = photo.scaled(
                QSize(72, 42), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        self.picture.setPixmap(photo)
        self.picture.setVisible(not photo.isNull())

    def _yes(self) -> None:
        if self.asked is not None:
            self.answered.emit(self.asked, self.ways.chosen, True, self.ways.photo)
        elif self.reminder is not None:
            self.accepted.emit(self.reminder.key)

    def _no(self) -> None:
        if self.asked is not None:
            self.answered.emit(self.asked, self.ways.chosen, False, self.ways.photo)
        elif self.reminder is not None:
            self.put_aside.emit(self.reminder.key)
