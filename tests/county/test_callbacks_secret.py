"""Whom the county phones is known to the county alone: no laptop and no stick is given a byte of it, ever."""

from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from sync.carry.folder import sync_folder
from sync.carry.http import sync_http
from sync.carry.line import Line
from sync.carry.outgoing import Answer
from sync.county.callbacks import callbacks_of, draw, message, record
from sync.county.county import answer_hello, import_files
from sync.county.public import OFFICE, rotate, signed_batches
from sync.county.server import make_app
from sync.errors import KeyProblem, Refused
from sync.ledger import backup, database
from sync.ledger.check import check, digests
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger, feed_id
from sync.ledger.trust import county_feeds
from sync.seal import batch, county_kinds, kinds, papers
from sync.seal.change import Sealed, encode_body, make
from tests.county.test_callbacks import day, join
from tests.jobs.school import School, open_school
from tests.nodes import Place, enrol_laptop, note, sealed


@pytest.fixture
def called(place: Place) -> list[str]:
    """Two of a class of twelve, drawn after its end; one of them was phoned."""
    school = over(place)
    people = draw(place.county, school.class_id)
    record(place.county, "C1", people[0], "denied", "没有去过")
    return people


def over(place: Place) -> School:
    school = open_school(place.one, place.clock)
    join(school, 9)
    school.lesson("1 10:00-13:00")
    assert take(place.county, sealed(place.one), "one.xpb", "usb").state == "taken"
    day(place, "2026-12-01")
    return school


def office(county: Ledger) -> list[str]:
    found = county_feeds(county, {OFFICE})
    assert found
    return found


def sync(county: Ledger, place: Place, laptop: Ledger) -> None:
    with TestClient(make_app(county.folder, place.clock)) as http:
        sync_http(laptop, "http://testserver", line=Line("http://testserver", client=http))


def nowhere(laptop: Ledger, feeds: list[str]) -> None:
    """Neither taken, nor kept aside, nor as an envelope to hand on."""
    wanted = msgspec.json.encode(feeds).decode()
    for table, column in (("changes", "feed"), ("feeds", "id"), ("aside", "feed"), ("envelopes", "feed")):
        sql = f"SELECT count(*) FROM {table} WHERE substr({column}, 1, 16) IN (SELECT value FROM json_each(?))"
        assert laptop.conn.execute(sql, (wanted,)).fetchone() == (0,), table
    assert laptop.conn.execute("SELECT count(*) FROM changes WHERE kind LIKE 'callback.%'").fetchone() == (0,)
    assert laptop.conn.execute("SELECT count(*) FROM callback_draws").fetchone() == (0,)


def feeds_on(stick: Path, readers: list[Ledger]) -> set[str]:
    """Whose batches lie on a stick, as far as any of these nodes can open them."""
    found = set()
    for path in stick.rglob("*.xpb"):
        for reader in readers:
            try:
                found.add(batch.claim(batch.unseal(path.read_bytes(), reader.age_identity)).header.feed)
            except Refused:
                continue
    return found


def test_no_carrier_brings_it_to_anybody(place: Place, stranger: Ledger, called: list[str], tmp_path: Path) -> None:
    county, laptops = place.county, [place.one, place.two, stranger]
    rotate(county)
    record(county, "C1", called[1], "unreached")
    draw(county, "C1")
    feeds = office(county)
    assert len(feeds) == 2, "one of the key before, one of the present"
    stick = tmp_path / "stick"
    stick.mkdir()
    note(place.one, "请假")
    for laptop in laptops:
        sync_folder(laptop, stick)
    on_stick = feeds_on(stick, [county, *laptops])
    assert not import_files(county, [stick], stick).refused
    on_stick |= feeds_on(stick, [county, *laptops])
    assert {place.one.feed, county.feed} <= on_stick and not on_stick & set(feeds)
    for path in stick.rglob("*.xpr"):
        receipt = papers.verify(path.read_bytes(), papers.Receipt, county.signer.public)
        assert not {head.feed for head in receipt.heads} & set(feeds)
    for laptop in laptops:
        sync_folder(laptop, stick)
        sync(county, place, laptop)
    with Ledger.create(tmp_path / "new", "新来的", clock=place.clock) as late:
        enrol_laptop(county, late)
        for laptop in (*laptops, late):
            nowhere(laptop, feeds)
            assert laptop.position(county.feed).seq > 1, "what is public under the new key they all have"


def test_who_asks_for_it_by_name_gets_nothing(place: Place, called: list[str]) -> None:
    (feed,) = office(place.county)
    for seq, hash_ in ((0, "0" * 64), (1, next(place.county.changes(feed)).hash)):
        key, now = place.two.signer.public, place.clock.wall // 1000
        hello = papers.Hello(1, key, now, "n", [papers.Head(feed, seq, hash_)])
        answer = msgspec.json.decode(answer_hello(place.county, papers.sign(hello, place.two.signer)), type=Answer)
        receipt = papers.verify(answer.receipt, papers.Receipt, place.county.signer.public)
        assert feed not in {head.feed for head in receipt.heads}
        opened = [batch.unseal(one, place.two.age_identity) for one in answer.batches]
        assert opened and feed not in {batch.claim(one).header.feed for one in opened}


def written_by(laptop: Ledger, feed: str, body: kinds.Body) -> bytes:
    """The first change of a feed, as any program that has the laptop's key can write it."""
    now = laptop.clock.read()
    kind = "feed.open" if isinstance(body, kinds.FeedOpen) else "callback.result"
    change = make(
        feed=feed, seq=1, prev="0" * 64, hlc=(now.wall, 0), wall=now.wall, mono=now.mono, boot=now.boot, op="",
        kind=kind, body=encode_body(body),
    )  # fmt: skip
    return batch.build([change], laptop.signer)


def test_who_writes_in_its_name_is_not_told_how_far_it_is(place: Place, called: list[str], tmp_path: Path) -> None:
    """A changed key names the feeds that it ends, to everybody."""
    county, (feed,) = place.county, office(place.county)
    rotate(county)
    forged = written_by(place.one, feed, county_kinds.CallbackResult("C", "P", "confirmed"))
    data = batch.seal(forged, [county.age_recipient])
    (tmp_path / "forged.xpb").write_bytes(data)
    imported = import_files(county, [tmp_path], tmp_path)
    (intake,) = [intake for _, intake in imported.intakes]
    assert (intake.verified, intake.reason, intake.feed) == (True, "wrong-feed", feed)
    with TestClient(make_app(county.folder, place.clock)) as http:
        answers = [http.post("/v1/batches", content=data).content]
    assert imported.receipts == [f"{feed}-00000000.xpr"], "the name says nothing either"
    answers += [(tmp_path / name).read_bytes() for name in imported.receipts]
    for text in answers:
        receipt = papers.verify(text, papers.Receipt, county.signer.public)
        assert [one.reason for one in receipt.refused] == ["wrong-feed"]
        assert feed not in {head.feed for head in receipt.heads}


@pytest.mark.parametrize("whose", ["the county's", "another school's", "its own school's"])
def test_only_what_a_laptop_may_have_is_left_as_lost(
    place: Place, stranger: Ledger, called: list[str], tmp_path: Path, whose: str
) -> None:
    """Its feed says that it goes on after another, as that of a restored laptop does."""
    county, (feed,) = place.county, office(place.county)
    rotate(county)
    if whose != "the county's":
        other = place.two if whose == "its own school's" else stranger
        feed = other.feed
        for text in ("一", "二"):
            note(other, text)
            assert take(county, sealed(other), "other.xpb", "usb").state == "taken"
    first = next(county.changes(feed)).hash
    key, nonce = place.one.signer.public, "0" * 16
    opened = written_by(place.one, feed_id(key, nonce), kinds.FeedOpen(key, nonce, "青石村", "device", first))
    (tmp_path / "opened.xpb").write_bytes(batch.seal(opened, [county.age_recipient]))
    assert not import_files(county, [tmp_path], tmp_path).refused
    assert (feed in feeds_on(tmp_path, [place.one])) == (whose == "its own school's")


def test_a_laptop_refuses_it_even_opened(place: Place, called: list[str]) -> None:
    (signed,) = signed_batches(place.county, office(place.county), [])
    before = digests(place.one.conn)
    intake = take(place.one, batch.seal(signed, [place.one.age_recipient]), "捡到的.xpb", "usb")
    assert (intake.state, intake.reason, intake.new) == ("refused", "other-institution", 0)
    assert digests(place.one.conn) == before


@pytest.mark.parametrize("kind", ["callback.draw", "callback.result"])
def test_a_laptop_may_not_say_it(place: Place, called: list[str], kind: str) -> None:
    school = place.one.conn.execute("SELECT id FROM classes").fetchone()[0]
    body = {
        "callback.draw": county_kinds.CallbackDraw(school, "00", "me", called, called),
        "callback.result": county_kinds.CallbackResult(school, called[0], "confirmed"),
    }
    with place.one.writing() as w:
        w.fact(kind, body[kind])
    intake = take(place.county, sealed(place.one), "one.xpb", "usb")
    assert (intake.state, intake.reason) == ("refused", "not-allowed")
    shown = callbacks_of(place.county, "C1").people
    assert [one.person for one in shown] == called and shown[0].outcome == "denied"


def test_a_changed_key_ends_the_feed_and_the_first_proof_stands(place: Place, called: list[str]) -> None:
    county, (feed,) = place.county, office(place.county)
    old = county.signer
    end = county.position(feed)
    before = callbacks_of(county, "C1")
    place.clock.pass_by(60)
    rotate(county)
    assert county.county is not None and county.county.earlier[0].ends[feed] == end.seq
    record(county, "C1", called[1], "unreached")
    (added,) = draw(county, "C1")
    after = callbacks_of(county, "C1")
    assert (after.proof, after.key) == (before.proof, before.key)
    assert [one.person for one in after.people] == [*called, added]
    old.public.verify(bytes.fromhex(after.proof), message(after.class_row.id))
    assert county.position(feed) == end, "nothing more in the feed of the key before"
    (_, now) = office(county)
    assert county.conn.execute("SELECT after FROM feeds WHERE id = ?", (now,)).fetchone() == (end.hash,)
    last = list(county.changes(feed))[-1]
    forged = batch.build([_following(last)], old)
    intake = take(county, forged, "old.xpb", "usb")
    assert (intake.state, intake.reason) == ("refused", "rotated")
    assert check(county).ok


def _following(last: Sealed) -> Sealed:
    """A change that whoever kept the old key would write after the last of its feed."""
    change = last.change
    body = encode_body(county_kinds.CallbackResult("C", "P", "confirmed"))
    return make(
        feed=change.feed, seq=change.seq + 1, prev=last.hash, hlc=(change.hlc[0] + 1, 0), wall=change.wall,
        mono=change.mono, boot=change.boot, op="", kind="callback.result", body=body,
    )  # fmt: skip


def test_a_county_put_back_keeps_it_and_can_not_draw_otherwise(place: Place, called: list[str], tmp_path: Path) -> None:
    county = place.county
    backup.backup(county, tmp_path / "county.xpk")
    (feed,) = office(county)
    place.clock.pass_by(60)
    county.close()
    backup.restore(tmp_path / "again", tmp_path / "county.xpk", clock=place.clock)
    with Ledger.open(tmp_path / "again", place.clock) as again:
        shown = callbacks_of(again, "C1")
        assert [(one.person, one.outcome) for one in shown.people] == [(called[0], "denied"), (called[1], "")]
        record(again, "C1", called[1], "confirmed")
        assert len(office(again)) == 2 and check(again).ok
        for laptop in (place.one, place.two):
            sync(again, place, laptop)
            nowhere(laptop, [feed, *office(again)])


def test_a_draw_that_a_restore_lost_comes_out_alike(place: Place, tmp_path: Path) -> None:
    """So that nobody puts the county back until the lot pleases."""
    over(place)
    backup.backup(place.county, tmp_path / "county.xpk")
    people = draw(place.county, "C1")
    place.clock.pass_by(3600)
    backup.restore(tmp_path / "again", tmp_path / "county.xpk", clock=place.clock)
    with Ledger.open(tmp_path / "again", place.clock) as again:
        assert callbacks_of(again, "C1").people == []
        assert draw(again, "C1") == people


def test_a_key_that_does_not_sign_draws_nothing(place: Place) -> None:
    """The county's key is in a token, which is not there."""
    over(place)
    raw = place.county.signer.public.raw
    for token, problem in ((raw, True), ("", False)):
        with database.transaction(place.county.conn):
            place.county.put("token", token)
        if problem:
            with pytest.raises(KeyProblem):
                draw(place.county, "C1")
            assert place.county.conn.execute("SELECT count(*) FROM callback_draws").fetchone() == (0,)
    assert len(draw(place.county, "C1")) == 2
