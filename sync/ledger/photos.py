"""Pictures beside the ledger, encrypted on the disk, each named by the SHA-256 that a `photo` fact states.

However a picture comes (camera, file, county, stick), it is kept under its own digest only. What a known fact names and
is not there, is *missing*; nothing here records anything.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import NotFound, Refused, StorageError
from sync.ledger.ledger import Ledger
from sync.ledger.outputs import save
from sync.seal.photo import LARGEST, digest_of

FOLDER = "photos"
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Named:
    """A photo as a fact names it: in which chain and at which number; `size` in bytes, `wall` in milliseconds."""

    digest: str
    size: int
    what: str
    wall: int
    chain: str
    seq: int


def photo_path(ledger: Ledger, digest: str) -> Path:
    """Raises NotFound for what is no SHA-256: a fact may name anything."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound("这张照片的编号不对。", "no-photo")
    return ledger.folder / FOLDER / f"{digest}.photo"


def keep(ledger: Ledger, picture: bytes) -> str:
    """Keeps a picture, whole or not at all, and answers its SHA-256. Raises StorageError."""
    digest = digest_of(picture)
    path = photo_path(ledger, digest)
    nonce = os.urandom(12)
    sealed = nonce + _cipher(ledger).encrypt(nonce, picture, digest.encode())
    make_folder(path.parent)
    save(path, lambda file: file.write(sealed))
    return digest


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("照片没有存成：数据文件夹不能写入。请检查磁盘是否已满或写保护。") from error


def read(ledger: Ledger, digest: str) -> bytes:
    """The picture, verified against its name. Raises NotFound."""
    path = photo_path(ledger, digest)
    try:
        data = path.read_bytes()
        picture = _cipher(ledger).decrypt(data[:12], data[12:], digest.encode())
    except (OSError, InvalidTag, ValueError) as error:
        raise NotFound("这张照片不在本机，或文件已损坏。", "no-photo") from error
    if digest_of(picture) != digest:
        raise NotFound("这张照片与记录不符。", "no-photo")
    return picture


def read_to_give(ledger: Ledger, digest: str) -> bytes:
    """The same; a damaged file is put out of the way, so that it counts as missing and can come again."""
    try:
        return read(ledger, digest)
    except NotFound:
        with suppress(OSError, NotFound):
            path = photo_path(ledger, digest)
            path.replace(path.with_suffix(".damaged"))
        raise


def holds(ledger: Ledger, digest: str) -> bool:
    """Whether the file is there; that it is sound shows when it is read."""
    with suppress(NotFound):
        return photo_path(ledger, digest).is_file()
    return False


def here(ledger: Ledger) -> set[str]:
    """The photos whose files are there, by one look at the folder: asking for each of thousands takes long."""
    try:
        with os.scandir(ledger.folder / FOLDER) as found:
            return {file.name.removesuffix(".photo") for file in found if file.name.endswith(".photo")}
    except OSError:
        return set()


def named(ledger: Ledger, feeds: Iterable[str]) -> list[Named]:
    """The photos that facts of these feeds name, in the order of their facts; what can't be a photo is left out."""
    found = ledger.conn.execute(
        "SELECT p.sha256, p.size, p.what, p.wall, c.feed, c.seq FROM photos p JOIN changes c ON c.id = p.id"
        " WHERE p.feed IN (SELECT value FROM json_each(?)) ORDER BY p.wall, p.id",
        (msgspec.json.encode(sorted(feeds)).decode(),),
    )
    every = [Named(*row) for row in found]
    return [one for one in every if _DIGEST.fullmatch(one.digest) and 0 < one.size <= LARGEST]


def naming_feeds(ledger: Ledger, digest: str) -> set[str]:
    """The feeds whose facts name a photo."""
    return {row[0] for row in ledger.conn.execute("SELECT feed FROM photos WHERE sha256 = ?", (digest,))}


def sizes(ledger: Ledger, digest: str) -> list[int]:
    """What known facts say of a photo's size, in bytes. Raises Refused: no-fact, too-large."""
    stated = [
        row[0] for row in ledger.conn.execute("SELECT DISTINCT size FROM photos WHERE sha256 = ?", (digest,)).fetchall()
    ]
    if not stated:
        raise Refused("没有一条已收的记录提到这张照片，没有收下。请先把记录报上来，再带照片。", "no-fact")
    fitting = [size for size in stated if 0 < size <= LARGEST]
    if not fitting:
        raise Refused("记录里写的照片大小不合理，不是乡培通拍的，没有收下。", "too-large")
    return fitting


def take(ledger: Ledger, picture: bytes) -> str:
    """Keeps a picture that came from elsewhere, if a known fact names it; answers its SHA-256.

    Raises Refused: no-fact, too-large, wrong-size; StorageError.
    """
    digest = digest_of(picture)
    if len(picture) not in sizes(ledger, digest):
        raise Refused("照片的大小与记录不符，没有收下。", "wrong-size")
    return keep(ledger, picture)


def _cipher(ledger: Ledger) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"xiangpei photos").derive(ledger.key))
