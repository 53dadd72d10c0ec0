"""Photos of the room and of people: scaled, kept beside the ledger, and named by their SHA-256 in a change."""

import io

from sync.errors import BadInput
from sync.jobs.find import find_lesson
from sync.ledger import photos
from sync.ledger.ledger import Ledger
from sync.ledger.photos import photo_path
from sync.ledger.photos import read as read_photo
from sync.seal import kinds
from sync.seal.photo import digest_of

__all__ = ["WHAT", "add_photo", "keep_photo", "photo_path", "photos_of", "portraits", "read_photo", "scale"]

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
    digest = digest_of(scaled)
    if any(photo["sha256"] == digest for photo in photos_of(ledger, lesson)):
        raise BadInput("这张照片本课次已经有了，请另选一张。", "photo-known")
    # The picture first: a change must not name what is not there.
    photos.keep(ledger, scaled)
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


def portraits(ledger: Ledger, class_id: str) -> dict[str, str]:
    """The latest photo of each person of a class who has one: SHA-256 by her id."""
    found = ledger.conn.execute(
        "SELECT person, sha256 FROM photos WHERE person IN (SELECT trainee FROM enrollments WHERE training_class = ?)"
        " ORDER BY wall, id",
        (class_id,),
    )
    return dict(found.fetchall())


def photos_of(ledger: Ledger, lesson: str) -> list[dict[str, object]]:
    """The photos of a lesson in the order in which they were taken; `wall` in milliseconds."""
    columns = ("sha256", "what", "person", "from_file", "wall")
    found = ledger.conn.execute(
        f"SELECT {', '.join(columns)} FROM photos WHERE lesson = ? ORDER BY wall, id", (lesson,)
    )
    return [dict(zip(columns, row, strict=True)) for row in found]
