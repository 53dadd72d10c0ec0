"""What the two small buttons below the pages' open: who is at the desk, and how the window behaves."""

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from desktop.shell import theme
from desktop.shell.clock_form import ClockForm
from desktop.shell.form import FormDialog
from desktop.shell.guard import Guard
from desktop.shell.operators import AddForm, OperatorsDialog, OwnPinForm
from desktop.shell.page import Changed, Shell
from desktop.shell.settings import LOCK_MINUTES, SIZES
from sync.jobs import operators

MOST_LETTERS = 4
"""Of a name, so that the column of pages stays narrow."""


class SmallButton(QPushButton):
    """Opens a menu that is made when it is asked for."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setObjectName("small")
        self.clicked.connect(self._pop_up)

    def make_menu(self) -> QMenu:
        raise NotImplementedError

    def _pop_up(self) -> None:
        # Not setMenu: a button with a menu is drawn without its padding.
        menu = self.make_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().topRight()))


class OperatorButton(SmallButton):
    """值班人: her name while she is at the desk."""

    def __init__(self, window: QWidget, shell: Shell, guard: Guard) -> None:
        super().__init__("")
        self._window, self._shell, self._guard = window, shell, guard
        self.dialog: OperatorsDialog | FormDialog | None = None
        shell.changed.connect(self._changed)
        self.look()

    def look(self) -> None:
        name = operators.name_of(self._shell.ledger, self._shell.ledger.operator)
        short = name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
        self.setText(short or "值班人…")
        self.setToolTip(f"现在值班：{name}" if name else "谁在使用这台电脑")
        self.setAccessibleName(f"值班人 {name}".strip())

    def make_menu(self) -> QMenu:
        shell, menu = self._shell, QMenu(self)
        if operators.guarded(shell.ledger):
            menu.addAction("锁定\tCtrl+L", self._guard.lock)
            menu.addAction("退出登录", self._guard.sign_out)
            if shell.ledger.operator:
                menu.addAction("改我的口令…", lambda: self._open(OwnPinForm(self._window, shell)))
            menu.addSeparator()
        else:
            menu.addAction("添加值班人…", lambda: self._open(AddForm(self._window, shell)))
        menu.addAction("值班人名单…", lambda: self._open(OperatorsDialog(self._window, shell)))
        return menu

    def _open(self, dialog: OperatorsDialog | FormDialog) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.open()

    def _changed(self, changed: Changed) -> None:
        if changed.touches(frozenset({"operator"})):
            self.look()


class SettingsButton(SmallButton):
    """Text size and contrast, for bright rooms and tired eyes; when the window locks; the time."""

    def __init__(self, window: QWidget, shell: Shell) -> None:
        super().__init__("设置…")
        self._shell = shell
        self.clock_form = ClockForm(window, shell)

    def make_menu(self) -> QMenu:
        settings, menu = self._shell.settings, QMenu(self)
        sizes = QActionGroup(menu)
        for pixels, words in zip(SIZES, ("小字", "中字", "大字"), strict=True):
            action = QAction(words, menu, checkable=True, checked=pixels == settings.size)
            action.triggered.connect(lambda _checked, size=pixels: self._show_as(size=size))
            sizes.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        contrast = QAction("高对比", menu, checkable=True, checked=settings.theme == "contrast")
        contrast.toggled.connect(lambda on: self._show_as(contrast=on))
        menu.addAction(contrast)
        menu.addSeparator()
        menu.addMenu(self._lock_menu(menu))
        menu.addAction("校正时间…", self.clock_form.open)
        return menu

    def _lock_menu(self, parent: QMenu) -> QMenu:
        settings, menu = self._shell.settings, QMenu("多久不用就锁定", parent)
        group = QActionGroup(menu)
        for minutes in LOCK_MINUTES:
            action = QAction(f"{minutes} 分钟", menu, checkable=True, checked=minutes == settings.lock_minutes)
            action.triggered.connect(lambda _checked, chosen=minutes: setattr(settings, "lock_minutes", chosen))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _show_as(self, size: int | None = None, contrast: bool | None = None) -> None:
        settings = self._shell.settings
        if size is not None:
            settings.size = size
        if contrast is not None:
            settings.theme = "contrast" if contrast else "calm"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, settings.theme, settings.size)
