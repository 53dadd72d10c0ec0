"""The register of teachers, and what the rules ask of it: warned about at the laptop, found at the county."""

import msgspec
import pytest

from sync.carry.outgoing import parcels
from sync.county.public import public_feeds, signed_batches
from sync.errors import BadInput, NotFound
from sync.jobs import teaching
from sync.jobs.classes import Edit, NewLesson, add_lesson, cancel_lesson, edit_lesson
from sync.jobs.moment import parse_day, parse_time
from sync.jobs.teachers import Record, add_teacher, find_teacher, list_teachers, set_teacher
from sync.ledger.check import check
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds, kinds
from tests.jobs.school import School, identity_number
from tests.nodes import SCHOOL, Place
from tests.training.day import pack_with
from tests.training.test_eligibility import born

FULL, PART = "fulltime", "parttime"
A, B, C, D = (identity_number(serial) for serial in range(40, 44))


def _warnings(school: School, teacher: str, day: str = "2026-11-23") -> list[str]:
    new = NewLesson(parse_day(day), parse_time("08:00"), parse_time("11:00"), 400, "theory", teacher=teacher)
    return [words for words in add_lesson(school.ledger, "C1", new)[1] if "教师" in words]


def _bring(laptop: Ledger, county: Ledger) -> None:
    for parcel in parcels(laptop):
        take(county, parcel.data, parcel.file_name, "usb")


def test_a_teacher_is_registered_and_listed_with_her_lessons_of_the_year(school: School) -> None:
    made = add_teacher(
        school.ledger, Record(" 李师傅 ", f" {A[:17].lower()}{A[17:].lower()} ", PART, certificate=" 2026-001 ")
    )
    school.lesson("1 08:00-11:00", teacher="李师傅")
    school.lesson("2 08:00-09:30", teacher=made, hours=200)
    cancelled = school.lesson("3 08:00-11:00", teacher="李师傅")
    cancel_lesson(school.ledger, cancelled, "停电")
    [row] = list_teachers(school.ledger)
    assert (row.id, row.name, row.employed, row.certificate) == (made, "李师傅", "兼职", "2026-001")
    assert (row.lessons, row.hours, row.institution, row.institutions) == (2, 600, SCHOOL, 1)
    assert row.masked == f"{A[:6]}********{A[14:]}"
    [next_year] = list_teachers(school.ledger, 2027)
    assert (next_year.lessons, next_year.hours, next_year.institutions) == (0, 0, 0)


def test_an_x_may_be_small(school: School) -> None:
    number = next(number for day in range(1, 29) if (number := born(f"198003{day:02d}")).endswith("X"))
    teacher = add_teacher(school.ledger, Record("李师傅", number.lower()))
    stored = school.ledger.conn.execute("SELECT id_number FROM teachers WHERE id = ?", (teacher,)).fetchone()
    assert stored == (number,)


@pytest.mark.parametrize("number", ["123", A[:17] + str((int(A[17].replace("X", "0")) + 1) % 10)])
def test_a_wrong_number_is_refused_in_words_without_it(school: School, number: str) -> None:
    with pytest.raises(BadInput, match="证件号码不对") as caught:
        add_teacher(school.ledger, Record("李师傅", number))
    assert number not in caught.value.message
    assert list_teachers(school.ledger) == []


def test_one_number_is_not_given_twice(school: School) -> None:
    first = add_teacher(school.ledger, Record("李师傅", A))
    with pytest.raises(BadInput) as caught:
        add_teacher(school.ledger, Record("周师傅", A))
    assert caught.value.reason == "number-taken"
    assert "李师傅" in caught.value.message and first in caught.value.message and A not in caught.value.message
    second = add_teacher(school.ledger, Record("周师傅"))
    with pytest.raises(BadInput, match="李师傅"):
        set_teacher(school.ledger, second, Record(id_number=A))
    set_teacher(school.ledger, first, Record(id_number=""))
    set_teacher(school.ledger, second, Record(id_number=A))


def test_a_namesake_needs_a_number_and_is_named_by_id(school: School) -> None:
    first = add_teacher(school.ledger, Record("李师傅"))
    assert find_teacher(school.ledger, "李师傅") == find_teacher(school.ledger, first) == first
    with pytest.raises(BadInput, match="已经有教师叫“李师傅”"):
        add_teacher(school.ledger, Record("李师傅"))
    second = add_teacher(school.ledger, Record("李师傅", A))
    with pytest.raises(BadInput) as caught:
        find_teacher(school.ledger, "李师傅")
    assert caught.value.reason == "ambiguous" and first in caught.value.message and second in caught.value.message
    with pytest.raises(NotFound):
        find_teacher(school.ledger, "周师傅")


def test_what_is_not_said_stays_and_what_did_not_change_is_not_written(school: School) -> None:
    teacher = add_teacher(school.ledger, Record("李师傅", A, PART, certificate="001"))
    before = school.ledger.position(school.ledger.feed).seq
    set_teacher(school.ledger, teacher, Record("李师傅", A, PART, certificate="001"))
    assert school.ledger.position(school.ledger.feed).seq == before
    set_teacher(school.ledger, teacher, Record(employment=FULL))
    [row] = list_teachers(school.ledger)
    assert (row.name, row.employment, row.certificate) == ("李师傅", FULL, "001") and row.masked
    with pytest.raises(BadInput, match="姓名"):
        set_teacher(school.ledger, teacher, Record(name=" "))
    with pytest.raises(NotFound):
        set_teacher(school.ledger, "AAAAAAAAAAAAAAAA", Record(employment=FULL))


def _employ(school: School, teacher: str, employment: str | None, since: str | None = None) -> str:
    set_teacher(school.ledger, teacher, Record(employment=employment, since=since))
    [row] = list_teachers(school.ledger)
    return row.employed


def test_another_employment_begins_today_unless_it_is_said_when(school: School) -> None:
    """The first day of the class is 2026-11-21, and today."""
    teacher = add_teacher(school.ledger, Record("李师傅", employment=FULL))
    assert _employ(school, teacher, FULL) == "专职"
    assert _employ(school, teacher, PART) == "专职，兼职（2026-11-21 起）"
    assert _employ(school, teacher, PART, "2026-06-01") == "专职，兼职（2026-06-01 起）"
    assert _employ(school, teacher, None, " 2026-09-01 ") == "专职，兼职（2026-09-01 起）", "it began later"
    assert _employ(school, teacher, "ended") == "专职，兼职（2026-09-01 起），不再任职（2026-11-21 起）"
    assert _employ(school, teacher, PART, "") == "兼职", "it was so ever since"
    assert _employ(school, teacher, "") == ""
    assert _employ(school, teacher, FULL) == "专职"
    assert _employ(school, teacher, FULL, "2026-06-01") == "专职（2026-06-01 起）", "before that nothing is recorded"


@pytest.mark.parametrize(
    ("employment", "since", "words"),
    [
        ("half", None, "parttime"),
        (PART, "去年", "看不懂"),
        (PART, "2026-02-30", "看不懂"),
        (None, "2026-06-01", "也选专职"),
    ],
)
def test_an_employment_that_makes_no_sense_is_refused(
    school: School, employment: str | None, since: str | None, words: str
) -> None:
    teacher = add_teacher(school.ledger, Record("李师傅"))
    before = school.ledger.position(school.ledger.feed).seq
    with pytest.raises(BadInput, match=words):
        set_teacher(school.ledger, teacher, Record("周师傅", employment=employment, since=since))
    assert school.ledger.position(school.ledger.feed).seq == before


def test_the_county_registers_nobody(place: Place) -> None:
    """What it writes would go to every institution, the identity number with it."""
    with pytest.raises(BadInput) as caught:
        add_teacher(place.county, Record("李师傅", A))
    assert caught.value.reason == "not-ours"


def test_a_change_without_the_new_fields_reads_as_before_and_one_with_newer_ones_is_kept(school: School) -> None:
    written = {"name": "李师傅", "rank": "高级"}
    with school.ledger.writing() as w:
        teacher = w.write("teacher", written)
    [row] = list_teachers(school.ledger)
    assert (row.name, row.employment, row.certificate, row.masked) == ("李师傅", "", "", "")
    (body,) = school.ledger.conn.execute("SELECT body FROM writes WHERE id = ?", (teacher,)).fetchone()
    assert msgspec.json.decode(body)["set"] == written
    set_teacher(school.ledger, teacher, Record(employment=FULL))
    assert list_teachers(school.ledger)[0].employed == "专职" and check(school.ledger).ok


def test_part_timers_alone_are_warned_about_and_the_unrecorded_are_not(school: School) -> None:
    for name, employment in (("李师傅", PART), ("周师傅", PART), ("吴师傅", PART), ("郑师傅", FULL)):
        add_teacher(school.ledger, Record(name, employment=employment))
    assert _warnings(school, "无人登记") == []
    assert _warnings(school, "李师傅") == _warnings(school, "周师傅") == [], "the one unrecorded may be full time"
    [told] = _warnings(school, "吴师傅")
    who = f"{SCHOOL} 2026 年任课教师 4 人，专职 0 人、兼职 3 人、没有登记的 1 人"
    assert told == f"{who}，低于专职教师最低比例 1/3（依据：贵州）。"
    assert _warnings(school, "郑师傅") == [], "she is what is missing"
    assert _warnings(school, "李师傅") == [], "two of five may be full time"
    for name in ("钱师傅", "孙师傅"):
        add_teacher(school.ledger, Record(name, employment=PART))
        told = _warnings(school, name)
    assert len(told) == 1, "one, and one who may be, of seven"
    assert _warnings(school, "郑师傅") == _warnings(school, "无人登记") == [], "they are not what makes it short"


def test_a_number_that_can_not_be_anybodys_joins_nobody(school: School, place: Place) -> None:
    """An older or another program may write anything."""
    for name in ("李师傅", "周师傅"):
        with school.ledger.writing() as w:
            teacher = w.write("teacher", {"name": name, "id_number": "0"})
            w.fact("teacher.employ", kinds.TeacherEmploy(teacher, PART))
        school.lesson("1 08:00-11:00", teacher=name)
    _bring(school.ledger, place.county)
    short, missing = teaching.findings(place.county)
    assert "任课教师 2 人，专职 0 人、兼职 2 人" in short.sentence
    assert "2 人没有登记证件号码" in missing.sentence


def test_a_lesson_that_is_edited_or_moved_is_asked_about_too(school: School) -> None:
    add_teacher(school.ledger, Record("李师傅", employment=PART))
    lesson = school.lesson("3 08:00-11:00", teacher="周师傅")
    assert not any("专职" in words for words in edit_lesson(school.ledger, lesson, Edit(topic="别的")))
    assert any("专职教师最低比例" in words for words in edit_lesson(school.ledger, lesson, Edit(teacher="李师傅")))


def test_the_limit_of_institutions_is_the_packs(school: School, place: Place) -> None:
    """A laptop sees its own institution only, so that no limit but none at all can be passed there."""
    add_teacher(school.ledger, Record("李师傅", A, FULL))
    assert _warnings(school, "李师傅") == []
    pack = msgspec.structs.replace(pack_with({"teacher_institutions": 0}), valid_from="2026-01-01")
    with place.county.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(pack))))
    for signed in signed_batches(place.county, public_feeds(place.county), []):
        take(school.ledger, signed, "county", "http")
    assert _warnings(school, "李师傅") == [
        f"李师傅 2026 年在 1 家培训机构任课（{SCHOOL}），超过一名教师可任职的机构数 0（依据：贵州）。"
    ]


def test_full_time_on_the_day_of_one_lesson_is_full_time_of_that_year(school: School) -> None:
    teacher = add_teacher(school.ledger, Record("李师傅", A, FULL))
    assert _warnings(school, teacher, "2026-11-23") == []
    set_teacher(school.ledger, teacher, Record(employment=PART, since="2026-11-24"))
    assert _warnings(school, teacher, "2026-11-25") == []
    [told] = _warnings(school, teacher, "2027-01-04")
    assert "2027 年任课教师 1 人，专职 0 人、兼职 1 人" in told


def test_two_laptops_change_one_employment_and_every_order_of_arrival_says_the_same(
    school: School, place: Place
) -> None:
    """Who spoke last is believed; nobody has to settle anything."""
    teacher = add_teacher(school.ledger, Record("李师傅", A, FULL))
    for parcel in parcels(school.ledger):
        take(place.two, parcel.data, parcel.file_name, "usb")
    with school.ledger.writing() as w:
        w.fact("teacher.employ", kinds.TeacherEmploy(teacher, PART, "2026-06-01"))
    school.set_clock("18:00")
    with place.two.writing() as w:
        w.fact("teacher.employ", kinds.TeacherEmploy(teacher, "ended", "2026-09-01"))
    _bring(place.two, place.county)
    _bring(school.ledger, place.county)
    [row] = list_teachers(place.county)
    assert row.employed == "专职，兼职（2026-06-01 起），不再任职（2026-09-01 起）"


def test_two_laptops_of_one_school_know_one_teacher_by_halves(school: School, place: Place) -> None:
    """One has her number, the other how she is employed: at the county she is one, full time."""
    other = place.two
    add_teacher(school.ledger, Record("李师傅", A))
    for name, number in (("周师傅", B), ("吴师傅", C)):
        add_teacher(school.ledger, Record(name, number, PART))
        school.lesson("1 08:00-11:00", teacher=name)
    school.lesson("1 14:00-17:00", teacher="李师傅")
    _bring(school.ledger, place.county)
    [open_] = teaching.findings(place.county)
    assert open_.kind == "teacher-unrecorded" and "任课教师 3 人：1 人没有登记专职还是兼职" in open_.sentence
    add_teacher(other, Record("李师傅", employment=FULL))
    with other.writing() as w:
        course = w.write("class", {"code": "D1", "name": "另一班", "date_from": "2026-11-21"})
    new = NewLesson(parse_day("2026-11-22"), parse_time("08:00"), parse_time("11:00"), 400, "theory", teacher="李师傅")
    add_lesson(other, course, new)
    _bring(other, place.county)
    assert teaching.findings(place.county) == []
    assert [row.institutions for row in list_teachers(place.county)] == [1] * 4
