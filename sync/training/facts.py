"""What the rules reason about, as plain data.

Instants are whole seconds since 1970 UTC. Hours are integers in hundredths of a class hour (350 is 3.5 课时),
so that sums are exact on every machine.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One timetabled block (课次) of a class."""

    id: str
    class_id: str
    start: int
    end: int
    hours: int
    """Planned class hours, in hundredths."""
    kind: Literal["theory", "practice"]
    mode: Literal["onsite", "online"] = "onsite"
    teacher: str = ""
    """Trainee-like id of the teacher, or empty."""
    cut_end: int | None = None
    """Where the lesson was cut short, its end from then on."""
    cancelled: bool = False
    cut_hours: int | None = None
    """Planned hours restated when it was cut, in hundredths; None leaves them as they were."""

    @property
    def ends(self) -> int:
        """The end that counts: the planned one, or where it was cut."""
        return self.end if self.cut_end is None else self.cut_end

    @property
    def planned(self) -> int:
        """The planned hours that count, in hundredths."""
        return self.hours if self.cut_hours is None else self.cut_hours

    @property
    def stands(self) -> bool:
        """Whether it takes place at all: not cancelled, and not cut before it began."""
        return not self.cancelled and self.ends > self.start


@dataclass(frozen=True, slots=True)
class Stamp:
    """One observed presence, never edited. A correction is a stamp too, with `reason` and `witness`."""

    id: str
    feed: str
    seq: int
    lesson: str
    person: str
    kind: Kind
    at: int
    """Wall clock, moved by the trainer's stated time where one was recorded."""
    counted: bool = True
    """False when it was taken outside the sitting's window: kept, never counted."""
    via: str = "card"
    """How it was taken: card, search, manual …, or `correction` where somebody stated the time afterwards."""
    reason: str = ""
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Void:
    """A correction that takes a stamp out of the count; both stay visible."""

    id: str
    stamp: str
    reason: str
    witness: str


@dataclass(frozen=True, slots=True)
class RollCall:
    """Somebody drawn in mid-lesson was called at `at`, and answered or did not."""

    id: str
    lesson: str
    person: str
    at: int
    present: bool


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave (请假) of one person for one lesson."""

    id: str
    lesson: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveVoid:
    """Takes a leave back (撤销请假): given to the wrong person, say. Both stay visible."""

    id: str
    leave: str
    reason: str


@dataclass(frozen=True, slots=True)
class OnlineHours:
    """What a learning platform's export says of one person in one online lesson."""

    id: str
    feed: str
    seq: int
    lesson: str
    person: str
    hours: int
    """Class hours, in hundredths."""
    source: str
    """The export that said so, as people call it."""
    at: int
    """When it was imported, by the wall clock."""
    minutes: int | None = None
    """The same in minutes, where the export gave a time."""
