"""Who may be in a class, and how a class may be planned: what the rule pack says of it, in words. It refuses nobody.

Rules: class_size, theory_share_min, practice_share_min, min_age, max_age, yearly_trainings, same_course_level. Hours
are in hundredths, days are ISO dates in Beijing time. A sentence quotes its rule and clause; no sentence, nothing odd.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sync.training.account import figure
from sync.training.facts import Lesson
from sync.training.identity import birth_date
from sync.training.pack import RulePack


@dataclass(frozen=True, slots=True)
class Training:
    """A class that somebody is in. `course` and `level` are the occupation's and its level's names."""

    class_id: str
    code: str
    course: str
    level: str
    first_day: str


def class_size(people: int, pack: RulePack) -> str:
    """Rule: class_size."""
    most = pack.count("class_size")
    if most is None or people <= most:
        return ""
    return f"全班 {people} 人，超过{pack.quote('class_size')}。"


def hour_shares(lessons: Iterable[Lesson], standard: int, pack: RulePack) -> list[str]:
    """What the plan can't reach any more, with all that is left of the course's `standard` hours given to it.

    So the first lessons of a timetable are no cause for a word. Rules: theory_share_min, practice_share_min.
    """
    planned = {"theory": 0, "practice": 0}
    for lesson in lessons:
        if not lesson.cancelled:
            planned[lesson.kind] += lesson.planned
    total = max(standard, sum(planned.values()))
    found = []
    for kind, other, word in (("theory", "practice", "理论"), ("practice", "theory", "实操")):
        rule = f"{kind}_share_min"
        if total - planned[other] < pack.share(rule) * total:
            left = figure(total - planned[other])
            found.append(f"全班 {figure(total)} 课时里{word}最多只剩 {left} 课时，低于{pack.quote(rule)}。")
    return found


def age(id_number: str, first_day: str, pack: RulePack) -> str:
    """Whole years of age on the class's first day, by a sound identity number. Rules: min_age, max_age."""
    born = birth_date(id_number)
    try:
        day = date.fromisoformat(first_day)
    except ValueError:
        return ""
    if born is None:
        return ""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    least, most = pack.age("min_age"), pack.age("max_age")
    if least is not None and years < least:
        return f"开班那天 {years} 岁，低于{pack.quote('min_age')}。"
    if most is not None and years > most:
        return f"开班那天 {years} 岁，超过{pack.quote('max_age')}。"
    return ""


def yearly_trainings(trainings: Sequence[Training], class_id: str, pack: RulePack) -> str:
    """Of one person's `trainings`, whether this class is one too many in its calendar year: the later ones are."""
    before = _before(trainings, class_id)
    most = pack.count("yearly_trainings")
    if most is None or len(before) < most:
        return ""
    return f"这是当年的第 {len(before) + 1} 次培训（此前：{_codes(before)}），超过{pack.quote('yearly_trainings')}。"


def same_course_level(trainings: Sequence[Training], class_id: str, pack: RulePack) -> str:
    """The same for the same occupation at the same level."""
    own = next(one for one in trainings if one.class_id == class_id)
    before = [one for one in _before(trainings, class_id) if (one.course, one.level) == (own.course, own.level)]
    most = pack.count("same_course_level")
    if most is None or len(before) < most:
        return ""
    return (
        f"{own.course}（{own.level}）当年已经学过（{_codes(before)}），这是第 {len(before) + 1} 次，"
        f"超过{pack.quote('same_course_level')}。"
    )


def _before(trainings: Sequence[Training], class_id: str) -> list[Training]:
    """Those of the same calendar year that began earlier; of one day, by id."""
    own = next(one for one in trainings if one.class_id == class_id)
    earlier = [
        one
        for one in trainings
        if one.first_day[:4] == own.first_day[:4] and (one.first_day, one.class_id) < (own.first_day, own.class_id)
    ]
    return sorted(earlier, key=lambda one: (one.first_day, one.class_id))


def _codes(trainings: Iterable[Training]) -> str:
    return "、".join(f"{one.code} 班" for one in trainings)
