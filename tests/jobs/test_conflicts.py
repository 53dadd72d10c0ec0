"""Two writers of one field: both values kept, one shown, listed until a person settles."""

from dataclasses import dataclass

import pytest

from sync.errors import BadInput
from sync.jobs import operators
from sync.jobs.conflicts import conflicts, count_conflicts, list_conflicts, settle, settle_anew
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import batch
from tests.jobs.school import NUMBERS
from tests.nodes import START, Place


@dataclass(frozen=True)
class Both:
    place: Place
    trainee: str

    def phone(self, ledger: Ledger) -> str:
        row = ledger.conn.execute("SELECT phone FROM trainees WHERE id = ?", (self.trainee,)).fetchone()
        return str(row[0])


@pytest.fixture
def both(place: Place) -> Both:
    """Two laptops of a school changed one trainee's phone, each without having seen the other; both have both now."""
    one, two = place.one, place.two
    assert take(
        one, batch.build(list(place.county.changes(place.county.feed)), place.county.signer), "x.xpb", "usb"
    ).new
    one.operator = operators.add_operator(one, "王老师", "2580")
    with one.writing() as w:
        trainee = w.write("trainee", {"name": "马䶮", "phone": "13800000000"})
    _pass_on(one, two)
    place.clock.pass_by(60)
    with one.writing() as w:
        w.write("trainee", {"phone": "13811111111"}, trainee)
    place.clock.pass_by(60)
    with two.writing() as w:
        w.write("trainee", {"phone": "13822222222"}, trainee)
    _pass_on(one, two)
    _pass_on(two, one)
    return Both(place, trainee)


def _pass_on(source: Ledger, target: Ledger) -> None:
    changes = list(source.changes(source.feed))
    assert take(target, batch.build(changes, source.signer), "x.xpb", "usb").state == "taken"


def test_both_values_are_kept_until_a_person_settles(both: Both) -> None:
    one, two = both.place.one, both.place.two
    (conflict,) = list_conflicts(one)
    assert {version["value"] for version in conflict["versions"]} == {"13811111111", "13822222222"}
    assert conflict["shown"] == both.phone(one) == both.phone(two)

    chosen = next(version["change"] for version in conflict["versions"] if version["value"] == "13811111111")
    settle(one, both.trainee, "phone", chosen, "电话核实")
    assert list_conflicts(one) == []
    assert both.phone(one) == "13811111111"
    _pass_on(one, two)
    assert (list_conflicts(two), both.phone(two)) == ([], "13811111111")


def test_who_wrote_what_when_and_where(both: Both) -> None:
    (conflict,) = conflicts(both.place.one)
    assert (conflict.subject, conflict.label) == ("学员 马䶮", "电话")
    told = [(v.words, v.device, v.operator, v.own, v.recorded - START) for v in conflict.versions]
    assert told == [
        ("13811111111", "红旗村培训点", "王老师", True, 60),
        ("13822222222", "清水乡培训点", "", False, 120),
    ]


def test_a_third_value_settles_it_too_and_must_be_one_that_can_be(both: Both) -> None:
    one = both.place.one
    for wrong in ("", "明天再问", "1380000"):
        with pytest.raises(BadInput):
            settle_anew(one, both.trainee, "phone", wrong, "电话核实")
    with pytest.raises(BadInput):
        settle_anew(one, both.trainee, "phone", "13833333333", "  ")
    settle_anew(one, both.trainee, "phone", " 138 3333 3333 ", "两个都停机了，本人给的新号")
    assert (list_conflicts(one), both.phone(one)) == ([], "13833333333")


def test_the_county_sees_it_and_leaves_it_to_the_institution(both: Both) -> None:
    county = both.place.county
    _pass_on(both.place.one, county)
    _pass_on(both.place.two, county)
    (conflict,) = conflicts(county)
    assert count_conflicts(county) == 0
    before = county.position(county.feed)
    with pytest.raises(BadInput):
        settle(county, conflict.id, conflict.field, conflict.versions[0].change, "县里看着办")
    assert county.position(county.feed) == before


def test_an_identity_number_is_masked_and_one_that_is_typed_must_be_sound(both: Both) -> None:
    one, two = both.place.one, both.place.two
    with one.writing() as w:
        w.write("trainee", {"id_number": NUMBERS[0]}, both.trainee)
    with two.writing() as w:
        w.write("trainee", {"id_number": NUMBERS[1]}, both.trainee)
    _pass_on(two, one)
    found = next(one for one in conflicts(one) if one.field == "id_number")
    assert not any(number[6:14] in version.words for version in found.versions for number in NUMBERS)
    with pytest.raises(BadInput):
        settle_anew(one, both.trainee, "id_number", NUMBERS[2][:-1], "看了证件")
    settle_anew(one, both.trainee, "id_number", NUMBERS[2], "看了证件")
    stored = one.conn.execute("SELECT id_number FROM trainees WHERE id = ?", (both.trainee,)).fetchone()
    assert stored == (NUMBERS[2],)


def test_what_is_not_text_is_chosen_and_not_typed(both: Both) -> None:
    one, two = both.place.one, both.place.two
    with one.writing() as w:
        lesson = w.write("lesson", {"topic": "开班", "hours": 400})
    _pass_on(one, two)
    for laptop, hours in ((one, 200), (two, 300)):
        with laptop.writing() as w:
            w.write("lesson", {"hours": hours}, lesson)
    _pass_on(two, one)
    found = next(each for each in conflicts(one) if each.entity == "lesson")
    assert not found.can_type
    assert {version.words for version in found.versions} == {"2 课时", "3 课时"}
    with pytest.raises(BadInput):
        settle_anew(one, lesson, "hours", "4", "商量过")


@pytest.mark.parametrize(("change", "reason"), [("NOSUCHCHANGE", "核实"), ("", "核实")])
def test_only_a_value_that_stands_can_be_chosen(place: Place, change: str, reason: str) -> None:
    with place.one.writing() as w:
        trainee = w.write("trainee", {"name": "马䶮", "phone": "1"})
    with pytest.raises(BadInput):
        settle(place.one, trainee, "phone", change, reason)
