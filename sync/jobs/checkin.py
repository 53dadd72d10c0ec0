"""At the door: a card, a search or a correction becomes a stamp, and the answer says what it meant."""

from dataclasses import dataclass
from typing import Any

from sync.errors import BadInput
from sync.jobs import entry, moment
from sync.jobs.find import (
    STAMP_COLUMNS,
    LessonRow,
    Person,
    enrollment_of,
    find_class,
    find_lesson,
    find_person,
    list_lessons,
    stamp_fact,
)
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.training.card import is_card, normalise
from sync.training.facts import Kind, Stamp
from sync.training.pack import RulePack
from sync.training.scan import decide, last_stamp
from sync.training.sitting import Sitting, sittings

MOST_SHOWN = 40
"""Characters of an unreadable reading that its answer repeats, so that the two can be matched."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a reading meant. `result`: recorded, repeat, outside-window, unknown-card, bad-card, not-enrolled,
    revoked-card. `kind` is in or out, or None; `at` seconds since 1970 UTC."""

    card: str
    trainee: str
    name: str
    kind: Kind | None
    result: str
    at: int
    stamp: str = ""

    def answer(self) -> dict[str, Any]:
        """As `scan --json` says it."""
        return {
            "card": self.card,
            "trainee": self.trainee or None,
            "name": self.name or None,
            "kind": self.kind,
            "result": self.result,
            "at": moment.iso(self.at),
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """A lesson opened for check-in: what each scan needs, read once. Make a new one when the timetable changes."""

    lesson: LessonRow
    pack: RulePack
    sitting: Sitting


def open_desk(ledger: Ledger, lesson_id: str) -> Desk:
    """Raises NotFound; BadInput for a lesson that does not take place."""
    lesson = find_lesson(ledger, lesson_id)
    class_row = find_class(ledger, lesson.class_id)
    pack = pack_of(ledger, class_row.date_from)
    facts = [row.fact() for row in list_lessons(ledger, lesson.class_id)]
    sitting = next((s for s in sittings(facts, pack) if lesson.id in s.ids), None)
    if sitting is None or lesson.cancelled:
        raise BadInput("这个课次已经取消，不能签到。请选正确的课次。", "lesson-cancelled")
    return Desk(lesson, pack, sitting)


def scan(ledger: Ledger, desk: Desk, text: str, via: str, manual: Kind | None = None) -> Scanned:
    """A card's number, as a camera, a scanner or a person gave it."""
    number = normalise(text)
    now = moment.now(ledger)
    if not is_card(number):
        return Scanned(number or text.strip()[:MOST_SHOWN], "", "", None, "bad-card", now.at)
    holders = ledger.conn.execute(
        "SELECT t.id, t.name, e.training_class, coalesce(e.status, 'enrolled'),"
        " EXISTS (SELECT 1 FROM revoked_cards r WHERE r.number = k.number)"
        " FROM cards k JOIN enrollments e ON e.id = k.enrollment JOIN trainees t ON t.id = e.trainee"
        " WHERE k.number = ?",
        (number,),
    ).fetchall()
    if not holders:
        return Scanned(number, "", "", None, "unknown-card", now.at)
    trainee, name, class_id, status, revoked = holders[0]
    if revoked:
        return Scanned(number, trainee, name, None, "revoked-card", now.at)
    if class_id != desk.lesson.class_id or status != "enrolled":
        return Scanned(number, trainee, name, None, "not-enrolled", now.at)
    return _settle(ledger, desk, Person(trainee, name, ""), number, via, manual, "")


def stamp_by_hand(ledger: Ledger, desk: Desk, person: Person, kind: Kind, reason: str) -> Scanned:
    """Somebody without her card, found by search: needs a reason, and is counted apart. Teachers have no cards."""
    if _teaches(desk, person):
        reason = entry.line(reason, "原因", entry.MOST_OF_REASON)
    else:
        reason = entry.reason(reason, "手工签到要写明原因，例如：忘带卡、卡损坏。")
        need_enrolled(ledger, desk.lesson, person)
    return _settle(ledger, desk, person, "", "search", kind, reason)


def _settle(
    ledger: Ledger, desk: Desk, person: Person, card: str, via: str, manual: Kind | None, reason: str
) -> Scanned:
    # Decided inside the transaction, so that two readers of one card can't both record it.
    with ledger.writing() as w:
        now = moment.now(ledger)
        last = last_stamp(desk.sitting, person.id, *_stamps(ledger, desk.sitting, person.id))
        decision = decide(desk.sitting, now.at, last, desk.pack, manual)
        made = ""
        if decision.result != "repeat":
            early_or_late: Kind = "in" if now.at < desk.sitting.gate else "out"
            body = kinds.Stamp(
                lesson=desk.lesson.id,
                person=person.id,
                kind=decision.kind or early_or_late,
                via=via,
                at=now.stated,
                counted=decision.result == "recorded",
                reason=reason,
                trusted=now.trusted,
            )
            made = w.fact("stamp", body)
    return Scanned(card, person.id, person.name, decision.kind, decision.result, now.at, made)


def _stamps(ledger: Ledger, sitting: Sitting, person: str) -> tuple[list[Stamp], set[str]]:
    """A person's stamps of a sitting, and which of them were voided."""
    found: list[Stamp] = []
    voided: set[str] = set()
    for lesson in sitting.ids:
        for row in ledger.conn.execute(
            f"SELECT {STAMP_COLUMNS}, EXISTS (SELECT 1 FROM voids v WHERE v.stamp = stamps.id)"
            " FROM stamps WHERE lesson = ? AND person = ?",
            (lesson, person),
        ):
            stamp = stamp_fact(row[:11])
            found.append(stamp)
            if row[11]:
                voided.add(stamp.id)
    return found, voided


def correct(
    ledger: Ledger, lesson_id: str, person_name: str, kind: Kind, clock: str, reason: str, witness: str
) -> Scanned:
    """A stamp made afterwards for HH:MM of the lesson's day, with its reason and who saw it. The old ones stay."""
    reason = entry.reason(reason, "补签要写明原因，例如：忘带卡、卡损坏、漏刷。")
    witness = entry.line(witness, "见证人")
    desk = open_desk(ledger, lesson_id)
    person = find_person(ledger, person_name)
    if not _teaches(desk, person):
        need_enrolled(ledger, desk.lesson, person)
    at = moment.instant(moment.day_of(desk.lesson.start), moment.parse_time(clock))
    if at > moment.now(ledger).at:
        raise BadInput("补签的时间还没有到。请核对时间；如果电脑时间不对，请先校正时间。", "future")
    inside = desk.sitting.opens <= at <= desk.sitting.closes
    body = kinds.Stamp(
        lesson=desk.lesson.id,
        person=person.id,
        kind=kind,
        via="correction",
        at=at,
        counted=inside,
        reason=reason,
        witness=witness,
    )
    with ledger.writing() as w:
        made = w.fact("stamp", body)
    return Scanned("", person.id, person.name, kind, "recorded" if inside else "outside-window", at, made)


def void(ledger: Ledger, stamp: str, reason: str, witness: str) -> str:
    """Takes a stamp out of the count; it stays visible. Answers the correction's id."""
    reason, witness = entry.reason(reason, "作废一条签到要写明原因。"), entry.line(witness, "见证人")
    if not witness:
        raise BadInput("作废一条签到要写明见证人。")
    if ledger.conn.execute("SELECT 1 FROM stamps WHERE id = ?", (stamp,)).fetchone() is None:
        raise BadInput(f"没有编号为“{stamp}”的签到记录。", "not-found")
    with ledger.writing() as w:
        if ledger.conn.execute("SELECT 1 FROM voids WHERE stamp = ? LIMIT 1", (stamp,)).fetchone():
            raise BadInput("这条签到已经作废，不用再作废一次。", "already-void")
        return w.fact("void", kinds.Void(stamp, reason, witness))


def _teaches(desk: Desk, person: Person) -> bool:
    """Whether this is a teacher of one of the sitting's lessons."""
    return any(person.id == lesson.teacher for lesson in desk.sitting.lessons)


def need_enrolled(ledger: Ledger, lesson: LessonRow, person: Person) -> None:
    """Raises BadInput for whoever is no trainee of the lesson's class."""
    if not enrollment_of(ledger, lesson.class_id, person.id):
        raise BadInput(f"{person.name} 不是这个班的学员。请核对班次，或先登记入班。", "not-enrolled")
