"""A day at a desk: a class of the sample roster, its lesson from 9:00 to 11:40 Beijing time, and a clock to be set."""

from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from sync.jobs import moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.rosters import carry_out, plan_import, roster_of
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger

DAY = date(2026, 11, 21)
SAMPLES = Path(__file__).parents[1] / "samples"

MULTIMEDIA_NOISE = (
    r"Couldn't (load .* library|resolve .* symbols)|pa_context_connect|No RHI backend|FFmpeg|text-to-speech"
)
"""What QtMultimedia says of a machine without a loudspeaker, a voice and the libraries for graphics hardware."""


@dataclass
class SetClock:
    """Stands still until it is set."""

    at: int = 0

    def set(self, clock: str) -> None:
        self.at = moment.instant(DAY, time.fromisoformat(clock))

    def read(self) -> Reading:
        return Reading(self.at * 1000, (self.at - 1_000_000_000) * 1000, "b0070001")


@dataclass
class Day:
    ledger: Ledger
    clock: SetClock
    class_id: str
    lesson: str
    people: list[dict[str, str]] = field(default_factory=list)

    def card(self, place: int) -> str:
        """The card's number of the n-th person on the roster, from 0."""
        return self.people[place]["card"]

    def name(self, place: int) -> str:
        return self.people[place]["name"]

    def stamps(self) -> list[tuple[str, str, str]]:
        """(name, kind, via) of every stamp in the ledger, in order."""
        found = self.ledger.conn.execute(
            "SELECT t.name, s.kind, s.via FROM stamps s JOIN trainees t ON t.id = s.person ORDER BY s.seq"
        )
        return list(found)


def make_day(folder: Path, roster: str = "roster-template-40.xlsx", teacher: str = "") -> Day:
    """At half past eight: the door has just opened."""
    clock = SetClock()
    clock.set("08:40:00")
    ledger = Ledger.create(folder, "清水乡培训点", clock=clock)
    with ledger.writing() as w:
        w.write("course", {"code": "C1", "name": "家政服务员", "level": "初级", "hours": 8000, "subsidy": 120000})
    class_id = add_class(ledger, "A1", "C1", "清水乡家政一班", "2026-11-21", "2026-11-28")
    carry_out(ledger, plan_import(ledger, SAMPLES / roster, "A1"))
    planned = NewLesson(DAY, time(9), time(11, 40), 300, "theory", teacher=teacher, topic="家庭保洁")
    lesson, _ = add_lesson(ledger, "A1", planned)
    people = [row for row in roster_of(ledger, class_id) if row["status"] != "withdrawn"]
    return Day(ledger, clock, class_id, lesson, people)
