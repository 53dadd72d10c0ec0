"""The facts about some lessons, put where the rules look for them: by sitting, person and lesson."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sync.training.facts import Leave, LeaveVoid, Lesson, OnlineHours, RollCall, Stamp, Void
from sync.training.online import latest
from sync.training.pack import RulePack
from sync.training.sitting import Sitting, sittings
from sync.training.stamps import counts, in_order

Place = tuple[int, str]
"""The number of a sitting, and a person."""


@dataclass(frozen=True, slots=True)
class Records:
    """One reading of the facts; the same for any order in which they arrived."""

    sittings: list[Sitting]
    number: dict[str, int]
    """Lesson → the number of its sitting."""
    counted: dict[Place, list[Stamp]]
    """Counted stamps, in their order."""
    aside: dict[Place, list[Stamp]]
    """Stamps that do not count: out of the window, or voided."""
    voids: dict[str, Void]
    """Stamp → what took it out."""
    calls: dict[Place, list[RollCall]]
    leaves: dict[tuple[str, str], Leave]
    """(lesson, person) → the leave that stands."""
    taken_back: dict[tuple[str, str], list[tuple[Leave, LeaveVoid]]]
    """(lesson, person) → leaves that stand no more, each with what took it back."""
    teachers: dict[str, set[str]]
    """Class → who teaches in it."""
    taken: set[int]
    """Sittings in which some trainee's attendance was taken."""
    online: dict[tuple[str, str], OnlineHours]
    """(online lesson, person) → the hours imported for her that stand."""
    imported: set[str]
    """Online lessons for which anybody's hours were imported."""


def records(
    lessons: Iterable[Lesson],
    people: Iterable[str],
    stamps: Iterable[Stamp],
    voids: Iterable[Void],
    rollcalls: Iterable[RollCall],
    leaves: Iterable[Leave],
    pack: RulePack,
    online: Iterable[OnlineHours] = (),
    leave_voids: Iterable[LeaveVoid] = (),
) -> Records:
    """Sort the facts. Those about lessons that are not given are passed over: they concern somebody else's question."""
    lessons = list(lessons)
    made = sittings(lessons, pack)
    number = {lesson: place for place, sitting in enumerate(made) for lesson in sitting.ids}
    teachers: dict[str, set[str]] = defaultdict(set)
    for lesson in lessons:
        if lesson.teacher:
            teachers[lesson.class_id].add(lesson.teacher)
    # Of two voids of one stamp the first by id is quoted, whichever arrived first; so with leave below.
    voided = {void.stamp: void for void in sorted(voids, key=lambda void: void.id, reverse=True)}
    counted: dict[Place, list[Stamp]] = defaultdict(list)
    aside: dict[Place, list[Stamp]] = defaultdict(list)
    for stamp in stamps:
        place = number.get(stamp.lesson)
        if place is not None:
            (counted if counts(stamp, voided) else aside)[place, stamp.person].append(stamp)
    calls: dict[Place, list[RollCall]] = defaultdict(list)
    for call in rollcalls:
        place = number.get(call.lesson)
        if place is not None:
            calls[place, call.person].append(call)
    no_more = {void.leave: void for void in sorted(leave_voids, key=lambda void: void.id, reverse=True)}
    standing: dict[tuple[str, str], Leave] = {}
    taken_back: dict[tuple[str, str], list[tuple[Leave, LeaveVoid]]] = defaultdict(list)
    for leave in sorted(leaves, key=lambda leave: leave.id):
        if leave.id in no_more:
            taken_back[leave.lesson, leave.person].append((leave, no_more[leave.id]))
        else:
            standing.setdefault((leave.lesson, leave.person), leave)
    trainees = set(people)
    remote = {lesson.id for lesson in lessons if lesson.mode == "online"}
    stands = latest(fact for fact in online if fact.lesson in remote)
    return Records(
        sittings=made,
        number=number,
        counted={place: in_order(found) for place, found in counted.items()},
        aside={place: in_order(found) for place, found in aside.items()},
        voids=voided,
        calls=calls,
        leaves=standing,
        taken_back=taken_back,
        teachers=teachers,
        taken={
            place
            for place, person in counted
            if person in trainees or person not in teachers[made[place].lessons[0].class_id]
        },
        online=stands,
        imported={lesson for lesson, _ in stands},
    )
