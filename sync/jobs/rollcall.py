"""A roll-call in mid-lesson: people drawn by lot from those who are there, each then called and marked.

The seed is committed to the feed before the draw (its SHA-256), so that nobody can draw again until the lot pleases;
the draw then shows the seed, and anybody can draw again from it (`sync.training.lots`).
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.errors import BadInput
from sync.jobs import moment
from sync.jobs.attendance import attendance
from sync.jobs.checkin import open_desk
from sync.jobs.find import find_lesson, find_person
from sync.jobs.rosters import roster_of
from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.seal import kinds
from sync.training.facts import RollCall
from sync.training.lots import drawn

DEFAULT_COUNT = 5


def commit(ledger: Ledger, lesson_id: str) -> str:
    """Commits a seed for the next draw of a lesson, unless one waits already; answers the commitment's id.

    The seed itself stays on this node until the draw.
    """
    with ledger.writing() as w:
        return _commit(ledger, w, lesson_id)


def _commit(ledger: Ledger, w: Writer, lesson_id: str) -> str:
    waiting = _waiting(ledger, lesson_id)
    if waiting:
        return waiting
    seed = secrets.token_hex(16)
    made = w.fact("rollcall.commit", kinds.RollCallCommit(lesson_id, hashlib.sha256(seed.encode()).hexdigest()))
    ledger.put(f"seed:{made}", seed)
    w.flush()
    return made


def _waiting(ledger: Ledger, lesson_id: str) -> str:
    row = ledger.conn.execute(
        "SELECT id FROM rollcall_commits WHERE lesson = ? AND feed = ?"
        ' AND id NOT IN (SELECT "commit" FROM rollcalls WHERE lesson = ?) ORDER BY seq LIMIT 1',
        (lesson_id, ledger.feed, lesson_id),
    ).fetchone()
    return str(row[0]) if row and ledger.get(f"seed:{row[0]}") else ""


def draw(ledger: Ledger, lesson_id: str, count: int = DEFAULT_COUNT) -> list[dict[str, Any]]:
    """Draws `count` of those who are there (of the whole class, when nobody is) and records the draw."""
    lesson = find_lesson(ledger, lesson_id)
    roster = {row["id"]: row["name"] for row in roster_of(ledger, lesson.class_id) if row["status"] != "withdrawn"}
    if count < 1 or not roster:
        raise BadInput("点名人数至少 1 人，班里也要有学员。")
    with ledger.writing() as w:
        made = _commit(ledger, w, lesson.id)
        seed = ledger.get(f"seed:{made}")
        pool = present(ledger, lesson.id) or list(roster)
        called = drawn(seed, pool, count)
        w.fact("rollcall.draw", kinds.RollCallDraw(lesson.id, seed, called, made, sorted(pool)))
    return [{"trainee": person, "name": roster[person]} for person in called]


def present(ledger: Ledger, lesson_id: str) -> list[str]:
    """Trainees whose last counted stamp of the lesson's sitting is an `in`, in the order of the roster."""
    return [one.id for one in attendance(ledger, open_desk(ledger, lesson_id)).values() if one.last == "in"]


def mark(ledger: Ledger, lesson_id: str, person_name: str, there: bool) -> str:
    """Marks somebody of the latest draw that called her; answers the mark's id."""
    lesson = find_lesson(ledger, lesson_id)
    person = find_person(ledger, person_name)
    row = ledger.conn.execute(
        "SELECT id FROM rollcalls WHERE lesson = ? AND ? IN (SELECT value FROM json_each(people))"
        " ORDER BY wall DESC, seq DESC LIMIT 1",
        (lesson.id, person.id),
    ).fetchone()
    with ledger.writing() as w:
        body = kinds.RollCallMark(lesson.id, person.id, there, moment.now(ledger).stated, row[0] if row else "")
        return w.fact("rollcall.mark", body)


def calls(ledger: Ledger, lessons: str) -> list[RollCall]:
    """One call for each person and draw of these lessons (a JSON array): when she was first marked, how last."""
    found: dict[tuple[str, str], RollCall] = {}
    for id_, draw_id, lesson, person, at, there in ledger.conn.execute(
        'SELECT id, draw, lesson, person, "at", present FROM rollcall_marks'
        " WHERE lesson IN (SELECT value FROM json_each(?)) ORDER BY feed, seq",
        (lessons,),
    ):
        place = (draw_id or id_, person)
        first = found.get(place)
        found[place] = RollCall(id_, lesson, person, first.at if first else at, bool(there))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody of a draw; `there` is None while nobody has called her: not taken is never absent."""

    person: str
    name: str
    there: bool | None


def latest(ledger: Ledger, lesson_id: str) -> list[Called]:
    """The latest draw of a lesson, in the order of the lots; empty before the first."""
    row = ledger.conn.execute(
        "SELECT id, people FROM rollcalls WHERE lesson = ? ORDER BY wall DESC, seq DESC LIMIT 1", (lesson_id,)
    ).fetchone()
    if row is None:
        return []
    marks = dict(
        ledger.conn.execute("SELECT person, present FROM rollcall_marks WHERE draw = ? ORDER BY feed, seq", (row[0],))
    )
    people: list[str] = msgspec.json.decode(row[1])
    return [
        Called(person, find_person(ledger, person).name, bool(marks[person]) if person in marks else None)
        for person in people
    ]
