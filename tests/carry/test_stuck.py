"""A laptop whose clock runs ahead: its own facts wait, in words, until their time comes; the rest need not."""

import pytest
from starlette.testclient import TestClient

from sync.carry.http import HttpSync, sync_http
from sync.carry.line import Line
from sync.carry.outgoing import parcels, waiting
from sync.county.server import make_app
from sync.errors import Refused
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from tests.nodes import HandClock, Place, enrol_laptop, note

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
