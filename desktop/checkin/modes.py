"""自动, 签到, 签退: what a card means from now on."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from sync.training.facts import Kind

_MODES: tuple[tuple[str, Kind | None], ...] = (("自动 F2", None), ("签到 F3", "in"), ("签退 F4", "out"))


class Modes(QWidget):
    """Three buttons, of which one is down."""

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for words, _ in _MODES:
            button = QPushButton(words)
            button.setCheckable(True)
            self._group.addButton(button)
            self.buttons.append(button)
            row.addWidget(button)
        self.buttons[0].setChecked(True)

    @property
    def manual(self) -> Kind | None:
        """What the trainer has set by hand, or None for automatic."""
        return _MODES[self.buttons.index(self._group.checkedButton())][1]
