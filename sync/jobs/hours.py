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
    lessons_by_id,
    list_lessons,
    stamp_fact,
)
from sync.jobs.rollcall import calls
from sync.jobs.rosters import roster_of
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.training.facts import Leave, Stamp, Void
from sync.training.hours import PersonHours, class_hours
from sync.training.pack import RulePack


@dataclass(frozen=True, slots=True)
class ClassHours:
    """A class with its hours: `people` and `names` by trainee id, in the order of the roster."""

    class_row: ClassRow
    lessons: list[LessonRow]
    pack: RulePack
    names: dict[str, str]
    people: list[PersonHours]
    at: int


def hours_of(ledger: Ledger, class_name: str) -> ClassHours:
    """Raises NotFound."""
    class_row = find_class(ledger, class_name)
    own = list_lessons(ledger, class_row.id)
    names = {row["id"]: row["name"] for row in roster_of(ledger, class_row.id)}
    pack = pack_of(ledger, class_row.date_from)
    at = moment.now(ledger).at
    own_ids = _json([row.id for row in own])
    stamps = _stamps(ledger, own_ids, _json(list(names)))
    elsewhere = {stamp.lesson for stamp in stamps} - {row.id for row in own}
    people = class_hours(
        [row.fact() for row in own],
        list(names),
        stamps,
        _voids(ledger, _json([stamp.id for stamp in stamps])),
        calls(ledger, own_ids),
        _leaves(ledger, own_ids),
        pack,
        at,
        elsewhere=[row.fact() for row in lessons_by_id(ledger, _json(sorted(elsewhere)))],
    )
    return ClassHours(class_row, own, pack, names, people, at)


def answer(hours: ClassHours) -> list[dict[str, Any]]:
    """As `hours --json` says it: class hours as numbers, an unknown measured figure null."""
    return [
        {
            "trainee": person.person,
            "name": hours.names[person.person],
            "planned": plain(person.planned),
            "measured": _maybe(person.measured),
            "credited": plain(person.credited),
            "rate": None if person.rate is None else round(float(person.rate), 4),
            "lessons": [
                {
                    "lesson": entry.lesson,
                    "state": entry.state,
                    "planned": plain(entry.planned),
                    "measured": _maybe(entry.measured),
                    "credited": plain(entry.credited),
                    "why": entry.why,
                }
                for entry in person.lessons
            ],
        }
        for person in hours.people
    ]


def _maybe(hundredths: int | None) -> int | float | None:
    return None if hundredths is None else plain(hundredths)


def _json(ids: list[str]) -> str:
    return msgspec.json.encode(ids).decode()


def _stamps(ledger: Ledger, lessons: str, people: str) -> list[Stamp]:
    """Stamps of these lessons, and these people's stamps anywhere."""
    found = ledger.conn.execute(
        f"SELECT {STAMP_COLUMNS} FROM stamps WHERE lesson IN (SELECT value FROM json_each(?))"
        f" UNION SELECT {STAMP_COLUMNS} FROM stamps WHERE person IN (SELECT value FROM json_each(?))",
        (lessons, people),
    )
    return [stamp_fact(row) for row in found]


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
