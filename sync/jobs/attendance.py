"""Who is at a lesson, as a check-in desk shows it: read once when the lesson is opened, then kept up scan by scan."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sync.jobs import moment
from sync.jobs.checkin import Desk
from sync.jobs.find import STAMP_COLUMNS, ClassRow, LessonRow, find_class, list_classes, list_lessons, stamp_fact
from sync.jobs.leave import on_leave
from sync.jobs.rosters import roster_of
from sync.ledger.ledger import Ledger
from sync.training.facts import Kind, Stamp
from sync.training.lookup import search_keys
from sync.training.scan import last_stamp
from sync.training.stamps import counts


@dataclass(frozen=True, slots=True)
class Attendee:
    """A trainee of the class at this sitting. `last` and `at` are her last counted stamp, if she has one."""

    id: str
    name: str
    tail: str
    """The identity number's last four characters: all that a room may see of it."""
    called: str
    """The name, with the last characters where another of the class bears the same."""
    keys: str
    """For sync.training.lookup.rank."""
    card: str
    """The number of her valid card, or empty."""
    last: Kind | None = None
    at: int = 0
    leave: bool = False
    leave_reason: str = ""
    came: int = 0
    """When she was first stamped in at this sitting, or 0."""

    @property
    def missing(self) -> bool:
        """Neither came nor was excused."""
        return self.last is None and not self.leave


@dataclass(frozen=True, slots=True)
class StampLine:
    """A stamp of one person at this sitting, with the correction that took it out of the count, if one did."""

    stamp: Stamp
    voided: bool
    void_reason: str
    void_witness: str
    by: str = ""
    """Name of the operator who recorded it, what stands in its place (命令行), or empty."""


def attendance(ledger: Ledger, desk: Desk) -> dict[str, Attendee]:
    """The class's trainees by id, in the order of the roster, as they stand at the desk's sitting."""
    stamps, voided = _stamps(ledger, desk)
    leaves = on_leave(ledger, desk.lesson.id)
    found: dict[str, Attendee] = {}
    roster = [row for row in roster_of(ledger, desk.lesson.class_id) if row["status"] != "withdrawn"]
    bearers = Counter(row["name"] for row in roster)
    for row in roster:
        own = stamps.get(row["id"], ())
        last = last_stamp(desk.sitting, row["id"], own, voided)
        number = row["id_number"] or ""
        found[row["id"]] = Attendee(
            id=row["id"],
            name=row["name"] or "",
            tail=number[-4:],
            called=f"{row['name']}（{number[-4:]}）" if bearers[row["name"]] > 1 else row["name"] or "",
            keys=search_keys(row["name"] or "", number),
            card=row["card"] or "",
            last=last.kind if last else None,
            at=last.at if last else 0,
            leave=row["id"] in leaves,
            leave_reason=leaves.get(row["id"], ""),
            came=min((s.at for s in own if s.kind == "in" and counts(s, voided)), default=0),
        )
    return found


def stamps_of(ledger: Ledger, desk: Desk, person: str) -> list[StampLine]:
    """Everything that was recorded of a person at this sitting, in order of time, voided ones among it."""
    lines = [
        StampLine(stamp_fact(row[:11]), row[11] is not None, row[11] or "", row[12] or "", row[13] or "")
        for lesson in sorted(desk.sitting.ids)
        for row in ledger.conn.execute(
            f"SELECT {_OF_STAMPS}, v.reason, v.witness, coalesce(o.name, s.op) FROM stamps s"
            " LEFT JOIN voids v ON v.stamp = s.id LEFT JOIN operators o ON o.id = s.op"
            " WHERE s.lesson = ? AND s.person = ? GROUP BY s.id",
            (lesson, person),
        )
    ]
    return sorted(lines, key=lambda line: (line.stamp.at, line.stamp.seq))


def class_of_card(ledger: Ledger, number: str) -> ClassRow | None:
    """The class that a card was issued for."""
    row = ledger.conn.execute(
        "SELECT e.training_class FROM cards k JOIN enrollments e ON e.id = k.enrollment WHERE k.number = ?", (number,)
    ).fetchone()
    return find_class(ledger, row[0]) if row and row[0] else None


@dataclass(frozen=True, slots=True)
class Offered:
    """A lesson that can be opened for check-in."""

    lesson: LessonRow
    class_row: ClassRow


def lessons_offered(ledger: Ledger) -> list[Offered]:
    """Lessons that take place, today's first (Beijing date), then those to come, then those gone by, nearest first."""
    today = moment.day_of(moment.now(ledger).at)
    found = [
        Offered(lesson, class_row)
        for class_row in list_classes(ledger)
        for lesson in list_lessons(ledger, class_row.id)
        if not lesson.cancelled
    ]

    def order(offered: Offered) -> tuple[int, int, str]:
        days = (moment.day_of(offered.lesson.start) - today).days
        if days < 0:
            return 2, -offered.lesson.start, offered.lesson.id
        return min(days, 1), offered.lesson.start, offered.lesson.id

    return sorted(found, key=order)


_OF_STAMPS = ", ".join(f"s.{column.strip()}" for column in STAMP_COLUMNS.split(","))


def _stamps(ledger: Ledger, desk: Desk) -> tuple[dict[str, list[Stamp]], set[str]]:
    """The sitting's stamps by person, and which of all of them were voided."""
    by_person: dict[str, list[Stamp]] = {}
    voided: set[str] = set()
    for lesson in desk.sitting.ids:
        for row in _each(ledger, lesson):
            stamp = stamp_fact(row[:11])
            by_person.setdefault(stamp.person, []).append(stamp)
            if row[11]:
                voided.add(stamp.id)
    return by_person, voided


def _each(ledger: Ledger, lesson: str) -> list[tuple[Any, ...]]:
    found = ledger.conn.execute(
        f"SELECT {STAMP_COLUMNS}, EXISTS (SELECT 1 FROM voids v WHERE v.stamp = stamps.id)"
        " FROM stamps WHERE lesson = ?",
        (lesson,),
    )
    return list(found)
