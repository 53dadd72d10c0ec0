"""Where every change is: by what was handed on, by what receipts say, and by what lies aside at either end."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.carry.folder import sync_folder
from sync.carry.outgoing import Parcel, keep_receipt, note_sent, take_receipt
from sync.county.county import import_files, receipt_for
from sync.errors import BadInput
from sync.jobs.travel import each, travel
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import papers
from tests.nodes import Place, note, signed


def mine(ledger: Ledger) -> list[tuple[int, int, str]]:
    return [(run.first, run.last, run.state) for run in travel(ledger, feed=ledger.feed)]


def to_county(place: Place, data: bytes) -> None:
    """A batch by hand, and the county's receipt back."""
    intake = take(place.county, data, "x.xpb", "usb")
    take_receipt(place.one, receipt_for(place.county, [intake.feed], [intake]))


def test_a_change_is_here_then_on_the_stick_then_received(place: Place, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    note(place.one, "一")
    head = place.one.position(place.one.feed).seq
    assert mine(place.one) == [(1, head, "here")]
    sync_folder(place.one, stick)
    note(place.one, "写到U盘之后的")
    assert mine(place.one) == [(1, head, "sent"), (head + 1, head + 1, "here")]
    sent = travel(place.one, "sent")[0]
    assert (sent.via, sent.at) == ("usb", place.clock.wall // 1000)
    import_files(place.county, [stick], stick)
    sync_folder(place.one, stick)
    assert mine(place.one) == [(1, head, "received"), (head + 1, head + 1, "sent")]


def test_what_the_county_holds_back_is_known_after_the_sync_and_until_a_receipt_covers_it(place: Place) -> None:
    note(place.one, "一")
    note(place.one, "二")
    last = place.one.position(place.one.feed).seq
    to_county(place, signed(place.one, last))
    assert mine(place.one) == [(1, last - 1, "here"), (last, last, "held")]
    assert travel(place.one, "held")[0].reason == "gap"
    assert [(run.first, run.last, run.reason) for run in travel(place.county, "held")] == [(last, last, "gap")]
    to_county(place, signed(place.one, 1, last - 1))
    assert mine(place.one) == [(1, last, "received")]
    assert travel(place.county, "held") == []


def refusal(place: Place, first: int, last: int, reason: str, at: int) -> None:
    trouble = papers.Trouble("0" * 64, reason, place.one.feed, first, last)
    receipt = papers.Receipt(1, place.county.signer.public.id, at, [], [trouble])
    keep_receipt(place.one, papers.sign(receipt, place.county.signer), receipt)


def test_an_older_receipt_does_not_take_the_place_of_what_was_said_later(place: Place) -> None:
    now = place.clock.wall // 1000
    refusal(place, 1, 1, "revoked", now)
    refusal(place, 1, 1, "bad-chain", now - 60)
    assert [(run.reason, run.at) for run in travel(place.one, "refused")] == [("revoked", now)]


def test_what_a_receipt_says_of_changes_that_nobody_has_is_passed_over(place: Place) -> None:
    refusal(place, 1, 10_000, "revoked", place.clock.wall // 1000)
    assert travel(place.one, "refused") == []


ON_THE_WAY = st.tuples(st.sampled_from(["sent", "refused"]), st.integers(1, 12), st.integers(0, 6))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(ON_THE_WAY, min_size=1, max_size=8))
def test_every_change_is_in_one_run_and_in_one_only(place: Place, steps: list[tuple[str, int, int]]) -> None:
    while place.one.position(place.one.feed).seq < 12:
        note(place.one, "又一条")
    to_county(place, signed(place.one, 1, 5))
    for table in ("sent", "troubles"):
        place.one.conn.execute(f"DELETE FROM {table}")
    for number, (what, first, more) in enumerate(steps):
        last = min(first + more, 12)
        if what == "sent":
            note_sent(place.one, Parcel(place.one.feed, first, last, b""), "usb")
        else:
            refusal(place, first, last, "revoked", number)
    found = travel(place.one, feed=place.one.feed)
    assert [n for run in found for n in range(run.first, run.last + 1)] == list(range(1, 13))
    alike = [(run.state, run.at, run.via) for run in found]
    assert all(before != after for before, after in pairwise(alike)), "alike and side by side is one run"
    assert [(run.first, run.last) for run in found if run.state == "received"] == [(1, 5)]
    told = {
        n for what, first, more in steps if what == "refused" for n in range(max(first, 6), min(first + more, 12) + 1)
    }
    # A receipt that refuses what another has covered says nothing any more.
    assert {n for run in found if run.state == "refused" for n in range(run.first, run.last + 1)} == told


def test_the_county_lists_what_it_has_of_each_feed_and_a_laptop_what_it_would_not_take(place: Place) -> None:
    note(place.one, "一")
    to_county(place, signed(place.one))
    head = place.one.position(place.one.feed).seq
    received = [(run.name, run.first, run.last) for run in travel(place.county, "received")]
    assert received == [("红旗村培训点", 1, head)]
    assert [run.feed for run in travel(place.county, "here")] == [place.county.feed]
    assert take(place.two, b"age-encryption.org/v1\n", "坏的.xpb", "usb").state == "refused"
    assert [(run.name, run.count) for run in travel(place.two, "refused-here")] == [("坏的.xpb", 0)]


def test_a_colleagues_changes_that_are_carried_for_her_are_listed_too(place: Place) -> None:
    assert take(place.two, signed(place.one), "x.xpb", "usb").state == "taken"
    (run,) = travel(place.two, feed=place.one.feed)
    assert (run.state, run.name, run.own) == ("here", "红旗村培训点", False)


def test_one_by_one(place: Place) -> None:
    noted = note(place.one, "一")
    (run,) = travel(place.one, feed=place.one.feed)
    found = list(each(place.one, run))
    assert [one["seq"] for one in found] == list(range(1, run.last + 1))
    assert (found[-1]["change"], found[-1]["kind"]) == (noted, "leave")


def test_a_state_that_there_is_not(place: Place) -> None:
    with pytest.raises(BadInput):
        travel(place.one, "lost")
