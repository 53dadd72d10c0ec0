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
from sync.ledger.ledger import Ledger
from sync.training.beijing import clock, date_of

READY = "恢复中"
PLAN = "restore.json"


class Plan(msgspec.Struct, frozen=True):
    """What goes out, to which folder, and what comes in: names in the data folder, in the order of their moves."""

    aside: str
    out: list[str]
    back: list[str]


def make_ready(ledger: Ledger, path: Path, key_file: Path | None = None) -> Restored:
    """Restores a backup beside the ledger and plans the change, which `change_places` does once the ledger is closed.

    Raises BadInput, KeyProblem, StorageError, and then nothing has changed.
    """
    folder = ledger.folder
    with database.explained():
        (folder / PLAN).unlink(missing_ok=True)
        shutil.rmtree(folder / READY, ignore_errors=True)
    try:
        made = restore(folder / READY, path, key_file, ledger.clock)
    except KeyProblem:
        own = folder / secret.KEY_FILE
        if key_file is not None or not own.exists():
            raise
        # The ledger's own key fits its own backups, wherever they say that it was.
        shutil.rmtree(folder / READY, ignore_errors=True)
        made = restore(folder / READY, path, own, ledger.clock)
    plan = Plan(_free_name(folder, made.at), _names_out(folder), _node_files(folder / READY))
    with database.explained():
        part = folder / f"{PLAN}.part"
        part.write_bytes(msgspec.json.encode(plan))
        part.replace(folder / PLAN)
    return made


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
