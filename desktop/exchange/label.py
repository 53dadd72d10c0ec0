"""Words whose colour says how it went."""

from PySide6.QtWidgets import QLabel


def say(label: QLabel, words: str, name: str = "") -> None:
    """Shows words; `name` is one of the style sheet: fieldGood, fieldError or plain."""
    label.setText(words)
    label.setObjectName(name)
    label.style().unpolish(label)
    label.style().polish(label)
