"""Who stands on a class's public notice, with which hours and subsidy: by the verdicts, and else by the facts."""

from dataclasses import dataclass
from typing import Any

from sync.jobs.decisions import Row, decisions_of
from sync.jobs.hours import hours_of
from sync.jobs.rosters import roster_of
from sync.ledger.ledger import Ledger
from sync.training.announced import Figures, Verdict, figures


@dataclass(frozen=True, slots=True)
class Announced:
    """A trainee's row of the roster, and what is announced of her."""

    row: dict[str, Any]
    figures: Figures


def announced(ledger: Ledger, class_id: str) -> list[Announced]:
    """In the order of the roster, without those who left the class, failed or get nothing. Raises NotFound.

    Nobody is there twice, whatever two laptops enrolled.
    """
    hours, said = hours_of(ledger, class_id), decisions_of(ledger, class_id)
    required = hours.pack.share("attendance_rate")
    people = {person.person: person for person in hours.people}
    standard = _standard(ledger, hours.class_row.course)
    of_class = _verdict(said.verdict)
    found = []
    for row in _standing(ledger, class_id):
        person = people[row["id"]]
        enough = person.rate is not None and person.rate >= required
        of_her = figures(person.credited, enough, standard, of_class, _verdict(said.people.get(row["id"])))
        if of_her is not None:
            found.append(Announced(row, of_her))
    return found


def _standing(ledger: Ledger, class_id: str) -> list[dict[str, Any]]:
    once: dict[str, dict[str, Any]] = {}
    for row in roster_of(ledger, class_id):
        if row["status"] != "withdrawn":
            once.setdefault(row["id"], row)
    return list(once.values())


def _verdict(row: Row | None) -> Verdict | None:
    return None if row is None else Verdict(row["outcome"], row["hours"], row["amount"])


def _standard(ledger: Ledger, course: str) -> int:
    row = ledger.conn.execute("SELECT subsidy FROM courses WHERE id = ?", (course,)).fetchone()
    return (row[0] or 0) if row else 0
