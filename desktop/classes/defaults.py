"""What a new lesson most likely is: the half-day after the last one, otherwise like it."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sync.jobs import moment
from sync.jobs.find import LessonRow

MORNING = (time(8, 30), time(11, 30))
AFTERNOON = (time(14, 0), time(17, 0))
NOON = time(12, 30)
USUAL_HOURS = 400


@dataclass(frozen=True, slots=True)
class Proposal:
    """Fields of the form for a new lesson; hours in hundredths."""

    day: date
    start: time
    end: time
    hours: int = USUAL_HOURS
    kind: str = "theory"
    mode: str = "onsite"
    teacher: str = ""


def propose(lessons: list[LessonRow], first_day: date) -> Proposal:
    """From the lessons so far, in order of start. `teacher` is an id."""
    standing = [lesson for lesson in lessons if not lesson.cancelled]
    if not standing:
        return Proposal(first_day, *MORNING)
    last = standing[-1]
    day, begins = moment.day_of(last.start), _clock(last.start)
    if begins < NOON:
        start, end = _like(standing, False) or AFTERNOON
    else:
        day += timedelta(days=1)
        start, end = _like(standing, True) or MORNING
    return Proposal(day, start, end, last.hours, last.kind, last.mode, last.teacher)


def _like(lessons: list[LessonRow], morning: bool) -> tuple[time, time] | None:
    """The times of the last lesson in that half of a day."""
    for lesson in reversed(lessons):
        if (_clock(lesson.start) < NOON) == morning:
            return _clock(lesson.start), _clock(lesson.end)
    return None


def _clock(at: int) -> time:
    return moment.parse_time(moment.iso(at)[11:19])
