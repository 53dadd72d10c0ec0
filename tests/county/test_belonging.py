"""An entity belongs to the institution whose device made it: another's writes are refused, or have no effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest

from sync.county import devices
from sync.county.findings import findings
from sync.jobs import enrol
from sync.ledger.check import check
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import batch, kinds
from tests.nodes import Place, open_place, run_of, signed


@dataclass(frozen=True)
class Schools:
    """Laptops one and two are of one school, `other` of another. One has a trainee, a class, a lesson and a teacher."""

    place: Place
    other: Ledger
    trainee: str
    lesson: str
    class_id: str
    teacher: str


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[Schools]:
    with open_place(tmp_path) as place, Ledger.create(tmp_path / "other", "别家", clock=place.clock) as other:
        grant, _ = devices.enrol(place.county, enrol.request(other), "别家职业学校")
        enrol.accept(other, grant)
        with place.one.writing() as w:
            trainee = w.write("trainee", {"name": "王芳", "phone": "1"})
            class_id = w.write("class", {"code": "A1"})
            lesson = w.write("lesson", {"training_class": class_id, "start": 1, "end": 2})
            teacher = w.write("teacher", {"name": "李师傅"})
        place.clock.pass_by(60)
        yield Schools(place, other, trainee, lesson, class_id, teacher)


def crossing(schools: Schools, kind: str) -> bytes:
    with schools.other.writing() as w:
        if kind == "trainee":
            # Past what its own program would do: it does not know her.
            w.fact("trainee", kinds.Write({"phone": "666"}, schools.trainee))
        elif kind == "enrollment":
            mine = w.write("trainee", {"name": "借名"})
            w.write("enrollment", {"training_class": schools.class_id, "trainee": mine})
        elif kind == "stamp":
            w.fact("stamp", kinds.Stamp(schools.lesson, schools.trainee, "in", "camera"))
        elif kind == "employment":
            w.fact("teacher.employ", kinds.TeacherEmploy(schools.teacher, "parttime"))
        else:
            w.fact("leave", kinds.Leave(schools.lesson, schools.trainee, "病"))
    return signed(schools.other)


KINDS = ["trainee", "enrollment", "stamp", "leave", "employment"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_names_another_school_s_is_refused_and_told(schools: Schools, kind: str) -> None:
    county = schools.place.county
    assert take(county, signed(schools.place.one), "", "usb").state == "taken"
    found = take(county, crossing(schools, kind), "U盘", "usb")
    assert (found.state, found.reason, found.new) == ("refused", "cross-institution", 0)
    told = [one for one in findings(county) if one["kind"] == "cross-institution"]
    assert [(one["level"], one["sha256"]) for one in told] == [(3, found.sha256)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_before_its_victim_is_told_too(schools: Schools, kind: str) -> None:
    county = schools.place.county
    assert take(county, crossing(schools, kind), "U盘", "usb").state == "taken"
    assert not [one for one in findings(county) if one["kind"] == "cross-institution"]
    assert take(county, signed(schools.place.one), "", "usb").state == "taken"
    told = [one for one in findings(county) if one["kind"] == "cross-institution"]
    assert [(one["level"], one["feed"]) for one in told] == [(3, schools.other.feed)]
    assert check(county).problems == []


def test_in_whatever_order_it_comes_the_trainee_stays_what_her_school_says(schools: Schools) -> None:
    place = schools.place
    foreign = crossing(schools, "trainee")
    with place.two.writing() as w:
        w.fact("trainee", kinds.Write({"address": "村西"}, schools.trainee))
    runs = [signed(place.one), signed(place.two), foreign]
    shown = set()
    for number, order in enumerate(permutations(runs)):
        with county_like(place, number) as county:
            for data in order:
                take(county, data, "", "usb")
            shown.add(county.conn.execute("SELECT phone, address FROM trainees WHERE name <> ''").fetchone())
            assert county.conn.execute("SELECT count(*) FROM conflicts").fetchone() == (0,)
            assert check(county).problems == []
    assert shown == {("1", "村西")}


def county_like(place: Place, number: int) -> Ledger:
    """A copy of the county as it stands."""
    place.county.copy_to(place.folder / f"copy-{number}.db")
    folder = place.folder / f"county-{number}"
    folder.mkdir()
    (place.folder / f"copy-{number}.db").rename(folder / "ledger.db")
    for name in ("node.json", "ledger.key"):
        (folder / name).write_bytes((place.folder / "county" / name).read_bytes())
    return Ledger.open(folder, place.clock)


def test_one_school_s_laptops_write_to_each_other_s(schools: Schools) -> None:
    place = schools.place
    take(place.county, signed(place.one), "", "usb")
    with place.two.writing() as w:
        w.fact("trainee", kinds.Write({"phone": "2"}, schools.trainee))
        w.fact("stamp", kinds.Stamp(schools.lesson, schools.trainee, "in", "camera"))
    assert take(place.county, signed(place.two), "", "usb").state == "taken"
    assert place.county.conn.execute("SELECT phone FROM trainees").fetchone() == ("2",)


def test_a_laptop_that_changed_schools_may_write_to_what_it_made_before(schools: Schools) -> None:
    place = schools.place
    take(place.county, signed(place.one), "", "usb")
    grant, _ = devices.enrol(place.county, enrol.request(place.one), "别家职业学校")
    enrol.accept(place.one, grant)
    with place.one.writing() as w:
        w.write("trainee", {"phone": "3"}, schools.trainee)
    last = run_of(place.one)[-1:]
    assert take(place.county, batch.build(last, place.one.signer), "", "usb").state == "taken"
    assert place.county.conn.execute("SELECT phone FROM trainees").fetchone() == ("3",)
