"""Worked cases of the rules about teachers, in plain words; each figure was reasoned from the contract."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.employment import FULLTIME, PARTTIME
from sync.training.findings import Finding
from sync.training.pack import RulePack
from sync.training.teaching import (
    Post,
    by_institution,
    by_person,
    fulltime_twice,
    share_short,
    too_many_institutions,
    unrecorded,
)
from tests.training.day import DEFAULT, pack_with

WORDS = {"full": FULLTIME, "part": PARTTIME}


def posts(text: str) -> list[Post]:
    """ "王 full #1 @B; 李": 王 with number 1, full time at institution B; 李 at A, of whom nothing is recorded.

    "王 full 07-01~10-01" is full time from July until the end of September.
    """
    found = []
    for serial, item in enumerate(part.strip() for part in text.split(";")):
        name, *rest = item.split()
        place = next((word[1:] for word in rest if word[0] == "@"), "A")
        number = next((word for word in rest if word[0] == "#"), "")
        year = next((int(word) for word in rest if word.isdigit()), 2026)
        employment = next((WORDS[word] for word in rest if word in WORDS), "")
        first, _, last = next((word for word in rest if "~" in word), "01-01~").partition("~")
        span = (f"{year}-{first}", f"{year}-{last}" if last else f"{year + 1}-01-01")
        full = (span,) if employment == FULLTIME else ()
        found.append(Post(year, place, f"{place} 校", name, number, employment, full, f"t{serial}", f"l{serial}"))
    return found


def of_institutions(known: Sequence[Post], pack: RulePack) -> list[Finding]:
    return [one for own in by_institution(known) for one in (*share_short(own, pack), *unrecorded(own, pack))]


def of_people(known: Sequence[Post], pack: RulePack) -> list[Finding]:
    return [one for own in by_person(known) for one in (*too_many_institutions(own, pack), *fulltime_twice(own))]


NO_LIMIT: dict[str, object] = {"teacher_institutions": None}
# in plain words | who teaches | other rules | what is told, by kind and a part of its sentence
SHARES = [
    ("one of three is full time: a third is enough", "王 full; 李 part; 周 part", NO_LIMIT, []),
    ("one of four is not", "王 full; 李 part; 周 part; 吴 part", NO_LIMIT,
     [("teacher-share", "A 校 2026 年任课教师 4 人，专职 1 人、兼职 3 人，低于专职教师最低比例 1/3（依据：贵州）。")]),
    ("two of six are", "王 full; 李 full; 周 part; 吴 part; 郑 part; 冯 part", NO_LIMIT, []),
    ("nobody is full time", "王 part", NO_LIMIT, [("teacher-share", "任课教师 1 人，专职 0 人、兼职 1 人，低于")]),
    ("one unrecorded may be the full-time one", "王; 李 part; 周 part", NO_LIMIT,
     [("teacher-unrecorded", "A 校 2026 年任课教师 3 人：1 人没有登记专职还是兼职，还核不了专职教师最低比例 1/3")]),
    ("one unrecorded can't save five part-timers", "王; 李 part; 周 part; 吴 part", NO_LIMIT,
     [("teacher-share", "专职 0 人、兼职 3 人、没有登记的 1 人，低于")]),
    ("those who are recorded are enough: the rest is not asked about", "王 full; 李; 周", NO_LIMIT, []),
    ("one number is one person, whatever records there are",
     "王 full #1; 王 full #1; 李 part #2; 周 part #3; 吴 part #4", NO_LIMIT,
     [("teacher-share", "任课教师 4 人，专职 1 人、兼职 3 人")]),
    ("without a number one name is one person", "王 full; 李 part; 李 part; 李 part", NO_LIMIT, []),
    ("two numbers of one name are two people", "王 full; 李 part #1; 李 part #2; 李 part #3", NO_LIMIT,
     [("teacher-share", "任课教师 4 人")]),
    ("one laptop has her number, the other that she is full time", "王 #1; 王 full; 李 part #2; 周 part #3", NO_LIMIT,
     []),
    ("a part-timer is not two because one laptop lacks her number",
     "王 full #1; 李 part #2; 李 part; 周 part #3", NO_LIMIT, []),
    ("full time by one record and part time by another is full time", "王 full; 王 part; 李 part; 周 part", NO_LIMIT,
     []),
    ("each institution for itself", "王 full @A; 李 full @A; 周 part @B", NO_LIMIT,
     [("teacher-share", "B 校 2026 年")]),
    ("each year for itself", "王 full 2025; 李 part 2026", NO_LIMIT, [("teacher-share", "2026 年任课教师 1 人")]),
    ("fulltime_teacher_share 0.5", "王 full; 李 part; 周 part", {**NO_LIMIT, "fulltime_teacher_share": "0.5"},
     [("teacher-share", "低于专职教师最低比例 50%")]),
    ("fulltime_teacher_share 0", "王 part; 李", {**NO_LIMIT, "fulltime_teacher_share": 0}, []),
    ("fulltime_teacher_share 1 and all are", "王 full; 李 full", {**NO_LIMIT, "fulltime_teacher_share": 1}, []),
    ("without numbers nobody knows where else they teach", "王 full #1; 李 full; 周 part", {},
     [("teacher-unrecorded", "：2 人没有登记证件号码，还核不了一名教师可任职的机构数 3（依据：贵州）。")]),
    ("both are missing: one finding", "王; 李 part", {},
     [("teacher-unrecorded", "1 人没有登记专职还是兼职，还核不了专职教师最低比例 1/3（依据：贵州）；2 人没有登记")]),
]  # fmt: skip

# in plain words | who teaches where | other rules | what is told
PLACES = [
    ("three institutions are allowed", "王 #1 @A; 王 #1 @B; 王 #1 @C", {}, []),
    ("the fourth is one too many", "王 #1 @A; 王 #1 @B; 王 #1 @C; 王 #1 @D", {},
     [("teacher-institutions", "王 2026 年在 4 家培训机构任课（A 校、B 校、C 校、D 校），超过一名教师可任职的机构数")]),
    ("ten records at one institution are one", "; ".join(["王 #1 @A"] * 10), {}, []),
    ("the fourth, two by two years", "王 #1 @A 2025; 王 #1 @B 2025; 王 #1 @C; 王 #1 @D", {}, []),
    ("one name at four without a number is nobody", "王 @A; 王 @B; 王 @C; 王 @D", {}, []),
    ("her number under two names", "王 #1 @A; 黄 #1 @B; 王 #1 @C; 王 #1 @D", {},
     [("teacher-institutions", "王、黄 2026 年在 4 家")]),
    ("teacher_institutions 1", "王 #1 @A; 王 #1 @B", {"teacher_institutions": 1},
     [("teacher-institutions", "在 2 家培训机构任课（A 校、B 校），超过一名教师可任职的机构数 1（依据：贵州）。")]),
    ("teacher_institutions none", "王 #1 @A; 王 #1 @B; 王 #1 @C; 王 #1 @D", NO_LIMIT, []),
    ("full time at two", "王 full #1 @A; 王 full #1 @B", {},
     [("teacher-fulltime-twice", "王 2026 年在 2 家培训机构同时登记为专职（A 校、B 校），请核实是否借用名义。")]),
    ("full time at one, part time at another", "王 full #1 @A; 王 part #1 @B", {}, []),
    ("full time at one, by two records", "王 full #1 @A; 王 full #1 @A", {}, []),
    ("full time here one year, there the next", "王 full #1 @A 2025; 王 full #1 @B 2026", {}, []),
    ("full time at one until the day she began at the other", "王 full 01-01~07-01 #1 @A; 王 full 07-01~ #1 @B",
     {}, []),
    ("full time at the other a day before she ended", "王 full 01-01~07-01 #1 @A; 王 full 06-30~ #1 @B", {},
     [("teacher-fulltime-twice", "同时登记为专职（A 校、B 校）")]),
    ("of three the two at once", "王 full 01-01~04-01 #1 @A; 王 full 05-01~ #1 @B; 王 full 06-01~ #1 @C", {},
     [("teacher-fulltime-twice", "在 2 家培训机构同时登记为专职（B 校、C 校）")]),
    ("both at once", "王 full #1 @A; 王 full #1 @B; 王 #1 @C; 王 #1 @D", {},
     [("teacher-institutions", "在 4 家"), ("teacher-fulltime-twice", "在 2 家")]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "who", "rules", "told"), SHARES, ids=[row[0] for row in SHARES])
def test_of_an_institution(words: str, who: str, rules: dict[str, object], told: list[tuple[str, str]]) -> None:
    _tells(of_institutions(posts(who), pack_with(rules)), told)


@pytest.mark.parametrize(("words", "who", "rules", "told"), PLACES, ids=[row[0] for row in PLACES])
def test_of_a_person(words: str, who: str, rules: dict[str, object], told: list[tuple[str, str]]) -> None:
    _tells(of_people(posts(who), pack_with(rules)), told)


def _tells(found: list[Finding], told: list[tuple[str, str]]) -> None:
    assert [one.kind for one in found] == [kind for kind, _ in told]
    for one, (_, part) in zip(found, told, strict=True):
        assert part in one.sentence and one.evidence


def test_the_evidence_is_the_records_and_a_lesson_of_each() -> None:
    [short] = share_short(posts("王 part #1; 李 part #2"), DEFAULT)
    assert (set(short.evidence), short.person) == ({"t0", "l0", "t1", "l1"}, "")
    [twice] = fulltime_twice(posts("王 full #1 @A; 王 full #1 @B; 王 part #1 @C"))
    assert (set(twice.evidence), twice.person) == ({"t0", "l0", "t1", "l1"}, "t0")


def test_a_number_is_not_shown_by_accident() -> None:
    assert "#1" not in repr(posts("王 #1"))


one_post = st.builds(
    Post,
    st.just(2026),
    st.sampled_from(["A", "B"]),
    st.just("某校"),
    st.sampled_from(["王", "李", "周"]),
    st.sampled_from(["", "#1", "#2", "#3"]),
    st.sampled_from(["", FULLTIME, PARTTIME]),
    st.sampled_from([(), (("2026-01-01", "2026-07-01"),), (("2026-06-01", "2027-01-01"),)]),
    st.sampled_from(["t1", "t2", "t3", "t4"]),
    st.sampled_from(["l1", "l2", "l3", "l4"]),
)
some_posts = st.lists(one_post, min_size=1, max_size=9)
shares = st.sampled_from([pack_with({"fulltime_teacher_share": share}) for share in ("0.1", "1/3", "0.5", "2/3", 1)])
NO_PLACES = pack_with(NO_LIMIT)
ONE_PLACE = pack_with({"teacher_institutions": 1})


@given(some_posts, one_post, shares)
def test_one_more_full_time_teacher_never_makes_a_good_share_short(
    known: list[Post], newcomer: Post, pack: RulePack
) -> None:
    full = Post(2026, "A", "某校", newcomer.name, newcomer.number, FULLTIME, (), "new", "new")
    own = [post for post in known if post.institution == "A"]
    if own and not share_short(own, pack):
        assert not share_short([*own, full], pack)


@given(some_posts.flatmap(lambda known: st.tuples(st.just(known), st.permutations(known))))
def test_the_order_of_facts_changes_nothing(both: tuple[list[Post], list[Post]]) -> None:
    straight, crooked = both
    assert of_institutions(crooked, ONE_PLACE) == of_institutions(straight, ONE_PLACE)
    assert of_people(crooked, ONE_PLACE) == of_people(straight, ONE_PLACE)


@given(some_posts, st.data())
def test_a_person_counts_once_however_many_records_and_lessons(known: list[Post], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(known)))
    assert _sentences([*known, *again]) == _sentences(known)


def _sentences(known: list[Post]) -> list[str]:
    return [one.sentence for one in (*of_institutions(known, ONE_PLACE), *of_people(known, ONE_PLACE))]


@given(some_posts)
def test_a_share_is_told_of_as_short_or_as_open_or_not_at_all(known: list[Post]) -> None:
    for own in by_institution(known):
        assert len(share_short(own, NO_PLACES)) + len(unrecorded(own, NO_PLACES)) <= 1
