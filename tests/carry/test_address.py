"""Which address a laptop takes: what was typed before the county served over TLS must not undo that."""

import socket

import pytest

from sync.carry import address
from sync.carry.http import sync_county
from sync.county.address import publish
from sync.county.public import public_feeds, signed_batches
from sync.errors import CarrierError
from sync.ledger.intake import take
from tests.nodes import Place

SECURE = "https://127.0.0.1:9"
PIN = "b" * 64


def tell(place: Place, *urls: str) -> None:
    publish(place.county, list(urls), [PIN])
    for data in signed_batches(place.county, public_feeds(place.county), []):
        take(place.one, data, "", "usb")


def test_what_was_typed_counts_until_the_county_serves_over_tls(place: Place) -> None:
    address.worked(place.one, "http://10.1.1.1:8700")
    assert address.known(place.one) == ["http://10.1.1.1:8700"]
    tell(place, "http://10.1.1.2:8700")
    assert address.known(place.one) == ["http://10.1.1.2:8700", "http://10.1.1.1:8700"]
    tell(place, SECURE)
    assert address.known(place.one) == [SECURE]
    tell(place, SECURE, "http://10.1.1.1:8700")
    assert address.known(place.one) == ["http://10.1.1.1:8700", SECURE], "the county says so"
    address.worked(place.one, "https://10.1.1.3")
    assert address.known(place.one) == [SECURE, "http://10.1.1.1:8700", "https://10.1.1.3"]


def test_who_blocks_the_secure_port_hears_nothing_in_the_clear(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address.worked(place.one, f"http://127.0.0.1:{listening.getsockname()[1]}")
        tell(place, SECURE)
        with pytest.raises(CarrierError):
            sync_county(place.one, via="none")
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("127.0.0.1：9/", SECURE),
        ("http://127.0.0.1:9", SECURE),
        (SECURE, SECURE),
        ("127.0.0.1:10", "http://127.0.0.1:10"),
        ("http://10.1.1.9:9", "http://10.1.1.9:9"),
    ],
)
def test_the_published_place_is_taken_over_tls_however_it_is_typed(place: Place, typed: str, meant: str) -> None:
    tell(place, SECURE)
    assert address.meant(place.one, typed) == meant
