"""Teachers as the county sees them: over institutions, whose laptops know nothing of each other."""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import msgspec
import pytest

from sync.county.findings import findings
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.teachers import Record, add_teacher, set_teacher
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from tests.county.conftest import County
from tests.county.training_point import bring, enrolled_laptop, identity_number

NAMES = ("甲校", "乙校", "丙校", "丁校")
SHARED = identity_number(1)


@pytest.fixture
def laptops(county: County, tmp_path: Path) -> Iterator[list[Ledger]]:
    """Each of another institution, with a class; nobody teaches yet."""
    made = [enrolled_laptop(tmp_path / name, county.ledger, name, name, county.clock) for name in NAMES]
    for laptop in made:
        add_class(laptop, "A1", "ZSPT-5", "秋季班", "2026-11-21", "2026-11-30")
    yield made
    for laptop in made:
        laptop.close()


def teach(laptop: Ledger, teacher: str, day: int = 21) -> None:
    add_lesson(laptop, "A1", NewLesson(date(2026, 11, day), time(8), time(11), 400, "theory", teacher=teacher))


def found(county: County, laptops: list[Ledger]) -> list[tuple[str, str]]:
    """What the inbox says of teachers, after everybody has reported."""
    for laptop in laptops:
        bring(laptop, county.ledger)
    told = [one for one in findings(county.ledger) if one["kind"].startswith("teacher-")]
    assert all(one["class"] is None and one["evidence"] for one in told)
    return [(one["kind"], one["sentence"]) for one in told]


def test_a_teacher_of_four_institutions_is_found_by_her_number(county: County, laptops: list[Ledger]) -> None:
    for laptop, name in zip(laptops, ("李师傅", "李师傅", "李老师", "李师傅"), strict=True):
        teach(laptop, add_teacher(laptop, Record(name, SHARED, "parttime")))
        teach(laptop, add_teacher(laptop, Record("王师傅", employment="fulltime")))
    known = dict(found(county, laptops[:3]))
    assert known.keys() == {"teacher-unrecorded"}, "at three she may teach; nobody knows who 王师傅 is"
    [told] = [words for kind, words in found(county, laptops) if kind == "teacher-institutions"]
    assert told.startswith("李师傅、李老师 2026 年在 4 家培训机构任课（")
    assert "超过一名教师可任职的机构数 3（依据：贵州）" in told and SHARED not in told
    assert all(name in told for name in NAMES)


def test_a_borrowed_name_is_full_time_twice_until_one_takes_it_back(county: County, laptops: list[Ledger]) -> None:
    made = [add_teacher(laptop, Record("李师傅", SHARED, "fulltime")) for laptop in laptops[:2]]
    for laptop in laptops[:2]:
        teach(laptop, "李师傅")
    [told] = found(county, laptops[:2])
    assert told == (
        "teacher-fulltime-twice", "李师傅 2026 年在 2 家培训机构同时登记为专职（乙校、甲校），请核实是否借用名义。",
    )  # fmt: skip
    set_teacher(laptops[1], made[1], Record(employment="parttime", since=""))
    teach(laptops[1], add_teacher(laptops[1], Record("王师傅", identity_number(2), "fulltime")))
    assert found(county, laptops[:2]) == []


def test_a_new_year_leaves_the_findings_of_the_last(county: County, laptops: list[Ledger]) -> None:
    """Part time, and full time at another school, from January on: what was found of November stays."""
    first, second = laptops[:2]
    teacher = add_teacher(first, Record("李师傅", SHARED, "fulltime"))
    teach(first, teacher)
    assert found(county, [first]) == []
    teach(second, add_teacher(second, Record("李师傅", SHARED, "fulltime", since="2027-01-01")))
    told = dict(found(county, [second]))
    assert told.keys() == {"teacher-unrecorded"}, "of November the second school says nothing"
    set_teacher(first, teacher, Record(employment="parttime", since="2027-01-01"))
    new = NewLesson(date(2027, 1, 4), time(8), time(11), 400, "theory", teacher=teacher)
    add_class(first, "B1", "ZSPT-5", "冬季班", "2027-01-01", "2027-01-30")
    add_lesson(first, "B1", new)
    short = [words for kind, words in found(county, laptops[:2]) if kind == "teacher-share"]
    assert len(short) == 1 and short[0].startswith("甲校 2027 年任课教师 1 人，专职 0 人、兼职 1 人")


def test_what_is_not_recorded_is_told_once_an_institution(county: County, laptops: list[Ledger]) -> None:
    """Two classes and three lessons; a teacher whose only lesson is in another year is that year's."""
    first = laptops[0]
    add_class(first, "B1", "ZSPT-5", "冬季班", "2026-12-01", "2027-01-30")
    for name in ("李师傅", "王师傅"):
        teach(first, name)
    new = NewLesson(date(2027, 1, 4), time(8), time(11), 400, "theory", teacher="赵师傅")
    add_lesson(first, "B1", new)
    told = found(county, [first])
    assert [kind for kind, _ in told] == ["teacher-unrecorded"] * 2
    assert told[0][1].startswith("甲校 2026 年任课教师 2 人：2 人没有登记专职还是兼职，")
    assert "2 人没有登记证件号码" in told[0][1]
    assert told[1][1].startswith("甲校 2027 年任课教师 1 人：1 人没有登记专职还是兼职，")


def test_the_latest_class_of_the_year_brings_its_rules(county: County, laptops: list[Ledger]) -> None:
    """One full-timer of three. From tomorrow on the county asks for half: a class that begins then goes by it."""
    first = laptops[0]
    for n, employment in enumerate(("fulltime", "parttime", "parttime")):
        teach(first, add_teacher(first, Record(f"教师{n}", identity_number(n), employment)))
    pack = msgspec.json.decode(county.ledger.conn.execute("SELECT pack FROM packs").fetchone()[0])
    pack |= {"valid_from": "2026-11-22", "version": "half"}
    pack["rules"]["fulltime_teacher_share"]["value"] = "0.5"
    with county.ledger.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(pack))))
    assert found(county, [first]) == []
    add_class(first, "B1", "ZSPT-5", "冬季班", "2026-12-01", "2026-12-30")
    add_lesson(first, "B1", NewLesson(date(2026, 12, 1), time(8), time(11), 400, "theory", teacher="教师0"))
    # The older class goes on for longer: it is the newer one's rules all the same.
    add_lesson(first, "A1", NewLesson(date(2026, 12, 5), time(8), time(11), 400, "theory", teacher="教师0"))
    [(kind, words)] = found(county, [first])
    assert kind == "teacher-share" and "专职 1 人、兼职 2 人，低于专职教师最低比例 50%" in words


def test_a_pack_that_can_not_be_read_hides_no_other_finding(county: County, laptops: list[Ledger]) -> None:
    teach(laptops[0], "李师傅")
    bring(laptops[0], county.ledger)
    with county.ledger.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(b"{}")))
    told = [one["sentence"] for one in findings(county.ledger) if one["kind"] == "not-computed"]
    assert any(words.startswith("教师的专职兼职和任职机构算不出：") for words in told)
    assert any(words.startswith("A1 班的记录算不出课时") for words in told)


def test_the_console_lists_them_masked_by_year(county: County, laptops: list[Ledger]) -> None:
    for laptop in laptops[:2]:
        teach(laptop, add_teacher(laptop, Record("李师傅", SHARED, "parttime", certificate="黔职教 001")))
    teach(laptops[0], "王师傅")
    for laptop in laptops[:2]:
        bring(laptop, county.ledger)
    browser = county.signed_in()
    link = re.search(r'"(/console/teachers\?institution=[^"]+)"', browser.get("/console/").text)
    assert link is not None
    alone = browser.get(link[1]).text
    assert ("甲校" in alone) != ("乙校" in alone), "the institution whose link it was"
    html = browser.get("/console/teachers").text
    row = next(part for part in html.split("<tr>") if "李师傅" in part and "甲校" in part)
    for words in ("兼职", "黔职教 001", f"{SHARED[:6]}********{SHARED[14:]}", '<td class="number">2</td>'):
        assert words in row, words
    assert SHARED not in html and "没有登记" in html
    row = next(part for part in browser.get("/console/teachers?year=2025").text.split("<tr>") if "李师傅" in part)
    assert '<td class="number">0</td>' in row
    assert county.browser().get("/console/teachers").headers["location"] == "/console/login"
    inbox = browser.get("/console/findings").text
    assert "教师没有登记全" in inbox and "教师 王师傅" in inbox and SHARED not in inbox
