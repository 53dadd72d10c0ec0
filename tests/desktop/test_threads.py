"""Work beside the window: what goes first, and what no other thread may touch."""

import threading
import weakref

from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot

from desktop.shell.page import Shell
from desktop.shell.tasks import Job


def test_what_can_wait_runs_behind_the_rest_and_is_waited_for(qtbot: QtBot, shell: Shell) -> None:
    priorities: dict[str, QThread.Priority] = {}
    ended = threading.Event()

    def work(job: Job) -> None:
        priorities[job.label] = QThread.currentThread().priority()
        if job.label == "后":
            ended.wait(10)
            priorities["end"] = QThread.currentThread().priority()

    shell.tasks.run("后", work, behind=True)
    shell.tasks.run("先", work)
    qtbot.waitUntil(lambda: len(priorities) == 2)
    assert priorities["后"] == QThread.Priority.LowestPriority
    assert priorities["先"] != QThread.Priority.LowestPriority
    ended.set()
    assert shell.tasks.close()
    assert "end" in priorities


class Litter(QTimer):
    """Holds itself, as a dialog does whose button calls a method of it."""

    def __init__(self) -> None:
        super().__init__()
        self.myself = self
        self.start(1_000_000)


def test_work_destroys_nothing_that_lives_in_the_window(qtbot: QtBot, shell: Shell) -> None:
    """A timer that is stopped in another thread is a warning of Qt's at best."""
    where: list[int] = []
    kept: list[list[object]] = []
    weakref.finalize(Litter(), lambda: where.append(threading.get_ident()))

    def work(_job: Job) -> None:
        # Far more than Python takes before it looks for what nobody holds.
        kept.extend([] for _ in range(100_000))

    shell.tasks.run("做很多东西", work)
    qtbot.waitUntil(lambda: not shell.tasks.running)
    assert where == []
    qtbot.waitUntil(lambda: bool(where))
    assert where == [threading.get_ident()]
