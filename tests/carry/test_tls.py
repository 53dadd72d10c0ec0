"""TLS to the county: its own certificate by the key that it signed, a bought one by what the system trusts."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from sync.carry import address, tls
from sync.carry.folder import sync_folder
from sync.carry.http import sync_county, sync_http
from sync.carry.outgoing import waiting
from sync.county import tls as county_tls
from sync.county.address import publish
from sync.county.county import import_files
from sync.county.public import rotate
from sync.errors import BadInput, CarrierError
from sync.ledger.ledger import Ledger
from tests.carry.roads import Made, impostor, make
from tests.day.world import Server, World, serving
from tests.nodes import note


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("certificates")
    authority = make(folder, "authority")
    return {
        "authority": authority,
        "own": make(folder, "own", address="10.9.9.9"),
        "next": make(folder, "next"),
        "own but expired": make(folder, "own but expired", ends=-10),
        "impostor": make(folder, "impostor"),
        "bought": make(folder, "bought", by=authority),
        "expired": make(folder, "expired", by=authority, ends=-10),
        "too early": make(folder, "too early", by=authority, ends=110),
        "another name": make(folder, "another name", by=authority, address="10.9.9.9"),
    }


@pytest.fixture
def trusting(certificates: dict[str, Made], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer trusts the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates["authority"].certificate))
    tls._system.cache_clear()
    yield
    tls._system.cache_clear()


def tell(world: World, laptop: Ledger, url: str, *pins: str, trusted: bool = False) -> None:
    """The laptop has heard by a stick what the county published; one more change waits since."""
    with Ledger.open(world.county.folder) as county:
        publish(county, [url], list(pins), trusted=trusted)
        sync_folder(laptop, world.stick)
        import_files(county, [world.stick], world.stick)
        sync_folder(laptop, world.stick)
    note(laptop, "请假")


def refused(laptop: Ledger, url: str) -> str:
    """The words with which the server at this address is not believed."""
    before = waiting(laptop)
    with pytest.raises(CarrierError) as caught:
        sync_http(laptop, url)
    assert (caught.value.reason, waiting(laptop)) == ("wrong-certificate", before)
    assert "连不上" not in caught.value.message
    return caught.value.message


# By the key that the county signed


def test_a_laptop_finds_and_knows_its_county_without_anybody_typing(world: World) -> None:
    """The very verbs: serve, publish, enrol another laptop, sync."""
    with serving(world.county, how=("--tls",)) as server:
        said = world.county.ask("county", "address", "--url", server.url)
        (pin,) = said["pins"]
        assert said["urls"] == [server.url] and server.url.startswith("https://")
        request, grant = world.stick / "n.xpq", world.stick / "n.xpg"
        new = type(world.laptop)(world.folder / "new")
        new.ask("init", "--name", "新来的")
        new.ask("enrol", "request", "--to", request)
        world.county.ask("county", "enrol", request, "--institution", "春风职业培训学校", "--to", grant)
        new.ask("enrol", "accept", grant)
        assert new.ask("sync")["waiting"] == 0
    key, certificate = world.county.folder / "tls.key", world.county.folder / "tls.crt"
    assert os.name == "nt" or stat.S_IMODE(key.stat().st_mode) == 0o600
    before = certificate.read_bytes()
    assert county_tls.own_pair(world.county.folder, "云岭县", "10.1.1.1").pin == pin
    assert certificate.read_bytes() == before, "the certificate is made once"
    assert world.county.ask("county", "address") == {"urls": said["urls"], "pins": [pin]}


@pytest.mark.parametrize("shown", ["own", "own but expired"])
def test_neither_name_nor_date_matters_where_the_key_is_right(
    world: World, laptop: Ledger, certificates: dict[str, Made], shown: str
) -> None:
    with serving(world.county, how=certificates[shown].serve) as server:
        tell(world, laptop, server.url, certificates[shown].pin)
        assert (sync_county(laptop).sent, waiting(laptop)) == (1, 0)


@pytest.mark.parametrize("shown", ["impostor", "bought"])
def test_whoever_holds_another_key_is_sent_nothing(
    world: World, laptop: Ledger, certificates: dict[str, Made], trusting: None, shown: str
) -> None:
    """Even if the system trusts its certificate: a county that pins means it."""
    with impostor(certificates[shown]) as heard:
        tell(world, laptop, heard.url, certificates["own"].pin)
        assert "这不是县里登记的服务器" in refused(laptop, heard.url)
    assert (bytes(heard.data), heard.ended) == (b"", 1)


def test_the_old_key_and_the_new_one_count_while_the_certificate_is_changed(
    world: World, laptop: Ledger, certificates: dict[str, Made]
) -> None:
    old, new = certificates["own"], certificates["next"]
    with serving(world.county, how=old.serve) as server:
        tell(world, laptop, server.url, old.pin, new.pin)
        sync_county(laptop)
        port = server.url.rpartition(":")[2]
    note(laptop, "又一条")
    with serving(world.county, how=("--port", port, *new.serve)) as server:
        assert sync_county(laptop).sent == 1
        with Ledger.open(world.county.folder) as county:
            publish(county, [server.url], [new.pin])
        sync_county(laptop)
        assert address.published(laptop).pins == (new.pin,)
    with impostor(old) as heard:
        refused(laptop, heard.url)


def test_a_laptop_that_missed_the_change_hears_of_it_by_a_stick(
    world: World, laptop: Ledger, certificates: dict[str, Made]
) -> None:
    with serving(world.county, how=certificates["next"].serve) as server:
        tell(world, laptop, server.url, certificates["own"].pin)
        refused(laptop, server.url)
        tell(world, laptop, server.url, certificates["next"].pin)
        assert sync_county(laptop).sent == 1


def test_the_last_address_counts_also_after_the_countys_key_was_changed(world: World) -> None:
    with Ledger.open(world.county.folder) as county:
        publish(county, ["https://10.1.1.1:8700"], ["a" * 64])
        rotate(county)
        publish(county, ["https://10.1.1.2:8700"], ["b" * 64])
        assert address.published(county) == address.Address(("https://10.1.1.2:8700",), ("b" * 64,))
        position = county.position(county.feed)
        publish(county, ["https://10.1.1.2:8700/"], ["B" * 64])
        assert county.position(county.feed) == position, "the same again is no change"


# By what the system trusts


def test_a_bought_certificate_is_taken(
    world: World, laptop: Ledger, certificates: dict[str, Made], trusting: None
) -> None:
    with serving(world.county, how=certificates["bought"].serve) as server:
        tell(world, laptop, server.url, trusted=True)
        assert (sync_county(laptop).sent, waiting(laptop)) == (1, 0)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("expired", "已经过期"),
        ("too early", "还没有生效"),
        ("another name", "别的地址"),
        ("impostor", "不认识"),
    ],
)
def test_a_certificate_that_the_system_does_not_trust_is_told_by_its_fault(
    laptop: Ledger, certificates: dict[str, Made], trusting: None, shown: str, words: str
) -> None:
    with impostor(certificates[shown]) as heard:
        assert words in refused(laptop, heard.url)
    assert bytes(heard.data) == b""


def test_https_where_nobody_speaks_it_is_told(server: Server, laptop: Ledger) -> None:
    with pytest.raises(CarrierError) as caught:
        sync_http(laptop, server.url.replace("http:", "https:"))
    assert caught.value.reason == "not-tls"


def test_plain_http_stays_possible_beside_pins(world: World, server: Server, laptop: Ledger) -> None:
    tell(world, laptop, server.url, "a" * 64)
    assert sync_county(laptop).sent == 1


# What the county can't serve or publish


def test_a_certificate_that_can_not_serve_is_told_before_the_first_laptop(
    world: World, certificates: dict[str, Made], tmp_path: Path
) -> None:
    own, other = certificates["own"], certificates["next"]
    locked, nonsense = tmp_path / "locked.key", tmp_path / "nonsense.crt"
    locked.write_bytes(
        own.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))
    )
    nonsense.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for certificate, key, words in (
        (own.certificate, other.key, "不是一对"),
        (own.certificate, locked, "带密码"),
        (nonsense, own.key, "PEM"),
        (own.key, own.key, "PEM"),
        (tmp_path / "missing", own.key, "读不了"),
    ):
        with pytest.raises(BadInput, match=words) as caught:
            county_tls.bought_pair(certificate, key)
        assert caught.value.reason == "bad-certificate"
    assert world.county.fail("county", "serve", "--certificate", own.certificate)["error"] == "bad-certificate"


def test_addresses_and_keys_that_are_none_are_not_published(world: World, certificates: dict[str, Made]) -> None:
    own = certificates["own"]
    with Ledger.open(world.county.folder) as county:
        position = county.position(county.feed)
        for url in ("", "ftp://x", "https://", "http://x:99999", "https://a b", "https://u:p@x", "https://x?y"):
            with pytest.raises(BadInput):
                publish(county, [url], [own.pin])
        for pin in ("abc", "g" * 64, str(own.key)):
            with pytest.raises(BadInput, match="指纹"):
                publish(county, ["https://x"], [pin])
        with pytest.raises(BadInput) as caught:
            publish(county, ["https://x"], [])
        assert caught.value.reason == "no-certificate"
        assert county.position(county.feed) == position
        spaced = ":".join(own.pin[at : at + 2] for at in range(0, 64, 2)).upper()
        assert publish(county, ["x:8700"], [str(own.certificate), spaced]).pins == (own.pin,)
