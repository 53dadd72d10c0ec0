"""A class's findings (问题线索) from what this node holds: laptop and county see the same for the same facts."""

import msgspec

from sync.jobs import calendar, eligibility, moment
from sync.jobs.find import (
    STAMP_COLUMNS,
    ClassRow,
    LessonRow,
    find_class,
    lessons_by_id,
    list_classes,
    list_lessons,
    stamp_fact,
)
from sync.jobs.hours import hours_of, teacher_hours_of
from sync.jobs.identity import coverage
from sync.jobs.rollcall import calls
from sync.ledger.ledger import Ledger
from sync.training import findings
from sync.training.account import Overlap
from sync.training.beijing import clock, date_of
from sync.training.facts import Stamp
from sync.training.findings import Finding, Names, Tick
from sync.training.pack import RulePack


def findings_of(ledger: Ledger, class_name: str) -> list[Finding]:
    """What an officer should look at, by kind; empty when there is nothing. Raises NotFound."""
    class_row = find_class(ledger, class_name)
    trainees, teachers = hours_of(ledger, class_row.id), teacher_hours_of(ledger, class_row.id)
    names = {id_: name or "（没有姓名）" for id_, name in (teachers.names | trainees.names).items()}
    lessons = list_lessons(ledger, class_row.id)
    ids = msgspec.json.encode([row.id for row in lessons]).decode()
    stamps = _stamps(ledger, ids)
    taught = {row.teacher for row in lessons}
    overlaps = [o for p in (*trainees.people, *teachers.people) for o in p.overlaps]
    ticks = _ticks(ledger, ids)
    by_trainees = [stamp for stamp in stamps if stamp.person not in taught]
    return [
        *findings.overlaps(overlaps, names, _lesson_words(ledger, overlaps)),
        *findings.cut_lessons([row.fact() for row in lessons], trainees.pack),
        *findings.manual_stamps(by_trainees, _voided(ledger, ids)),
        *findings.outside_window(stamps, names),
        *_clock_statements(ledger, ids),
        *findings.clock_jumps(ticks),
        *findings.clock_apart(ticks),
        *_identity(ledger, class_row, trainees.pack, names, {s.person for s in by_trainees if s.counted}),
        *findings.missed_calls(calls(ledger, ids), names),
        *eligibility.of_class(ledger, class_row, trainees.pack, names),
        *_closed_days(ledger, lessons, {stamp.lesson for stamp in stamps if stamp.counted}),
    ]


def _closed_days(ledger: Ledger, lessons: list[LessonRow], held: set[str]) -> list[Finding]:
    """Lessons that were held on a day on which the county's calendar has none."""
    closed = {one.day: one for one in calendar.calendar(ledger) if one.kind == calendar.OFF}
    return [
        Finding(
            "closed-day",
            "",
            f"{day} {clock(lesson.start)} 的课次在县里公布的停课日（{closed[day].name}）上了课。",
            (lesson.id,),
        )
        for lesson in lessons
        if lesson.id in held and not lesson.cancelled and (day := date_of(lesson.start)) in closed
    ]


def _lesson_words(ledger: Ledger, overlaps: list[Overlap]) -> dict[str, str]:
    """Of each lesson in them: class code, date, from when to when."""
    if not overlaps:
        return {}
    ids = sorted({id_ for overlap in overlaps for id_ in (overlap.kept, overlap.lost)})
    codes = {row.id: row.code for row in list_classes(ledger)}
    return {
        row.id: f"{f'{codes[row.class_id]} 班' if codes.get(row.class_id) else '别的班'} {date_of(row.start)} "
        f"{clock(row.start)}–{clock(row.fact().ends)}"
        for row in lessons_by_id(ledger, msgspec.json.encode(ids).decode())
    }


MOST_NAMED = 10
_OF_LESSONS = "lesson IN (SELECT value FROM json_each(?))"


def _stamps(ledger: Ledger, lessons: str) -> list[Stamp]:
    found = ledger.conn.execute(f"SELECT {STAMP_COLUMNS} FROM stamps WHERE {_OF_LESSONS} ORDER BY id", (lessons,))
    return [stamp_fact(row) for row in found]


def _voided(ledger: Ledger, lessons: str) -> list[str]:
    found = ledger.conn.execute(
        f"SELECT v.stamp FROM voids v JOIN stamps s ON s.id = v.stamp WHERE s.{_OF_LESSONS}", (lessons,)
    )
    return [row[0] for row in found]


def _ticks(ledger: Ledger, lessons: str) -> list[Tick]:
    found = ledger.conn.execute(
        f'SELECT id, feed, seq, wall, mono, boot, "at", trusted FROM stamps WHERE {_OF_LESSONS}', (lessons,)
    )
    return [Tick(*row) for row in found]


def _clock_statements(ledger: Ledger, lessons: str) -> list[Finding]:
    """The trainer stated the time on a machine, in a boot in which it stamped for this class."""
    found = ledger.conn.execute(
        'SELECT id, "offset", reason, wall / 1000 FROM clock_statements WHERE (feed, boot) IN'
        f" (SELECT feed, boot FROM stamps WHERE {_OF_LESSONS}) ORDER BY wall, id",
        (lessons,),
    )
    return [
        Finding(
            "clock-stated",
            "",
            f"{moment.iso(wall)[:16].replace('T', ' ')}（电脑时间）人工校正了时间，"
            f"{'拨快' if offset > 0 else '拨慢'} {abs(offset)} 秒，理由：{reason}。",
            (id_,),
        )
        for id_, offset, reason, wall in found
    ]


def _some(names: list[str]) -> str:
    """The evidence has them all."""
    more = " 等" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more


def _identity(ledger: Ledger, class_row: ClassRow, pack: RulePack, names: Names, came: set[str]) -> list[Finding]:
    """Those who came and were never verified (rule: identity_first_lesson), and those who were not the same person."""
    seen = coverage(ledger, class_row.id)
    found = []
    missing = [person for person in seen.missing if person in came]
    if missing and pack.flag("identity_first_lesson"):
        sentence = (
            f"到过课的学员 {len(came)} 人，{len(missing)} 人没有核对过身份：{_some([names[p] for p in missing])}；"
            f"{pack.quote('identity_first_lesson')}。"
        )
        found.append(Finding("identity-coverage", "", sentence, tuple(missing)))
    for person in seen.doubtful:
        checks = ledger.conn.execute(
            "SELECT id FROM identity_checks WHERE training_class = ? AND person = ? AND NOT same ORDER BY id",
            (class_row.id, person),
        ).fetchall()
        sentence = f"{names[person]} 核对身份时被认为不是本人，共 {len(checks)} 次。"
        found.append(Finding("identity-doubt", person, sentence, tuple(row[0] for row in checks)))
    return found
