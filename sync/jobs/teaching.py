"""Who teaches for which institution in which year, and what the rules ask of it.

A laptop knows its own institution, the county all. Nobody is refused: the laptop warns when a lesson is planned, and
the county decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sync.jobs import moment
from sync.jobs.find import LessonRow
from sync.jobs.rules import default_pack, packs
from sync.ledger.ledger import Ledger
from sync.training import employment, identity, teaching
from sync.training.employment import Spell
from sync.training.findings import Finding
from sync.training.pack import RulePack, pack_for
from sync.training.teaching import Post, by_institution, by_person

HERE = "本机构"
"""What a laptop calls its own institution while the county has not enrolled it."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What a teacher's record has of lessons at an institution in a year. Hours are planned ones, in hundredths."""

    post: Post
    lessons: int
    hours: int
    class_day: str
    """When the latest of these classes began, an ISO day."""


def findings(ledger: Ledger) -> list[Finding]:
    """Of every institution and year. Lessons whose institution is not known yet are nobody's."""
    found = [one for one in taught(ledger) if one.post.institution]
    if not found:
        return []
    posts, pack_of = [one.post for one in found], _packs(ledger, found)
    told: list[Finding] = []
    for own in by_institution(posts):
        told += [*teaching.share_short(own, pack_of(own)), *teaching.unrecorded(own, pack_of(own))]
    for own in by_person(posts):
        told += [*teaching.too_many_institutions(own, pack_of(own)), *teaching.fulltime_twice(own)]
    return told


def lesson_warnings(ledger: Ledger, lesson: LessonRow) -> list[str]:
    """What speaks against this lesson's teacher. What nobody has recorded is no warning here."""
    found = taught(ledger, moment.day_of(lesson.start).year)
    posts, pack_of = [one.post for one in found], _packs(ledger, found)
    own = next((post for post in posts if post.teacher == lesson.teacher), None)
    if own is None:
        return []
    told: list[Finding] = []
    if own.number:
        hers = [post for post in posts if post.number == own.number]
        told += teaching.too_many_institutions(hers, pack_of(hers))
    if own.employment == employment.PARTTIME:
        ours = [post for post in posts if post.institution == own.institution]
        told += teaching.share_short(ours, pack_of(ours))
    return [one.sentence for one in told]


def taught(ledger: Ledger, year: int = 0) -> list[Taught]:
    """Who has lessons that are not cancelled, in one calendar year of Beijing or (0) in each."""
    home, today, employed = homes(ledger), moment.day_of(moment.now(ledger).at), employments(ledger)
    found: dict[tuple[int, str, str], Taught] = {}
    for teacher, name, number, lesson, start, hours, origin, class_day in ledger.conn.execute(
        "SELECT t.id, coalesce(t.name, ''), coalesce(t.id_number, ''),"
        " l.id, l.start, coalesce(l.hours, 0), c.origin, coalesce(c.date_from, '')"
        " FROM lessons l JOIN teachers t ON t.id = l.teacher JOIN classes c ON c.id = l.training_class"
        " WHERE NOT coalesce(l.cancelled, 0) AND l.start IS NOT NULL ORDER BY l.start, l.id"
    ):
        day = moment.day_of(start)
        if year not in (0, day.year):
            continue
        place, place_name = home.get(origin.partition("~")[0], ("", HERE))
        before = found.get((day.year, place, teacher))
        known = employed.get(teacher, [])
        if before is None:
            sound = number if identity.problem(number, today) is None else ""
            full = employment.full_time(known, day.year)
            before = Taught(Post(day.year, place, place_name, name, sound, "", full, teacher, lesson), 0, 0, "")
        _, how = employment.spell_on(known, day.isoformat())
        post = replace(before.post, employment=employment.better(before.post.employment, how))
        found[day.year, place, teacher] = Taught(
            post, before.lessons + 1, before.hours + hours, max(before.class_day, class_day)
        )
    return list(found.values())


def employments(ledger: Ledger) -> dict[str, list[Spell]]:
    """Of each teacher of whom something is recorded: how she is employed, by days."""
    said: dict[str, list[Spell]] = defaultdict(list)
    for teacher, since, how in ledger.conn.execute(
        "SELECT teacher, since, employment FROM employments ORDER BY hlc_ms, hlc_n, id"
    ):
        said[teacher].append((since, how))
    return {teacher: employment.spells(own) for teacher, own in said.items()}


def homes(ledger: Ledger) -> dict[str, tuple[str, str]]:
    """Feed → the institution (id, name) that its device is certified for, by the certificate that runs longest."""
    found = ledger.conn.execute(
        "SELECT f.id, d.institution, coalesce(i.name, '') FROM feeds f JOIN devices d ON d.key_id = f.key_id"
        " LEFT JOIN institutions i ON i.id = d.institution WHERE d.institution <> '' ORDER BY d.until, d.id DESC"
    )
    return {feed: (institution, name) for feed, institution, name in found}


def _packs(ledger: Ledger, found: Iterable[Taught]) -> Callable[[Sequence[Post]], RulePack]:
    """For posts, the pack of the latest class that their institutions held in that year."""
    known = packs(ledger)
    days: dict[tuple[int, str], str] = {}
    for one in found:
        key = (one.post.year, one.post.institution)
        days[key] = max(days.get(key, ""), one.class_day)

    def pack_of(posts: Sequence[Post]) -> RulePack:
        return pack_for(known, max(days[post.year, post.institution] for post in posts), default_pack())

    return pack_of
