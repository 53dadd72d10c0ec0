"""The class hours of a class, computed from the facts that this node holds; laptop and county use the same."""

from dataclasses import dataclass
from typing import Any

import msgspec

from sync.jobs import moment
from sync.jobs.classes import plain
from sync.jobs.find import (
    STAMP_COLUMNS,
    ClassRow,
    LessonRow,
    find_class,
    lessons_beside,
    list_lessons,
    stamp_fact,
)
from sync.jobs.rollcall import calls
from sync.jobs.rosters import roster_of
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.training.facts import Leave, LeaveVoid, Lesson, OnlineHours, Stamp, Void
from sync.training.forecast import forecast
from sync.training.hours import LessonHours, Part, PersonHours, class_hours, teacher_hours
from sync.training.pack import RulePack


@dataclass(frozen=True, slots=True)
class ClassHours:
    """A class with its hours: `people` and `names` by id, trainees in the order of the roster; or its teachers."""

    class_row: ClassRow
    lessons: list[LessonRow]
    pack: RulePack
    names: dict[str, str]
    people: list[PersonHours]
    at: int


def hours_of(ledger: Ledger, class_name: str) -> ClassHours:
    """The trainees' hours. Raises NotFound."""
    class_row = find_class(ledger, class_name)
    own = list_lessons(ledger, class_row.id)
    names = {row["id"]: row["name"] for row in roster_of(ledger, class_row.id)}
    pack = pack_of(ledger, class_row.date_from)
    at = moment.now(ledger).at
    own_ids = _json([row.id for row in own])
    stamps = _stamps(ledger, own_ids, _json(list(names)))
    online = online_hours(ledger, own_ids, _json(list(names)))
    leaves = _leaves(ledger, own_ids)
    people = class_hours(
        [row.fact() for row in own],
        list(names),
        stamps,
        _voids(ledger, _json([stamp.id for stamp in stamps])),
        calls(ledger, own_ids),
        leaves,
        pack,
        at,
        online=online,
        elsewhere=_elsewhere(ledger, class_row, {stamp.lesson for stamp in stamps} | {fact.lesson for fact in online}),
        leave_voids=_leave_voids(ledger, _json([leave.id for leave in leaves])),
    )
    return ClassHours(class_row, own, pack, names, people, at)


def teacher_hours_of(ledger: Ledger, class_name: str) -> ClassHours:
    """The same for those who teach in the class: only their own lessons are answered for. Raises NotFound."""
    class_row = find_class(ledger, class_name)
    own = list_lessons(ledger, class_row.id)
    pack = pack_of(ledger, class_row.date_from)
    at = moment.now(ledger).at
    own_ids = _json([row.id for row in own])
    teachers = _json(sorted({row.teacher for row in own if row.teacher}))
    stamps = _stamps(ledger, own_ids, teachers)
    people = teacher_hours(
        [row.fact() for row in own],
        stamps,
        _voids(ledger, _json([stamp.id for stamp in stamps])),
        calls(ledger, own_ids),
        pack,
        at,
        elsewhere=_elsewhere(ledger, class_row, {stamp.lesson for stamp in stamps}),
    )
    known = ledger.conn.execute(
        "SELECT id, name FROM teachers WHERE id IN (SELECT value FROM json_each(?))", (teachers,)
    )
    names = {person.person: "" for person in people} | {id_: name or "" for id_, name in known}
    return ClassHours(class_row, own, pack, names, people, at)


def answer(hours: ClassHours, word: str = "trainee") -> list[dict[str, Any]]:
    """As `hours --json` says it: class hours as numbers, an unknown measured figure null. `word`: trainee or teacher.

    `parts` are the sums kept apart by theory and practice, onsite and online; `forecast` says what a trainee still
    lacks and how many lessons are left.
    """
    return [
        {
            word: person.person,
            "name": hours.names[person.person],
            "planned": plain(person.planned),
            "measured": _maybe(person.measured),
            "credited": plain(person.credited),
            "rate": None if person.rate is None else round(float(person.rate), 4),
            **_forecast(hours, person, word),
            "parts": [{"kind": part.kind, "mode": part.mode, **_figures(part)} for part in person.parts],
            "lessons": [
                {"lesson": entry.lesson, "state": entry.state, **_figures(entry), "why": entry.why}
                for entry in person.lessons
            ],
        }
        for person in hours.people
    ]


def _forecast(hours: ClassHours, person: PersonHours, word: str) -> dict[str, Any]:
    if word != "trainee":
        return {}
    found = forecast(person, hours.pack)
    return {"short": plain(found.short), "forecast": found.sentence(hours.names[person.person])}


def _figures(of: LessonHours | Part) -> dict[str, Any]:
    return {"planned": plain(of.planned), "measured": _maybe(of.measured), "credited": plain(of.credited)}


def _maybe(hundredths: int | None) -> int | float | None:
    return None if hundredths is None else plain(hundredths)


def _json(ids: list[str]) -> str:
    return msgspec.json.encode(ids).decode()


def _stamps(ledger: Ledger, lessons: str, people: str) -> list[Stamp]:
    """Stamps of these lessons, and these people's stamps anywhere."""
    found = ledger.conn.execute(
        f"SELECT {STAMP_COLUMNS} FROM stamps WHERE lesson IN (SELECT value FROM json_each(?))"
        " OR person IN (SELECT value FROM json_each(?))",
        (lessons, people),
    )
    return [stamp_fact(row) for row in found]


def online_hours(ledger: Ledger, lessons: str, people: str) -> list[OnlineHours]:
    """Hours imported for these lessons, and for these people anywhere."""
    found = ledger.conn.execute(
        "SELECT id, feed, seq, lesson, person, hours, source, wall / 1000, minutes FROM online_hours"
        " WHERE lesson IN (SELECT value FROM json_each(?)) OR person IN (SELECT value FROM json_each(?))",
        (lessons, people),
    )
    return [OnlineHours(*row) for row in found]


def _elsewhere(ledger: Ledger, class_row: ClassRow, lessons: set[str]) -> list[Lesson]:
    """All lessons of the other classes that these are of: a stamp says of a whole sitting who was there."""
    beside = lessons_beside(ledger, _json(sorted(lessons)))
    return [row.fact() for row in beside if row.class_id != class_row.id]


def _voids(ledger: Ledger, stamps: str) -> list[Void]:
    found = ledger.conn.execute(
        "SELECT id, stamp, reason, witness FROM voids WHERE stamp IN (SELECT value FROM json_each(?))", (stamps,)
    )
    return [Void(*row) for row in found]


def _leaves(ledger: Ledger, lessons: str) -> list[Leave]:
    found = ledger.conn.execute(
        "SELECT id, lesson, person, reason FROM leaves WHERE lesson IN (SELECT value FROM json_each(?))", (lessons,)
    )
    return [Leave(*row) for row in found]


def _leave_voids(ledger: Ledger, leaves: str) -> list[LeaveVoid]:
    found = ledger.conn.execute(
        "SELECT id, leave, reason FROM leave_voids WHERE leave IN (SELECT value FROM json_each(?))", (leaves,)
    )
    return [LeaveVoid(*row) for row in found]
