"""A clock far ahead: its laptop's facts wait for the officer, and nobody else's clock goes with it."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from sync.carry.outgoing import parcels
from sync.county.county import accept_clock, import_files
from sync.county.findings import findings
from sync.county.public import public_feeds, signed_batches
from sync.errors import BadInput
from sync.ledger.ahead import MOST_AHEAD
from sync.ledger.check import check, digests
from sync.ledger.intake import aside, take
from sync.ledger.ledger import Ledger
from tests.county.test_belonging import county_like
from tests.nodes import HandClock, Place, note, open_place, run_of, sealed, signed

YEAR = 365 * 86_400


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_place(tmp_path) as made:
        for laptop in (made.one, made.two):
            take(made.county, sealed(laptop), "", "usb")
        yield made


def wrong(place: Place, ahead: int) -> None:
    """Laptop one's clock is that many seconds ahead while it writes."""
    right = place.one.clock
    place.one.clock = HandClock(place.clock.wall + ahead * 1000)
    note(place.one, "时钟不对时记的")
    place.one.clock = right


def hlc_of(ledger: Ledger) -> int:
    return run_of(ledger)[-1].change.hlc[0]


def test_far_ahead_is_held_told_accepted_and_counts(place: Place) -> None:
    note(place.one, "时钟还对")
    wrong(place, 3 * YEAR)
    last = place.one.position(place.one.feed).seq
    found = take(place.county, sealed(place.one), "U盘", "usb")
    assert (found.state, found.reason, found.new) == ("held", "clock-ahead", 1)
    assert place.county.position(place.one.feed).seq == last - 1
    (told,) = [one for one in findings(place.county) if one["kind"] == "clock-ahead"]
    accepted = accept_clock(place.county, told["sha256"], "电话核实，年份输错了")
    assert (accepted.state, accepted.new) == ("taken", 1)
    assert aside(place.county, "held") == []
    # Its clock was put right, though the order of its feed stays ahead: nothing is held again.
    note(place.one, "改好以后")
    assert take(place.county, signed(place.one), "", "usb").state == "taken"
    assert check(place.county).problems == []


def test_what_came_before_it_follows_when_it_is_accepted(place: Place) -> None:
    wrong(place, 3 * YEAR)
    ahead = sealed(place.one)
    last = place.one.position(place.one.feed).seq
    note(place.one, "接着记的")
    assert take(place.county, signed(place.one, last + 1), "", "usb").reason == "gap"
    digest = take(place.county, ahead, "", "usb").sha256
    accepted = accept_clock(place.county, digest, "核实")
    assert [one.new for one in (accepted, *accepted.followed)] == [1, 1]
    assert aside(place.county, "held") == []


def test_what_is_no_decision_is_refused(place: Place) -> None:
    wrong(place, 3 * YEAR)
    digest = take(place.county, sealed(place.one), "", "usb").sha256
    with pytest.raises(BadInput, match="理由"):
        accept_clock(place.county, digest, "  ")
    with pytest.raises(BadInput, match="没有"):
        accept_clock(place.county, "0" * 64, "核实")


@pytest.mark.parametrize(("ahead", "state"), [(MOST_AHEAD // 1000, "taken"), (MOST_AHEAD // 1000 + 1, "held")])
def test_a_wrong_zone_or_day_is_taken(place: Place, ahead: int, state: str) -> None:
    wrong(place, ahead)
    assert take(place.county, signed(place.one), "", "usb").state == state


def test_when_the_time_has_come_it_is_taken_by_itself(place: Place) -> None:
    wrong(place, 40 * 86_400)
    assert take(place.county, signed(place.one), "", "usb").reason == "clock-ahead"
    place.clock.pass_by(39 * 86_400)
    note(place.one, "后来记的")
    assert take(place.county, signed(place.one, place.one.position(place.one.feed).seq), "", "usb").reason == "gap"
    assert take(place.county, signed(place.one), "", "usb").state == "taken"
    assert aside(place.county, "held") == []


def test_what_came_by_stick_is_not_brought_again(place: Place) -> None:
    wrong(place, 3 * 86_400)
    take(place.county, signed(place.one), "", "usb")
    place.clock.pass_by(86_400 - 1)
    import_files(place.county, [], place.folder)
    assert len(aside(place.county, "held")) == 1
    place.clock.pass_by(1)
    import_files(place.county, [], place.folder)
    assert aside(place.county, "held") == []
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


def test_nobody_else_s_clock_goes_with_it(place: Place) -> None:
    for data in signed_batches(place.county, public_feeds(place.county), []):
        take(place.two, data, "", "usb")
    wrong(place, 7000 * YEAR)
    run = signed(place.one)
    assert take(place.two, run, "U盘", "usb").state == "taken", "a laptop doubts no colleague"
    take(place.county, run, "U盘", "usb")
    for ledger in (place.two, place.county):
        note(ledger, "此刻")
        assert hlc_of(ledger) == place.clock.wall
    # What the county dates is believed, and moves a laptop whose own clock is behind.
    place.two.clock = HandClock(1_000_000)
    for data in signed_batches(place.county, public_feeds(place.county), []):
        take(place.two, data, "", "usb")
    note(place.two, "电池没电")
    assert hlc_of(place.two) == place.clock.wall


def test_in_whatever_order_it_comes_the_tables_are_the_same(place: Place) -> None:
    with place.one.writing() as w:
        trainee = w.write("trainee", {"name": "王芳", "phone": "1"})
    first = signed(place.one)
    take(place.two, first, "", "usb")
    right = place.one.clock
    place.one.clock = HandClock(place.clock.wall + 3 * YEAR * 1000)
    with place.one.writing() as w:
        w.write("trainee", {"phone": "2099"}, trainee)
    place.one.clock = right
    with place.two.writing() as w:
        w.write("trainee", {"phone": "2"}, trainee)
    runs = [first, batch_from(place.one, first), signed(place.two)]
    tables = set()
    for number, order in enumerate(permutations(runs)):
        with county_like(place, number) as county:
            for data in order:
                take(county, data, "", "usb")
            for one in findings(county):
                if one["kind"] == "clock-ahead":
                    accept_clock(county, one["sha256"], "核实")
            # The other school's write that it did not see stays a conflict for a person, whatever the clocks say.
            assert county.conn.execute("SELECT count(*) FROM conflicts").fetchone() == (1,)
            tables.add(tuple(sorted((t, d) for t, d in digests(county.conn).items() if t in ("trainees", "writes"))))
            assert check(county).problems == []
    assert len(tables) == 1


def batch_from(ledger: Ledger, first: bytes) -> bytes:
    from sync.seal import batch

    return signed(ledger, batch.claim(first).header.last + 1)


def test_a_laptop_sends_again_what_was_held(place: Place) -> None:
    wrong(place, 3 * YEAR)
    assert [parcel.feed for parcel in parcels(place.one)] == [place.one.feed]
    take(place.county, signed(place.one), "", "usb")
    assert [parcel.feed for parcel in parcels(place.one)] == [place.one.feed]
