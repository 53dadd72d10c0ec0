"""Which pack holds for a class, from packs that the county published."""

import msgspec
import pytest

from sync.carry.outgoing import parcels
from sync.jobs.hours import answer, hours_of
from sync.jobs.rules import pack_of
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from tests.jobs.school import School
from tests.nodes import Place
from tests.training.day import pack_with


def _publish(ledger: Ledger, version: str, valid_from: str, **values: object) -> None:
    pack = msgspec.structs.replace(pack_with(values), version=version, valid_from=valid_from)
    with ledger.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(msgspec.json.encode(pack))))


@pytest.mark.parametrize(
    ("words", "first_day", "version"),
    [
        ("a class that began before it was published, though its date is earlier", "2026-11-23", "old"),
        ("one that begins on the day of publication", "2026-11-24", "new"),
        ("one that begins later", "2026-11-30", "new"),
    ],
)
def test_a_pack_of_the_past_holds_from_its_publication(
    school: School, words: str, first_day: str, version: str
) -> None:
    school.set_clock("09:00", day=2)
    _publish(school.ledger, "old", "2026-01-01")
    school.set_clock("09:00", day=4)
    _publish(school.ledger, "new", "2026-01-01")
    assert pack_of(school.ledger, first_day).version == version


def test_hours_of_a_class_that_has_ended_stay_as_they_were_at_both_ends(school: School, place: Place) -> None:
    """Twenty minutes late is 3.5 of 4 hours; a pack with half an hour of grace arrives after the class."""
    lesson, person = school.lesson("1 10:00-13:00"), school.people[0]
    school.stamp(lesson, person, "in", "10:20")
    school.stamp(lesson, person, "out", "13:00")
    school.set_clock("09:00", day=12)
    before = answer(hours_of(school.ledger, "C1"))
    for parcel in parcels(school.ledger):
        take(place.county, parcel.data, parcel.file_name, "usb")
    for ledger in (school.ledger, place.county):
        _publish(ledger, "kinder", "2026-11-21", late_grace=30)
    assert answer(hours_of(school.ledger, "C1")) == before == answer(hours_of(place.county, "C1"))
    assert before[0]["lessons"][0]["credited"] == 3.5
