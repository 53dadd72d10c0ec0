"""Leave (请假) of one person for one lesson: given, taken back, and held against the rule pack's cap.

Both are facts that only accumulate; a leave stands while nothing takes it back. A leave given again after that is a
new one.
"""

from math import floor

from sync.errors import BadInput
from sync.jobs import entry
from sync.jobs.checkin import need_enrolled
from sync.jobs.find import find_class, find_lesson, find_person, list_lessons
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.training.account import figure

STANDS = "NOT EXISTS (SELECT 1 FROM leave_voids v WHERE v.leave = leaves.id)"
"""Of a row of leaves: nothing that is known here takes it back."""


def give_leave(ledger: Ledger, lesson_id: str, person_name: str, reason: str) -> str:
    """Leave for one lesson; answers its id. Raises BadInput, NotFound."""
    reason = entry.reason(reason, "请假要写明原因。")
    lesson = find_lesson(ledger, lesson_id)
    person = find_person(ledger, person_name)
    need_enrolled(ledger, lesson, person)
    with ledger.writing() as w:
        return w.fact("leave", kinds.Leave(lesson.id, person.id, reason))


def void_leave(ledger: Ledger, lesson_id: str, person_name: str, reason: str) -> list[str]:
    """Takes back whatever leave stands for her and this lesson; answers the ids of the facts that say so.

    Two laptops may each have given one. Raises BadInput, NotFound.
    """
    reason = entry.reason(reason, "撤销请假要写明原因，例如：本人到课了、登记错人。")
    lesson = find_lesson(ledger, lesson_id)
    person = find_person(ledger, person_name)
    with ledger.writing() as w:
        found = ledger.conn.execute(
            f"SELECT id FROM leaves WHERE lesson = ? AND person = ? AND {STANDS} ORDER BY id", (lesson.id, person.id)
        ).fetchall()
        if not found:
            raise BadInput(f"{person.name} 这个课次没有登记请假，不用撤销。", "no-leave")
        return [w.fact("leave.void", kinds.LeaveVoid(leave, reason)) for (leave,) in found]


def on_leave(ledger: Ledger, lesson_id: str) -> dict[str, str]:
    """Who has leave for a lesson, and why."""
    found = ledger.conn.execute(
        f"SELECT person, reason FROM leaves WHERE lesson = ? AND {STANDS} ORDER BY id DESC", (lesson_id,)
    )
    return dict(found.fetchall())


def beyond_cap(ledger: Ledger, class_name: str, person_id: str) -> str:
    """What is to be told her when the leave registered for her is more than a class allows; else nothing.

    Rule: leave_cap. It stops nobody: the hours say what it costs.
    """
    class_row = find_class(ledger, class_name)
    pack = pack_of(ledger, class_row.date_from)
    lessons = [row.fact() for row in list_lessons(ledger, class_row.id)]
    most = floor(sum(lesson.planned for lesson in lessons if lesson.stands) * pack.share("leave_cap"))
    asked = sum(lesson.planned for lesson in lessons if lesson.stands and person_id in on_leave(ledger, lesson.id))
    if asked <= most:
        return ""
    return (
        f"本班登记的请假共 {figure(asked)} 课时，上限 {figure(most)} 课时：{pack.quote('leave_cap')}。"
        "放不进上限的课次按缺勤计，请告诉本人。"
    )
