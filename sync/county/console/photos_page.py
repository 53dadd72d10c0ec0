"""The photos of a class, lesson by lesson: those that came, and those that are only named so far."""

from dataclasses import dataclass
from typing import Any

import msgspec

from sync.errors import NotFound
from sync.jobs.find import ClassRow, LessonRow, find_class, list_lessons, rows
from sync.jobs.photos import WHAT
from sync.ledger import photos
from sync.ledger.ledger import Ledger

Row = dict[str, Any]
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class LessonPhotos:
    """Rows with sha256, what (in words), name (whose, or empty), from_file, wall, op, here."""

    lesson: LessonRow
    photos: list[Row]


@dataclass(frozen=True, slots=True)
class PhotosPage:
    class_row: ClassRow
    lessons: list[LessonPhotos]
    named: int
    here: int


def photos_page(ledger: Ledger, class_id: str) -> PhotosPage:
    """Lessons without photos are left out. Raises NotFound."""
    class_row = find_class(ledger, class_id)
    lessons = {row.id: row for row in list_lessons(ledger, class_row.id)}
    found = rows(
        ledger.conn,
        "SELECT p.sha256, p.lesson, p.what, p.from_file, p.wall,"
        " coalesce((SELECT t.name FROM trainees t WHERE t.id = p.person), '') AS name,"
        " coalesce((SELECT o.name FROM operators o WHERE o.id = p.op), p.op) AS op"
        " FROM photos p WHERE p.lesson IN (SELECT value FROM json_each(?)) ORDER BY p.wall, p.id",
        msgspec.json.encode(list(lessons)).decode(),
    )
    shown: dict[str, list[Row]] = {}
    for row in found:
        told = row | {"what": WHAT.get(row["what"], "其他"), "here": photos.holds(ledger, row["sha256"])}
        shown.setdefault(row["lesson"], []).append(told)
    here = sum(row["here"] for ones in shown.values() for row in ones)
    return PhotosPage(
        class_row, [LessonPhotos(lessons[id_], shown[id_]) for id_ in lessons if id_ in shown], len(found), here
    )


def picture(ledger: Ledger, digest: str) -> bytes:
    """A JPEG that a known fact names. Raises NotFound."""
    if not photos.naming_feeds(ledger, digest):
        raise NotFound("没有这张照片。请从班次的照片页进入。")
    try:
        found = photos.read_to_give(ledger, digest)
    except NotFound as error:
        raise NotFound("这张照片还没有送到，或者存的文件已损坏。培训电脑下次上报时会再送来。") from error
    if not found.startswith(_JPEG):
        raise NotFound("这个文件不是照片，没有打开。")
    return found
