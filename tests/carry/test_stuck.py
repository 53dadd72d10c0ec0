"""A laptop whose clock runs ahead: its own facts wait, in words, until their time comes; the rest need not."""

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sync.carry.http import HttpSync, sync_http
from sync.carry.line import Line
from sync.carry.outgoing import parcels, waiting
from sync.county.server import make_app
from sync.errors import Refused
from sync.ledger import database
from sync.ledger.intake import admit, aside, take
from sync.ledger.ledger import Ledger
from tests.nodes import HandClock, Place, enrol_laptop, note, signed

DAY = 86_400


def sync(place: Place, laptop: Ledger) -> HttpSync:
    client = TestClient(make_app(place.county.folder, place.clock))
    return sync_http(laptop, "", line=Line("http://testserver", client, pauses=None))


def test_three_days_ahead_keeps_only_itself_back_and_not_for_ever(place: Place) -> None:
    enrol_laptop(place.county, place.two)  # its grant names the colleague
    enrol_laptop(place.county, place.one)
    note(place.two, "同事记的")
    for parcel in parcels(place.two):
        take(place.one, parcel.data, "U盘", "usb")
    sync(place, place.one)
    note(place.two, "同事后来记的")
    for parcel in parcels(place.two):
        take(place.one, parcel.data, "U盘", "usb")
    right = place.one.clock
    place.one.clock = HandClock(place.clock.wall + 3 * DAY * 1000)
    note(place.one, "日期错了")
    place.one.clock = right
    with pytest.raises(Refused, match=r"先留着这一批，还没有计入：.*校正本机的日期.*没有丢") as caught:
        sync(place, place.one)
    assert caught.value.reason == "clock-ahead"
    assert "clock-ahead" not in caught.value.message
    assert waiting(place.one) == 1
    assert place.county.position(place.two.feed) == place.two.position(place.two.feed), "what it carries went on"
    place.clock.pass_by(DAY)
    assert sync(place, place.one).sent == 1
    assert waiting(place.one) == 0
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


@pytest.mark.parametrize("where", ["county", "laptop"])
def test_what_waited_for_a_gap_goes_on_though_the_disk_was_full_when_it_was_filled(place: Place, where: str) -> None:
    """The batch in between is taken, and then nothing more of that laptop's comes to take the rest along."""
    enrol_laptop(place.county, place.two)
    enrol_laptop(place.county, place.one)
    note(place.two, "先")
    middle = place.two.position(place.two.feed).seq
    note(place.two, "后")
    node = {"county": place.county, "laptop": place.one}[where]
    assert take(node, signed(place.two, middle + 1), "x.xpb", "usb").reason == "gap"
    with database.transaction(node.conn):
        admit(node, signed(place.two, 1, middle), "usb")
    assert [row["reason"] for row in aside(node, "held")] == ["gap"]
    sync(place, place.one)
    assert aside(node, "held") == []
    assert node.position(place.two.feed) == place.two.position(place.two.feed)


def test_an_older_copy_whose_batch_lets_go_what_waited_behind_it_gets_that_too(place: Place, tmp_path: Path) -> None:
    """The county's answer to the batch speaks of more than this laptop has; it asks again instead of giving up."""
    enrol_laptop(place.county, place.one)
    sync(place, place.one)
    middle = note(place.one, "拷贝里有的")
    shutil.copytree(place.one.folder, tmp_path / "copy")
    last = note(place.one, "拷贝里没有的")
    seq = place.one.position(place.one.feed).seq
    assert take(place.county, signed(place.one, seq), "x.xpb", "usb").reason == "gap"
    with Ledger.open(tmp_path / "copy", clock=place.clock) as older:
        sync(place, older)
        assert waiting(older) == 0
        for node in (place.county, older):
            found = node.conn.execute("SELECT id FROM leaves ORDER BY seq").fetchall()
            assert found == [(middle,), (last,)]
        assert older.feed != place.one.feed, "what it writes from here on goes on in a feed of its own"
