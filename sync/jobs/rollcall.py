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
    """Answers the mark's id."""
    lesson = find_lesson(ledger, lesson_id)
    person = find_person(ledger, person_name)
    with ledger.writing() as w:
        body = kinds.RollCallMark(lesson.id, person.id, present, moment.now(ledger).stated)
        return w.fact("rollcall.mark", body)
