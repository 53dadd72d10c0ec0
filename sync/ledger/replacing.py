"""A backup in the place of the ledger that is there: made ready beside it, then the two change places.

The ledger that was there is moved whole into a folder of its own and can be opened from there; nothing of it is
written over. A power cut in between is finished by the next start.
"""

import shutil
from pathlib import Path

import msgspec

from sync.errors import KeyProblem, StorageError
from sync.ledger import database, secret
from sync.ledger.backup import PHOTOS, Restored, restore
from sync.ledger.clock import Clock
from sync.training.beijing import clock, date_of

READY = "恢复中"
PLAN = "restore.json"


class Plan(msgspec.Struct, frozen=True):
    """What goes out, to which folder, and what comes in: names in the data folder, in the order of their moves."""

    aside: str
    out: list[str]
    back: list[str]


def make_ready(folder: Path, path: Path, key_file: Path | None = None, clock: Clock | None = None) -> Restored:
    """Restores a backup beside the ledger in the folder. Raises BadInput, KeyProblem, StorageError."""
    ready, own = folder / READY, folder / secret.KEY_FILE
    _clear(ready)
    try:
        return restore(ready, path, key_file, clock)
    except KeyProblem:
        if key_file is not None or not own.exists():
            raise
    # The ledger's own key fits its own backups, wherever they say that it was.
    _clear(ready)
    return restore(ready, path, own, clock)


def _clear(ready: Path) -> None:
    with database.explained():
        if ready.exists():
            shutil.rmtree(ready)


def plan_change(folder: Path, made: Restored) -> None:
    """What was made ready is to take the ledger's place; `change_places` does it once the ledger is closed."""
    plan = Plan(_free_name(folder, made.at), _names_out(folder), _node_files(folder / READY))
    with database.explained():
        part = folder / f"{PLAN}.part"
        part.write_bytes(msgspec.json.encode(plan))
        part.replace(folder / PLAN)


def _free_name(folder: Path, at: int) -> str:
    name = f"以前的台账-{date_of(at)}-{clock(at).replace(':', '')}"
    return name if not (folder / name).exists() else _free_name(folder, at + 1)


def _names_out(folder: Path) -> list[str]:
    """All that the ledger there is made of, and what it may still make: a log left beside another file destroys it."""
    always = [secret.PLACE_FILE, database.FILE, f"{database.FILE}-wal", f"{database.FILE}-shm", secret.KEY_FILE, PHOTOS]
    return always + [name for name in _node_files(folder) if name not in always]


def _node_files(folder: Path) -> list[str]:
    """What stands there of a node, node.json first: without it nobody takes half of the rest for a ledger."""
    names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    store = [name for name in names if name.startswith(database.FILE) or name in (secret.KEY_FILE, PHOTOS)]
    return [name for name in names if name == secret.PLACE_FILE] + store


def change_places(folder: Path) -> bool:
    """Does what was planned, or finishes it; answers whether there was a plan. Nobody may have the ledger open.

    Raises StorageError, and goes on from there the next time.
    """
    if not (folder / PLAN).exists():
        # What was made ready and then not wanted.
        shutil.rmtree(folder / READY, ignore_errors=True)
        return False
    with database.explained():
        plan = msgspec.json.decode((folder / PLAN).read_bytes(), type=Plan)
        (folder / plan.aside).mkdir(exist_ok=True)
        for name in plan.out:
            _move(folder / name, folder / plan.aside / name)
        # node.json last, so that what is there by then is whole.
        for name in reversed(plan.back):
            _move(folder / READY / name, folder / name)
        if left := _node_files(folder / READY):
            raise StorageError(
                f"恢复没有做完：{'、'.join(left)} 移不进 {folder}。原来的台账在“{plan.aside}”里，没有丢。"
            )
        (folder / PLAN).unlink()
        shutil.rmtree(folder / READY, ignore_errors=True)
    return True


def _move(source: Path, target: Path) -> None:
    """Once: what stands there already was moved before a cut."""
    if source.exists() and not target.exists():
        source.rename(target)


def put_back_key(folder: Path, key_file: Path) -> None:
    """A lost key, from a file that the county recovered or that was kept: the ledger opens again as it is.

    Raises KeyProblem for a key that does not fit, StorageError.
    """
    key = secret.read_key(key_file)
    if not (folder / database.FILE).exists():
        raise StorageError(f"文件夹 {folder} 里没有台账。请从备份恢复。", "no-ledger")
    conn = database.connect(folder / database.FILE, key)
    conn.close()
    with database.explained():
        secret.put_place(folder, secret.keep_key(folder, secret.Place("file"), key))
