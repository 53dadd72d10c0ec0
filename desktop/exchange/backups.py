"""Backups that make themselves: begun when a lesson is closed, and told in one line that is in nobody's way."""

from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QLabel

from desktop.exchange.drives import drives
from desktop.exchange.label import say
from desktop.exchange.words import when
from desktop.shell.page import Changed, Shell
from desktop.shell.settings import Settings
from desktop.shell.tasks import Job
from sync.errors import UserError
from sync.jobs import moment
from sync.jobs.backups import Made, back_up

LABEL = "正在备份"
OFF = "自动备份已关。可以在“上报”页的“备份与恢复”里打开。"
NEVER = "这台电脑还没有备份过。"


def after_lesson(shell: Shell) -> None:
    """Unless it was turned off."""
    if shell.settings.backups_on:
        start_backup(shell)


def start_backup(shell: Shell) -> None:
    """Beside the window, one at a time; how it ended is kept in the settings, for BackupLine to say."""
    if shell.tasks.closed or is_running(shell):
        return
    chosen = Path(shell.settings.backup_folder) if shell.settings.backup_folder else None

    folder, clock = shell.ledger.folder, shell.ledger.clock

    def work(job: Job) -> None:
        # Kept from here: the window may be closing, and then nobody hears of it in time.
        kept = Settings(folder)
        try:
            with job.open_ledger() as ledger:
                made = back_up(ledger, chosen, [drive.path for drive in drives()])
            _keep(kept, made, moment.iso(clock.read().wall // 1000))
        except UserError as error:
            kept.backup_problem = error.message.rstrip("。")

    # The next lesson may begin at once: its camera goes first.
    shell.tasks.run(LABEL, work, done=lambda _: shell.did("backup"), behind=True)
    shell.did("backup")


def is_running(shell: Shell) -> bool:
    return any(job.label == LABEL for job in shell.tasks.running)


def _keep(settings: Settings, made: list[Made], now: str) -> None:
    good = [QDir.toNativeSeparators(str(one.folder)) for one in made if one.file]
    if good:
        settings.backup_at, settings.backup_place = now, "、".join(good)
    problems = [f"{QDir.toNativeSeparators(str(one.folder))}：{one.problem}" for one in made if one.problem]
    settings.backup_problem = "；".join(problems)


def problem_words(shell: Shell) -> str:
    """What is to be said of the last backup that failed, or nothing."""
    settings = shell.settings
    if not (settings.backups_on and settings.backup_problem):
        return ""
    last = f"上一份是 {when(settings.backup_at)} 的。" if settings.backup_at else ""
    return f"备份没有做成：{settings.backup_problem}。{last}"


class BackupLine(QLabel):
    """How the last backup ended, kept up to date by itself."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setWordWrap(True)
        shell.changed.connect(self._changed)
        self.look()

    def look(self) -> None:
        settings = self._shell.settings
        if is_running(self._shell):
            say(self, "正在备份，不影响别的操作…", "hint")
        elif not settings.backups_on:
            say(self, OFF, "hint")
        elif problem := problem_words(self._shell):
            say(self, problem, "fieldError")
        elif settings.backup_at:
            say(self, f"✓ {when(settings.backup_at)} 已备份到 {settings.backup_place}，试过能打开。", "fieldGood")
        else:
            say(self, NEVER, "hint")

    def _changed(self, changed: Changed) -> None:
        if changed.touches(frozenset({"backup"})):
            self.look()
