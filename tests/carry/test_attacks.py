"""Attacks on a laptop: a false county, a county's old words, and a stick that somebody prepared."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from sync.carry.folder import sync_folder
from sync.carry.http import sync_http
from sync.carry.outgoing import delivered, enrolled_county, waiting
from sync.county import county as county_side
from sync.county import devices
from sync.county.county import answer_hello, import_files, receipt_for
from sync.errors import Refused, UserError
from sync.jobs import enrol
from sync.ledger.check import check, digests
from sync.ledger.ledger import Ledger
from sync.seal import batch, papers
from sync.seal.keys import Ed25519Signer
from tests.day.world import Server, World
from tests.nodes import Place, note, open_place, run_of, signed

ROGUE = Ed25519Signer(b"9" * 32)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_place(tmp_path) as made:
        yield made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A server that answers every question so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def state(laptop: Ledger) -> object:
    """What the laptop shows and believes, but for the files that it keeps aside."""
    return digests(laptop.conn), laptop.county, waiting(laptop), laptop.feed, laptop.get("seen_hlc_ms")


def test_a_forged_county_s_server_is_not_believed(place: Place, tmp_path: Path) -> None:
    """Another county's, which has certified this very laptop."""
    with county_side.create(tmp_path / "false", "云岭县人社局", place.clock) as false:
        devices.enrol(false, enrol.request(place.one), "春风职业培训学校")
        before = state(place.one)
        with answering(lambda body: answer_hello(false, body)) as url, pytest.raises(Refused) as told:
            sync_http(place.one, url)
    assert told.value.reason == "wrong-key"
    assert state(place.one) == before


def test_a_receipt_that_somebody_else_signed_delivers_nothing(place: Place, stick: Path) -> None:
    head = place.one.position(place.one.feed)
    said = papers.Receipt(1, enrolled_county(place.one).key.id, 1, [papers.Head(place.one.feed, head.seq, head.hash)])

    class Impostor:
        public = enrolled_county(place.one).key

        def sign(self, data: bytes) -> bytes:
            return ROGUE.sign(data)

    (stick / "a.xpr").write_bytes(papers.sign(said, ROGUE))
    (stick / "b.xpr").write_bytes(papers.sign(said, Impostor()))
    before = state(place.one)
    done = sync_folder(place.one, stick)
    assert {one["file"]: one["reason"] for one in done.refused} == {"a.xpr": "wrong-key", "b.xpr": "bad-signature"}
    assert state(place.one) == before


def test_freeze_an_answer_of_yesterday_is_not_one_of_today(world: World, server: Server, laptop: Ledger) -> None:
    kept: list[bytes] = []
    with Ledger.open(world.county.folder) as county:

        def record(body: bytes) -> bytes:
            kept.append(answer_hello(county, body) if not kept else receipt_for(county, [laptop.feed]))
            return kept[-1]

        with answering(record) as url, pytest.raises(UserError):
            # The true county, but for batches, which it says that it doesn't hold.
            sync_http(laptop, url)
        note(laptop, "以后记的")
        before = state(laptop)
        with answering(lambda _: kept[0]) as url, pytest.raises(Refused) as told:
            sync_http(laptop, url)
    assert told.value.reason == "old-answer"
    assert state(laptop) == before
    assert sync_http(laptop, server.url).sent == laptop.position(laptop.feed).seq


def test_rollback_by_old_papers_takes_nothing_back(place: Place, stick: Path) -> None:
    early = receipt_for(place.county, [place.one.feed])
    first = batch.build(list(place.county.changes(place.county.feed, 1, 1)), place.county.signer)
    note(place.one, "请假")
    sync_folder(place.one, stick)
    import_files(place.county, [stick], stick)
    sync_folder(place.one, stick)
    assert waiting(place.one) == 0
    before, held = state(place.one), delivered(place.one, place.one.feed)
    for path in stick.iterdir():
        path.unlink()
    (stick / "old.xpr").write_bytes(early)
    (stick / "old.xpb").write_bytes(batch.seal(first, [place.one.age_recipient]))
    done = sync_folder(place.one, stick)
    assert (done.received, done.refused) == (0, [])
    assert (state(place.one), delivered(place.one, place.one.feed)) == (before, held)
    assert check(place.one).problems == []


def test_a_truncated_public_feed_is_seen_by_who_has_more_to_come(place: Place, stick: Path) -> None:
    """The end is cut off: who comes later sees that something is missing, and guesses nothing."""
    county = place.county
    have = place.one.position(county.feed).seq
    for days in (100, 200):
        devices.enrol(county, enrol.request(place.two), "春风职业培训学校", days)
    last = county.position(county.feed).seq
    later = batch.build(list(county.changes(county.feed, last, 1)), county.signer)
    (stick / "public.xpb").write_bytes(batch.seal(later, [place.one.age_recipient]))
    before = state(place.one)
    sync_folder(place.one, stick)
    assert state(place.one) == before
    kept = place.one.conn.execute("SELECT state, reason FROM aside").fetchall()
    assert kept == [("held", "gap")]
    between = batch.build(list(county.changes(county.feed, have + 1, last - have - 1)), county.signer)
    (stick / "between.xpb").write_bytes(batch.seal(between, [place.one.age_recipient]))
    sync_folder(place.one, stick)
    assert place.one.position(county.feed) == county.position(county.feed)
    assert place.one.conn.execute("SELECT count(*) FROM aside").fetchone() == (0,)


def test_a_county_feed_that_a_laptop_wrote_is_not_the_county_s(place: Place, stick: Path) -> None:
    sync_folder(place.one, stick)
    import_files(place.county, [stick], stick)
    sync_folder(place.one, stick)
    run = list(place.county.changes(place.county.feed))
    (stick / "false.xpb").write_bytes(batch.seal(batch.build(run, place.two.signer), [place.one.age_recipient]))
    before = state(place.one)
    done = sync_folder(place.one, stick)
    assert [one["reason"] for one in done.refused] == ["wrong-feed"]
    assert state(place.one) == before


DAMAGED = "not-for-us-or-damaged"
TRICKS = ["..\\..\\x.xpb", "-rf.xpb", "$(touch x).xpb", "a\nb.xpb", "名" * 80 + ".xpb", "CON.xpb", "x.XPB"]


@pytest.mark.skipif(os.name == "nt", reason="such names can't be made there")
def test_path_tricks_in_a_usb_folder_reach_nothing_outside_it(place: Place, stick: Path, tmp_path: Path) -> None:
    secret = tmp_path / "one" / "ledger.key"
    for name in TRICKS:
        (stick / name).write_bytes(b"age-encryption.org/v1\nnot really")
    (stick / os.fsdecode(b"\xff\xfe.xpb")).write_bytes(signed(place.one))
    (stick / "link.xpb").symlink_to(secret)
    (stick / "link.xpr").symlink_to("/dev/zero")
    (stick / "out").symlink_to(tmp_path)
    (stick / "folder.xpb").mkdir()
    os.mkfifo(stick / "pipe.xpb")
    # Where the laptop's own file will go, and where it is half-written, links lead elsewhere.
    own = f"{place.one.feed}-00000001-{place.one.position(place.one.feed).seq:08d}.xpb"
    (stick / own).symlink_to(tmp_path / "elsewhere")
    (stick / f"{own}.part").symlink_to(secret)
    outside = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.key")}
    before = state(place.one)
    done = sync_folder(place.one, stick)
    assert done.received == done.receipts == 0
    assert state(place.one) == before
    found = import_files(place.county, [stick], stick)
    assert {name: intake.reason for name, intake in found.intakes if name in TRICKS} == dict.fromkeys(TRICKS, DAMAGED)
    assert not {"link.xpb", "link.xpr", "pipe.xpb", "folder.xpb"} & {name for name, _ in found.intakes}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.key")} == outside
    # Nothing was written through a link or up the tree.
    assert (stick / own).is_file()
    assert not (stick / own).is_symlink()
    assert {path.name for path in tmp_path.iterdir()} == {"county", "one", "two", "stick"}


def test_the_laptop_s_run_is_what_it_was(place: Place) -> None:
    """The helpers above compare something that does change."""
    before, run = state(place.one), run_of(place.one)
    note(place.one, "x")
    assert state(place.one) != before
    assert len(run_of(place.one)) == len(run) + 1
