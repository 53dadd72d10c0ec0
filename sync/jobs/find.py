"""Finding what a person named: a class by code or id, a lesson, a trainee by id or identity number."""

from dataclasses import dataclass
from typing import Any

from sync.errors import BadInput, NotFound
from sync.ledger.ledger import Ledger
from sync.training.facts import Lesson, Stamp


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class as lists show it; `course` is an id, dates are ISO days."""

    id: str
    origin: str
    code: str
    name: str
    course: str
    date_from: str
    date_to: str
    site: str


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson as it stands now; instants in seconds since 1970 UTC, hours in hundredths."""

    id: str
    origin: str
    class_id: str
    start: int
    end: int
    hours: int
    kind: str
    mode: str
    teacher: str
    topic: str
    cut_end: int | None
    cancelled: bool

    def fact(self) -> Lesson:
        """The same for the rules."""
        return Lesson(
            id=self.id,
            class_id=self.class_id,
            start=self.start,
            end=self.end,
            hours=self.hours,
            kind="practice" if self.kind == "practice" else "theory",
            mode="online" if self.mode == "online" else "onsite",
            teacher=self.teacher,
            cut_end=self.cut_end,
            cancelled=self.cancelled,
        )


@dataclass(frozen=True, slots=True)
class Person:
    """A trainee or a teacher."""

    id: str
    name: str
    id_number: str


def rows(conn: Any, sql: str, *params: object) -> list[dict[str, Any]]:
    """Rows as dictionaries by column name."""
    cursor = conn.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


_CLASSES = "SELECT id, origin, code, name, course, date_from, date_to, site FROM classes"


def list_classes(ledger: Ledger) -> list[ClassRow]:
    """Every class that this node knows, the latest first."""
    return [_class(row) for row in ledger.conn.execute(f"{_CLASSES} ORDER BY date_from DESC, code, id")]


def find_class(ledger: Ledger, name: str) -> ClassRow:
    """By code or id. Raises NotFound; BadInput when several bear the code."""
    found = [_class(row) for row in ledger.conn.execute(f"{_CLASSES} WHERE id = ? OR code = ?", (name, name))]
    if not found:
        raise NotFound(f"没有班次“{name}”。请核对班号。")
    # An id names one class, whatever codes others bear.
    found = [row for row in found if row.id == name] or found
    if len(found) > 1:
        ids = "、".join(row.id for row in found)
        raise BadInput(f"有 {len(found)} 个班次的班号都是“{name}”，请改用编号：{ids}。", "ambiguous")
    return found[0]


def _class(row: tuple[Any, ...]) -> ClassRow:
    return ClassRow(*(value or "" for value in row))


_LESSONS = (
    'SELECT id, origin, training_class, start, "end", hours, kind, mode, teacher, topic, cut_end, cancelled'
    " FROM lessons"
)


def list_lessons(ledger: Ledger, class_id: str) -> list[LessonRow]:
    """A class's lessons in order of start, cancelled ones among them."""
    found = ledger.conn.execute(f"{_LESSONS} WHERE training_class = ? ORDER BY start, id", (class_id,))
    return [_lesson(row) for row in found]


def lessons_by_id(ledger: Ledger, ids: str) -> list[LessonRow]:
    """Lessons whose ids are in a JSON array."""
    found = ledger.conn.execute(f"{_LESSONS} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY start, id", (ids,))
    return [_lesson(row) for row in found]


def lessons_beside(ledger: Ledger, ids: str) -> list[LessonRow]:
    """Every lesson of the classes that the lessons of a JSON array are of."""
    found = ledger.conn.execute(
        f"{_LESSONS} WHERE training_class IN (SELECT training_class FROM lessons"
        " WHERE id IN (SELECT value FROM json_each(?))) ORDER BY start, id",
        (ids,),
    )
    return [_lesson(row) for row in found]


def find_lesson(ledger: Ledger, lesson_id: str) -> LessonRow:
    row = ledger.conn.execute(f"{_LESSONS} WHERE id = ?", (lesson_id,)).fetchone()
    if row is None:
        raise NotFound(f"没有课次“{lesson_id}”。请核对课次编号。")
    return _lesson(row)


def _lesson(row: tuple[Any, ...]) -> LessonRow:
    id_, origin, class_id, start, end, hours, kind, mode, teacher, topic, cut_end, cancelled = row
    return LessonRow(
        id_,
        origin,
        class_id or "",
        start or 0,
        end or 0,
        hours or 0,
        kind or "theory",
        mode or "onsite",
        teacher or "",
        topic or "",
        cut_end,
        bool(cancelled),
    )


def find_person(ledger: Ledger, name: str) -> Person:
    """A trainee by id or identity number, or a teacher by id or name. Raises NotFound; BadInput for a shared name."""
    wanted = name.strip()
    found = (
        ledger.conn.execute(
            "SELECT id, name, id_number FROM trainees WHERE id = ?1 OR id_number = ?1"
            " UNION ALL SELECT id, name, id_number FROM teachers WHERE id = ?1 LIMIT 1",
            (wanted.upper(),),
        ).fetchall()
        or ledger.conn.execute(
            "SELECT id, name, id_number FROM teachers WHERE name = ? ORDER BY id", (wanted,)
        ).fetchall()
    )
    if not found:
        raise NotFound("没有这个人。学员请写编号或身份证号，教师请写编号或姓名。")
    if len(found) > 1:
        ids = "、".join(row[0] for row in found)
        raise BadInput(f"有 {len(found)} 位教师都叫“{wanted}”，请改用编号：{ids}。", "ambiguous")
    id_, person_name, id_number = found[0]
    return Person(id_, person_name or "", id_number or "")


def enrollment_of(ledger: Ledger, class_id: str, person: str) -> str:
    """The id of a standing enrollment, or empty."""
    row = ledger.conn.execute(
        "SELECT id FROM enrollments WHERE training_class = ? AND trainee = ?"
        " AND coalesce(status, 'enrolled') = 'enrolled' ORDER BY id LIMIT 1",
        (class_id, person),
    ).fetchone()
    return str(row[0]) if row else ""


STAMP_COLUMNS = 'id, feed, seq, lesson, person, kind, "at", counted, via, reason, witness'


def stamp_fact(row: tuple[Any, ...]) -> Stamp:
    """A row of STAMP_COLUMNS for the rules."""
    id_, feed, seq, lesson, person, kind, at, counted, via, reason, witness = row
    return Stamp(
        id=id_,
        feed=feed,
        seq=seq,
        lesson=lesson,
        person=person,
        kind="out" if kind == "out" else "in",
        at=at,
        counted=bool(counted),
        via=via,
        reason=reason,
        witness=witness,
    )
