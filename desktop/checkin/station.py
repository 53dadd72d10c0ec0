"""What the desk does, without a screen: an open lesson, who is there, and every intention as one method.

The roster is read when a lesson is opened or something else changed; a scan then touches one person only.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.checkin import words
from desktop.checkin.verifying import Asked, Verifying
from desktop.checkin.words import Elsewhere, Shown
from sync.errors import BadInput, NotFound, UserError
from sync.jobs import checkin, leave, moment, rollcall
from sync.jobs.attendance import Attendee, StampLine, attendance, class_of_card, stamps_of
from sync.jobs.checkin import Desk, Scanned
from sync.jobs.find import Person, find_class, find_person
from sync.jobs.photos import keep_photo, portraits, read_photo
from sync.jobs.running import lesson_on_now
from sync.ledger.ledger import Ledger
from sync.training.card import is_card, normalise
from sync.training.facts import Kind
from sync.training.lookup import rank

RECENT = 12
_MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Counts:
    """应到, 实到, 未到, 请假, and of those who came how many were late and how many have left."""

    expected: int
    came: int
    missing: int
    leave: int
    left: int
    late: int = 0


class Station:
    """A lesson open for check-in. Raises NotFound and BadInput as `open_desk` does."""

    def __init__(self, ledger: Ledger, lesson_id: str) -> None:
        self.ledger = ledger
        self.recent: deque[Shown] = deque(maxlen=RECENT)
        self.desk: Desk
        self.people: dict[str, Attendee]
        self.verifying: Verifying
        self.portraits: dict[str, str]
        """SHA-256 of the latest photo of a person, by her id."""
        self._lesson_id = lesson_id
        self._committed = False
        self.read_again()

    def read_again(self) -> None:
        self.desk = checkin.open_desk(self.ledger, self._lesson_id)
        self.people = attendance(self.ledger, self.desk)
        self.verifying = Verifying(self.ledger, self.desk, self.people.values())
        self.portraits = portraits(self.ledger, self.desk.lesson.class_id)

    def now(self) -> int:
        return moment.now(self.ledger).at

    def ready(self) -> Shown:
        return words.ready(self.desk, self.now(), self._on_now())

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

    def stranger(self, asked: Asked) -> Shown:
        """Somebody who showed the card is not the one on the roster: what is recorded of it is said."""
        return self._said(words.not_the_person(asked.name, asked.person, self.now()))

    def teachers(self) -> list[Person]:
        """Those of the sitting's lessons, in order."""
        ids = dict.fromkeys(lesson.teacher for lesson in self.desk.sitting.lessons if lesson.teacher)
        return [find_person(self.ledger, id_) for id_ in ids]

    def teacher(self, person: Person, kind: Kind) -> Shown:
        """A teacher's own stamp."""
        made = self._try(person.name, lambda: checkin.stamp_by_hand(self.ledger, self.desk, person, kind, ""))
        return self._said(replace(made, headline=f"老师{made.headline}"))

    def commit_roll_call(self) -> None:
        """Once, when the first stamp is made: the seed of a roll-call that may come. Raises StorageError."""
        if not self._committed:
            rollcall.commit(self.ledger, self.desk.lesson.id)
            self._committed = True

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
        leave.give_leave(self.ledger, self._lesson_id, person_id, reason)
        self.read_again()

    def void_leave(self, person_id: str, reason: str) -> None:
        """撤销请假. Raises BadInput, StorageError."""
        leave.void_leave(self.ledger, self._lesson_id, person_id, reason)
        self.read_again()

    def leave_words(self, person_id: str) -> str:
        """Her leave for this lesson with its reason, and what the cap will say of it; nothing without one."""
        one = self.people[person_id]
        if not one.leave:
            return ""
        beyond = leave.beyond_cap(self.ledger, self.desk.lesson.class_id, person_id)
        return f"本课次已请假：{one.leave_reason}。{beyond}"

    def portrait(self, person_id: str) -> bytes:
        """Her latest photo as a JPEG, or nothing."""
        try:
            return read_photo(self.ledger, self.portraits[person_id]) if person_id in self.portraits else b""
        except NotFound:
            # It is on the laptop that took it.
            return b""

    def add_photo(self, jpeg: bytes, what: str, person_id: str = "") -> str:
        """A photo that the desk's camera took; answers its SHA-256. Raises BadInput, StorageError."""
        digest = keep_photo(self.ledger, jpeg, self.desk.lesson.id, what, person_id)
        if person_id:
            self.portraits[person_id] = digest
        return digest

    def stamps_of(self, person_id: str) -> list[StampLine]:
        return stamps_of(self.ledger, self.desk, person_id)

    def counts(self) -> Counts:
        everybody = self.people.values()
        came = sum(one.last is not None for one in everybody)
        left = sum(one.last == "out" for one in everybody)
        on_leave = sum(one.last is None and one.leave for one in everybody)
        late = sum(self._late_by(one.came) > 0 for one in everybody)
        return Counts(len(self.people), came, len(self.people) - came - on_leave, on_leave, left, late)

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
        late = 0
        if made.result == "recorded" and someone is not None:
            came = someone.came or (made.at if made.kind == "in" else 0)
            self.people[someone.id] = replace(someone, last=made.kind, at=made.at, came=came)
            late = self._late_by(came) if came == made.at else 0
        elsewhere = self._elsewhere(made)
        answer = words.shown(made, self.desk, elsewhere, someone.at if someone else made.at, late)
        if someone is not None and someone.called != someone.name:
            answer = replace(answer, sentence=f"证件尾号 {someone.tail}。{answer.sentence}")
        return replace(answer, trainee=made.trainee)

    def _late_by(self, came: int) -> int:
        """Minutes after the start, where that is 迟到; else 0. Rule: late_grace."""
        after = came - self.desk.lesson.start
        return after // 60 if after > self.desk.pack.seconds("late_grace") else 0

    def _on_now(self) -> str:
        """The class's lesson that cards are for now, where this sitting is not it: the afternoon's, say."""
        now, sitting = self.now(), self.desk.sitting
        if sitting.opens <= now <= sitting.closes:
            return ""
        return lesson_on_now(self.ledger, find_class(self.ledger, self.desk.lesson.class_id))

    def _elsewhere(self, made: Scanned) -> Elsewhere | None:
        if made.result == "outside-window":
            return Elsewhere(find_class(self.ledger, self.desk.lesson.class_id), self._on_now())
        if made.result != "not-enrolled":
            return None
        own_class = class_of_card(self.ledger, made.card)
        return Elsewhere(own_class, lesson_on_now(self.ledger, own_class)) if own_class else None

    def _said(self, answer: Shown) -> Shown:
        self.recent.appendleft(answer)
        return answer
