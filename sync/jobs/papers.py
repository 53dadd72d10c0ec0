"""What a class's paper forms say, gathered from the ledger; `sync.paper` turns it into pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import msgspec

from sync.errors import BadInput
from sync.jobs import moment, notices
from sync.jobs.announced import announced
from sync.jobs.checkin import Desk, open_desk
from sync.jobs.find import (
    STAMP_COLUMNS,
    ClassRow,
    LessonRow,
    find_class,
    find_lesson,
    lessons_by_id,
    list_lessons,
    stamp_fact,
)
from sync.jobs.hours import hours_of
from sync.jobs.rosters import roster_of
from sync.jobs.rules import pack_of
from sync.jobs.status import anchor
from sync.ledger.ledger import Ledger
from sync.paper import forms, print
from sync.training.announced import village
from sync.training.archive import kept_until
from sync.training.identity import birth_date

ON_LEAVE = "请假"
UNREMARKABLE = ("正常", "未开课", "未点名")
FORMS = ("roster", "cards", "sign-in", "timetable", "hours", "notice")


def print_form(ledger: Ledger, form: str, class_name: str, lesson: str = "", *, show_identity: bool = False) -> bytes:
    """A form of a class as PDF. Raises BadInput, NotFound."""
    class_row = find_class(ledger, class_name)
    makers: dict[str, Callable[[], bytes]] = {
        "roster": lambda: print.roster(_roster(ledger, class_row, show_identity)),
        "cards": lambda: print.cards(_cards(ledger, class_row)),
        "sign-in": lambda: print.sign_in(_sign_in(ledger, class_row, lesson)),
        "timetable": lambda: print.timetable(_timetable(ledger, class_row)),
        "hours": lambda: print.hours(_hours(ledger, class_row)),
        "notice": lambda: print.notice(_notice(ledger, class_row)),
    }
    if form not in makers:
        raise BadInput(f"没有“{form}”这种表。可以打印：{'、'.join(FORMS)}。")
    return makers[form]()


def _heading(ledger: Ledger, class_row: ClassRow) -> forms.Heading:
    course = ledger.conn.execute("SELECT name, level FROM courses WHERE id = ?", (class_row.course,)).fetchone()
    institution = ledger.conn.execute(
        "SELECT i.name FROM feeds f JOIN devices d ON d.key_id = f.key_id JOIN institutions i ON i.id = d.institution"
        " WHERE f.id = ? ORDER BY d.until DESC LIMIT 1",
        (class_row.origin,),
    ).fetchone()
    return forms.Heading(
        institution=institution[0] if institution else ledger.name,
        class_code=class_row.code,
        class_name=class_row.name,
        course="·".join(part for part in course or () if part),
        site=class_row.site,
        starts=date.fromisoformat(class_row.date_from),
        ends=date.fromisoformat(class_row.date_to),
        printed_at=moment.now(ledger).at,
        archive_until=kept_until(class_row.date_to, pack_of(ledger, class_row.date_from)),
    )


def _standing(ledger: Ledger, class_row: ClassRow) -> list[dict[str, str]]:
    return [row for row in roster_of(ledger, class_row.id) if row["status"] != "withdrawn"]


def _roster(ledger: Ledger, class_row: ClassRow, show_identity: bool) -> forms.Roster:
    today = moment.day_of(moment.now(ledger).at)
    rows = tuple(
        forms.RosterRow(
            name=row["name"],
            id_number=row["id_number"],
            phone=row["phone"] or "",
            sex=row["sex"] or "",
            ethnicity=row["ethnicity"] or "",
            category=row["category"] or "",
            household=row["hukou"] or "",
            age=_age(row["id_number"], today),
            address=row["address"] or "",
        )
        for row in _standing(ledger, class_row)
    )
    return forms.Roster(_heading(ledger, class_row), rows, show_identity)


def _age(id_number: str, today: date) -> int | None:
    born = birth_date(id_number)
    return None if born is None else today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _cards(ledger: Ledger, class_row: ClassRow) -> forms.Cards:
    cards = tuple(forms.Card(row["card"], row["name"]) for row in _standing(ledger, class_row) if row["card"])
    return forms.Cards(replace(_heading(ledger, class_row), archive_until=""), cards)


def _lines(ledger: Ledger, lessons: list[LessonRow], class_row: ClassRow) -> tuple[forms.LessonLine, ...]:
    teachers = dict(ledger.conn.execute("SELECT id, name FROM teachers").fetchall())
    numbers = _numbers(ledger, class_row.id)
    return tuple(
        forms.LessonLine(
            number=numbers[row.id],
            start=row.start,
            end=row.end if row.cut_end is None else row.cut_end,
            hours=row.hours,
            topic=row.topic,
            kind="practice" if row.kind == "practice" else "theory",
            teacher=teachers.get(row.teacher, ""),
            place=class_row.site,
            note="、".join(filter(None, ["线上" if row.mode == "online" else "", "提前结束" if row.cut_end else ""])),
            cancelled=row.cancelled,
        )
        for row in lessons
    )


def _timetable(ledger: Ledger, class_row: ClassRow) -> forms.Timetable:
    lessons = list_lessons(ledger, class_row.id)
    return forms.Timetable(_heading(ledger, class_row), _lines(ledger, lessons, class_row))


def _sign_in(ledger: Ledger, class_row: ClassRow, lesson: str) -> forms.SignIn:
    """Of the sitting that the lesson is part of: blank before it, with times, counts and 存证码 after its end."""
    if not lesson:
        raise BadInput("打印签到表要指明课次。")
    if find_lesson(ledger, lesson).class_id != class_row.id:
        raise BadInput("这个课次不是这个班的，请核对。")
    desk = open_desk(ledger, lesson)
    ids = msgspec.json.encode([entry.id for entry in desk.sitting.lessons]).decode()
    states = _states(ledger, class_row, desk)
    rows = tuple(_sign_in_row(ledger, desk, row, states.get(row["id"], [])) for row in _standing(ledger, class_row))
    over = moment.now(ledger).at >= desk.sitting.end
    present = sum(row.signed_in is not None or row.signed_out is not None for row in rows)
    on_leave = sum(row.note == ON_LEAVE for row in rows)
    return forms.SignIn(
        heading=_heading(ledger, class_row),
        lessons=_lines(ledger, lessons_by_id(ledger, ids), class_row),
        rows=rows,
        present=present if over else None,
        on_leave=on_leave if over else None,
        # Everybody is one of the three, so that the figures that people sign add up.
        absent=len(rows) - present - on_leave if over else None,
        anchor=str(anchor(ledger, lesson)["anchor"]) if over else "",
    )


def _numbers(ledger: Ledger, class_id: str) -> dict[str, int]:
    """Lesson → its place in the class's timetable, the same on every form."""
    return {row.id: number for number, row in enumerate(list_lessons(ledger, class_id), start=1)}


def _states(ledger: Ledger, class_row: ClassRow, desk: Desk) -> dict[str, list[tuple[int, str]]]:
    """Trainee → (number of the lesson, state) for each lesson of the sitting, in their order."""
    numbers = _numbers(ledger, class_row.id)
    sitting = {lesson.id for lesson in desk.sitting.lessons}
    return {
        person.person: [(numbers[e.lesson], e.state) for e in person.lessons if e.lesson in sitting]
        for person in hours_of(ledger, class_row.id).people
    }


def _note(states: list[tuple[int, str]]) -> str:
    """What is worth a note on paper: one word where all lessons agree, else each lesson's."""
    if len({state for _, state in states}) == 1:
        return "" if states[0][1] in UNREMARKABLE else states[0][1]
    return "、".join(f"第{number}次{state}" for number, state in states if state not in UNREMARKABLE)


def _sign_in_row(ledger: Ledger, desk: Desk, row: dict[str, str], states: list[tuple[int, str]]) -> forms.SignInRow:
    ids = msgspec.json.encode(sorted(desk.sitting.ids)).decode()
    found = ledger.conn.execute(
        f"SELECT {STAMP_COLUMNS} FROM stamps WHERE lesson IN (SELECT value FROM json_each(?)) AND person = ?"
        " AND counted AND id NOT IN (SELECT stamp FROM voids) ORDER BY at, seq",
        (ids, row["id"]),
    )
    stamps = [stamp_fact(stamp) for stamp in found]
    ins = [stamp.at for stamp in stamps if stamp.kind == "in"]
    outs = [stamp.at for stamp in stamps if stamp.kind == "out"]
    return forms.SignInRow(
        name=row["name"],
        id_number=row["id_number"],
        signed_in=ins[0] if ins else None,
        signed_out=outs[-1] if outs else None,
        note=_note(states),
    )


def _hours(ledger: Ledger, class_row: ClassRow) -> forms.Hours:
    found = hours_of(ledger, class_row.id)
    numbers = {row["id"]: row["id_number"] for row in roster_of(ledger, class_row.id)}
    standing = [row for row in found.lessons if not row.cancelled]
    rows = tuple(
        forms.HoursRow(
            name=found.names[person.person],
            id_number=numbers[person.person],
            planned=person.planned,
            measured=person.measured,
            credited=person.credited,
            rate=None if person.rate is None else float(person.rate),
            parts=tuple(forms.Part(p.kind, p.mode, p.planned, p.measured, p.credited) for p in person.parts),
            lessons=tuple(
                forms.LessonHours(e.state, e.planned, e.measured, e.credited, "".join(e.why)) for e in person.lessons
            ),
        )
        for person in found.people
    )
    return forms.Hours(_heading(ledger, class_row), _lines(ledger, standing, class_row), rows)


def _notice(ledger: Ledger, class_row: ClassRow) -> forms.Notice:
    posted = notices.standing(ledger, class_row.id).get(class_row.id)
    if posted is None:
        raise BadInput("这个班还没有公示。县里公示后，同步或U盘带回来就能打印；县局请先发布公示。", "no-notice")
    if posted.down:
        raise BadInput("这个班的审核结论改为不通过，公示已撤下，没有可打印的名单。", "no-notice")
    course = ledger.conn.execute("SELECT name, level FROM courses WHERE id = ?", (class_row.course,)).fetchone()
    rows = tuple(
        forms.NoticeRow(
            name=one.row["name"] or "",
            sex=one.row["sex"] or "",
            id_number=one.row["id_number"] or "",
            village=village(one.row["address"] or ""),
            hours=one.figures.hours,
            amount=one.figures.amount,
        )
        for one in announced(ledger, class_row.id)
    )
    return forms.Notice(
        heading=_heading(ledger, class_row),
        rows=rows,
        occupation=(course[0] or "") if course else "",
        level=(course[1] or "") if course else "",
        first=posted.first,
        until=posted.until,
        days=posted.days,
        office=posted.office,
        address=posted.address,
        postcode=posted.postcode,
        phone=posted.phone,
    )
