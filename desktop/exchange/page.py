"""上报: what the county has signed for, and the ways to bring it the rest."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from desktop.exchange import actions
from desktop.exchange.conflicts import Conflicts
from desktop.exchange.enrolment import Enrolment
from desktop.exchange.figures import Figures
from desktop.exchange.grant import GrantForm
from desktop.exchange.keeping import Keeping
from desktop.exchange.network import NetworkCard
from desktop.exchange.stick import StickCard
from desktop.exchange.travelling import Travelling
from desktop.exchange.troubles import Troubles
from desktop.exchange.upkeep import Upkeep
from desktop.shell.notices import Notice, NoticeCard, county_notices
from desktop.shell.page import EVERYTHING, Page, Shell
from desktop.shell.tasks import Job
from sync.errors import UserError
from sync.seal import kinds

PLACES = {"enrol": 1, "troubles": 2, "keeping": 4, "conflicts": 6}
"""Tabs that other pages open."""
MOST_SAID = 2
"""Of the county's notices; the home page has them all."""
TROUBLES, CONFLICTS = "暂存与拒收", "两处不一致"
FILES = (actions.GRANT, actions.RECEIPT, actions.BATCH, *actions.PICTURES)


class ExchangePage(Page):
    """Figures above; below them reporting, enrolment, what was not taken, and upkeep."""

    # Every record makes one more to report.
    touched_by = frozenset({"receipt", "backup"} | kinds.ENTITIES.keys() | kinds.FACTS.keys())

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.setAcceptDrops(True)
        self.figures = Figures(shell)
        self.network, self.stick = NetworkCard(shell), StickCard(shell)
        self.enrolment, self.upkeep = Enrolment(shell), Upkeep(shell)
        self.keeping, self.conflicts, self.travelling = Keeping(shell), Conflicts(shell), Travelling(shell)
        self.enrolment.chosen.connect(lambda paths: self.take([Path(path) for path in paths]))
        self.enrolment.scan.connect(self.scan)
        self.troubles = Troubles(shell)
        ways = QWidget()
        both = QHBoxLayout(ways)
        both.addWidget(self.network, 1)
        both.addWidget(self.stick, 1)
        self.tabs = QTabWidget()
        self.tabs.addTab(_scrolled(ways), "上报")
        self.tabs.addTab(_scrolled(self.enrolment), "登记")
        self.tabs.addTab(self.troubles, TROUBLES)
        self.tabs.addTab(_scrolled(self.upkeep), "检查与校时")
        self.tabs.addTab(_scrolled(self.keeping), "备份与恢复")
        self.tabs.addTab(self.travelling, "记录去向")
        self.tabs.addTab(_scrolled(self.conflicts), CONFLICTS)
        self.tabs.currentChanged.connect(lambda _: self._refresh_travelling())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._says, self._said = QVBoxLayout(), list[Notice]()
        column.addLayout(self._says)
        column.addWidget(self.figures)
        column.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        self._refresh_says()
        for part in (self.figures, self.network, self.stick, self.enrolment, self.troubles, self.upkeep, self.keeping):
            part.refresh()
        self.conflicts.refresh()
        self._refresh_travelling()
        self._count_on(PLACES["troubles"], TROUBLES, len(self.troubles.model.rows))
        self._count_on(PLACES["conflicts"], CONFLICTS, len(self.conflicts.model.rows))

    def _refresh_says(self) -> None:
        """What the county sent that somebody should see, above all else."""
        said = county_notices(self.shell)[:MOST_SAID]
        if said == self._said:
            return
        self._said = said
        while (item := self._says.takeAt(0)) is not None:
            if (card := item.widget()) is not None:
                card.hide()
                card.deleteLater()
        for notice in said:
            self._says.addWidget(NoticeCard(self.shell, notice))

    def _refresh_travelling(self) -> None:
        # It goes through all there is, so only while somebody looks.
        if self.tabs.currentWidget() is self.travelling:
            self.travelling.refresh()

    def _count_on(self, tab: int, words: str, count: int) -> None:
        self.tabs.setTabText(tab, f"{words}（{count}）" if count else words)

    def opened(self, what: object) -> None:
        """`what` names a tab, one of PLACES."""
        if what in PLACES:
            self.tabs.setCurrentIndex(PLACES[str(what)])

    def take(self, paths: list[Path]) -> None:
        """A grant, by file or by pictures, is offered; receipts and batches are taken, each answered in words."""
        grants = [path for path in paths if path.suffix.lower() in (actions.GRANT, *actions.PICTURES)]
        if grants:
            self.shell.tasks.run("正在读取授权", lambda _: actions.read_grant(grants), done=self.offer)
        sealed = [path for path in paths if path not in grants]
        if sealed:
            self._take_sealed(sealed)

    def scan(self) -> None:
        """The county's codes, by this laptop's camera."""
        from desktop.exchange.scan import ScanGrant

        dialog = ScanGrant(self, self.shell.settings.camera)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.whole.connect(self.offer)
        dialog.open()

    def offer(self, grant: bytes) -> None:
        """Shows whose grant it is before it is taken; one of the county that we know is taken at once."""
        try:
            said = actions.look(self.shell.ledger, grant)
            if said["known"]:
                self._granted(actions.accept(self.shell.ledger, grant))
                return
        except UserError as error:
            self.shell.messages.error(error.message)
            return
        form = GrantForm(self, self.shell.ledger, grant, said)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.accepted_words.connect(self._granted)
        form.open()

    def _granted(self, words: str) -> None:
        self.shell.messages.info(words)
        self.tabs.setCurrentIndex(1)
        self.shell.did(EVERYTHING)

    def _take_sealed(self, paths: list[Path]) -> None:
        def work(job: Job) -> list[actions.Taken]:
            with job.open_ledger() as ledger:
                return [_take_one(job, ledger, path, paths) for path in paths]

        self.shell.tasks.run("正在读取文件", work, done=self._taken)

    def _taken(self, taken: list[actions.Taken]) -> None:
        messages = self.shell.messages
        for ok, tell in ((True, messages.info), (False, messages.error)):
            words = [one.words for one in taken if one.ok == ok]
            if words:
                tell("\n".join(words))
        self.shell.did(EVERYTHING)

    # Files that are dropped here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take(_files(event.mimeData()))
        event.acceptProposedAction()


def _take_one(job: Job, ledger: actions.Ledger, path: Path, paths: list[Path]) -> actions.Taken:
    job.progress(paths.index(path), len(paths))
    try:
        return actions.take_file(ledger, path)
    except UserError as error:
        return actions.Taken(False, f"{path.name}：{error.message}")


def _files(data: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in FILES]


def _scrolled(widget: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidget(widget)
    return scroll
