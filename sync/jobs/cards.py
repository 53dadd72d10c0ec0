"""Trainee cards (学员证): a lost one is replaced, and its number is dead from then on."""

import secrets
from typing import Any

from sync.errors import BadInput
from sync.jobs.find import enrollment_of, find_class, find_person, rows
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.training.card import new_card


def reissue(ledger: Ledger, class_name: str, person_name: str, reason: str = "遗失补办") -> dict[str, Any]:
    """A new card for somebody of the class; every older one of hers there is revoked."""
    class_row = find_class(ledger, class_name)
    person = find_person(ledger, person_name)
    enrollment = enrollment_of(ledger, class_row.id, person.id)
    if not enrollment:
        raise BadInput(f"{person.name} 不是这个班的学员。", "not-enrolled")
    with ledger.writing() as w:
        old = [
            row["number"]
            for row in rows(
                ledger.conn,
                "SELECT DISTINCT number FROM cards WHERE enrollment = ?"
                " AND number NOT IN (SELECT number FROM revoked_cards) ORDER BY number",
                enrollment,
            )
        ]
        number = new_card(secrets.randbelow)
        w.fact("card.issue", kinds.CardIssue(enrollment, number, old, reason))
    return {"card": number, "revoked": old, "trainee": person.id, "name": person.name}
