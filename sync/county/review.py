"""What the county decides on a class: 开班批复, 退回, 审核结论. Each goes to the class's institution, to nobody else.

Decisions only accumulate: of two on the same thing the later is shown, and both remain.
"""

from dataclasses import dataclass, field

from sync.county.public import need_county, publishing
from sync.errors import BadInput
from sync.jobs import entry, moment
from sync.jobs.find import ClassRow, enrollment_of, find_class, find_lesson, find_person
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds

STAGES = ("opening", "process", "closing")
OUTCOMES = ("passed", "cut", "failed")


@dataclass(frozen=True, slots=True)
class Approval:
    """As an officer says it; hours in hundredths, 0 where nothing is said of them."""

    paper: str = ""
    hours: int = 0
    people: int = 0
    conditions: str = ""
    """Makes it an approval with conditions."""


@dataclass(frozen=True, slots=True)
class Return:
    """`subject` is a lesson, or a trainee of the class; empty for the class itself. `until` is an ISO day or empty."""

    reasons: list[str] = field(default_factory=list)
    stage: str = "process"
    subject: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """On the class, or on one of its trainees. Hours in hundredths, amount in fen, None where nothing is said."""

    outcome: str
    person: str = ""
    hours: int | None = None
    amount: int | None = None
    rule: str = ""
    clause: str = ""
    note: str = ""


def approve(ledger: Ledger, name: str, said: Approval) -> str:
    """Approves that a class is opened; answers the decision's id. Raises NotFound, BadInput."""
    row = _class(ledger, name)
    if said.hours < 0 or said.people < 0:
        raise BadInput("批复的课时和人数不能是负数。")
    paper, conditions = entry.line(said.paper, "文号"), entry.line(said.conditions, "条件", entry.MOST_OF_REASON)
    decision = "conditions" if conditions else "approved"
    body = county_kinds.ClassApprove(row.id, decision, paper, said.hours, said.people, conditions)
    with publishing(ledger, institution_of_class(ledger, row)) as w:
        return w.fact("class.approve", body)


def send_back(ledger: Ledger, name: str, said: Return) -> str:
    """Returns a class, a lesson or a trainee of it to be mended; answers the notice's id. Raises NotFound, BadInput."""
    row = _class(ledger, name)
    reasons = [line for reason in said.reasons if (line := entry.line(reason, "理由", entry.MOST_OF_REASON))]
    if not reasons:
        raise BadInput("退回要写明理由，机构才知道补什么。")
    if said.stage not in STAGES:
        raise BadInput("退回的环节只能是 opening（开班审批）、process（过程抽查）或 closing（结业审核）。")
    until = moment.parse_day(said.until).isoformat() if said.until.strip() else ""
    subject = _subject(ledger, row, said.subject.strip())
    with publishing(ledger, institution_of_class(ledger, row)) as w:
        return w.fact("class.return", county_kinds.ClassReturn(row.id, said.stage, reasons, subject, until))


def conclude(ledger: Ledger, name: str, verdicts: list[Verdict]) -> list[str]:
    """Concludes a class and people of it, all or nothing; answers the ids. Raises NotFound, BadInput."""
    row = _class(ledger, name)
    bodies = [_verdict(ledger, row, verdict) for verdict in verdicts]
    with publishing(ledger, institution_of_class(ledger, row)) as w:
        return [w.fact("class.verdict", body) for body in bodies]


def _verdict(ledger: Ledger, row: ClassRow, said: Verdict) -> county_kinds.ClassVerdict:
    if said.outcome not in OUTCOMES:
        raise BadInput("审核结论只能是 passed（通过）、cut（核减）或 failed（不通过）。")
    if said.outcome != "passed" and not (said.rule.strip() or said.note.strip()):
        raise BadInput("核减或不通过要写明依据哪条规则，或说明理由。")
    if min(said.hours or 0, said.amount or 0) < 0:
        raise BadInput("认定的课时和金额不能是负数。")
    person = _trainee(ledger, row, said.person.strip()) if said.person.strip() else ""
    rule, clause = entry.line(said.rule, "规则"), entry.line(said.clause, "依据", entry.MOST_OF_REASON)
    note = entry.line(said.note, "说明", entry.MOST_OF_REASON)
    return county_kinds.ClassVerdict(row.id, said.outcome, person, said.hours, said.amount, rule, clause, note)


def _class(ledger: Ledger, name: str) -> ClassRow:
    need_county(ledger)
    return find_class(ledger, name)


def institution_of_class(ledger: Ledger, row: ClassRow) -> str:
    """The id of the institution whose device made a class. Raises BadInput when the class came before its device."""
    found = ledger.conn.execute(
        "SELECT d.institution FROM feeds f JOIN devices d ON d.key_id = f.key_id"
        " WHERE f.id = ? AND d.institution <> '' ORDER BY d.until DESC, d.id LIMIT 1",
        (row.origin.partition("~")[0],),
    ).fetchone()
    if found is None:
        raise BadInput(f"{row.code} 班不知是哪个培训机构的，还不能批复。请等机构的记录报齐。", "no-institution")
    return str(found[0])


def _subject(ledger: Ledger, row: ClassRow, name: str) -> str:
    if not name:
        return ""
    if ledger.conn.execute("SELECT 1 FROM lessons WHERE id = ?", (name,)).fetchone():
        if find_lesson(ledger, name).class_id != row.id:
            raise BadInput(f"这个课次不是 {row.code} 班的。请核对课次编号。", "other-class")
        return name
    return _trainee(ledger, row, name)


def _trainee(ledger: Ledger, row: ClassRow, name: str) -> str:
    person = find_person(ledger, name)
    if not enrollment_of(ledger, row.id, person.id):
        raise BadInput(f"“{person.name}”不在 {row.code} 班的名册里。请核对学员。", "not-enrolled")
    return person.id
