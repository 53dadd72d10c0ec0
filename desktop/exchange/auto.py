"""有网时自动上报: the window reports by itself, says so in one quiet line, and disturbs nobody."""

import random
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QNetworkInformation

from desktop.exchange import actions
from desktop.exchange.reporting import is_report, report, reporting
from desktop.shell.page import EVERYTHING, Shell
from desktop.shell.tasks import Job
from sync.errors import UserError
from sync.jobs import moment

START = 20
"""Seconds after the window has opened: first the roll-call, then the network."""
REST = 10 * 60
"""Seconds between two looks whether something waits."""
CONTACT = 6 * 3600
"""Seconds after which the county is asked for its news even if nothing waits."""
SOON = (2, 8)
"""Seconds, by chance, after a network has appeared: a room full of laptops gets it at the same moment."""
NO_LINE = frozenset({"unreachable", "proxy-unreachable", "proxy-failed", "server-refused", "not-a-county"})


class AutoReport(QObject):
    """Looks now and then, and when a network appears; after failures less and less often."""

    def __init__(self, shell: Shell, chance: Callable[[], float] = random.random) -> None:
        super().__init__(shell)
        self._shell, self._chance = shell, chance
        self._pauses = actions.AUTO_PAUSES
        self._met: float | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.look)
        shell.tasks.finished.connect(self._ended)

    def start(self) -> None:
        """From now on by itself."""
        self._in(START)
        # On many machines nobody knows whether there is a network; there the timer alone must do.
        if QNetworkInformation.loadDefaultBackend():
            QNetworkInformation.instance().reachabilityChanged.connect(self.network_changed)

    def network_changed(self, now: QNetworkInformation.Reachability) -> None:
        # A county's server may well be in a network that leads nowhere else.
        if now != QNetworkInformation.Reachability.Disconnected:
            first, last = SOON
            self._in(first + (last - first) * self._chance())

    def look(self) -> None:
        """Reports, if it is wanted, possible and due."""
        if self._shell.tasks.closed:
            return
        if self._shell.settings.auto_report and reporting(self._shell) is None and self._due():
            report(self._shell, "", self._done, self._failed, quiet=True)
        else:
            self._in(REST)

    def _due(self) -> bool:
        ledger = self._shell.ledger
        if ledger.county is None or not actions.known_address(ledger):
            return False
        long_ago = self._met is None or time.monotonic() - self._met > CONTACT
        return long_ago or actions.figures(ledger).waiting > 0

    def _done(self, _words: str) -> None:
        self._pauses = self._pauses.worked()
        self._met = time.monotonic()
        received = actions.figures(self._shell.ledger).received
        self._shell.say_quietly(f"{self._clock(0)} 自动上报完成，县里已收 {received:,} 条")
        self._shell.did(EVERYTHING)
        self._in(REST)

    def _failed(self, error: UserError) -> None:
        self._pauses = self._pauses.failed()
        pause = self._pauses.pause(self._chance())
        if error.reason in NO_LINE:
            line = f"暂时连不上，{self._clock(pause)} 再试"
        else:
            line = f"自动上报没有办成，原因见“上报”页，{self._clock(pause)} 再试"
        self._shell.say_quietly(line, "" if error.reason == "unreachable" else error.message)
        # What was sent before a cut is delivered all the same.
        self._shell.did(EVERYTHING)
        self._in(pause)

    def _ended(self, job: Job) -> None:
        """However a report ended, also one that was stopped, there is a next look."""
        if is_report(job):
            if not job.quiet:
                # What was said of the last one by itself is no news any more.
                self._shell.say_quietly("")
            self._in(REST)

    def _in(self, seconds: float) -> None:
        self.timer.start(round(seconds * 1000))

    def _clock(self, seconds: float) -> str:
        """Beijing time so many seconds from now, HH:MM."""
        return moment.iso(moment.now(self._shell.ledger).at + round(seconds))[11:16]
