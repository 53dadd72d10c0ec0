"""Which class a page is about: one choice that all pages share."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox

from desktop.shell.page import Shell
from sync.jobs.find import list_classes


class ClassPicker(QComboBox):
    """Follows the shell's class and sets it. A page calls `refresh` in its own."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setAccessibleName("班次")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)
        self.activated.connect(lambda _index: shell.choose_class(self.currentData()))
        shell.class_chosen.connect(self._follow)

    def refresh(self) -> None:
        """Reads the classes anew; where the chosen one is gone, the latest is chosen."""
        classes = list_classes(self._shell.ledger)
        with QSignalBlocker(self):
            self.clear()
            for row in classes:
                self.addItem(f"{row.code} {row.name}", row.id)
            self.setPlaceholderText("还没有班次")
        ids = [row.id for row in classes]
        if ids and self._shell.class_id not in ids:
            self._shell.choose_class(ids[0])
        self._follow(self._shell.class_id)

    def _follow(self, class_id: str) -> None:
        self.setCurrentIndex(self.findData(class_id))
        self.setToolTip(self.currentText())
