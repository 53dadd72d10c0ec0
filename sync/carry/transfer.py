"""A photo half-way: the sealed copy that its sender keeps until it has arrived, and what its receiver has of it so far.

Sealing again makes other bytes, so a cut is resumed from the very copy that was begun, which its SHA-256 names (the
*transfer*). Both ends keep a bounded number of both, and everything here may be lost at any time: it is sent anew.
"""

import re
from contextlib import suppress
from pathlib import Path

import msgspec

from sync.errors import Refused
from sync.ledger import database, photos
from sync.ledger.ledger import Ledger
from sync.ledger.outputs import save
from sync.seal import papers
from sync.seal.change import Count, short
from sync.seal.photo import digest_of, largest_sealed, seal, unseal

PIECE = 64 * 1024
"""Bytes of a photo in one request: three seconds of a village's network."""
MOST = 64
"""Copies, and photos that came in part, that are kept; the oldest go."""
_PART = re.compile("([0-9a-f]{64})-([0-9a-f]{64})")


class PartTaken(msgspec.Struct, frozen=True):
    """The county's answer to a piece: how many bytes of the copy it has, or why it wants none. Not signed."""

    have: Count
    reason: str = ""
    message: str = ""


class Piece(msgspec.Struct, frozen=True):
    """Before the bytes of a piece that the county gives: from where, of which copy, how long in all; or why not."""

    transfer: papers.Digest | None = None
    total: Count = 0
    offset: Count = 0
    reason: str = ""
    message: str = ""


# The sender's


def copy_for(ledger: Ledger, digest: str, recipient: str, *, anew: bool = False) -> bytes:
    """The photo sealed to one recipient, as it was begun to be sent, or `anew`. Raises NotFound, StorageError."""
    path = _sending(ledger) / f"{digest}-{short(digest_of(recipient.encode()))}"
    if not anew:
        with suppress(OSError):
            return path.read_bytes()
    sealed = seal(photos.read_to_give(ledger, digest), [recipient])
    photos.make_folder(path.parent)
    save(path, lambda file: file.write(sealed))
    _bound(path.parent)
    return sealed


def drop_copies(ledger: Ledger, digest: str) -> None:
    """It has arrived, or its copy is of no use."""
    for path in _files(_sending(ledger)):
        if path.name.startswith(digest):
            _remove(path)


def drop_all_copies_but(ledger: Ledger, digests: set[str]) -> None:
    for path in _files(_sending(ledger)):
        if path.name.partition("-")[0] not in digests:
            _remove(path)


# The receiver's


def begun(ledger: Ledger, digest: str) -> tuple[str, int] | None:
    """Which transfer of a photo has come in part, and how many bytes of it."""
    return all_begun(ledger).get(digest)


def all_begun(ledger: Ledger) -> dict[str, tuple[str, int]]:
    """SHA-256 of the photo → its transfer and how many bytes have come."""
    found = {}
    for path in _files(_arriving(ledger)):
        if name := _PART.fullmatch(path.name):
            with suppress(OSError):
                found[name[1]] = (name[2], path.stat().st_size)
    return found


def add(ledger: Ledger, digest: str, transfer: str, offset: int, data: bytes) -> int:
    """Puts bytes where they belong, and answers how many of the copy are here. Another transfer of it is dropped.

    Raises Refused("start-over") for bytes that do not follow, StorageError.
    """
    folder = _arriving(ledger)
    path = folder / f"{digest}-{transfer}"
    with database.explained():
        if not path.exists():
            drop_begun(ledger, digest)
            folder.mkdir(parents=True, exist_ok=True)
            path.touch()
            _bound(folder)
        have = path.stat().st_size
        if offset > have:
            raise Refused("照片中间缺一段，从头再传。", "start-over")
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(data)
        return max(have, offset + len(data))


def finish(ledger: Ledger, digest: str, transfer: str) -> None:
    """Keeps the photo that has come whole. Raises Refused, and then has nothing of it; StorageError."""
    path = _arriving(ledger) / f"{digest}-{transfer}"
    with database.explained():
        if path.stat().st_size > largest_sealed(max(photos.sizes(ledger, digest))):
            _remove(path)
            raise Refused("送来的照片比记录里写的大，没有收下。", "too-large")
        data = path.read_bytes()
    try:
        if digest_of(data) != transfer:
            raise Refused("照片在路上变了样，没有收下。会从头再传。", "changed")
        picture = unseal(data, ledger.age_identity)
        if digest_of(picture) != digest:
            raise Refused("这不是记录里的那张照片，没有收下。", "wrong-photo")
        photos.take(ledger, picture)
    except Refused:
        _remove(path)
        raise
    _remove(path)


def drop_begun(ledger: Ledger, digest: str) -> None:
    for path in _files(_arriving(ledger)):
        if path.name.startswith(digest):
            _remove(path)


def _sending(ledger: Ledger) -> Path:
    return ledger.folder / photos.FOLDER / "sending"


def _arriving(ledger: Ledger) -> Path:
    return ledger.folder / photos.FOLDER / "arriving"


def _files(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [path for path in folder.iterdir() if path.is_file()]
    return []


def _bound(folder: Path) -> None:
    with suppress(OSError):
        for path in sorted(_files(folder), key=lambda path: path.stat().st_mtime)[:-MOST]:
            _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
