"""How long the hours rules take: `python -m tests.bench.hours`.

To reach: a class of 50 people and 20 lessons within 50 ms, 10,000 trainees of 20 lessons each within 5 s.
"""

import random
import time

from sync.training.facts import Lesson, Stamp
from sync.training.hours import class_hours
from tests.training.day import DEFAULT, at

BLOCKS = (("08:00", "09:30"), ("09:40", "11:10"), ("14:00", "15:30"), ("15:40", "17:10"))
LATER = at("00:00", 20)


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


def main() -> None:
    one = a_class("c")
    took = []
    for _ in range(20):
        began = time.perf_counter()
        found = class_hours(*one, [], [], [], DEFAULT, LATER)
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    sentences = sum(len(entry.why) for hours in found for entry in hours.lessons)
    explained = time.perf_counter() - began
    classes = [a_class(f"c{number}") for number in range(200)]
    began = time.perf_counter()
    people = sum(len(class_hours(*facts, [], [], [], DEFAULT, LATER)) for facts in classes)
    print(f"50 people, 20 lessons, 1,000 stamps   {sorted(took)[10] * 1000:7.1f} ms   (to reach 50)")
    print(f"  and {sentences} sentences of why       {explained * 1000:7.1f} ms")
    print(f"{people:,} people, 200,000 stamps       {time.perf_counter() - began:7.2f} s    (to reach 5)")


if __name__ == "__main__":
    main()
