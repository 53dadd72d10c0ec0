"""A roll-call in mid-lesson: people drawn by lot, each then called and marked."""

import hashlib
import secrets
from typing import Any

from sync.errors import BadInput
from sync.jobs import moment
from sync.jobs.find import find_lesson, find_person
from sync.jobs.rosters import roster_of
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.training.facts import RollCall

DEFAULT_COUNT = 5


def draw(ledger: Ledger, lesson_id: str, count: int = DEFAULT_COUNT) -> list[dict[str, Any]]:
    """Draws `count` people of the class (all, where it has fewer) and records seed and draw."""
    lesson = find_lesson(ledger, lesson_id)
    people = [row for row in roster_of(ledger, lesson.class_id) if row["status"] != "withdrawn"]
    if count < 1 or not people:
        raise BadInput("点名人数至少 1 人，班里也要有学员。")
    seed = secrets.token_hex(16)
    drawn = sorted(people, key=lambda row: lot(seed, row["id"]))[:count]
    with ledger.writing() as w:
        w.fact("rollcall.draw", kinds.RollCallDraw(lesson.id, seed, [row["id"] for row in drawn]))
    return [{"trainee": row["id"], "name": row["name"]} for row in drawn]


def lot(seed: str, trainee: str) -> str:
    """A person's lot: anybody can draw again from the seed. The lowest are called."""
    return hashlib.sha256(f"{seed}:{trainee}".encode()).hexdigest()


def mark(ledger: Ledger, lesson_id: str, person_name: str, present: bool) -> str:
    """Marks somebody of the latest draw that called her; answers the mark's id."""
    lesson = find_lesson(ledger, lesson_id)
    person = find_person(ledger, person_name)
    row = ledger.conn.execute(
        "SELECT id FROM rollcalls WHERE lesson = ? AND ? IN (SELECT value FROM json_each(people))"
        " ORDER BY wall DESC, seq DESC LIMIT 1",
        (lesson.id, person.id),
    ).fetchone()
    with ledger.writing() as w:
        body = kinds.RollCallMark(lesson.id, person.id, present, moment.now(ledger).stated, row[0] if row else "")
        return w.fact("rollcall.mark", body)


def calls(ledger: Ledger, lessons: str) -> list[RollCall]:
    """One call for each person and draw of these lessons (a JSON array): when she was first marked, how last."""
    found: dict[tuple[str, str], RollCall] = {}
    for id_, draw, lesson, person, at, present in ledger.conn.execute(
        'SELECT id, draw, lesson, person, "at", present FROM rollcall_marks'
        " WHERE lesson IN (SELECT value FROM json_each(?)) ORDER BY feed, seq",
        (lessons,),
    ):
        place = (draw or id_, person)
        first = found.get(place)
        found[place] = RollCall(id_, lesson, person, first.at if first else at, bool(present))
    return list(found.values())
