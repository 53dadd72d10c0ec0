"""Hours from a learning platform's export, put to a class's online lessons: read, compared, shown, then written.

Rule: docs/decisions/0103, "Which lesson a row counts for".
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from sync.carry.folder import read_file
from sync.errors import BadInput
from sync.jobs.classes import plain
from sync.jobs.find import ClassRow, LessonRow, find_class, list_lessons
from sync.jobs.hours import online_hours
from sync.jobs.rosters import roster_of
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.sheets.durations import Learnt
from sync.sheets.online import REASONS as SHEET_REASONS
from sync.sheets.online import LearntRow, OnlineSheet, Refusal, read_online
from sync.sheets.roster import Passed, Warn
from sync.training.naming import tidy_name
from sync.training.online import half_up, latest, named_topic, plain_topic, share_out

REASONS: dict[str, str] = SHEET_REASONS | {
    "not-in-class": "不是这个班的学员，请核对班次，或先登记入班",
    "name-differs": "证件号是本班学员的，姓名却不同，请核对",
    "other-course": "不是本班线上课次的内容",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hours that a lesson should have for a person, in hundredths; `before` is what it has, None for nothing."""

    trainee: str
    name: str
    lesson: str
    hours: int
    minutes: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. `wanted` differ from the ledger; `unchanged` lessons of people stand as they are."""

    class_row: ClassRow
    source: str
    accepted: list[LearntRow]
    refused: list[Refusal]
    passed: list[Passed]
    warnings: list[Warn]
    wanted: list[Wanted]
    unchanged: int

    def answer(self) -> dict[str, Any]:
        """The machine answer of `online import`."""
        return {
            "accepted": [{"row": row.row, "name": row.name, **_said(row.learnt)} for row in self.accepted],
            "refused": [{"row": refusal.row, "reason": refusal.reason} for refusal in self.refused],
            "passed": msgspec.to_builtins(self.passed),
            "warnings": msgspec.to_builtins(self.warnings),
            "written": [
                {
                    "trainee": one.trainee,
                    "name": one.name,
                    "lesson": one.lesson,
                    "hours": plain(one.hours),
                    "before": None if one.before is None else plain(one.before),
                }
                for one in self.wanted
            ],
            "unchanged": self.unchanged,
        }


def _said(learnt: Learnt) -> dict[str, Any]:
    word, amount = ("minutes", learnt.minutes) if learnt.minutes is not None else ("hours", learnt.hours or Fraction(0))
    return {word: plain(half_up(amount * 100))}


def plan_import(ledger: Ledger, path: Path, class_name: str) -> Plan:
    """Reads the export and compares it with the ledger; writes nothing. Raises BadInput, NotFound, StorageError."""
    class_row = find_class(ledger, class_name)
    lessons = [row for row in list_lessons(ledger, class_row.id) if row.mode == "online" and row.fact().stands]
    if not lessons:
        raise BadInput("这个班没有线上课次。请先排线上课次，再导入学时。", "no-online-lesson")
    sheet = read_online(path)
    digest = hashlib.sha256(read_file(path)).hexdigest()[:8]
    made = _Planner(ledger, class_row, lessons, sheet)
    made.settle()
    return Plan(
        class_row=class_row,
        source=f"{path.name[:80]}（摘要 {digest}）",
        accepted=made.accepted,
        refused=sorted(sheet.refused, key=lambda refusal: refusal.row),
        passed=sheet.passed,
        warnings=sheet.warnings,
        wanted=made.wanted,
        unchanged=made.unchanged,
    )


def carry_out(ledger: Ledger, plan: Plan) -> None:
    """Writes what the plan showed, in one transaction."""
    if not plan.wanted:
        return
    with ledger.writing() as w:
        # Looked up again under the write lock: another window may have imported in between.
        known = _known(ledger, {one.lesson for one in plan.wanted})
        for one in plan.wanted:
            if known.get((one.lesson, one.trainee)) != one.hours:
                w.fact("online.hours", kinds.OnlineHours(one.lesson, one.trainee, one.hours, plan.source, one.minutes))


def _known(ledger: Ledger, lessons: set[str]) -> dict[tuple[str, str], int]:
    """(lesson, person) → the imported hours that stand, in hundredths."""
    facts = online_hours(ledger, msgspec.json.encode(sorted(lessons)).decode(), "[]")
    return {place: fact.hours for place, fact in latest(facts).items()}


@dataclass(slots=True)
class _Learner:
    """One person's rows: how much for which lessons, and how much for any of them."""

    name: str
    row: int = 0
    named: dict[tuple[str, ...], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    unnamed: Fraction = Fraction(0)
    timed: bool = True
    """Whether every row gave a time, so that minutes can be said."""


class _Planner:
    """One pass over an export's rows, then over the people in it."""

    def __init__(self, ledger: Ledger, class_row: ClassRow, lessons: list[LessonRow], sheet: OnlineSheet) -> None:
        self.sheet = sheet
        self.order = [lesson.id for lesson in lessons]
        self.room = {lesson.id: Fraction(lesson.fact().planned, 100) for lesson in lessons}
        self.per_hour = pack_of(ledger, class_row.date_from).minutes("hour_minutes")
        self.known = _known(ledger, set(self.order))
        self.people = {
            row["id_number"]: (row["id"], row["name"])
            for row in roster_of(ledger, class_row.id)
            if row["status"] != "withdrawn"
        }
        self.topics: dict[str, list[str]] = defaultdict(list)
        for lesson in lessons:
            if topic := plain_topic(lesson.topic):
                self.topics[topic].append(lesson.id)
        self.accepted: list[LearntRow] = []
        self.wanted: list[Wanted] = []
        self.unchanged = 0

    def settle(self) -> None:
        """Fill in `accepted`, `wanted` and `unchanged`, and add to the sheet's refusals and warnings."""
        learners: dict[str, _Learner] = {}
        named = {row.row: self._named(row) for row in self.sheet.accepted}
        speaks_in_topics = any(named.values())
        for row in self.sheet.accepted:
            trainee, name = self.people.get(row.id_number, ("", ""))
            if not trainee:
                self._refuse(row, "not-in-class")
            elif tidy_name(name) != row.name:
                self._refuse(row, "name-differs")
            elif speaks_in_topics and not named[row.row] and (row.course or row.chapter):
                self._refuse(row, "other-course")
            else:
                self.accepted.append(row)
                self._add(learners.setdefault(trainee, _Learner(name)), row, named[row.row])
        scope = self._scope(named)
        for trainee, learner in learners.items():
            self._want(trainee, learner, scope)

    def _refuse(self, row: LearntRow, reason: str) -> None:
        self.sheet.refused.append(Refusal(row.row, reason, row.name))

    def _named(self, row: LearntRow) -> tuple[str, ...]:
        """The lessons that a row names: by its chapter, by its course, by both together."""
        for said in (row.chapter, row.course, row.course + row.chapter):
            if lessons := named_topic(said, self.topics):
                return tuple(lessons)
        return ()

    def _scope(self, named: dict[int, tuple[str, ...]]) -> list[str]:
        """The lessons that the export speaks of: all of them, unless every row names some."""
        spoken_of = {lesson for lessons in named.values() for lesson in lessons}
        if not spoken_of or any(not (row.course or row.chapter) for row in self.sheet.accepted):
            return self.order
        return [lesson for lesson in self.order if lesson in spoken_of]

    def _add(self, learner: _Learner, row: LearntRow, lessons: tuple[str, ...]) -> None:
        if row.learnt.minutes is None:
            learner.timed = False
        minutes = row.learnt.minutes
        hours = minutes / self.per_hour if minutes is not None else row.learnt.hours or Fraction(0)
        learner.row = row.row
        if lessons:
            learner.named[lessons] += hours
        else:
            learner.unnamed += hours

    def _want(self, trainee: str, learner: _Learner, scope: Sequence[str]) -> None:
        given: dict[str, Fraction] = defaultdict(Fraction)
        over = Fraction(0)
        for lessons, hours in [*learner.named.items(), (tuple(self.order), learner.unnamed)]:
            free = [(lesson, self.room[lesson] - given[lesson]) for lesson in lessons]
            parts = share_out(hours, free)
            for lesson, part in parts.items():
                given[lesson] += part
            over += hours - sum(parts.values())
        if half_up(over * 100):
            self._warn(learner, f"{learner.name} 比课次计划多 {plain(half_up(over * 100))} 课时，超出的不计")
        # Nothing learnt is written where her rows name the lesson, or where it takes back what stood before.
        spoken_of = {lesson for lessons in learner.named for lesson in lessons}
        for lesson in scope:
            hundredths, before = half_up(given[lesson] * 100), self.known.get((lesson, trainee))
            if hundredths == before:
                self.unchanged += 1
            elif hundredths or before or lesson in spoken_of:
                self._write(trainee, learner, lesson, given[lesson], before)

    def _write(self, trainee: str, learner: _Learner, lesson: str, learnt: Fraction, before: int | None) -> None:
        hours = half_up(learnt * 100)
        if before is not None and hours < before:
            self._warn(learner, f"{learner.name} 原来导入 {plain(before)} 课时，这次是 {plain(hours)} 课时，以这次为准")
        minutes = half_up(learnt * self.per_hour) if learner.timed else None
        self.wanted.append(Wanted(trainee, learner.name, lesson, hours, minutes, before))

    def _warn(self, learner: _Learner, note: str) -> None:
        self.sheet.warnings.append(Warn(learner.row, "hours", note))
