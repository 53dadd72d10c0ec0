"""Backups: one file with the ledger as it is on the disk, encrypted, and the key sealed to the county.

A county's holds its certificate too, encrypted to itself, since the laptops know the server by it.

A backup can be opened where the key is: by the passphrase, in the same user's keyring or key store, with a key file,
or at the county. Restoring always goes on in a new feed (a new epoch), whose first change names the last one that the
backup knew, so that what the old laptop wrote later is never written over.
"""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pyrage

from sync.errors import BadInput, KeyProblem, StorageError
from sync.ledger import database, secret
from sync.ledger.clock import Clock
from sync.ledger.ledger import MAKING, Ledger, Position, begin_making, move_aside
from sync.ledger.outputs import must_be_free

KEY = "key.age"
PHOTOS = "photos"
CERTIFICATE, CERTIFICATE_KEY = "tls.crt", "tls.key"
"""By which a county's laptops know its server. In a backup each is sealed to the node itself, as `….age`."""


class Restored(msgspec.Struct, frozen=True):
    """The feed that goes on, and how far the backup knew the one before. Instants in seconds since 1970 UTC."""

    feed: str
    before: str
    seq: int
    changes: int = 0
    """All that the backup held, of whichever feed."""
    last: int = 0
    """When the last change of the feed before was recorded."""
    at: int = 0
    """When it was restored."""


def backup(ledger: Ledger, path: Path) -> int:
    """Writes a backup, whole or not at all; answers its bytes. Raises StorageError."""
    must_be_free(path)
    with database.explained(), _part_of(path) as part:
        copy = part / database.FILE
        ledger.copy_to(copy)
        packed = part / "backup"
        with zipfile.ZipFile(packed, "w") as file:
            file.write(copy, database.FILE)
            file.write(ledger.folder / secret.PLACE_FILE, secret.PLACE_FILE)
            if ledger.county is not None:
                recipient = pyrage.x25519.Recipient.from_str(ledger.county.age)
                file.writestr(KEY, pyrage.encrypt(ledger.key, [recipient]))
            for photo in sorted((ledger.folder / PHOTOS).glob("*.photo")):
                file.write(photo, f"{PHOTOS}/{photo.name}")
            for name in _pair_in(ledger.folder):
                mine = pyrage.x25519.Recipient.from_str(ledger.age_recipient)
                file.writestr(f"{name}.age", pyrage.encrypt((ledger.folder / name).read_bytes(), [mine]))
        with packed.open("rb+") as written:
            os.fsync(written.fileno())
        packed.replace(path)
        return path.stat().st_size


def _pair_in(folder: Path) -> list[str]:
    """Both or neither: one without the other is of no use."""
    pair = [CERTIFICATE_KEY, CERTIFICATE]
    return pair if all((folder / name).exists() for name in pair) else []


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A folder beside the file, always of the same name: what a power cut left there goes with the next backup."""
    part = path.with_name(f"{path.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def restore(folder: Path, path: Path, key_file: Path | None = None, clock: Clock | None = None) -> Restored:
    """Makes a node of a backup in a folder that has none. Raises BadInput, KeyProblem, StorageError."""
    if (folder / secret.PLACE_FILE).exists():
        raise StorageError(f"文件夹 {folder} 里已经有一份台账，没有改动它。请恢复到一个新的文件夹。", "already-there")
    with database.explained():
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(path) as file:
            place = msgspec.json.decode(file.read(secret.PLACE_FILE), type=secret.Place)
            key = secret.find(place, folder, key_file)
            with database.explained():
                begin_making(folder)
                _unpack(file, folder)
                pair = _sealed_pair(file)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.DecodeError) as error:
        raise _no_backup(path) from error
    _must_open(folder / database.FILE, key)
    with Ledger.unlock(folder, key, clock) as ledger:
        _put_pair(ledger, pair)
        made = _go_on(ledger)
    with database.explained():
        kept = secret.keep_key(folder, place, key)
        # Last: a cut before this must leave no node that goes on in the feed that it had before.
        secret.put_place(folder, kept)
        (folder / MAKING).unlink()
    return made


def _go_on(ledger: Ledger) -> Restored:
    """In a new feed; what was restored is remembered, to be shown."""
    before = ledger.feed
    seq = ledger.position(before).seq
    (changes,) = ledger.conn.execute("SELECT count(*) FROM changes").fetchone()
    last = next(ledger.changes(before, seq)).change.wall // 1000
    made = Restored(ledger.new_epoch(), before, seq, changes, last, ledger.clock.read().wall // 1000)
    with database.transaction(ledger.conn):
        ledger.put("restored", msgspec.json.encode(made).decode())
    return made


def last_restore(ledger: Ledger) -> Restored | None:
    """What this node was restored from, if it ever was."""
    kept = ledger.get("restored")
    return msgspec.json.decode(kept, type=Restored) if kept else None


def prove(path: Path, key: bytes) -> Position:
    """Opens a backup as a restore would, in a folder that is thrown away; answers how far its own feed goes.

    Every photo is read, too. Raises BadInput, KeyProblem, StorageError where it could not be restored.
    """
    with tempfile.TemporaryDirectory(prefix="xiangpei-") as name, database.explained():
        folder = Path(name)
        try:
            with zipfile.ZipFile(path) as file:
                damaged = file.testzip()
                msgspec.json.decode(file.read(secret.PLACE_FILE), type=secret.Place)
                file.extract(database.FILE, folder)
                pair = _sealed_pair(file)
        except (zipfile.BadZipFile, KeyError, msgspec.DecodeError) as error:
            raise _no_backup(path) from error
        if damaged:
            raise _no_backup(path)
        _must_open(folder / database.FILE, key)
        with Ledger.unlock(folder, key) as ledger:
            _put_pair(ledger, pair)
            return ledger.position(ledger.feed)


def _no_backup(path: Path) -> BadInput:
    return BadInput(f"“{path.name}”不是乡培通的备份，或者没有拷全。请另选一份备份。", "bad-backup")


def _unpack(file: zipfile.ZipFile, folder: Path) -> None:
    """Only what a backup holds, whatever else the archive names."""
    for name in file.namelist():
        inside = Path(name)
        if name == database.FILE:
            (folder / name).write_bytes(file.read(name))
        elif inside.parent == Path(PHOTOS) and inside.suffix == ".photo" and inside.stem.isalnum():
            (folder / PHOTOS).mkdir(exist_ok=True)
            (folder / PHOTOS / inside.name).write_bytes(file.read(name))


def _sealed_pair(file: zipfile.ZipFile) -> dict[str, bytes]:
    """The county's certificate and key as they lie in the backup; nothing for a laptop or an older backup."""
    held = file.namelist()
    return {name: file.read(f"{name}.age") for name in (CERTIFICATE_KEY, CERTIFICATE) if f"{name}.age" in held}


def _put_pair(ledger: Ledger, pair: dict[str, bytes]) -> None:
    """Only its owner reads them. Raises BadInput."""
    mine = pyrage.x25519.Identity.from_str(ledger.age_identity)
    with database.explained():
        for name, sealed in pair.items():
            try:
                opened = pyrage.decrypt(sealed, [mine])
            except pyrage.DecryptError as error:
                raise BadInput("备份里的证书打不开。请另选一份备份。", "bad-backup") from error
            move_aside(ledger.folder, name)
            secret.write_private(ledger.folder / name, opened)


def _must_open(path: Path, key: bytes) -> None:
    conn = database.connect(path, key)
    try:
        with database.explained():
            (found,) = conn.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StorageError("备份里的台账已损坏。请另选一份备份。", "damaged")
    except KeyProblem:
        conn.close()
        path.unlink()
        raise
    conn.close()
