"""Is she who she says: whom the desk still has to compare with her papers at this sitting, and what was found."""

from collections.abc import Collection
from dataclasses import dataclass

from sync.jobs import identity
from sync.jobs.attendance import Attendee
from sync.jobs.checkin import Desk
from sync.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: is the person with this card the one on the roster? `why` is first or again."""

    person: str
    name: str
    called: str
    """The name, with the last digits where another of the class bears the same."""
    tail: str
    why: str


class Verifying:
    """Read with the roster; a scan then asks about one person. `waiting` are unanswered, in order."""

    def __init__(self, ledger: Ledger, desk: Desk, people: Collection[Attendee]) -> None:
        self._ledger, self._desk = ledger, desk
        self.waiting: dict[str, Asked] = {}
        missing = set(identity.coverage(ledger, desk.lesson.class_id).missing)
        self.people = {one.id for one in people}
        self.verified = self.people - missing
        for one in people:
            if one.last is not None:
                self.ask(one)

    def ask(self, one: Attendee) -> Asked | None:
        """The question about somebody who was just stamped, if there is one; it waits until it is answered."""
        why = identity.question(self._ledger, self._desk, one.id)
        if not why:
            return None
        return self.waiting.setdefault(one.id, Asked(one.id, one.name, one.called, one.tail, why))

    def answer(self, asked: Asked, ways: list[str], same: bool, photo: str = "") -> None:
        """Raises BadInput, StorageError."""
        identity.answer(self._ledger, self._desk, asked.person, ways, same, asked.why, photo)
        self.waiting.pop(asked.person, None)
        if same:
            self.verified.add(asked.person)

    @property
    def words(self) -> str:
        return f"已核对 {len(self.verified)}/{len(self.people)} 人"
