"""Officers decide on classes here, and keep the county's calendar: forms in, decisions out, in the account's name."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.county import calendar as county_calendar
from sync.county import review
from sync.county.console import notice_page
from sync.county.console.class_page import ClassPage
from sync.county.console.institutions import institution_of
from sync.errors import BadInput
from sync.jobs import calendar, decisions, moment, notices
from sync.jobs.decisions import Decisions, Said
from sync.jobs.entry import hundredths
from sync.jobs.find import ClassRow, list_classes
from sync.ledger.ledger import Ledger

Form = Mapping[str, str]
SHAPES = {
    decisions.NONE: "○",
    decisions.APPROVED: "●",
    decisions.RETURNED: "▲",
    decisions.MENDED: "△",
    decisions.CONCLUDED: "■",
}
"""Beside the word: a page is read in grey, too."""


@dataclass(frozen=True, slots=True)
class Line:
    """A class in the list of classes by state."""

    row: ClassRow
    institution: str
    said: Decisions
    posted: str
    """Its notice in a line, empty without one."""


@dataclass(frozen=True, slots=True)
class Listed:
    lines: list[Line]
    counts: list[tuple[str, str, int]]
    """State, its word, how many classes."""
    state: str


def listed(ledger: Ledger, state: str = "") -> Listed:
    """Classes with where they stand; with a state, only those. What waits for the county comes first."""
    said, posted, today = decisions.all_decisions(ledger), notices.standing(ledger), notices.today(ledger)
    every = [
        Line(
            row,
            institution_of(ledger, row.origin) or "",
            said.get(row.id, Decisions(row.id)),
            posted[row.id].words(today) if row.id in posted else "",
        )
        for row in list_classes(ledger)
    ]
    counts = [(key, word, sum(line.said.state == key for line in every)) for key, word in decisions.STATES.items()]
    waiting = (decisions.MENDED, decisions.NONE)
    lines = [line for line in every if state in ("", line.said.state)]
    return Listed(sorted(lines, key=lambda line: line.said.state not in waiting), counts, state)


@dataclass(frozen=True, slots=True)
class Card:
    """What the class page says of decisions, and what the forms offer."""

    now: Decisions
    history: list[Said]
    subjects: list[tuple[str, str]]
    """Id and name of what can be returned alone: trainees, then lessons."""
    message: str
    typed: Form
    """What the officer had filled in when it was refused."""


def card(ledger: Ledger, page: ClassPage, message: str = "", typed: Form | None = None) -> Card:
    class_id = page.hours.class_row.id
    subjects = [(line.row["id"], line.row["name"] or "") for line in page.people]
    for lesson in page.hours.lessons:
        subjects.append((lesson.id, f"课次 {moment.iso(lesson.start)[5:16].replace('T', ' ')} {lesson.topic}"))
    now = decisions.decisions_of(ledger, class_id)
    return Card(now, decisions.history(ledger, class_id), subjects, message, typed or {})


def say(ledger: Ledger, class_id: str, form: Form, account: str) -> None:
    """Does what one of the forms says. Raises BadInput, NotFound."""
    ledger.operator = account
    what = form.get("what", "")
    if what == "approve":
        people = form.get("people", "").strip()
        if people and not (people.isascii() and people.isdigit() and len(people) < 6):
            raise BadInput("批准的人数请写整数，例如 40；不写就留空。")
        said = review.Approval(
            form.get("paper", ""), _figure(form, "hours", "课时") or 0, int(people or 0), form.get("conditions", "")
        )
        review.approve(ledger, class_id, said)
    elif what == "return":
        reasons = form.get("reasons", "").splitlines()
        back = review.Return(reasons, form.get("stage", ""), form.get("subject", ""), form.get("until", ""))
        review.send_back(ledger, class_id, back)
    elif what == "verdict":
        verdict = review.Verdict(
            outcome=form.get("outcome", ""),
            person=form.get("subject", ""),
            hours=_figure(form, "hours", "课时"),
            amount=_figure(form, "amount", "金额"),
            rule=form.get("rule", ""),
            clause=form.get("clause", ""),
            note=form.get("note", ""),
        )
        review.conclude(ledger, class_id, [verdict])
    elif what == "notice":
        notice_page.post(ledger, class_id, form)
    else:
        raise BadInput("表单不完整，没有记下。请重新填写。")


def _figure(form: Form, name: str, what: str) -> int | None:
    text = form.get(name, "").strip()
    return hundredths(text, what) if text else None


def write_days(ledger: Ledger, form: Form, account: str) -> None:
    """Writes the calendar as its form says. Raises BadInput."""
    ledger.operator = account
    kind = form.get("kind", "")
    if kind not in (*calendar.KINDS, "none"):
        raise BadInput("请选是停课日、调休上课日，还是取消。")
    county_calendar.set_days(
        ledger,
        form.get("date", ""),
        form.get("to", ""),
        "" if kind == "none" else kind,
        form.get("name", ""),
        form.get("clause", ""),
    )
