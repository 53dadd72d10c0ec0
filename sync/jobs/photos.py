"""Photos of the room and of people: kept beside the ledger, encrypted, named by the SHA-256 that a change states."""

import hashlib
import io
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import BadInput, NotFound, StorageError
from sync.jobs.find import find_lesson
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.sheets.saving import save

WHAT = {"start": "开课", "middle": "课中", "end": "下课", "person": "学员", "other": "其他"}
LONG_SIDE = 1024
"""Pixels; a room of forty is still recognisable, at some 120 KB."""
QUALITY = 75


def add_photo(
    ledger: Ledger, picture: bytes, lesson: str, what: str, person: str = "", *, from_file: bool = False
) -> str:
    """Scales a picture, keeps it and records it; answers its SHA-256. `from_file` marks one the app did not take.

    Raises BadInput for what is no picture or is there already, NotFound, StorageError when it can't be kept.
    """
    return keep_photo(ledger, scale(picture), lesson, what, person, from_file=from_file)


def keep_photo(
    ledger: Ledger, scaled: bytes, lesson: str, what: str, person: str = "", *, from_file: bool = False
) -> str:
    """The same for a JPEG that is of our size already."""
    if what not in WHAT:
        raise BadInput("照片的种类不对。")
    find_lesson(ledger, lesson)
    digest = hashlib.sha256(scaled).hexdigest()
    if any(photo["sha256"] == digest for photo in photos_of(ledger, lesson)):
        raise BadInput("这张照片本课次已经有了，请另选一张。", "photo-known")
    # The picture first: a change must not name what is not there.
    path = photo_path(ledger, digest)
    nonce = os.urandom(12)
    sealed = nonce + _cipher(ledger).encrypt(nonce, scaled, digest.encode())
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError("照片没有存成：数据文件夹不能写入。请检查磁盘是否已满或写保护。") from error
    save(path, lambda file: file.write(sealed))
    with ledger.writing() as w:
        w.fact("photo", kinds.Photo(digest, lesson, what, len(scaled), person, from_file))
    return digest


def scale(picture: bytes) -> bytes:
    """A JPEG of at most LONG_SIDE, upright, without what the camera wrote beside the picture (place, owner)."""
    # Slow to import, and only what comes from a file needs it.
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP", "BMP")) as opened:
            # A phone's photo has a hundred times our pixels, which need not all be decoded.
            opened.draft("RGB", (2 * LONG_SIDE, 2 * LONG_SIDE))
            # Phones write what stands in a photo sideways beside it.
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Exception as error:
        raise BadInput("这不是照片，或者文件已损坏。请重新拍摄或另选一张。") from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def read_photo(ledger: Ledger, digest: str) -> bytes:
    """The picture, verified against its name. Raises NotFound."""
    path = photo_path(ledger, digest)
    try:
        data = path.read_bytes()
        picture = _cipher(ledger).decrypt(data[:12], data[12:], digest.encode())
    except (OSError, InvalidTag, ValueError) as error:
        raise NotFound("这张照片不在本机，或文件已损坏。", "no-photo") from error
    if hashlib.sha256(picture).hexdigest() != digest:
        raise NotFound("这张照片与记录不符。", "no-photo")
    return picture


def portraits(ledger: Ledger, class_id: str) -> dict[str, str]:
    """The latest photo of each person of a class who has one: SHA-256 by her id."""
    found = ledger.conn.execute(
        "SELECT person, sha256 FROM photos WHERE person IN (SELECT trainee FROM enrollments WHERE training_class = ?)"
        " ORDER BY wall, id",
        (class_id,),
    )
    return dict(found.fetchall())


def photo_path(ledger: Ledger, digest: str) -> Path:
    return ledger.folder / "photos" / f"{digest}.photo"


def _cipher(ledger: Ledger) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"xiangpei photos").derive(ledger.key))


def photos_of(ledger: Ledger, lesson: str) -> list[dict[str, object]]:
    """The photos of a lesson in the order in which they were taken; `wall` in milliseconds."""
    columns = ("sha256", "what", "person", "from_file", "wall")
    found = ledger.conn.execute(
        f"SELECT {', '.join(columns)} FROM photos WHERE lesson = ? ORDER BY wall, id", (lesson,)
    )
    return [dict(zip(columns, row, strict=True)) for row in found]
