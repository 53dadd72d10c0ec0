"""What the page of forms does: a form made, a file name for it, a file of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from sync.jobs import moment, notices
from sync.jobs.find import LessonRow, find_class, list_lessons
from sync.jobs.papers import print_form
from sync.jobs.reveal import What
from sync.jobs.reveal import reveal as record
from sync.ledger.ledger import Ledger
from sync.sheets import saving

FORMS = {"roster": "花名册", "cards": "学员证", "sign-in": "签到表", "timetable": "课程表", "hours": "课时统计"}
NOTICE = {"notice": "公示名单"}
"""Only of a class that the county announces."""
WORDS = FORMS | NOTICE
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form of which class; `lesson` is for a sign-in sheet, `show_identity` for a roster."""

    form: str
    class_id: str
    lesson: str = ""
    show_identity: bool = False


def forms_of(ledger: Ledger, class_id: str) -> dict[str, str]:
    """The forms that a class has now, by key, with what they are called."""
    return WORDS if class_id and class_id in notices.standing(ledger, class_id) else FORMS


def make(ledger: Ledger, wanted: Wanted) -> bytes:
    """The form as PDF. Raises BadInput when there is nothing to print yet."""
    return print_form(ledger, wanted.form, wanted.class_id, wanted.lesson, show_identity=wanted.show_identity)


def reveal(ledger: Ledger, wanted: Wanted, what: What) -> None:
    """Records that whole identity numbers are shown, where this form shows them. Raises StorageError."""
    if wanted.show_identity:
        record(ledger, what, wanted.class_id)


def lessons_to_sign(ledger: Ledger, class_id: str) -> list[LessonRow]:
    """The class's lessons that were not cancelled."""
    return [row for row in list_lessons(ledger, class_id) if not row.cancelled]


def likely_lesson(ledger: Ledger, lessons: list[LessonRow]) -> str:
    """The lesson that is on or comes next, or else the last one; empty when there is none."""
    now = moment.now(ledger).at
    coming = [row for row in lessons if row.end >= now]
    return (coming[0] if coming else lessons[-1]).id if lessons else ""


def file_name(ledger: Ledger, wanted: Wanted) -> str:
    """A name for the file that says class and form, and no person."""
    found = find_class(ledger, wanted.class_id)
    return _NOT_IN_NAMES.sub("_", f"{found.code} {found.name} {WORDS[wanted.form]}") + ".pdf"


def save(path: Path, pdf: bytes) -> None:
    """Raises StorageError, with what was at `path` untouched."""
    saving.save(path, lambda file: file.write(pdf))
