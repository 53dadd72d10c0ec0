"""What a trainer's laptop does, as a process that may be ended at any moment.

`python -m tests.storm.shift JOB FOLDER SEED`. Each line on stdout is a promise: it is said only once the program had
answered, so whatever happens next, it must hold. The first one, `begin`, is said when Python has loaded everything and
before the ledger is touched.
"""

import io
import random
import sys
import time as machine
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

from PIL import Image

from sync.jobs import checkin, moment
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.photos import add_photo
from sync.jobs.rosters import carry_out, plan_import, roster_of
from sync.jobs.status import close_lesson
from sync.ledger.backup import backup, restore
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger

SAMPLES = Path(__file__).parents[1] / "samples"
ROSTER, LARGE = SAMPLES / "roster-template-40.xlsx", SAMPLES / "roster-large-10000.xlsx"
FIRST_DAY = date(2026, 11, 2)
CLASS, EMPTY_CLASS = "A1", "A2"
BACKUP = "backup.xpk"


class ShiftClock:
    """Starts wherever the story is, and goes on as fast as the machine's."""

    def __init__(self) -> None:
        self.set(moment.instant(FIRST_DAY, time(7)))

    def set(self, at: int) -> None:
        self._at, self._since = at, machine.monotonic_ns()

    def read(self) -> Reading:
        passed = (machine.monotonic_ns() - self._since) // 1_000_000
        return Reading(self._at * 1000 + passed, self._at + passed, "b0070001")


def say(*words: object) -> None:
    print(*words, flush=True)


def prepare(folder: Path) -> None:
    """A node with a class of forty people, one of nobody, and no lesson yet; its backup beside it."""
    with Ledger.create(folder, "红旗村", clock=ShiftClock()) as ledger:
        with ledger.writing() as w:
            w.write("course", {"code": "C1", "name": "家政服务员", "level": "初级", "hours": 8000, "subsidy": 120000})
        _class(ledger, CLASS)
        carry_out(ledger, plan_import(ledger, ROSTER, CLASS))
        _class(ledger, EMPTY_CLASS)
        backup(ledger, folder.parent / BACKUP)


def _class(ledger: Ledger, code: str) -> str:
    return add_class(ledger, code, "C1", f"家政班 {code}", "2026-11-02", "2027-11-01")


def door(folder: Path, chance: random.Random) -> None:
    """A lesson from where the last process left it: all in, all out, a photo, a roster, a backup, the lesson's end."""
    clock = ShiftClock()
    with Ledger.open(folder, clock) as ledger:
        lesson = _lesson(ledger)
        desk = checkin.open_desk(ledger, lesson)
        cards = [row["card"] for row in roster_of(ledger, desk.lesson.class_id)]
        # Nobody goes home before all are there, so where one has left, the door is past that.
        left = ledger.conn.execute("SELECT 1 FROM stamps WHERE lesson = ? AND kind = 'out'", (lesson,)).fetchone()
        for at in (desk.sitting.start - 600, desk.sitting.end)[1 if left else 0 :]:
            clock.set(at)
            chance.shuffle(cards)
            for card in cards:
                found = checkin.scan(ledger, desk, card, "camera")
                say(found.result, lesson, found.trainee, found.kind, found.stamp or "-")
        say("photo", add_photo(ledger, picture(chance.getrandbits(64)), lesson, "end"))
        code = f"B{chance.getrandbits(40):010x}"
        _class(ledger, code)
        carry_out(ledger, plan_import(ledger, ROSTER, code))
        say("imported", code)
        backup(ledger, folder.parent / BACKUP)
        say("backup", ledger.position(ledger.feed).seq)
        close_lesson(ledger, lesson)
        say("closed", lesson)


def _lesson(ledger: Ledger) -> str:
    """The one that is not over, or a new one on the next day."""
    rows = ledger.conn.execute(
        "SELECT l.id, EXISTS (SELECT 1 FROM lesson_closings c WHERE c.lesson = l.id) FROM lessons l ORDER BY l.start"
    ).fetchall()
    if rows and not rows[-1][1]:
        return str(rows[-1][0])
    day = FIRST_DAY + timedelta(days=len(rows))
    return add_lesson(ledger, CLASS, NewLesson(day, time(9), time(11, 15), 300, "practice", topic="老人护理"))[0]


def importing(folder: Path, _: random.Random) -> None:
    """Ten thousand rows in one step."""
    with Ledger.open(folder, ShiftClock()) as ledger:
        carry_out(ledger, plan_import(ledger, LARGE, EMPTY_CLASS))
        say("imported", EMPTY_CLASS)


def creating(folder: Path, _: random.Random) -> None:
    with Ledger.create(folder, "红旗村", clock=ShiftClock()) as ledger:
        say("created", ledger.feed)


def backing_up(folder: Path, chance: random.Random) -> None:
    """One more change, and a backup in the place of the last."""
    with Ledger.open(folder, ShiftClock()) as ledger:
        _class(ledger, f"C{chance.getrandbits(40):010x}")
        backup(ledger, folder.parent / BACKUP)
        say("backup", ledger.position(ledger.feed).seq)


def restoring(folder: Path, _: random.Random) -> None:
    """A new node from the backup; the key is beside it, as it is with the user."""
    made = restore(folder, folder.parent / BACKUP, folder.parent / "ledger.key", ShiftClock())
    say("restored", made.feed)


def taking_photos(folder: Path, chance: random.Random) -> None:
    with Ledger.open(folder, ShiftClock()) as ledger:
        lesson = _lesson(ledger)
        for _ in range(3):
            say("photo", add_photo(ledger, picture(chance.getrandbits(64)), lesson, "middle"))


def picture(seed: int) -> bytes:
    """As a camera gives it: 720p, and another one for each seed."""
    small = Image.frombytes("L", (64, 36), random.Random(seed).randbytes(64 * 36))
    out = io.BytesIO()
    small.resize((1280, 720)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


JOBS: dict[str, Callable[[Path, random.Random], None]] = {
    "door": door,
    "import": importing,
    "create": creating,
    "backup": backing_up,
    "restore": restoring,
    "photo": taking_photos,
}


def main(job: str, folder: str, seed: str) -> None:
    say("begin")
    JOBS[job](Path(folder), random.Random(int(seed)))


if __name__ == "__main__":
    main(*sys.argv[1:])
