"""Which lesson of a class is on now, as a desk sees it."""

from sync.jobs import moment
from sync.jobs.find import ClassRow, list_lessons
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.training.sitting import sittings


def lesson_on_now(ledger: Ledger, class_row: ClassRow) -> str:
    """The id of the lesson for which a card counts now, or empty. Of a sitting's lessons the first not yet over."""
    now = moment.now(ledger).at
    facts = [row.fact() for row in list_lessons(ledger, class_row.id)]
    for sitting in sittings(facts, pack_of(ledger, class_row.date_from)):
        if sitting.opens <= now <= sitting.closes:
            return next((lesson.id for lesson in sitting.lessons if now <= lesson.ends), sitting.lessons[-1].id)
    return ""
