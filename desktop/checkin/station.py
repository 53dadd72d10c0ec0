"""What the desk does, without a screen: an open lesson, who is there, and every intention as one method.

The roster is read when a lesson is opened or something else changed; a scan then touches one person only.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.checkin import words
from desktop.checkin.words import Shown
from sync.errors import BadInput, UserError
from sync.jobs import checkin, moment
from sync.jobs.attendance import Attendee, StampLine, attendance, class_of_card, stamps_of
from sync.jobs.checkin import Desk, Scanned
from sync.jobs.find import Person
from sync.ledger.ledger import Ledger
from sync.training.card import is_card, normalise
from sync.training.facts import Kind
from sync.training.lookup import rank

RECENT = 12
_MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Counts:
    """应到, 实到, 未到, 请假, and of those who came how many have left."""

    expected: int
    came: int
    missing: int
    leave: int
    left: int


class Station:
    """A lesson open for check-in. Raises NotFound and BadInput as `open_desk` does."""

    def __init__(self, ledger: Ledger, lesson_id: str) -> None:
        self.ledger = ledger
        self.recent: deque[Shown] = deque(maxlen=RECENT)
        self.desk: Desk
        self.people: dict[str, Attendee]
        self._lesson_id = lesson_id
        self.read_again()

    def read_again(self) -> None:
        self.desk = checkin.open_desk(self.ledger, self._lesson_id)
        self.people = attendance(self.ledger, self.desk)

    def now(self) -> int:
        return moment.now(self.ledger).at

    def ready(self) -> Shown:
        return words.ready(self.desk, self.now())

    def scan(self, text: str, via: str, manual: Kind | None) -> Shown:
        """`via` is camera or scanner. What could not be recorded is said so, whatever the cause."""
        if via == "camera" and not is_card(normalise(text)):
            return self._said(words.not_a_card(self.now()))
        name = next((one.name for one in self.people.values() if one.card == normalise(text)), "")
        return self._said(self._try(name, lambda: checkin.scan(self.ledger, self.desk, text, via, manual)))

    def by_hand(self, person_id: str, kind: Kind, reason: str) -> Shown:
        """Raises BadInput for a form that is not filled in; other failures are an answer."""
        if not reason.strip():
            raise BadInput("请选一个原因，或写明原因。")
        someone = self.people[person_id]
        person = Person(person_id, someone.name, "")
        made = self._try(someone.name, lambda: checkin.stamp_by_hand(self.ledger, self.desk, person, kind, reason))
        return self._said(made)

    def correct(self, person_id: str, kind: Kind, clock: str, reason: str, witness: str) -> Scanned:
        """补签. Raises BadInput, StorageError."""
        if not witness.strip():
            raise BadInput("补签要写明见证人。")
        made = checkin.correct(self.ledger, self._lesson_id, person_id, kind, clock, reason, witness)
        self.read_again()
        return made

    def void(self, stamp: str, reason: str, witness: str) -> None:
        """作废. Raises BadInput, StorageError."""
        checkin.void(self.ledger, stamp, reason, witness)
        self.read_again()

    def give_leave(self, person_id: str, reason: str) -> None:
        """请假. Raises BadInput, StorageError."""
        checkin.give_leave(self.ledger, self._lesson_id, person_id, reason)
        self.read_again()

    def stamps_of(self, person_id: str) -> list[StampLine]:
        return stamps_of(self.ledger, self.desk, person_id)

    def counts(self) -> Counts:
        everybody = self.people.values()
        came = sum(one.last is not None for one in everybody)
        left = sum(one.last == "out" for one in everybody)
        leave = sum(one.last is None and one.leave for one in everybody)
        return Counts(len(self.people), came, len(self.people) - came - leave, leave, left)

    def missing(self) -> list[Attendee]:
        return [one for one in self.people.values() if one.missing]

    def find(self, query: str) -> list[Attendee]:
        """Those whom a query fits, best first."""
        ranked = [(rank(query, one.keys), place, one) for place, one in enumerate(self.people.values())]
        found = sorted((fit, place, one) for fit, place, one in ranked if fit is not None)
        return [one for _, _, one in found[:_MOST_FOUND]]

    def likely_kind(self) -> Kind:
        """What a stamp by hand means now, unless the trainer says otherwise."""
        return "in" if self.now() < self.desk.sitting.gate else "out"

    def _try(self, name: str, work: Callable[[], Scanned]) -> Shown:
        try:
            made = work()
        except UserError as error:
            return words.failed(error.message, name, self.now())
        someone = self.people.get(made.trainee)
        if made.result == "repeat" and someone is not None and someone.last is None:
            # Another window or the command line has stamped her.
            self.people = attendance(self.ledger, self.desk)
            someone = self.people[someone.id]
        if made.result == "recorded" and someone is not None:
            self.people[someone.id] = replace(someone, last=made.kind, at=made.at)
        own_class = class_of_card(self.ledger, made.card) if made.result == "not-enrolled" else None
        answer = words.shown(made, self.desk, own_class, someone.at if someone else made.at)
        if someone is not None and someone.called != someone.name:
            answer = replace(answer, sentence=f"证件尾号 {someone.tail}。{answer.sentence}")
        return replace(answer, trainee=made.trainee)

    def _said(self, answer: Shown) -> Shown:
        self.recent.appendleft(answer)
        return answer
