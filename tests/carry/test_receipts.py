"""Receipts: 已送达 is what the county signed about this very feed, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.carry.outgoing import delivered, parcels, take_receipt, waiting
from sync.county.county import receipt_for
from sync.errors import NotEnrolled, Refused
from sync.jobs.status import status
from sync.ledger.check import check
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger, Position
from sync.seal import papers
from sync.seal.change import GENESIS
from sync.seal.keys import Ed25519Signer
from tests.nodes import HandClock, Place, note, sealed
from tests.seal.mutate import mutations

STRANGER = Ed25519Signer(b"9" * 32)


def deliver(place: Place, laptop: Ledger) -> bytes:
    """Everything to the county; its receipt."""
    intake = take(place.county, sealed(laptop), "", "usb")
    assert intake.state == "taken"
    return receipt_for(place.county, [intake.feed], [intake])


def test_only_a_receipt_makes_anything_delivered(place: Place) -> None:
    head = place.one.position(place.one.feed)
    receipt = deliver(place, place.one)
    assert (delivered(place.one, place.one.feed), waiting(place.one)) == (Position(0, GENESIS), head.seq)
    take_receipt(place.one, receipt)
    assert (delivered(place.one, place.one.feed), waiting(place.one)) == (head, 0)
    said = status(place.one)
    assert (said["waiting"], said["county"]["seq"], said["county"]["head"]) == (0, head.seq, head.hash)
    note(place.one, "后来的")
    assert waiting(place.one) == 1
    (parcel,) = parcels(place.one)
    assert (parcel.first, parcel.last) == (head.seq + 1, head.seq + 1)


def test_an_older_receipt_takes_nothing_back(place: Place) -> None:
    older = deliver(place, place.one)
    note(place.one, "后来的")
    take_receipt(place.one, deliver(place, place.one))
    before = delivered(place.one, place.one.feed)
    take_receipt(place.one, older)
    assert delivered(place.one, place.one.feed) == before == place.one.position(place.one.feed)


def test_a_receipt_for_another_laptop_says_nothing_of_this_one(place: Place) -> None:
    take_receipt(place.one, deliver(place, place.two))
    assert waiting(place.one) == place.one.position(place.one.feed).seq


def by_another_key(place: Place, receipt: papers.Receipt) -> tuple[bytes, str]:
    return papers.sign(receipt, STRANGER), "wrong-key"


def by_the_laptop_itself(place: Place, receipt: papers.Receipt) -> tuple[bytes, str]:
    return papers.sign(receipt, place.one.signer), "wrong-key"


def of_a_newer_program(place: Place, receipt: papers.Receipt) -> tuple[bytes, str]:
    return papers.sign(msgspec.structs.replace(receipt, v=2), place.county.signer), "newer-version"


def another_paper(place: Place, receipt: papers.Receipt) -> tuple[bytes, str]:
    return place.grant, "wrong-type"


FALSE = (by_another_key, by_the_laptop_itself, of_a_newer_program, another_paper)


def for_more_than_there_is(place: Place, head: papers.Head) -> papers.Head:
    return msgspec.structs.replace(head, seq=head.seq + 1)


def for_other_changes(place: Place, head: papers.Head) -> papers.Head:
    return msgspec.structs.replace(head, hash="0" * 64)


def swapped(place: Place, head: papers.Head) -> papers.Head:
    """What the county said of laptop two, under laptop one's feed."""
    text = deliver(place, place.two)
    (other,) = papers.verify(text, papers.Receipt, place.county.signer.public).heads
    return msgspec.structs.replace(other, feed=head.feed)


CONTRADICTIONS = (for_more_than_there_is, for_other_changes, swapped)


@pytest.mark.parametrize("attack", FALSE)
def test_a_false_receipt_is_refused_and_delivers_nothing(
    place: Place, attack: Callable[[Place, papers.Receipt], tuple[bytes, str]]
) -> None:
    true = deliver(place, place.one)
    text, reason = attack(place, papers.verify(true, papers.Receipt, place.county.signer.public))
    before = waiting(place.one)
    with pytest.raises(Refused) as caught:
        take_receipt(place.one, text)
    assert caught.value.reason == reason
    assert waiting(place.one) == before == place.one.position(place.one.feed).seq
    take_receipt(place.one, true)
    assert waiting(place.one) == 0


@pytest.mark.parametrize("contradict", CONTRADICTIONS)
def test_a_receipt_that_contradicts_what_we_have_delivers_nothing_and_loses_nothing(
    place: Place, contradict: Callable[[Place, papers.Head], papers.Head]
) -> None:
    feed, written = place.one.feed, list(place.one.changes(place.one.feed))
    true = deliver(place, place.one)
    receipt = papers.verify(true, papers.Receipt, place.county.signer.public)
    heads = [contradict(place, head) for head in receipt.heads]
    take_receipt(place.one, papers.sign(msgspec.structs.replace(receipt, heads=heads), place.county.signer))
    assert delivered(place.one, feed) == Position(0, GENESIS)
    assert waiting(place.one) >= len(written)
    assert list(place.one.changes(feed)) == written
    take_receipt(place.one, true)
    assert delivered(place.one, feed).seq == len(written)


@pytest.fixture(scope="module")
def true_receipt(lasting_place: Place) -> bytes:
    return deliver(lasting_place, lasting_place.one)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_mutation_of_a_receipt_delivers_anything(
    lasting_place: Place, true_receipt: bytes, data: st.DataObject
) -> None:
    mutated = data.draw(mutations(true_receipt, lasting_place.grant))
    with pytest.raises(Refused):
        take_receipt(lasting_place.one, mutated)
    assert waiting(lasting_place.one) == lasting_place.one.position(lasting_place.one.feed).seq


def test_a_laptop_that_is_not_enrolled_is_told_so(place: Place, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "new", "新来的", clock=place.clock) as new, pytest.raises(NotEnrolled):
        take_receipt(new, deliver(place, place.one))


def test_a_copy_that_is_behind_the_county_writes_over_nothing(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.one.folder, tmp_path / "copy")
    note(place.one, "拷贝以后记的")
    receipt = deliver(place, place.one)
    with Ledger.open(tmp_path / "copy", HandClock()) as copy:
        before = copy.feed, list(copy.changes(copy.feed))
        take_receipt(copy, receipt)
        note(copy, "拷贝自己又记的")
        assert list(copy.changes(before[0])) == before[1], "what it writes now goes elsewhere"
        assert copy.feed != before[0]
        assert check(copy).problems == []
