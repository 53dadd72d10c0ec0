"""Whom and what of a class the rules would ask about, from what this node knows: a laptop its own, the county all.

Nobody is refused: the person is there, the laptop warns and the county decides.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from sync.jobs.find import ClassRow, find_class, list_lessons
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.training import eligibility
from sync.training.eligibility import Training
from sync.training.findings import Finding, Names
from sync.training.pack import RulePack


def of_class(ledger: Ledger, class_row: ClassRow, pack: RulePack, names: Names) -> list[Finding]:
    """Findings about those who are in the class, and about its plan."""
    people = _people(ledger, class_row.id)
    found = []
    if size := eligibility.class_size(len(people), pack):
        found.append(Finding("class-size", "", size, (class_row.id,)))
    if shares := plan_remarks(ledger, class_row, pack):
        found.append(Finding("hour-shares", "", "".join(shares), (class_row.id,)))
    trainings = _trainings(ledger, class_row, people.values())
    for person, number in people.items():
        for kind, sentence in _of_person(number, class_row, trainings.get(number, []), pack):
            found.append(Finding(kind, person, f"{names.get(person) or '（没有姓名）'} {sentence}", (class_row.id,)))
    return found


def plan_remarks(ledger: Ledger, class_row: ClassRow, pack: RulePack) -> list[str]:
    """What the rules ask of the whole timetable, in words."""
    row = ledger.conn.execute("SELECT hours FROM courses WHERE id = ?", (class_row.course,)).fetchone()
    lessons = [lesson.fact() for lesson in list_lessons(ledger, class_row.id)]
    return eligibility.hour_shares(lessons, (row[0] if row else 0) or 0, pack)


def remarks(ledger: Ledger, class_name: str, newcomers: Iterable[str]) -> tuple[str, dict[str, str]]:
    """What is to be said of the class's size when these identity numbers join it, and of each that is odd."""
    class_row = find_class(ledger, class_name)
    pack = pack_of(ledger, class_row.date_from)
    joined = dict.fromkeys(newcomers)
    there = set(_people(ledger, class_row.id).values())
    trainings = _trainings(ledger, class_row, joined)
    own = _training(ledger, class_row)
    found = {}
    for number in joined:
        known = [one for one in trainings.get(number, []) if one.class_id != class_row.id]
        if said := "".join(sentence for _, sentence in _of_person(number, class_row, [*known, own], pack)):
            found[number] = said
    return eligibility.class_size(len(there | joined.keys()), pack), found


def _of_person(
    number: str, class_row: ClassRow, trainings: list[Training], pack: RulePack
) -> Iterable[tuple[str, str]]:
    said = [("age", eligibility.age(number, class_row.date_from, pack))]
    if trainings:
        said.append(("yearly-trainings", eligibility.yearly_trainings(trainings, class_row.id, pack)))
        said.append(("same-course", eligibility.same_course_level(trainings, class_row.id, pack)))
    return [(kind, sentence) for kind, sentence in said if sentence]


def _people(ledger: Ledger, class_id: str) -> dict[str, str]:
    """Identity number by trainee, in the order of ids."""
    found = ledger.conn.execute(
        "SELECT t.id, coalesce(t.id_number, '') FROM enrollments e JOIN trainees t ON t.id = e.trainee"
        " WHERE e.training_class = ? AND coalesce(e.status, 'enrolled') = 'enrolled' ORDER BY t.id",
        (class_id,),
    )
    return dict(found.fetchall())


def _trainings(ledger: Ledger, class_row: ClassRow, numbers: Iterable[str]) -> dict[str, list[Training]]:
    """By identity number, the classes of this one's calendar year in which that person is."""
    if not class_row.date_from:
        return {}
    wanted = msgspec.json.encode(sorted(number for number in set(numbers) if number)).decode()
    found: dict[str, list[Training]] = defaultdict(list)
    for number, *training in ledger.conn.execute(
        "SELECT DISTINCT t.id_number, c.id, coalesce(c.code, ''), coalesce(k.name, ''), coalesce(k.level, ''),"
        " c.date_from FROM trainees t JOIN enrollments e ON e.trainee = t.id JOIN classes c ON c.id = e.training_class"
        " LEFT JOIN courses k ON k.id = c.course"
        " WHERE t.id_number IN (SELECT value FROM json_each(?)) AND coalesce(e.status, 'enrolled') = 'enrolled'"
        " AND substr(c.date_from, 1, 4) = ?",
        (wanted, class_row.date_from[:4]),
    ):
        found[number].append(Training(*training))
    return found


def _training(ledger: Ledger, class_row: ClassRow) -> Training:
    row = ledger.conn.execute("SELECT name, level FROM courses WHERE id = ?", (class_row.course,)).fetchone()
    course, level = row or ("", "")
    return Training(class_row.id, class_row.code, course or "", level or "", class_row.date_from)
