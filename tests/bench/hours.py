"""How long the hours rules take, with nothing read from a ledger; `grown` measures them with all that is read."""

import random
from statistics import median

from sync.training.facts import Lesson, Stamp
from sync.training.hours import class_hours
from tests.bench.ledgers import timed
from tests.bench.table import Row
from tests.training.day import DEFAULT, at

BLOCKS = (("08:00", "09:30"), ("09:40", "11:10"), ("14:00", "15:30"), ("15:40", "17:10"))
LATER = at("00:00", 20)
CLASSES = 200


def a_class(name: str) -> tuple[list[Lesson], list[str], list[Stamp]]:
    """Five days of four lessons, 50 people with four stamps a day, some late and some early."""
    chance = random.Random(name)
    people = [f"{name}-{number}" for number in range(50)]
    lessons, stamps = [], list[Stamp]()
    for day in range(1, 6):
        today = [
            Lesson(f"{name}-{day}-{block}", name, at(start, day), at(end, day), 200, "practice")
            for block, (start, end) in enumerate(BLOCKS)
        ]
        lessons += today
        for first, last in ((today[0], today[1]), (today[2], today[3])):
            for person in people:
                came, left = first.start + chance.randint(-900, 900), last.end + chance.randint(-900, 900)
                stamps.append(Stamp(f"{name}-{len(stamps)}", name, len(stamps), first.id, person, "in", came))
                stamps.append(Stamp(f"{name}-{len(stamps)}", name, len(stamps), first.id, person, "out", left))
    return lessons, people, stamps


def run() -> list[Row]:
    one = a_class("c")
    alone = median(timed(lambda: class_hours(*one, [], [], [], DEFAULT, LATER)) for _ in range(20))
    found = class_hours(*one, [], [], [], DEFAULT, LATER)
    sentences = [len(entry.why) for hours in found for entry in hours.lessons]
    explained = timed(lambda: [entry.why for hours in found for entry in hours.lessons])
    classes = [a_class(f"c{number}") for number in range(CLASSES)]
    every = timed(lambda: [class_hours(*facts, [], [], [], DEFAULT, LATER) for facts in classes])
    return [
        Row("hours of 50 people in 20 lessons", f"{alone * 1000:.1f} ms", "", "≤ 50 ms", alone <= 0.050),
        Row(f"  and {sum(sentences):,} sentences of why", f"{explained * 1000:.1f} ms", "", "", None),
        Row(f"hours of {CLASSES * 50:,} people in as many", f"{every:.2f} s", "", "≤ 5 s", every <= 5),
    ]
