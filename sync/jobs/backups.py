"""Backups that make themselves when a lesson is closed: to a folder, and to the sticks that were chosen for it.

Each is opened once before it counts as one. The last few are kept, and one of each month; only files that this feed
wrote under its own name are ever removed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from sync.errors import StorageError, UserError, os_words
from sync.ledger.backup import backup, prove
from sync.ledger.ledger import Ledger
from sync.training.beijing import clock, date_of

FOLDER = "乡培通备份"
KEPT = 7
MONTHS = 12
"""Months of which the last backup is kept beside those."""
_NAME = "乡培通备份-{day}-{clock}-{feed}.xpk"
_OURS = re.compile(r"乡培通备份-(\d{4}-\d{2}-\d{2})-(\d{6})-([A-Z2-7]{16})\.xpk")


@dataclass(frozen=True, slots=True)
class Made:
    """One backup; `problem` says in words why there is none in that folder."""

    folder: Path
    file: str = ""
    problem: str = ""


def usual_folder(ledger: Ledger) -> Path:
    """Never inside the ledger's own folder: with the user's documents, or beside a folder that she named herself."""
    if ledger.folder.resolve() == platformdirs.user_data_path("xiangpei", appauthor=False).resolve():
        return platformdirs.user_documents_path() / FOLDER
    return ledger.folder.parent / f"{ledger.folder.name}-备份"


def back_up(ledger: Ledger, chosen: Path | None, sticks: list[Path]) -> list[Made]:
    """A backup in the chosen folder (None: the usual one), and on each stick that was chosen before. Never raises
    for what a folder or a stick does: the answers say it."""
    made = [_back_up_into(ledger, chosen or usual_folder(ledger), make_folder=chosen is None)]
    return made + [_back_up_into(ledger, stick / FOLDER) for stick in sticks if is_chosen(ledger, stick)]


def _back_up_into(ledger: Ledger, folder: Path, *, make_folder: bool = False) -> Made:
    try:
        if make_folder:
            folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir():
            return Made(folder, problem="找不到这个文件夹（在U盘上的，看看是否已拔出）")
        return Made(folder, _write(ledger, folder).name)
    except OSError as error:
        return Made(folder, problem=os_words(error))
    except UserError as error:
        full = error.reason == "disk-full"
        return Made(folder, problem="那个磁盘满了，请清出空间或换一个文件夹" if full else error.message.rstrip("。"))


def _write(ledger: Ledger, folder: Path) -> Path:
    """A backup that was opened again; one that could not be is taken away. Raises OSError, UserError."""
    feed, before = ledger.feed, ledger.position(ledger.feed)
    at = ledger.clock.read().wall // 1000
    path = folder / _NAME.format(day=date_of(at), clock=f"{clock(at).replace(':', ''):0<6}", feed=feed)
    backup(ledger, path)
    try:
        found = prove(path, ledger.key)
        if found.seq < before.seq:
            raise StorageError("备份里的记录不全，请再备份一次。", "bad-backup")
    except UserError:
        path.unlink(missing_ok=True)
        raise
    _thin_out(folder, path, feed)
    return path


def _thin_out(folder: Path, newest: Path, feed: str) -> None:
    """The clock may be wrong, so what was written just now stays whatever its name says."""
    ours = sorted(
        (found[1], found[2], path)
        for path in folder.iterdir()
        if (found := _OURS.fullmatch(path.name)) and found[3] == feed and path.is_file() and not path.is_symlink()
    )
    last_of_month = {day[:7]: path for day, _, path in ours}
    kept = {newest, *(path for *_, path in ours[-KEPT:]), *list(last_of_month.values())[-MONTHS:]}
    for *_, path in ours:
        if path not in kept:
            path.unlink(missing_ok=True)


# Sticks: one is chosen by a file that stands on it, so that it is known again whatever letter or name it gets.


_MARK = "“{name}”的乡培通备份放在这里。备份是加密的。删去本文件，就不再往这个U盘备份。\n"


def _mark(ledger: Ledger, stick: Path) -> Path:
    return stick / FOLDER / f"本机-{ledger.signer.public.fingerprint}.txt"


def is_chosen(ledger: Ledger, stick: Path) -> bool:
    return _mark(ledger, stick).is_file()


def choose(ledger: Ledger, stick: Path) -> None:
    """From now on backups go to this stick too when it is plugged in. Raises StorageError."""
    mark = _mark(ledger, stick)
    try:
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(
            f"“{ledger.name}”的乡培通备份放在这里。备份是加密的。删去本文件，就不再往这个U盘备份。\n", "utf-8"
        )
    except OSError as error:
        raise StorageError(f"U盘 {stick} 写不进去：{os_words(error)}。") from error


def drop(ledger: Ledger, stick: Path) -> None:
    """No more backups to this stick; those that are there stay. Raises StorageError."""
    try:
        _mark(ledger, stick).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"U盘 {stick} 写不进去：{os_words(error)}。") from error
