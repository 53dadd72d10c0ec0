"""What a class's page shows: its timetable, people, hours, and everything that was put right by hand."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.county.console.institutions import institution_of
from sync.jobs.find import LessonRow, rows
from sync.jobs.hours import ClassHours, hours_of
from sync.jobs.rosters import roster_of
from sync.ledger.fold import load_versions
from sync.ledger.ledger import Ledger
from sync.seal.kinds import Write
from sync.training.hours import PersonHours
from sync.training.identity import mask
from sync.training.state import NOT_BEGUN

Row = dict[str, Any]
BY_HAND = ("search", "correction")


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson with who teaches it, how many people are in which state, and how many stamps were made by hand."""

    row: LessonRow
    teacher: str
    states: list[tuple[str, int]]
    by_hand: int


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One trainee: the identity number masked, the hours, and how many of the stamps were made by hand."""

    row: Row
    id_number: str
    hours: PersonHours
    states: list[tuple[str, int]]
    by_hand: int


@dataclass(frozen=True, slots=True)
class ClassPage:
    hours: ClassHours
    course: Row
    institution: str
    lessons: list[LessonLine]
    people: list[PersonLine]
    manual: list[Row]
    """Stamps by search, without a card."""
    corrections: list[Row]
    voids: list[Row]
    lesson_changes: list[Row]
    leaves: list[Row]
    ways: list[tuple[str, int]]
    """How the counted stamps were made, with how many."""


def class_page(ledger: Ledger, class_id: str) -> ClassPage:
    """Raises NotFound."""
    hours = hours_of(ledger, class_id)
    ids = msgspec.json.encode([lesson.id for lesson in hours.lessons]).decode()
    stamps = _stamps(ledger, ids)
    by_hand = [stamp for stamp in stamps if stamp["via"] in BY_HAND]
    by_lesson = Counter(stamp["lesson"] for stamp in by_hand)
    by_person = Counter(stamp["person"] for stamp in by_hand)
    counted = [stamp for stamp in stamps if stamp["counted"] and not stamp["voided"]]
    return ClassPage(
        hours=hours,
        course=_course(ledger, hours.class_row.course),
        institution=institution_of(ledger, hours.class_row.origin),
        lessons=_lessons(ledger, hours, by_lesson),
        people=_people(ledger, hours, by_person),
        manual=[stamp for stamp in stamps if stamp["via"] == "search"],
        corrections=[stamp for stamp in stamps if stamp["via"] == "correction"],
        voids=_voids(ledger, ids),
        lesson_changes=_lesson_changes(ledger, hours.lessons),
        leaves=_leaves(ledger, ids),
        ways=Counter(stamp["via"] for stamp in counted).most_common(),
    )


def _course(ledger: Ledger, course: str) -> Row:
    found = rows(ledger.conn, "SELECT code, name, level, hours FROM courses WHERE id = ?", course)
    return found[0] if found else {"code": "", "name": "目录里没有这个培训项目", "level": "", "hours": None}


def _lessons(ledger: Ledger, hours: ClassHours, by_hand: Counter[str]) -> list[LessonLine]:
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for person in hours.people:
        for entry in person.lessons:
            states[entry.lesson][entry.state] += 1
    teachers = {row["id"]: row["name"] or "" for row in rows(ledger.conn, "SELECT id, name FROM teachers")}
    return [
        LessonLine(lesson, teachers.get(lesson.teacher, ""), states[lesson.id].most_common(), by_hand[lesson.id])
        for lesson in hours.lessons
    ]


def _people(ledger: Ledger, hours: ClassHours, by_hand: Counter[str]) -> list[PersonLine]:
    roster = {row["id"]: row for row in roster_of(ledger, hours.class_row.id)}
    return [
        PersonLine(
            row=roster[person.person],
            id_number=mask(roster[person.person]["id_number"] or ""),
            hours=person,
            states=_in_words(entry.state for entry in person.lessons),
            by_hand=by_hand[person.person],
        )
        for person in hours.people
    ]


def _in_words(states: Iterable[str]) -> list[tuple[str, int]]:
    """States with how often, the ordinary ones last: what is to be looked at comes first."""
    ordinary = {"正常": 1, NOT_BEGUN: 2}
    return sorted(Counter(states).items(), key=lambda found: (ordinary.get(found[0], 0), -found[1], found[0]))


# A stamp is a trainee's or a teacher's.
_NAME = "coalesce(t.name, h.name, '') AS name"
_JOINED = "LEFT JOIN trainees t ON t.id = s.person LEFT JOIN teachers h ON h.id = s.person"
# Who recorded it: by name where the operator is known here, else by the id that stands in the change.
_BY = "coalesce((SELECT o.name FROM operators o WHERE o.id = {0}.op), {0}.op) AS op"
_OF_LESSONS = "s.lesson IN (SELECT value FROM json_each(?))"


def _stamps(ledger: Ledger, lessons: str) -> list[Row]:
    return rows(
        ledger.conn,
        f'SELECT s.id, s.lesson, s.person, s.kind, s."at", s.counted, s.via, s.reason, s.witness, s.wall,'
        f" {_BY.format('s')}, {_NAME}, EXISTS (SELECT 1 FROM voids v WHERE v.stamp = s.id) AS voided"
        f' FROM stamps s {_JOINED} WHERE {_OF_LESSONS} ORDER BY s."at", s.id',
        lessons,
    )


def _voids(ledger: Ledger, lessons: str) -> list[Row]:
    return rows(
        ledger.conn,
        f'SELECT s.lesson, s.kind, s."at", s.via, v.reason, v.witness, v.wall, {_NAME}'
        f", {_BY.format('v')} FROM voids v JOIN stamps s ON s.id = v.stamp {_JOINED} WHERE {_OF_LESSONS}"
        " ORDER BY v.wall, v.id",
        lessons,
    )


def _leaves(ledger: Ledger, lessons: str) -> list[Row]:
    return rows(
        ledger.conn,
        f"SELECT s.lesson, s.reason, s.wall, {_BY.format('s')}, {_NAME},"
        " (SELECT v.reason FROM leave_voids v WHERE v.leave = s.id ORDER BY v.id LIMIT 1) AS void_reason"
        f" FROM leaves s {_JOINED} WHERE {_OF_LESSONS} ORDER BY s.wall, s.id",
        lessons,
    )


def _lesson_changes(ledger: Ledger, lessons: list[LessonRow]) -> list[Row]:
    """Lessons moved, cut or cancelled: what each such write set, and why."""
    found = []
    for lesson in lessons:
        for version in sorted(load_versions(ledger.conn, "lesson", lesson.id), key=lambda version: version.order):
            if version.body.id:
                at = version.hlc_ms // 1000
                found.append(
                    {"lesson": lesson.id, "at": at, "what": _what(version.body), "reason": version.body.reason}
                )
    return sorted(found, key=lambda row: row["at"])


def _what(body: Write) -> str:
    said = {"start": "改期", "end": "改期", "cut_end": "提前结束", "cancelled": "取消"}
    said |= {"teacher": "换教师", "hours": "改课时"}
    words = [said.get(field, "改内容") for field in body.set]
    return "、".join(dict.fromkeys(words))
