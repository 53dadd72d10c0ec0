"""Who teaches for an institution in a calendar year: what the rule pack asks of it, in words. It refuses nobody.

Rules: fulltime_teacher_share, teacher_institutions. One person is one identity number; where there is none, one name
within the institution. Of what nobody has recorded the better is taken to be true: a share is short once it would be
short with every unrecorded teacher employed full time. Functions take the posts of one calendar year.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sync.training.employment import FULLTIME, PARTTIME
from sync.training.findings import Finding
from sync.training.pack import RulePack


@dataclass(frozen=True, slots=True)
class Post:
    """A teacher's record who has lessons at an institution in a year. The institution is an id and its name."""

    year: int
    institution: str
    institution_name: str
    name: str
    number: str = field(default="", repr=False)
    """A sound identity number, or empty."""
    employment: str = ""
    """On the days of her lessons there; full time on one of them is full time, part time on one more than nothing."""
    full: tuple[tuple[str, str], ...] = ()
    """From when to when in that year she is recorded as full time, as employment.full_time tells it."""
    teacher: str = ""
    """The record's id."""
    lesson: str = ""
    """Of her first lesson there in that year."""


def share_short(posts: Sequence[Post], pack: RulePack) -> list[Finding]:
    """Of one institution: whether its share of full-time teachers can't be reached. Rule: fulltime_teacher_share."""
    staff = _Staff(posts)
    if staff.full + staff.unknown >= pack.share("fulltime_teacher_share") * len(staff.people):
        return []
    unknown = f"、没有登记的 {staff.unknown} 人" if staff.unknown else ""
    sentence = (
        f"{staff.words}，专职 {staff.full} 人、兼职 {staff.part} 人{unknown}，"
        f"低于{pack.quote('fulltime_teacher_share')}。"
    )
    return [Finding("teacher-share", "", sentence, _evidence(posts))]


def unrecorded(posts: Sequence[Post], pack: RulePack) -> list[Finding]:
    """Of one institution: what nobody has recorded and one of the two rules hangs on."""
    staff = _Staff(posts)
    missing = []
    least = pack.share("fulltime_teacher_share") * len(staff.people)
    if staff.full < least <= staff.full + staff.unknown:
        missing.append(f"{staff.unknown} 人没有登记专职还是兼职，还核不了{pack.quote('fulltime_teacher_share')}")
    nameless = [own for own in staff.people if not any(post.number for post in own)]
    if nameless and pack.count("teacher_institutions") is not None:
        missing.append(f"{len(nameless)} 人没有登记证件号码，还核不了{pack.quote('teacher_institutions')}")
    if not missing:
        return []
    wanting = [post for post in posts if not post.employment or not post.number]
    return [
        Finding("teacher-unrecorded", "", f"{staff.words}：{'；'.join(missing)}。请机构补登记。", _evidence(wanting))
    ]


def too_many_institutions(posts: Sequence[Post], pack: RulePack) -> list[Finding]:
    """Of one person: whether she teaches for more than she may. Rule: teacher_institutions."""
    places, most = _places(posts), pack.count("teacher_institutions")
    if most is None or len(places) <= most:
        return []
    where = f"{len(places)} 家培训机构任课（{'、'.join(places)}）"
    sentence = f"{_who(posts)}在 {where}，超过{pack.quote('teacher_institutions')}。"
    return [Finding("teacher-institutions", _record(posts), sentence, _evidence(posts))]


def fulltime_twice(posts: Sequence[Post]) -> list[Finding]:
    """Of one person: whether several institutions have her as their full-time teacher at once, as with a borrowed name.

    Who ended at one before she began at another has changed her place.
    """
    full = [post for post in posts if any(_at_once(post, other) for other in posts)]
    if not full:
        return []
    places = _places(full)
    sentence = f"{_who(posts)}在 {len(places)} 家培训机构同时登记为专职（{'、'.join(places)}），请核实是否借用名义。"
    return [Finding("teacher-fulltime-twice", _record(posts), sentence, _evidence(full))]


def _at_once(post: Post, other: Post) -> bool:
    apart = post.institution != other.institution
    return apart and any(one[0] < two[1] and two[0] < one[1] for one in post.full for two in other.full)


def by_institution(posts: Iterable[Post]) -> list[list[Post]]:
    """Posts of each institution and year, in the order of years and of institutions' names."""
    return _grouped((post.year, post.institution_name, post.institution, post) for post in posts)


def by_person(posts: Iterable[Post]) -> list[list[Post]]:
    """Posts of each identity number and year; those without a number are nobody's in particular."""
    return _grouped((post.year, post.number, "", post) for post in posts if post.number)


def _grouped(keyed: Iterable[tuple[int, str, str, Post]]) -> list[list[Post]]:
    found: dict[tuple[int, str, str], list[Post]] = defaultdict(list)
    for year, first, second, post in keyed:
        found[year, first, second].append(post)
    return [found[key] for key in sorted(found)]


class _Staff:
    """The people behind the posts of one institution, and how many of them are employed how."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self.people = _people(posts)
        employed = [{post.employment for post in own} for own in self.people]
        self.full = sum(FULLTIME in said for said in employed)
        self.part = sum(PARTTIME in said and FULLTIME not in said for said in employed)
        self.unknown = len(self.people) - self.full - self.part
        self.words = f"{posts[0].institution_name} {posts[0].year} 年任课教师 {len(self.people)} 人"


def _people(posts: Iterable[Post]) -> list[list[Post]]:
    """Whoever has no number is taken for the one of her name who has: two laptops may know two halves of one person."""
    numbered: dict[str, list[Post]] = defaultdict(list)
    named: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        (numbered[post.number] if post.number else named[post.name]).append(post)
    for name in list(named):
        same = [own for own in numbered.values() if any(post.name == name for post in own)]
        for own in same:
            own.extend(named[name])
        if same:
            del named[name]
    return [*numbered.values(), *named.values()]


def _who(posts: Sequence[Post]) -> str:
    return f"{'、'.join(sorted({post.name for post in posts}))} {posts[0].year} 年"


def _places(posts: Iterable[Post]) -> list[str]:
    """Names of the institutions, in order."""
    return sorted({post.institution: post.institution_name for post in posts}.values())


def _record(posts: Iterable[Post]) -> str:
    return min(post.teacher for post in posts)


def _evidence(posts: Iterable[Post]) -> tuple[str, ...]:
    """The records, and of each the first lesson."""
    told = sorted(posts, key=lambda post: (post.institution_name, post.name, post.teacher, post.lesson))
    return tuple(dict.fromkeys(id_ for post in told for id_ in (post.teacher, post.lesson)))
