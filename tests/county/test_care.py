"""A county is not lost: its key outside, its certificate in the backup, and what a change of key would lose is told."""

import os
import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sync.carry.http import sync_http
from sync.carry.line import Line
from sync.carry.outgoing import parcels
from sync.county import county as county_side
from sync.county import devices, tls
from sync.county.console.words import head_words
from sync.county.public import rotate
from sync.county.restored import not_heard
from sync.county.server import make_app
from sync.errors import BadInput, NotFound
from sync.jobs.classes import add_class
from sync.ledger import secret
from sync.ledger.backup import CERTIFICATE, CERTIFICATE_KEY, backup, prove, restore
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from tests.cli.conftest import Tell, tell
from tests.nodes import Place, sealed

__all__ = ["tell"]


def is_private(path: Path) -> bool:
    return os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600


# The key, and the certificate


def test_the_countys_key_in_a_file_opens_its_backup_on_another_server(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(secret.PASSPHRASE, "correct horse 47")
    kept, copy = tmp_path / "safe.key", tmp_path / "county.xpk"
    tell(tmp_path / "county", "county", "init", "--name", "云岭县人社局")
    assert tell(tmp_path / "county", "county", "key", "--to", kept).answer == {"file": str(kept)}
    assert is_private(kept)
    tell(tmp_path / "county", "backup", copy)
    monkeypatch.delenv(secret.PASSPHRASE)
    assert tell(tmp_path / "new", "restore", copy).answer["error"] == "key"
    assert tell(tmp_path / "new", "restore", copy, "--key", kept).code == 0
    assert tell(tmp_path / "new", "county", "account", "list").answer == [{"account": "admin"}]


def test_a_file_that_is_there_is_not_written_over_and_a_laptop_has_no_such_verb(
    tell: Tell, place: Place, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    assert tell(place.county.folder, "county", "key", "--to", there).code == 1
    assert there.read_text() == "mine"
    assert tell(place.one.folder, "county", "key", "--to", tmp_path / "k").answer["error"] == "not-a-county"
    assert not (tmp_path / "k").exists()


def test_a_restored_server_shows_the_certificate_that_laptops_know(place: Place, tmp_path: Path) -> None:
    pair = tls.own_pair(place.county.folder, "云岭县人社局", "10.1.1.1")
    backup(place.county, tmp_path / "a.xpk")
    assert b"PRIVATE KEY" not in (tmp_path / "a.xpk").read_bytes()
    assert pair.certificate.read_bytes() not in (tmp_path / "a.xpk").read_bytes()
    prove(tmp_path / "a.xpk", place.county.key)
    again = tmp_path / "again"
    again.mkdir()
    (again / CERTIFICATE_KEY).write_text("of a restore that was cut")
    restore(again, tmp_path / "a.xpk", clock=place.clock)
    assert is_private(again / CERTIFICATE_KEY)
    assert tls.own_pair(again, "云岭县人社局", "10.1.1.1").pin == pair.pin
    assert (again / CERTIFICATE).read_bytes() == pair.certificate.read_bytes()


def test_without_a_certificate_there_is_none_afterwards(place: Place, tmp_path: Path) -> None:
    backup(place.county, tmp_path / "a.xpk")
    restore(tmp_path / "again", tmp_path / "a.xpk", clock=place.clock)
    assert not list((tmp_path / "again").glob("tls.*"))


# Numbers as the console shows them


def as_typed(short: str) -> str:
    return head_words(short).lower()


def test_a_key_is_recovered_by_the_feed_as_it_is_shown(tell: Tell, place: Place, tmp_path: Path) -> None:
    add_class(place.one, "A1", "YYS-5", "育婴员班", "2026-12-01", "2026-12-20")
    assert take(place.county, sealed(place.one), "one.xpb", "usb").state == "taken"
    said = tell(place.county.folder, "county", "recover", as_typed(place.one.feed), "--to", tmp_path / "k")
    assert said.code == 0, said
    assert bytes.fromhex((tmp_path / "k").read_text()) == place.one.key
    assert tell(place.one.folder, "changes", "--feed", as_typed(place.one.feed)).answer
    assert not tell(place.one.folder, "changes", "--feed", as_typed("A" * 16)).answer


@pytest.mark.parametrize("shown", ["feed", "fingerprint", "key", "name"])
def test_a_laptop_is_revoked_by_any_of_its_names(place: Place, shown: str) -> None:
    assert take(place.county, sealed(place.one), "one.xpb", "usb").state == "taken"
    key = place.one.signer.public
    text = {
        "feed": as_typed(place.one.feed),
        "fingerprint": key.fingerprint.lower(),
        "key": key.id.upper(),
        "name": place.one.name,
    }[shown]
    with pytest.raises(BadInput):
        devices.revoke(place.county, f"{text}A", 1, "丢了")
    assert devices.revoke(place.county, text, 1, "丢了")["feeds"] == [place.one.feed]


def again(place: Place, folder: Path) -> Ledger:
    """Laptop one, put back from its backup on another computer, and heard by the county."""
    assert take(place.county, sealed(place.one), "one.xpb", "usb").state == "taken"
    backup(place.one, folder / "a.xpk")
    restore(folder / "again", folder / "a.xpk", clock=place.clock)
    laptop = Ledger.open(folder / "again", clock=place.clock)
    add_class(laptop, "A2", "YYS-5", "育婴员班", "2026-12-01", "2026-12-20")
    bring(place, laptop)
    return laptop


def bring(place: Place, laptop: Ledger) -> None:
    for parcel in parcels(laptop):
        assert take(place.county, parcel.data, parcel.file_name, "usb").state == "taken"


@pytest.mark.parametrize("shown", ["feed", "feed before", "fingerprint", "name"])
def test_the_key_of_a_laptop_that_was_restored_is_recovered_too(place: Place, tmp_path: Path, shown: str) -> None:
    with again(place, tmp_path) as laptop:
        assert laptop.feed != place.one.feed
        key = laptop.signer.public
        names = {"feed": laptop.feed, "feed before": place.one.feed, "fingerprint": key.fingerprint}
        assert devices.recover_key(place.county, names.get(shown, laptop.name)) == laptop.key


def test_a_restored_laptop_is_revoked_in_the_feed_that_it_writes(place: Place, tmp_path: Path) -> None:
    with again(place, tmp_path) as laptop:
        last = laptop.position(laptop.feed).seq + 40
        add_class(place.one, "A9", "YYS-5", "偷来的电脑补的班", "2026-12-01", "2026-12-20")
        assert devices.revoke(place.county, laptop.name, last, "丢了")["feed"] == laptop.feed
        assert take(place.county, sealed(place.one), "thief.xpb", "usb").state == "held"
        add_class(laptop, "A3", "YYS-5", "育婴员三班", "2026-12-01", "2026-12-20")
        bring(place, laptop)
    codes = {row[0] for row in place.county.conn.execute("SELECT code FROM classes")}
    assert codes == {"A2", "A3"}


def test_a_name_that_two_laptops_bear_gives_out_no_key(place: Place) -> None:
    for laptop in (place.one, place.two):
        assert take(place.county, sealed(laptop), "x.xpb", "usb").state == "taken"
    with place.county.writing() as w:
        key = place.two.signer.public
        w.fact(
            "device.certify",
            county_kinds.DeviceCertify(key, place.two.age_recipient, place.one.name, "", "trainer", 0, 1),
        )
    with pytest.raises(BadInput, match="2 台"):
        devices.recover_key(place.county, place.one.name)
    with pytest.raises(NotFound, match="没有找到"):
        devices.recover_key(place.county, "没有的培训点")


def test_a_laptop_that_was_restored_is_one_of_two_that_bear_a_name(place: Place, tmp_path: Path) -> None:
    with again(place, tmp_path) as laptop, place.county.writing() as w:
        key = place.two.signer.public
        w.fact(
            "device.certify", county_kinds.DeviceCertify(key, place.two.age_recipient, laptop.name, "", "trainer", 0, 1)
        )
    with pytest.raises(BadInput, match="2 台"):
        devices.revoke(place.county, place.one.name, 1, "丢了")


# A change of key after a restore


def put_back(place: Place, folder: Path) -> Ledger:
    """The county as a backup knew it, after which it said one thing more, that laptop one has heard."""
    backup(place.county, folder / "county.xpk")
    with place.county.writing() as w:
        w.write("course", {"code": "NEW", "name": "新项目"})
    sync(place, place.county, place.one)
    place.clock.pass_by(60)
    restore(folder / "again", folder / "county.xpk", clock=place.clock)
    place.clock.pass_by(60)
    return Ledger.open(folder / "again", place.clock)


def sync(place: Place, county: Ledger, laptop: Ledger) -> None:
    with TestClient(make_app(county.folder, place.clock)) as http:
        sync_http(laptop, "http://testserver", line=Line("http://testserver", client=http))


def has_course(ledger: Ledger) -> bool:
    return ledger.conn.execute("SELECT 1 FROM courses WHERE code = 'NEW'").fetchone() is not None


def test_it_waits_for_the_laptops_that_may_hold_what_was_lost(place: Place, tmp_path: Path) -> None:
    assert not_heard(place.county) == []
    with put_back(place, tmp_path) as county:
        both = [place.two.name, place.one.name]
        assert sorted(not_heard(county)) == sorted(both)
        sync(place, county, place.two)
        sync(place, county, place.two)
        assert not_heard(county) == [place.one.name]
        sync(place, county, place.one)
        assert has_course(county)
        sync(place, county, place.one)
        assert not_heard(county) == []
        rotate(county)
        assert not_heard(county) == []


def test_who_brings_less_than_all_of_it_has_not_been_heard(place: Place, tmp_path: Path) -> None:
    """A hello alone is no giving back: the sync behind it may be cut."""
    with put_back(place, tmp_path) as county:
        heads = [county_side.papers.Head(feed, *position(place.one, feed)) for feed in place.one.feeds()]
        hello = county_side.papers.Hello(1, place.one.signer.public, 0, "n", heads)
        county_side.answer_hello(county, county_side.papers.sign(hello, place.one.signer))
        assert place.one.name in not_heard(county)


def position(ledger: Ledger, feed: str) -> tuple[int, str]:
    found = ledger.position(feed)
    return found.seq, found.hash


def test_a_revoked_laptop_is_not_waited_for(place: Place, tmp_path: Path) -> None:
    with put_back(place, tmp_path) as county:
        devices.revoke(county, place.one.name, 0, "丢了")
        assert not_heard(county) == [place.two.name]


def test_rotate_says_whom_it_did_not_wait_for(tell: Tell, place: Place, tmp_path: Path) -> None:
    put_back(place, tmp_path).close()
    (warning,) = tell(tmp_path / "again", "county", "rotate").answer["warnings"]
    assert place.one.name in warning and place.two.name in warning and "2 台" in warning
    assert tell(tmp_path / "again", "county", "rotate").answer["warnings"] == [], "it is too late now"
    assert tell(place.county.folder, "county", "rotate").answer["warnings"] == [], "never put back"
