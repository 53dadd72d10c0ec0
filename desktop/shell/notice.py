"""What stands above every page until this node has the county's grant."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from desktop.shell.page import Changed, Shell

WORDS = (
    "本机未登记：培训项目目录随县里的授权来，登记之后才能建班和上报。请到“上报”页把登记申请交给县里，再导入县里的授权。"
)


class EnrolNotice(QFrame):
    """未登记: the courses come with the grant, so no class can be made yet, and nothing reported."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._shell = shell
        words = QLabel(WORDS)
        words.setWordWrap(True)
        button = QPushButton("去登记")
        button.clicked.connect(lambda: shell.go("exchange", "enrol"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(words, 1)
        row.addWidget(button)
        shell.changed.connect(self._look)
        self._look()

    def _look(self, _changed: Changed | None = None) -> None:
        self.setVisible(self._shell.ledger.county is None)
