"""Trainees are phoned after a class: drawn so that nobody can choose, recorded, told in the inbox."""

import hashlib
from datetime import date

import msgspec
import pytest

from sync.carry.outgoing import parcels
from sync.county import callbacks, review
from sync.county.callbacks import callbacks_of, draw, message, record
from sync.county.findings import findings
from sync.errors import BadInput, NotEnrolled, NotFound, Refused
from sync.jobs import moment
from sync.jobs.classes import cancel_lesson
from sync.ledger.check import check
from sync.ledger.intake import take
from sync.seal import county_kinds
from sync.training.lots import in_order
from tests.jobs.school import School, identity_number, open_school
from tests.nodes import Place
from tests.training.day import pack_with


@pytest.fixture
def school(place: Place) -> School:
    """C1 of twelve people, which ends on 2026-11-30; two lessons on the 21st and 22nd, the clock before both."""
    made = open_school(place.one, place.clock)
    join(made, 9)
    made.lesson("1 10:00-13:00")
    made.lesson("2 10:00-13:00")
    bring(place)
    return made


def join(school: School, count: int) -> None:
    with school.ledger.writing() as w:
        for _ in range(count):
            serial = len(school.people)
            person = {"name": f"学员{serial}", "id_number": identity_number(serial), "phone": f"139{serial:08d}"}
            trainee = w.write("trainee", person | {"address": "红旗村二组"})
            w.write("enrollment", {"training_class": school.class_id, "trainee": trainee, "status": "enrolled"})
            school.people.append(trainee)


def bring(place: Place) -> None:
    for parcel in parcels(place.one):
        assert take(place.county, parcel.data, parcel.file_name, "usb").state == "taken"


def day(place: Place, text: str, clock: str = "09:00") -> None:
    """The county's clock, and everybody else's, to a Beijing time."""
    at = moment.instant(date.fromisoformat(text), moment.parse_time(clock)) * 1000
    place.clock.mono += at - place.clock.wall
    place.clock.wall = at


@pytest.fixture
def over(place: Place, school: School) -> School:
    day(place, "2026-12-01")
    return school


def inbox(place: Place) -> list[tuple[str, int, str]]:
    return [
        (row["kind"], row["level"], row["sentence"])
        for row in findings(place.county)
        if row["kind"].startswith("callback-")
    ]


def written(place: Place) -> int:
    return int(place.county.conn.execute("SELECT count(*) FROM changes WHERE kind LIKE 'callback.%'").fetchone()[0])


def test_the_lot_follows_from_the_countys_signature_alone(place: Place, over: School) -> None:
    called = draw(place.county, "C1")
    found = callbacks_of(place.county, "C1")
    proof = bytes.fromhex(found.proof)
    assert found.key == place.county.signer.public.id
    place.county.signer.public.verify(proof, b"xiangpei callback\n" + over.class_id.encode())
    with pytest.raises(Refused):
        place.county.signer.public.verify(proof, message("ANOTHERCLASSXXXX"))
    assert called == in_order(hashlib.sha256(proof).hexdigest(), over.people)[:2], "a tenth of twelve, rounded up"
    row = place.county.conn.execute("SELECT pool, people FROM callback_draws").fetchone()
    assert [msgspec.json.decode(one) for one in row] == [sorted(over.people), called]
    assert draw(place.county, "C1") == [] and written(place) == 1, "drawing again changes nothing"
    assert check(place.county).ok


def test_before_the_class_is_over_nobody_is_drawn(place: Place, school: School) -> None:
    for when, clock in (("2026-11-21", "09:00"), ("2026-11-22", "23:59"), ("2026-11-30", "23:59")):
        day(place, when, clock)
        assert not callbacks_of(place.county, "C1").more and inbox(place) == []
        with pytest.raises(BadInput, match="到 2026-11-30 才结束"):
            draw(place.county, "C1")
    assert written(place) == 0
    day(place, "2026-12-01", "00:00")
    assert callbacks_of(place.county, "C1").more and len(draw(place.county, "C1")) == 2


def test_a_lesson_after_the_planned_end_is_waited_for(place: Place, school: School) -> None:
    with place.one.writing() as w:
        w.write("class", {"date_to": "2026-11-21"}, school.class_id)
    bring(place)
    day(place, "2026-11-22")
    with pytest.raises(BadInput, match="到 2026-11-22 才结束"):
        draw(place.county, "C1")
    day(place, "2026-11-23")
    assert draw(place.county, "C1")


def test_a_class_that_was_concluded_is_over(place: Place, school: School) -> None:
    """Else a far last day would keep it from ever being phoned."""
    assert inbox(place) == []
    review.conclude(place.county, "C1", [review.Verdict("passed")])
    assert [kind for kind, _, _ in inbox(place)] == ["callback-due"]
    assert draw(place.county, "C1")


def test_a_class_that_failed_or_never_met_is_not_asked_for(place: Place, over: School) -> None:
    review.conclude(place.county, "C1", [review.Verdict("failed", rule="出勤率")])
    assert inbox(place) == []
    place.clock.pass_by(1)
    review.conclude(place.county, "C1", [review.Verdict("passed")])
    assert len(inbox(place)) == 1
    for (lesson,) in place.one.conn.execute("SELECT id FROM lessons").fetchall():
        cancel_lesson(place.one, lesson, "停电")
    bring(place)
    assert inbox(place) == []
    with pytest.raises(BadInput, match="没有上过课"):
        draw(place.county, "C1")


def test_what_is_due_goes_with_the_work(place: Place, over: School) -> None:
    rule = "电话回访比例 10%（依据：某市定点培训机构办法：每班电话抽检不少于 10%）。"
    assert inbox(place) == [("callback-due", 1, f"C1 班：应电话回访 2 人，已接通 0 人，还差 2 人；{rule}")]
    first, second = draw(place.county, "C1")
    record(place.county, "C1", first, "confirmed")
    said = f"C1 班：应电话回访 2 人，已接通 1 人，还差 1 人；{rule}"
    assert inbox(place) == [("callback-due", 1, said)]
    assert draw(place.county, "C1") == [], "one is still to be tried"
    record(place.county, "C1", second, "confirmed", "说得很清楚")
    assert inbox(place) == []


def test_when_nobody_answers_the_lot_names_the_next(place: Place, over: School) -> None:
    first, second = draw(place.county, "C1")
    order = in_order(callbacks.seed_of(callbacks_of(place.county, "C1").proof), over.people)
    record(place.county, "C1", first, "unreached")
    assert draw(place.county, "C1") == []
    record(place.county, "C1", second, "confirmed")
    assert callbacks_of(place.county, "C1").more
    assert draw(place.county, "C1") == [order[2]]
    assert "另有 1 人打过、没有联系上" in inbox(place)[0][2]
    record(place.county, "C1", order[2], "unreached")
    assert draw(place.county, "C1") == [order[3]]
    record(place.county, "C1", first, "confirmed", "晚上打通了")
    assert inbox(place) == [] and draw(place.county, "C1") == [], "who was not reached may be phoned again"
    assert [one.person for one in callbacks_of(place.county, "C1").people] == order[:4]


def test_who_joined_since_may_be_added_and_nobody_is_taken_off(place: Place, over: School) -> None:
    before = draw(place.county, "C1")
    join(over, 20)
    with place.one.writing() as w:
        gone = place.one.conn.execute("SELECT id FROM enrollments WHERE trainee = ?", (before[0],)).fetchone()[0]
        w.write("enrollment", {"status": "withdrawn"}, gone)
    bring(place)
    added = draw(place.county, "C1")
    found = callbacks_of(place.county, "C1")
    assert [one.person for one in found.people] == before + added
    staying = [person for person in over.people if person != before[0]]
    assert (found.wanted, len(staying)) == (4, 31)
    assert set(in_order(callbacks.seed_of(found.proof), staying)[:4]) <= {*before, *added}


def test_the_officer_sees_whom_to_dial_and_what_to_ask(place: Place, school: School) -> None:
    lessons = [row[0] for row in place.one.conn.execute("SELECT id FROM lessons ORDER BY start")]
    for person in school.people:
        school.stamp(lessons[0], person, "in", "09:50", via="search")
        school.stamp(lessons[0], person, "out", "13:00", via="search")
    day(place, "2026-12-01")
    bring(place)
    draw(place.county, "C1")
    for one in callbacks_of(place.county, "C1").people:
        serial = school.people.index(one.person)
        number = identity_number(serial)
        assert one.days == ["2026-11-21"] and one.credited == 400
        assert one.id_number == f"{number[:6]}********{number[14:]}"
        if serial >= 3:
            assert (one.name, one.phone, one.address) == (f"学员{serial}", f"139{serial:08d}", "红旗村二组")


def test_a_denial_and_a_wrong_number_are_told_and_the_latest_result_stands(place: Place, over: School) -> None:
    first, second = draw(place.county, "C1")
    names = {one.person: one.name for one in callbacks_of(place.county, "C1").people}
    with pytest.raises(BadInput, match="本人怎么说的"):
        record(place.county, "C1", first, "denied", " ")
    made = record(place.county, "C1", first, "denied", "说只去过一天。")
    wrong = record(place.county, "C1", second, "wrong-number", "是县城一家饭店")
    told = {row["kind"]: row for row in findings(place.county) if row["kind"].startswith("callback-")}
    assert told["callback-denied"]["sentence"] == f"C1 班：{names[first]} 在电话回访中说的与记录不符：说只去过一天。"
    assert (told["callback-denied"]["level"], told["callback-denied"]["person"]) == (3, first)
    assert told["callback-denied"]["evidence"] == [made] and told["callback-wrong-number"]["evidence"] == [wrong]
    sentence = f"C1 班：{names[second]} 没有登记能找到本人的电话（是县城一家饭店）。"
    assert (told["callback-wrong-number"]["level"], told["callback-wrong-number"]["sentence"]) == (2, sentence)
    with pytest.raises(BadInput, match="已经记过“不属实”"):
        record(place.county, "C1", first, "confirmed")
    place.clock.pass_by(60)
    record(place.county, "C1", first, "confirmed", "再打一次，是她婆婆接的前一个电话")
    assert "callback-denied" not in [kind for kind, _, _ in inbox(place)]
    shown = callbacks_of(place.county, "C1").people[0]
    assert [one.outcome for one in shown.results] == ["denied", "confirmed"], "both remain"


def test_what_clears_a_finding_needs_a_reason(place: Place, over: School) -> None:
    first, second = draw(place.county, "C1")
    record(place.county, "C1", first, "wrong-number")
    for outcome in ("unreached", "confirmed"):
        with pytest.raises(BadInput, match="已经记过“号码不对”，要改记，请写明为什么"):
            record(place.county, "C1", first, outcome)
    assert "callback-wrong-number" in [kind for kind, _, _ in inbox(place)]
    place.clock.pass_by(60)
    record(place.county, "C1", first, "confirmed", "村里给了新号码")
    record(place.county, "C1", second, "unreached")
    place.clock.pass_by(60)
    record(place.county, "C1", second, "confirmed")
    assert inbox(place) == [], "who did not answer before may simply answer"


def test_who_phoned_is_told_by_name(place: Place, over: School) -> None:
    with place.one.writing() as w:
        operator = w.write("operator", {"name": "周会计"})
    bring(place)
    first, second = draw(place.county, "C1")
    place.county.operator = operator
    record(place.county, "C1", first, "confirmed")
    place.county.operator = "李科员"
    record(place.county, "C1", second, "confirmed")
    told = {one.person: one.results[0].by for one in callbacks_of(place.county, "C1").people}
    assert told == {first: "周会计", second: "李科员"}


def test_why_nobody_is_to_be_phoned_is_told(place: Place, school: School) -> None:
    pack = pack_with({"callback_share": "0"})
    with place.county.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(pack))))
    day(place, "2026-12-01")
    with pytest.raises(BadInput, match=r"C1 班不用电话回访：电话回访比例 0%"):
        draw(place.county, "C1")
    with place.one.writing() as w:
        for (enrollment,) in place.one.conn.execute("SELECT id FROM enrollments").fetchall():
            w.write("enrollment", {"status": "withdrawn"}, enrollment)
    bring(place)
    assert callbacks_of(place.county, "C1").problem == "C1 班没有在册的学员，不用电话回访。"
    assert inbox(place) == []


def test_only_whoever_was_drawn_can_be_recorded(place: Place, over: School) -> None:
    with pytest.raises(BadInput, match="不在 C1 班的回访名单里"):
        record(place.county, "C1", over.people[0], "confirmed")
    called = draw(place.county, "C1")
    other = next(person for person in over.people if person not in called)
    with pytest.raises(BadInput, match="只能记抽到的人"):
        record(place.county, "C1", other, "confirmed")
    with pytest.raises(BadInput, match="回访结果只能是"):
        record(place.county, "C1", called[0], "perhaps")
    with pytest.raises(NotFound):
        record(place.county, "C1", "没有这个人", "confirmed")
    with pytest.raises(NotEnrolled):
        draw(place.one, "C1")


def test_a_pack_that_can_not_be_read_stops_no_inbox(place: Place, over: School) -> None:
    called = draw(place.county, "C1")
    record(place.county, "C1", called[0], "denied", "没有去过")
    with place.county.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(b"{}")))
    assert [kind for kind, _, _ in inbox(place)] == ["callback-denied"]
