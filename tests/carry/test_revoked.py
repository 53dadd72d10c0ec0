"""A laptop that the county has revoked, as one that was stolen: it may bring what it has, and learns nothing more."""

from starlette.testclient import TestClient

from sync.carry.http import HttpSync, sync_http
from sync.carry.line import Line
from sync.carry.outgoing import parcels
from sync.county.server import make_app
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from tests.nodes import Place, enrol_laptop, note


def sync(place: Place, laptop: Ledger) -> HttpSync:
    client = TestClient(make_app(place.county.folder, place.clock))
    return sync_http(laptop, "", line=Line("http://testserver", client, pauses=None))


def test_a_stolen_laptop_learns_nothing_more_of_its_colleagues(place: Place) -> None:
    enrol_laptop(place.county, place.one)  # by now its grant names the colleague
    note(place.two, "以前记的")
    sync(place, place.two)
    sync(place, place.one)
    known = place.one.position(place.two.feed)
    assert known == place.two.position(place.two.feed)
    seq = place.one.position(place.one.feed).seq
    with place.county.writing() as w:
        w.fact("device.revoke", county_kinds.DeviceRevoke(place.one.signer.public.id, place.one.feed, seq, "电脑被盗"))
    note(place.two, "出事以后记的")
    sync(place, place.two)
    sync(place, place.one)
    assert place.one.position(place.two.feed) == known, "by wire"
    note(place.two, "又记的")
    (parcel,) = [one for one in parcels(place.two) if one.feed == place.two.feed]
    assert take(place.one, parcel.data, "U盘", "usb").reason == "not-for-us-or-damaged", "by stick"
