"""Whole identity numbers are shown only when they are asked for, and that somebody asked is recorded."""

from typing import Literal

from sync.jobs.find import find_class
from sync.ledger.ledger import Ledger
from sync.seal import kinds

What = Literal["screen", "print", "export"]
SHOWS_NUMBERS = frozenset({"roster"})
"""Forms that can bear whole numbers."""


def reveal(ledger: Ledger, what: What, class_name: str) -> None:
    """Of everybody in a class. Appended before the numbers are shown: what can't be recorded is not shown."""
    class_row = find_class(ledger, class_name)
    (people,) = ledger.conn.execute(
        "SELECT count(*) FROM enrollments WHERE training_class = ? AND coalesce(status, 'enrolled') = 'enrolled'",
        (class_row.id,),
    ).fetchone()
    if people:
        with ledger.writing() as w:
            w.fact("reveal", kinds.Reveal(what, class_row.id, people))
