"""HTTP between a laptop and a county's server in its own process. Cuts in mid-sync are in tests/day/test_cuts.py."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest

from sync.carry.http import sync_http
from sync.carry.outgoing import waiting
from sync.errors import CarrierError, NotEnrolled, Refused, UserError
from sync.ledger.check import check, digests
from sync.ledger.instant import trusted_now
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds, papers
from tests.day.world import Node, Server, World, enrolled, serving
from tests.nodes import note, run_of, sealed


def test_a_sync_delivers_everything_and_the_next_one_nothing(world: World, server: Server, laptop: Ledger) -> None:
    note(laptop, "请假")
    left: list[int] = []
    done = sync_http(laptop, server.url, progress=left.append)
    assert (done.sent, waiting(laptop), left[-1]) == (laptop.position(laptop.feed).seq, 0, 0)
    with Ledger.open(world.county.folder) as county:
        assert county.position(laptop.feed) == laptop.position(laptop.feed)
        before = digests(county.conn)
        done = sync_http(laptop, server.url)
        assert (done.sent, done.received) == (0, 0)
        assert digests(county.conn) == before
        assert check(county).problems == check(laptop).problems == []


def test_a_sync_with_nothing_to_do_tells_what_time_it_is(server: Server, laptop: Ledger) -> None:
    sync_http(laptop, server.url)
    laptop.put("trusted", "")
    assert trusted_now(laptop, laptop.clock.read()) is None
    assert sync_http(laptop, server.url).sent == 0
    known = trusted_now(laptop, laptop.clock.read())
    assert known is not None
    # The county's server runs on this machine's clock.
    assert abs(known - laptop.clock.read().wall // 1000) <= 2


def test_a_county_put_back_from_an_old_copy_gets_everything_again(world: World, laptop: Ledger, tmp_path: Path) -> None:
    shutil.copytree(world.county.folder, tmp_path / "copy")
    with serving(world.county) as server:
        sync_http(laptop, server.url)
    assert waiting(laptop) == 0
    with serving(Node(tmp_path / "copy")) as server:
        assert sync_http(laptop, server.url).sent == laptop.position(laptop.feed).seq
    with Ledger.open(tmp_path / "copy") as county:
        assert county.position(laptop.feed) == laptop.position(laptop.feed)


def test_the_countys_news_come_back(world: World, server: Server, laptop: Ledger) -> None:
    with Ledger.open(world.county.folder) as county, county.writing() as w:
        course = w.write("course", {"code": "C9", "name": "新项目"})
    assert sync_http(laptop, server.url).received == 1
    assert laptop.conn.execute("SELECT code FROM courses WHERE id = ?", (course,)).fetchall() == [("C9",)]


def test_a_laptop_that_nobody_enrolled_is_told_so_on_both_sides(server: Server, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "new", "新来的") as new:
        with pytest.raises(NotEnrolled):
            sync_http(new, server.url)
        hello = papers.sign(papers.Hello(1, new.signer.public, 0, "n", []), new.signer)
        answer = httpx2.post(f"{server.url}/v1/hello", content=hello)
        assert (answer.status_code, answer.json()["error"]) == (403, "unknown-device")
        assert answer.json()["message"]


def test_another_countys_server_is_not_believed(laptop: Ledger, tmp_path: Path) -> None:
    other = enrolled(tmp_path / "other")
    before = waiting(laptop)
    with serving(other.county) as server, pytest.raises(UserError):
        sync_http(laptop, server.url)
    assert waiting(laptop) == before


def test_what_is_no_batch_is_answered_by_a_receipt_and_the_server_lives_on(
    world: World, server: Server, laptop: Ledger
) -> None:
    county = laptop.county
    assert county is not None
    whole = sealed(laptop)
    for body in (b"", b"{}", b"[" * 100_000, whole[:-1], whole[:100], b"\x00" * 1_000_000):
        answer = httpx2.post(f"{server.url}/v1/batches", content=body)
        assert answer.status_code == 200
        (trouble,) = papers.verify(answer.content, papers.Receipt, county.key).refused
        assert trouble.reason in ("bad-envelope", "not-for-us-or-damaged")
    for body in (b"", b"[" * 100_000, whole, b"{" + b" " * 999_999):
        answer = httpx2.post(f"{server.url}/v1/hello", content=body)
        assert (answer.status_code, answer.json()["error"]) == (403, "bad-envelope")
    assert httpx2.post(f"{server.url}/v1/hello", content=bytes(1_100_000)).json()["error"] == "too-large"
    sync_http(laptop, server.url)
    assert waiting(laptop) == 0


class Captive(BaseHTTPRequestHandler):
    """A hotel's network, which answers everything with its own page."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write("<html>请先登录</html>".encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def captive(status: int) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Captive) as server:
        server.status = status  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "reason"), [(200, "not-a-county"), (404, "server-refused"), (502, "server-refused")]
)
def test_something_else_at_that_address_is_told_in_words(laptop: Ledger, status: int, reason: str) -> None:
    with captive(status) as url, pytest.raises(CarrierError) as caught:
        sync_http(laptop, url)
    assert caught.value.reason == reason
    assert waiting(laptop) == laptop.position(laptop.feed).seq


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "htp://x", "乡培通", "http://", "http://[", "http://127.0.0.1:99999"]
)
def test_an_address_where_nobody_answers_is_told_in_words(laptop: Ledger, url: str) -> None:
    with pytest.raises(CarrierError) as caught:
        sync_http(laptop, url)
    assert caught.value.reason in ("unreachable", "bad-url")


def test_a_port_in_use_is_told_in_words(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = world.county.fail("county", "serve", "--port", taken.getsockname()[1])
    assert said["error"] == "port"
    assert world.county.fail("county", "serve", "--port", 70000)["error"] == "port"
    assert world.laptop.fail("county", "serve", "--port", 0)["error"] == "not-a-county"


def test_a_refused_batch_is_told_and_stays_here(world: World, laptop: Ledger) -> None:
    """The county revoked this laptop meanwhile."""
    with Ledger.open(world.county.folder) as county, county.writing() as w:
        w.fact("device.revoke", county_kinds.DeviceRevoke(laptop.signer.public.id, laptop.feed, 0, "电脑被盗"))
    with serving(world.county) as server, pytest.raises(Refused) as caught:
        sync_http(laptop, server.url)
    assert caught.value.reason == "revoked"
    assert waiting(laptop) == len(run_of(laptop))
    with Ledger.open(world.county.folder) as county:
        kept = county.conn.execute("SELECT state, reason FROM aside").fetchall()
        assert kept == [("held", "revoked")]
