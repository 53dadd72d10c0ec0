"""What goes wrong under a node: it dies at some write, its disk is full, its clock is set, its program is old."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import sqlcipher3.dbapi2 as cipher

from sync.ledger import database
from sync.ledger.clock import Reading
from sync.seal import kinds

CUT = "cut"
_FREE = ("SELECT", "WITH", "PRAGMA", "ROLLBACK")


class Crashed(BaseException):
    """The process is gone. No handler of the program may hold it up, so it is no Exception."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder.name} died")
        self.folder = folder


@dataclass
class Fuse:
    """Burns at the n-th write of one node: `kind` is "crash" or "full"."""

    folder: Path | None = None
    left: int = 0
    kind: str = ""
    after: bool = False
    running: Path | None = None
    """The node whose program runs now: a file that is written is on its account."""
    burnt: bool = False
    """Whether it ever did: something may wait for the next batch since."""

    def arm(self, folder: Path, left: int, kind: str, *, after: bool = False) -> None:
        self.folder, self.left, self.kind, self.after = folder, left, kind, after

    def disarm(self) -> None:
        self.folder = None

    def burns(self, folder: Path | None) -> bool:
        if folder is None or folder != self.folder:
            return False
        self.left -= 1
        if self.left > 0:
            return False
        self.disarm()
        self.burnt = True
        return True


class Connection:
    """A real connection whose process can die: what was committed is on the disk then, and nothing else."""

    opened: list["Connection"] = []  # noqa: RUF012

    def __init__(self, raw: Any, folder: Path, fuse: Fuse) -> None:
        self.raw, self.folder, self.fuse, self.dead = raw, folder, fuse, False
        Connection.opened.append(self)

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self._run(self.raw.execute, sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> Any:
        return self._run(self.raw.executemany, sql, *parameters)

    def _run(self, act: Any, sql: str, *parameters: Any) -> Any:
        if self.dead:
            raise Crashed(self.folder)
        if sql.lstrip().startswith(_FREE) or not self.fuse.burns(self.folder):
            return act(sql, *parameters)
        if self.fuse.kind == "full":
            raise cipher.OperationalError("database or disk is full")
        if self.fuse.after:
            act(sql, *parameters)
        die(self.folder)
        raise Crashed(self.folder)

    def backup(self, target: "Connection") -> None:
        self.raw.backup(target.raw)

    @property
    def in_transaction(self) -> bool:
        return not self.dead and self.raw.in_transaction

    def close(self) -> None:
        if not self.dead:
            self.raw.close()
            Connection.opened.remove(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def die(folder: Path) -> None:
    """Keeps what is on the disk at this moment, then lets go of every connection of the process."""
    cut = folder / CUT
    cut.mkdir()
    for name in (database.FILE, f"{database.FILE}-wal"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, cut / name)
    for connection in [one for one in Connection.opened if one.folder == folder]:
        connection.dead = True
        connection.raw.close()
        Connection.opened.remove(connection)
    for name in (database.FILE, f"{database.FILE}-wal", f"{database.FILE}-shm"):
        (folder / name).unlink(missing_ok=True)
    for file in cut.iterdir():
        file.rename(folder / file.name)
    cut.rmdir()


_connect, _fsync = database.connect, os.fsync
_facts, _version = kinds._facts, database.folded_version


@contextmanager
def installed(fuse: Fuse) -> Iterator[None]:
    """All connections and files of the program go by the fuse."""

    def connect(path: Path, key: bytes) -> Any:
        return Connection(_connect(path, key), path.parent, fuse)

    def fsync(handle: int) -> None:
        if fuse.burns(fuse.running):
            assert fuse.running is not None
            if fuse.kind == "full":
                os.truncate(handle, os.fstat(handle).st_size // 2)
                raise OSError(28, "No space left on device")
            die(fuse.running)
            raise Crashed(fuse.running)
        # Whether a real disk keeps its word is no question of ours, and asking it takes long.

    database.connect, os.fsync = connect, fsync
    try:
        yield
    finally:
        database.connect, os.fsync = _connect, _fsync
        use_program(old=False)
        for connection in list(Connection.opened):
            connection.close()


OLD_LACKS = ("leave", "void")


def use_program(*, old: bool) -> None:
    """An older program lacks two kinds of fact. It still has their tables, which stay empty."""
    kinds._facts = {k: v for k, v in _facts.items() if k not in OLD_LACKS} if old else _facts
    database.folded_version = _old_version if old else _version


def _old_version() -> str:
    return sha256(b"older").hexdigest()[:16]


@dataclass
class WildClock:
    """A laptop's clock: runs with the world's time, and is wrong by `off` milliseconds."""

    chance: Random
    now: int
    off: int = 0
    mono: int = 5_000_000
    boot: str = "b0000000"

    def read(self) -> Reading:
        return Reading(max(0, self.now + self.off), self.mono, self.boot)

    def pass_by(self, milliseconds: int) -> None:
        self.now += milliseconds
        self.mono += milliseconds

    def jump(self) -> str:
        year = 365 * 86_400_000
        self.off = self.chance.choice([0, -3_600_000, 7_200_000, -6 * year, 40 * 86_400_000, 3 * year, -86_400_000])
        return f"off by {self.off / 3_600_000:.0f} h"

    def restart(self) -> None:
        self.mono = self.chance.randint(1_000, 60_000)
        self.boot = f"b{self.chance.getrandbits(28):07x}"
