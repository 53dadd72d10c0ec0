"""Work beside the window: it reports counts, can be cancelled, and its end arrives in the window's thread.

    def work(job: Job) -> int:
        with job.open_ledger() as ledger:
            for n, row in enumerate(rows):
                job.progress(n, len(rows))        # raises Cancelled when the user wants no more
                ...
        return len(rows)

    shell.tasks.run("正在导入名单", work, done=self._imported)

A UserError becomes a message (or goes to `failed`), anything else a crash report. No thread is ever terminated.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, QThreadPool, Signal, Slot

from desktop.shell.crash import Crashes
from desktop.shell.messages import Messages
from sync.errors import UserError
from sync.ledger.ledger import Ledger

CLOSING_MS = 10_000
"""How long closing the window waits for work that was asked to stop."""


class Cancelled(Exception):
    """The user wants no more of it; what was not committed is not done."""


class Job:
    """One piece of work. `progress` and `open_ledger` are for the worker, the rest for the window."""

    def __init__(self, label: str, tasks: "Tasks", quiet: bool = False) -> None:
        self.label = label
        self.quiet = quiet
        """Nobody asked for it, so nothing is said of it but by who runs it."""
        self.done: Callable[[Any], object] | None = None
        self.failed: Callable[[UserError], object] | None = None
        self._tasks = tasks
        self._cancelled = False
        self._wakes: list[Callable[[], object]] = []

    def progress(self, count: int, total: int) -> None:
        """Says how far it is; raises Cancelled."""
        if self._cancelled:
            raise Cancelled
        self._tasks.counted.emit(self, count, total)

    def turn_to(self, label: str) -> None:
        """From here on it is something else that is counted."""
        self._tasks.turned.emit(self, label)

    def open_ledger(self) -> Ledger:
        """The same folder, opened for this thread; close it."""
        return self._tasks.open_ledger()

    def cancel(self) -> None:
        self._cancelled = True
        for wake in self._wakes:
            wake()

    def when_cancelled(self, wake: Callable[[], object]) -> None:
        """`wake` is called when nobody wants the work any more: for a worker that waits for something else."""
        self._wakes.append(wake)
        if self._cancelled:
            wake()


class Tasks(QObject):
    """Runs jobs. `began`, `counted` (job, how many, of how many) and `finished` let the window show them."""

    began = Signal(object)
    counted = Signal(object, int, int)
    finished = Signal(object)
    turned = Signal(object, str)
    """(job, label): delivered in its turn among the counts."""
    _ended = Signal(object, object, object)
    """(job, result, error): emitted in a worker, delivered in the window's thread."""

    def __init__(self, open_ledger: Callable[[], Ledger], messages: Messages, crashes: Crashes) -> None:
        super().__init__()
        self.open_ledger = open_ledger
        self._messages, self._crashes = messages, crashes
        self._pool = QThreadPool()
        # One of them may wait on a dead line, and nobody should wait for that.
        self._pool.setMaxThreadCount(3)
        # What can wait: the camera and the keys of the next lesson go first.
        self._behind = QThreadPool()
        self._behind.setMaxThreadCount(1)
        self._behind.setThreadPriority(QThread.Priority.LowestPriority)
        self._jobs: list[Job] = []
        self.closed = False
        """The window that wanted to know is gone, and its ledger is closed."""
        self.turned.connect(self._turned)
        self._ended.connect(self._arrived)

    @property
    def running(self) -> list[Job]:
        return list(self._jobs)

    def run(
        self,
        label: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], object] | None = None,
        failed: Callable[[UserError], object] | None = None,
        quiet: bool = False,
        behind: bool = False,
    ) -> Job:
        """Starts `work(job)` in another thread, of the lowest priority if it is `behind`; `done(result)` is called in
        this one."""
        job = Job(label, self, quiet)
        job.done, job.failed = done, failed
        self._jobs.append(job)
        self.began.emit(job)
        (self._behind if behind else self._pool).start(lambda: self._do(job, work))
        return job

    def close(self) -> bool:
        """Asks all work to stop and waits for it; false if some still runs."""
        self.closed = True
        for job in self._jobs:
            job.cancel()
        deadline = QDeadlineTimer(CLOSING_MS)
        return all(pool.waitForDone(deadline) for pool in (self._pool, self._behind))

    def _do(self, job: Job, work: Callable[[Job], Any]) -> None:
        result, error = None, None
        try:
            result = work(job)
        except Exception as caught:  # noqa: BLE001 - every end of a thread is told in the window's thread
            error = caught
        self._ended.emit(job, result, error)

    @Slot(object, str)
    def _turned(self, job: Job, label: str) -> None:
        job.label = label

    @Slot(object, object, object)
    def _arrived(self, job: Job, result: object, error: Exception | None) -> None:
        self._jobs.remove(job)
        if self.closed:
            return
        self.finished.emit(job)
        if error is None:
            if job.done is not None:
                job.done(result)
        elif isinstance(error, Cancelled):
            if not job.quiet:
                self._messages.info(f"已停止：{job.label}。")
        elif isinstance(error, UserError):
            (job.failed or self._tell)(error)
        else:
            self._crashes.report(error)

    def _tell(self, error: UserError) -> None:
        self._messages.error(error.message)
