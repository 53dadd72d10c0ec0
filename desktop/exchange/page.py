"""上报: what the county has signed for, and the ways to bring it the rest."""

from PySide6.QtWidgets import QLabel, QVBoxLayout

from desktop.shell.page import Page, Shell


class ExchangePage(Page):
    """Figures above, the ways below."""

    touched_by = frozenset({"*"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.words = QLabel()
        column = QVBoxLayout(self)
        column.addWidget(self.words)

    def refresh(self) -> None:
        self.words.setText(f"本机已记 {self.shell.ledger.position(self.shell.ledger.feed).seq} 条")
