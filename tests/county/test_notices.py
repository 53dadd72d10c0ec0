"""公示: the county posts a concluded class's list, the institution hears of it and prints it, nobody else posts."""

import re
from dataclasses import dataclass, replace

import msgspec
import pypdfium2
import pytest

from sync.county import calendar, notices, review
from sync.county.notices import Posting, Whom, last_whom, post
from sync.county.public import private_feeds, signed_batches
from sync.errors import BadInput, NotEnrolled, NotFound
from sync.jobs import decisions
from sync.jobs import notices as posted
from sync.jobs.papers import print_form
from sync.ledger.check import check
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from tests.jobs.conftest import school  # noqa: F401
from tests.jobs.school import NAMES, NUMBERS, School
from tests.nodes import Place, sealed
from tests.training.day import pack_with

MONDAY, FRIDAY = "2026-11-23", "2026-11-27"
OFFICE = Posting(MONDAY, "云岭县人社局能力建设股", "人民路 12 号", "321000", "0579-82345678")


@dataclass
class Held:
    """Class C1 was taught on Saturday 2026-11-21: two of three were there. The county has it all."""

    place: Place
    school: School

    @property
    def county(self) -> Ledger:
        return self.place.county

    @property
    def class_id(self) -> str:
        return self.school.class_id

    def conclude(self, outcome: str = "passed", **said: object) -> None:
        review.conclude(self.county, "C1", [review.Verdict(outcome, **{"note": "核对过", **said})])  # type: ignore[arg-type]

    def hear(self, laptop: Ledger) -> None:
        for batch in signed_batches(self.county, private_feeds(self.county, laptop.signer.public.id), []):
            assert take(laptop, batch, "county", "usb").state == "taken"


@pytest.fixture
def held(place: Place, school: School) -> Held:  # noqa: F811
    lesson = school.lesson("1 14:00-17:00")
    for person in school.people[:2]:
        school.stamp(lesson, person, "in", "13:55")
    for person in school.people[:2]:
        school.stamp(lesson, person, "out", "17:01")
    with place.one.writing() as w:
        w.write("trainee", {"address": "云岭县清水乡小河村3组12号", "sex": "女"}, school.people[0])
    school.set_clock("19:00")
    assert take(place.county, sealed(place.one), "one.xpb", "usb").state == "taken"
    return Held(place, school)


def printed(ledger: Ledger) -> str:
    with pypdfium2.PdfDocument(print_form(ledger, "notice", "C1")) as document:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))


def test_the_county_posts_and_both_laptops_of_the_school_hear_of_it(held: Held) -> None:
    held.conclude(person=held.school.people[2], outcome="failed")
    held.conclude()
    made = post(held.county, "C1", OFFICE)
    assert (made.first, made.until, made.days, made.warnings) == (MONDAY, FRIDAY, 5, [])
    for node in (held.place.one, held.place.two):
        held.hear(node)
        assert posted.all_notices(node) == posted.all_notices(held.county)
    notice = posted.standing(held.place.one)[held.class_id]
    assert (notice.id, notice.span, notice.clause) == (
        made.id, "2026-11-23 至 2026-11-27（5 个工作日）", "金华婺城：公示 5 个工作日",
    )  # fmt: skip
    assert not check(held.county).problems and not check(held.place.one).problems


def test_the_words_go_with_the_day(held: Held) -> None:
    held.conclude()
    post(held.county, "C1", OFFICE)
    whom = "2026-11-23 至 2026-11-27（5 个工作日），受理部门 云岭县人社局能力建设股，电话 0579-82345678。"
    for clock, day, state in (
        ("23:59", 2, "待公示"), ("00:00", 3, "公示中"), ("23:59", 7, "公示中"), ("00:00", 8, "公示已满"),
    ):  # fmt: skip
        held.school.set_clock(clock, day)
        assert posted.words_of(held.county, held.class_id) == f"{state}：{whom}"


def test_the_days_are_those_of_the_classs_pack_and_the_countys_calendar(held: Held) -> None:
    with held.county.writing() as w:
        pack = msgspec.structs.replace(pack_with({"notice_days": 7}), valid_from="2026-01-01")
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(pack))))
    calendar.set_days(held.county, "2026-11-25", "2026-11-26", "off", "赶集")
    calendar.set_days(held.county, "2026-11-29", "", "on", "补班")
    held.conclude()
    assert post(held.county, "C1", OFFICE).until == "2026-12-02", "23 24 27, Sunday 29, 30, 1 2"


def test_a_year_whose_holidays_nobody_knows_is_told(held: Held) -> None:
    held.conclude()
    made = post(held.county, "C1", replace(OFFICE, first="2026-12-30"))
    assert made.until == "2027-01-06", "30, 31, 4, 5, 6: New Year's Day is off in any year"
    assert any(said.startswith("2027 年的放假安排本程序还不知道") for said in made.warnings)


def test_an_office_is_typed_once(held: Held) -> None:
    held.conclude()
    with pytest.raises(BadInput, match="受理部门和电话"):
        post(held.county, "C1", Posting(MONDAY))
    assert last_whom(held.county) == Whom()
    post(held.county, "C1", OFFICE)
    held.place.clock.pass_by(1)
    post(held.county, "C1", Posting("2026-11-24", phone="0579-82340000"))
    last = posted.standing(held.county)[held.class_id]
    assert (last.office, last.address, last.postcode, last.phone) == (
        OFFICE.office, OFFICE.address, OFFICE.postcode, "0579-82340000",
    )  # fmt: skip
    with pytest.raises(BadInput, match="受理部门和电话"):
        post(held.county, "C1", Posting(MONDAY, office="云岭县就业局"))


def test_what_an_officer_empties_is_taken_away(held: Held) -> None:
    held.conclude()
    post(held.county, "C1", OFFICE)
    held.place.clock.pass_by(1)
    post(held.county, "C1", replace(OFFICE, address="", postcode=""))
    last = posted.standing(held.county)[held.class_id]
    assert (last.office, last.address, last.postcode, last.phone) == (OFFICE.office, "", "", OFFICE.phone)
    with pytest.raises(BadInput, match="受理部门和电话"):
        post(held.county, "C1", replace(OFFICE, phone=""))


def test_the_latest_stands_and_all_remain(held: Held) -> None:
    held.conclude()
    first = post(held.county, "C1", OFFICE)
    held.place.clock.pass_by(1)
    second = post(held.county, "C1", replace(OFFICE, first="2026-11-24"))
    assert [one.id for one in posted.all_notices(held.county)] == [first.id, second.id]
    said = [one for one in decisions.history(held.county, held.class_id) if one.what == "公示"]
    assert [(one.stands, one.words[:10]) for one in said] == [(True, "2026-11-24"), (False, MONDAY)]


def test_what_can_not_be_posted_is_told(held: Held) -> None:
    with pytest.raises(BadInput, match="还没有审核结论"):
        post(held.county, "C1", OFFICE)
    held.conclude(person=held.school.people[0])
    with pytest.raises(BadInput, match="整个班次的审核结论"):
        post(held.county, "C1", OFFICE)
    held.conclude("failed")
    with pytest.raises(BadInput, match="不通过"):
        post(held.county, "C1", OFFICE)
    held.place.clock.pass_by(1)
    held.conclude()
    for said, words in (
        (replace(OFFICE, first="2026-11-20"), "不能早于今天（2026-11-21）"),
        (replace(OFFICE, first="星期一"), "看不懂"),
        (replace(OFFICE, first="2062-11-23"), "一年以后，请核对年份"),
        (replace(OFFICE, office=""), "受理部门和电话"),
        (replace(OFFICE, office="局\n长"), "换行"),
    ):
        with pytest.raises(BadInput, match=words):
            post(held.county, "C1", said)
    with pytest.raises(NotFound):
        post(held.county, "C9", OFFICE)
    with pytest.raises(NotEnrolled):
        post(held.place.one, "C1", OFFICE)
    assert posted.all_notices(held.county) == []


def test_a_class_of_which_nobody_is_paid_is_not_announced(held: Held) -> None:
    held.conclude()
    for person in held.school.people:
        held.conclude("failed", person=person)
    with pytest.raises(BadInput, match="没有要公示的人"):
        post(held.county, "C1", OFFICE)


def test_a_pack_that_asks_for_years_of_notice_is_told(held: Held) -> None:
    with held.county.writing() as w:
        pack = msgspec.structs.replace(pack_with({"notice_days": notices.MOST_DAYS + 1}), valid_from="2026-01-01")
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(pack))))
    held.conclude()
    with pytest.raises(BadInput, match="最多 250 个"):
        post(held.county, "C1", OFFICE)


def test_whose_subsidy_is_open_is_told_and_printed(held: Held) -> None:
    held.conclude()
    made = post(held.county, "C1", OFFICE)
    assert made.warnings == [f"{NAMES[2]}的补贴还没有认定，公示上写“待定”。请逐人写审核结论。"], "she never came"
    text = printed(held.county)
    assert f"3{NAMES[2]}" in text and "共3人，补贴合计1400元（1人待定，不在内）" in text


def test_a_sum_that_its_people_do_not_make_up_is_told(held: Held) -> None:
    held.conclude("failed", person=held.school.people[2])
    held.conclude(amount=140000)
    assert post(held.county, "C1", OFFICE).warnings == []
    held.place.clock.pass_by(1)
    held.conclude("cut", person=held.school.people[1], amount=60000)
    (said,) = post(held.county, "C1", OFFICE).warnings
    assert said == "名单上的补贴合计 1300.00 元，与本班认定的 1400.00 元不一致，请核对。"


def test_the_laptop_prints_what_the_county_decided(held: Held) -> None:
    with pytest.raises(BadInput, match="还没有公示"):
        print_form(held.place.one, "notice", "C1")
    held.conclude("failed", person=held.school.people[2])
    held.conclude("cut", person=held.school.people[1], hours=300, amount=50050)
    held.conclude()
    post(held.county, "C1", OFFICE)
    held.hear(held.place.one)
    text = printed(held.place.one)
    assert f"1{NAMES[0]}女419999************小河村保安员" in text
    assert re.search(f"2{NAMES[1]}419999.*C13500.50共2人，补贴合计1200.50元", text)
    assert NAMES[2] not in text and "3组" not in text
    assert not [number for number in NUMBERS if number[6:14] in text or number[-4:] in text]
    assert "公示时间：2026年11月23日至2026年11月27日（5个工作日）" in text
    assert "受理部门：云岭县人社局能力建设股电话：0579-82345678地址：人民路12号邮编：321000" in text
    assert "档案保存至2036-11-30" in text


def test_a_class_that_fails_after_all_takes_its_notice_down(held: Held) -> None:
    held.conclude()
    post(held.county, "C1", OFFICE)
    held.hear(held.place.one)
    held.school.set_clock("09:00", 3)
    (hanging,) = posted.since(held.place.one, "")
    assert printed(held.place.one)
    held.conclude("passed", person=held.school.people[0])
    held.conclude("failed")
    held.hear(held.place.one)
    for node in (held.county, held.place.one):
        (notice,) = posted.all_notices(node)
        assert (notice.id, notice.state(MONDAY)) == (hanging.id, posted.DOWN)
        assert "公示已撤下：审核结论改为不通过，贴出的名单请取下。" in posted.words_of(node, held.class_id)
        assert posted.since(node, "") == []
        assert [one.stands for one in decisions.history(node, held.class_id) if one.what == "公示"] == [False]
        with pytest.raises(BadInput, match="公示已撤下"):
            print_form(node, "notice", "C1")
    held.place.clock.pass_by(1)
    held.conclude()
    assert posted.words_of(held.county, held.class_id).startswith("公示中：")


def test_who_left_the_class_is_not_announced(held: Held) -> None:
    enrollment = held.county.conn.execute(
        "SELECT id FROM enrollments WHERE trainee = ?", (held.school.people[2],)
    ).fetchone()[0]
    with held.place.one.writing() as w:
        w.write("enrollment", {"status": "withdrawn"}, enrollment)
    take(held.county, sealed(held.place.one), "one.xpb", "usb")
    held.conclude()
    assert post(held.county, "C1", OFFICE).warnings == []
    assert NAMES[2] not in printed(held.county)


def test_who_was_enrolled_twice_is_announced_and_paid_once(held: Held) -> None:
    one, again = held.place.one, {"training_class": held.class_id, "status": "enrolled"}
    with one.writing() as w:
        w.write("enrollment", {**again, "trainee": held.school.people[0]})
    take(held.county, sealed(one), "one.xpb", "usb")
    held.conclude("failed", person=held.school.people[2])
    held.conclude()
    assert post(held.county, "C1", OFFICE).warnings == []
    assert "共2人，补贴合计1400元。" in printed(held.county)


def test_two_with_one_number_are_told(held: Held) -> None:
    with held.place.one.writing() as w:
        twin = w.write("trainee", {"name": "马晓兰", "id_number": NUMBERS[0]})
        w.write("enrollment", {"training_class": held.class_id, "trainee": twin, "status": "enrolled"})
    take(held.county, sealed(held.place.one), "one.xpb", "usb")
    held.conclude("failed", person=held.school.people[2])
    held.conclude()
    (said, _) = post(held.county, "C1", OFFICE).warnings
    assert said.startswith(f"{NAMES[0]}、马晓兰的证件号相同，名单上重复。")
    held.place.clock.pass_by(1)
    held.conclude("failed", person=twin)
    assert post(held.county, "C1", OFFICE).warnings == []


def test_a_laptop_may_not_post(held: Held) -> None:
    with held.place.one.writing() as w:
        w.fact("notice.post", county_kinds.NoticePost(held.class_id, MONDAY, FRIDAY, 5, "村部"))
    intake = take(held.county, sealed(held.place.one), "one.xpb", "usb")
    assert (intake.state, intake.reason) == ("refused", "not-allowed")
    assert posted.all_notices(held.county) == []
