"""What the desk reminds the trainer of, one thing at a time. It never blocks, and each can be put aside."""

from dataclasses import dataclass

from sync.jobs.checkin import Desk
from sync.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Reminder:
    """`key` names what is due; `yes` is the word for doing it."""

    key: str
    words: str
    yes: str


TEACHER = Reminder("teacher", "老师还没有签到。", "老师签到")
START = Reminder("start", "上课了：把摄像头对着教室，拍一张开课照片。", "拍照")
MIDDLE = Reminder("middle", "课上到一半了：拍一张课中照片。", "拍照")
ROLL_CALL = Reminder("rollcall", "课上到一半了：抽几个人点名。", "点名")
END = Reminder("end", "快下课了：拍一张下课照片。", "拍照")
CLOSE = Reminder("close", "下课时间到了：结束本课，把存证码发给县里。", "结束本课")


@dataclass(frozen=True, slots=True)
class Done:
    """What the lesson has already. `photos` are kinds of room photos."""

    photos: frozenset[str] = frozenset()
    called: bool = False
    teachers: frozenset[str] = frozenset()
    closed: bool = False


def read_done(ledger: Ledger, desk: Desk) -> Done:
    lesson = desk.lesson.id
    photos = ledger.conn.execute("SELECT what FROM photos WHERE lesson = ?", (lesson,)).fetchall()
    stamped = {
        person
        for one in desk.sitting.lessons
        for (person,) in ledger.conn.execute(
            "SELECT person FROM stamps WHERE person = ? AND lesson IN (SELECT value FROM json_each(?))",
            (one.teacher, _json(desk.sitting.ids)),
        )
    }
    return Done(
        frozenset(row[0] for row in photos),
        _any(ledger, "rollcalls", lesson),
        frozenset(stamped),
        _any(ledger, "lesson_closings", lesson),
    )


def due(desk: Desk, now: int, done: Done, aside: frozenset[str] = frozenset()) -> Reminder | None:
    """What to remind of at `now`; `aside` are keys that the trainer has put aside.

    The lesson is cut in three for its photos, start, middle and end; the end begins when cards mean `out`
    (checkout_opens), so that those who leave are still in the picture.
    """
    lesson = desk.lesson.fact()
    half = (lesson.start + lesson.ends) // 2
    ending = lesson.ends - desk.pack.seconds("checkout_opens")
    onsite = lesson.mode == "onsite"
    awaited = bool(lesson.teacher) and lesson.teacher not in done.teachers
    wanted = (
        (CLOSE, now >= lesson.ends and not done.closed),
        (END, onsite and ending <= now <= desk.sitting.closes),
        (ROLL_CALL, onsite and half <= now < ending and not done.called),
        (MIDDLE, onsite and half <= now < ending),
        (TEACHER, awaited and desk.sitting.opens <= now < lesson.ends),
        (START, onsite and lesson.start <= now < half and room_photo(desk, now) == "start"),
    )  # fmt: skip
    for reminder, timely in wanted:
        if timely and reminder.key not in done.photos and reminder.key not in aside:
            return reminder
    return None


def room_photo(desk: Desk, now: int) -> str:
    """Which photo of the room one taken now is: start, middle or end."""
    lesson = desk.lesson.fact()
    if now >= lesson.ends - desk.pack.seconds("checkout_opens"):
        return "end"
    return "start" if now < lesson.start + (lesson.ends - lesson.start) // 3 else "middle"


def _any(ledger: Ledger, table: str, lesson: str) -> bool:
    return ledger.conn.execute(f"SELECT 1 FROM {table} WHERE lesson = ? LIMIT 1", (lesson,)).fetchone() is not None


def _json(ids: frozenset[str]) -> str:
    return "[" + ",".join(f'"{id_}"' for id_ in sorted(ids)) + "]"
