"""网络设置: whether the way to the county leads through a proxy, on this computer."""

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.exchange import actions
from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell

WAYS = (("system", "按系统的设置"), ("none", "不用代理"), ("typed", "填写代理服务器"))


class ProxyForm(FormDialog):
    """User and password stay in the ledger, which is encrypted."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "网络设置", "保存")
        self._shell = shell
        self.way = QComboBox()
        for key, words in WAYS:
            self.way.addItem(words, key)
        self.address, self.user, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("主机:端口，例如 10.1.1.1:8080")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.row("怎样上网", self.way, hint="多数地方不用代理。单位要求用代理才能上网时，问管网络的人要地址。")
        missing = needed(self.address, "请填写代理服务器的地址。")
        self.row("代理服务器", self.address, lambda: missing() if self._typed else "")
        self.row("用户名", self.user, hint="代理不要求登录时不用填。")
        self.row("密码", self.password)
        self.way.currentIndexChanged.connect(self._show_fields)

    @property
    def _typed(self) -> bool:
        return self.way.currentData() == "typed"

    def open(self) -> None:
        way, *typed = actions.proxy_setting(self._shell.ledger)
        self.way.setCurrentIndex(self.way.findData(way))
        for edit, text in zip((self.address, self.user, self.password), typed, strict=True):
            edit.setText(text)
        self._show_fields()
        super().open()

    def save(self) -> None:
        typed = (edit.text().strip() for edit in (self.address, self.user))
        actions.keep_proxy(self._shell.ledger, self.way.currentData(), *typed, self.password.text())

    def _show_fields(self) -> None:
        for edit in (self.address, self.user, self.password):
            edit.setEnabled(self._typed)
