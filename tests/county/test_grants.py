"""A grant that fits a few codes whatever the county has grown to, and a laptop that waits for the rest."""

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from sync.carry.folder import sync_folder
from sync.county import devices, grants
from sync.county.county import answer_hello, import_files
from sync.county.public import rotate
from sync.errors import NotFound, Refused
from sync.jobs import enrol
from sync.jobs.classes import add_class
from sync.ledger.check import digests
from sync.ledger.ledger import Ledger
from sync.seal import papers, parts
from sync.seal.keys import Ed25519Signer
from tests.nodes import SCHOOL, Place

CROWD = 40


def many(county: Ledger, count: int) -> None:
    """Certifies laptops that are nowhere else."""
    for n in range(count):
        signer = Ed25519Signer(f"{n:032}".encode())
        age = str(pyrage.x25519.Identity.generate().to_public())
        asked = papers.Request(1, f"第{n}培训点", signer.public, age, "F")
        devices.enrol(county, papers.sign(asked, signer), f"学校{n % 7}")


@pytest.fixture
def newcomer(place: Place, tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "newcomer", "新来的", clock=place.clock) as made:
        yield made


def by_codes(place: Place, laptop: Ledger) -> bytes:
    """The county certifies the laptop; what its codes carry."""
    devices.enrol(place.county, enrol.request(laptop), SCHOOL)
    return grants.for_codes(place.county, laptop.signer.public.id)


def courses(ledger: Ledger) -> list[object]:
    return ledger.conn.execute("SELECT id, code, name FROM courses ORDER BY id").fetchall()


def test_a_small_county_s_codes_carry_the_whole_grant(place: Place, newcomer: Ledger) -> None:
    grant = by_codes(place, newcomer)
    assert parts.fits(grant, grants.MOST_CODES)
    said = enrol.accept(newcomer, grant)
    assert said["certificate"]
    assert newcomer.position(place.county.feed) == place.county.position(place.county.feed)


def test_a_grown_county_s_codes_carry_its_keys_and_the_feed_s_beginning(place: Place, newcomer: Ledger) -> None:
    many(place.county, CROWD)
    assert not parts.fits(grants.whole(place.county, newcomer_id(place, newcomer)), grants.MOST_CODES)
    grant = by_codes(place, newcomer)
    assert parts.fits(grant, grants.MOST_CODES)
    said = enrol.accept(newcomer, grant)
    assert (said["certificate"], said["institution"]) == (False, SCHOOL)
    assert said["county_fingerprint"] == place.county.signer.public.fingerprint
    assert courses(newcomer) == courses(place.county)
    assert newcomer.conn.execute("SELECT count(*) FROM packs").fetchone() == (1,)
    # Nothing of other people's laptops travels, but for what stood before the last course or rule.
    assert newcomer.conn.execute("SELECT count(*) FROM devices WHERE role <> 'county'").fetchone() == (0,)


def newcomer_id(place: Place, newcomer: Ledger) -> str:
    devices.enrol(place.county, enrol.request(newcomer), SCHOOL)
    return newcomer.signer.public.id


def test_what_waits_for_its_certificate_records_and_the_first_stick_brings_it(
    place: Place, newcomer: Ledger, tmp_path: Path
) -> None:
    many(place.county, CROWD)
    enrol.accept(newcomer, by_codes(place, newcomer))
    add_class(newcomer, "A1", "YYS-5", "一班", "2026-11-21", "2026-11-30")
    recorded = newcomer.position(newcomer.feed)
    stick = tmp_path / "stick"
    stick.mkdir()
    assert sync_folder(newcomer, stick).written
    taken = import_files(place.county, [stick], stick)
    assert not taken.refused
    assert place.county.position(newcomer.feed) == recorded
    sync_folder(newcomer, stick)
    said = enrol.enrolled(newcomer)
    assert said is not None
    assert (said["certificate"], said["institution"]) == (True, SCHOOL)
    assert newcomer.position(place.county.feed) == place.county.position(place.county.feed)


def test_the_county_answers_the_hello_of_who_waits(place: Place, newcomer: Ledger) -> None:
    many(place.county, CROWD)
    enrol.accept(newcomer, by_codes(place, newcomer))
    heads = [papers.Head(feed, *_pair(newcomer, feed)) for feed in newcomer.feeds()]
    hello = papers.Hello(1, newcomer.signer.public, 0, "n", heads)
    assert answer_hello(place.county, papers.sign(hello, newcomer.signer))


def _pair(ledger: Ledger, feed: str) -> tuple[int, str]:
    position = ledger.position(feed)
    return position.seq, position.hash


def test_after_a_change_of_key_the_codes_carry_the_new_one(place: Place, newcomer: Ledger) -> None:
    """What the old key signed is one piece and too large; the old key itself is told, so that it is taken later."""
    many(place.county, CROWD)
    rotate(place.county)
    grant = by_codes(place, newcomer)
    assert len(parts.split(grant)) < 4
    assert not enrol.accept(newcomer, grant)["certificate"]
    county = newcomer.county
    assert county is not None
    assert county.key == place.county.signer.public
    assert len(county.earlier) == 1
    enrol.accept(newcomer, grants.whole(place.county, newcomer.signer.public.id))
    said = enrol.enrolled(newcomer)
    assert said is not None and said["certificate"]


def test_the_file_after_the_codes_changes_waiting_into_enrolled(place: Place, newcomer: Ledger) -> None:
    many(place.county, CROWD)
    enrol.accept(newcomer, by_codes(place, newcomer))
    enrol.accept(newcomer, grants.whole(place.county, newcomer.signer.public.id))
    said = enrol.enrolled(newcomer)
    assert said is not None and said["certificate"]


def test_codes_of_another_county_hand_nothing_over(place: Place, newcomer: Ledger, tmp_path: Path) -> None:
    """A short grant holds little that could be wrong: its own key must not displace the one that is trusted."""
    enrol.accept(newcomer, by_codes(place, newcomer))
    false = Ed25519Signer(b"f" * 32)
    grant = papers.Grant(
        1, "云岭县人社局", false.public, place.county.age_recipient, newcomer.signer.public.id, [], institution="假学校"
    )
    before = digests(newcomer.conn), newcomer.get("granted")
    with pytest.raises(Refused) as caught:
        enrol.accept(newcomer, papers.sign(grant, false))
    assert caught.value.reason == "other-county"
    assert (digests(newcomer.conn), newcomer.get("granted")) == before
    assert newcomer.county is not None and newcomer.county.key == place.county.signer.public


def test_looking_takes_nothing(place: Place, newcomer: Ledger) -> None:
    grant = by_codes(place, newcomer)
    before = digests(newcomer.conn), newcomer.feeds()
    said = enrol.look(newcomer, grant)
    assert said == {
        "county": "云岭县人社局",
        "county_fingerprint": place.county.signer.public.fingerprint,
        "fingerprint": newcomer.signer.public.fingerprint,
        "known": False,
    }
    assert (digests(newcomer.conn), newcomer.feeds()) == before
    assert newcomer.county is None
    enrol.accept(newcomer, grant)
    assert enrol.look(newcomer, grant)["known"]
    with pytest.raises(Refused) as caught:
        enrol.look(place.one, grant)
    assert caught.value.reason == "other-device"


def test_nobody_certified_has_no_grant(place: Place, newcomer: Ledger) -> None:
    for key in (newcomer.signer.public.id, place.county.signer.public.id, "x"):
        with pytest.raises(NotFound):
            grants.whole(place.county, key)
