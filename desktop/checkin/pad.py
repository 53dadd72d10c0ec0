"""Digits to be touched, for the search on a screen without a keyboard."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton, QWidget

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "⌫", "0", "X")
SIDE = 64


class NumberPad(QFrame):
    """Types the last digits of an identity number into `field`."""

    def __init__(self, page: QWidget, field: QLineEdit) -> None:
        super().__init__(page)
        self._field = field
        self.setObjectName("card")
        self.keys: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setSpacing(6)
        for place, key in enumerate(KEYS):
            button = QPushButton(key)
            button.setFixedSize(SIDE, SIDE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet("font-size: 26px; padding: 0;")
            button.setAccessibleName("退格" if key == "⌫" else key)
            button.clicked.connect(lambda _checked, key=key: self._press(key))
            grid.addWidget(button, place // 3, place % 3)
            self.keys[key] = button
        self.hide()

    def toggle(self) -> None:
        if self.isVisible():
            self.hide()
            return
        self.adjustSize()
        corner = self._field.mapTo(self.parentWidget(), QPoint(0, self._field.height() + 2))
        self.move(max(corner.x() - self.width() - 8, 0), corner.y())
        self.show()
        self.raise_()
        self._field.setFocus()

    def _press(self, key: str) -> None:
        if key == "⌫":
            self._field.backspace()
        else:
            self._field.insert(key)
