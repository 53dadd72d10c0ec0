"""A server under load from strangers: it answers honest laptops, and what they cost has a bound."""

import asyncio
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from sync.carry.http import sync_http
from sync.carry.outgoing import waiting
from sync.county import gate
from sync.county.findings import findings
from sync.errors import CarrierError, UserError
from sync.ledger.ledger import Ledger
from tests.carry.conftest import laptop, prepared, server, world  # noqa: F401
from tests.day.world import Server, World, serving
from tests.nodes import note

JUNK = [b"", b"nonsense", b"age-encryption.org/v1\nnot really", b"[" * 100_000, b"x" * 500_000]


def test_two_hundred_junk_posts_while_an_honest_laptop_syncs(
    world: World,  # noqa: F811
    server: Server,  # noqa: F811
    laptop: Ledger,  # noqa: F811
) -> None:
    def junk(number: int) -> int:
        way = "batches" if number % 2 else "hello"
        return httpx2.post(f"{server.url}/v1/{way}", content=JUNK[number % len(JUNK)], timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(junk, range(200))
        slowest = 0.0
        for number in range(5):
            note(laptop, f"第{number}条")
            began = time.monotonic()
            assert sync_http(laptop, server.url).sent > 0
            slowest = max(slowest, time.monotonic() - began)
        assert set(answers) == {200, 403}
    assert waiting(laptop) == 0
    assert slowest < 20
    with Ledger.open(world.county.folder) as county:
        told = [one for one in findings(county) if one["kind"] == "turned-away"]
        assert len(told) == 2, "not sealed, or damaged"
        assert county.conn.execute("SELECT sum(count) FROM turned_away").fetchone() == (100,)
        assert county.conn.execute("SELECT count(*) FROM aside").fetchone() == (0,)


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


def is_closed(end: socket.socket) -> bool:
    end.settimeout(5)
    try:
        return end.recv(1) == b""
    except ConnectionResetError:
        return True


def test_one_address_holds_a_bounded_number_of_connections(server: Server, laptop: Ledger) -> None:  # noqa: F811
    held = [connect(server.url) for _ in range(gate.MOST_CONNECTIONS)]
    try:
        with connect(server.url) as beyond:
            assert is_closed(beyond)
        held.pop().close()
        held.pop().close()
        assert sync_http(laptop, server.url).sent > 0
    finally:
        for one in held:
            one.close()


def test_who_begins_tls_and_says_no_more_counts_too_until_it_is_gone(world: World) -> None:  # noqa: F811
    with serving(world.county, how=("--tls",)) as secure:
        held = [connect(secure.url) for _ in range(gate.MOST_CONNECTIONS)]
        try:
            with connect(secure.url) as beyond:
                assert is_closed(beyond)
        finally:
            for one in held:
                one.close()
        assert any(is_listened_to(secure.url) for _ in range(20))


def is_listened_to(url: str) -> bool:
    with connect(url) as end:
        end.settimeout(0.2)
        try:
            return end.recv(1) != b""
        except TimeoutError:
            return True
        except ConnectionResetError:
            return False


# The bounds themselves, short


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "IDLE", 0.2)
    monkeypatch.setattr(gate, "BODY_WITHIN", 0.6)
    monkeypatch.setattr(gate, "HEAD_WITHIN", 0.2)


async def patiently(parts: list[float]) -> object:
    """What a body meets whose parts come after these seconds."""

    async def app(_: object, receive: object, __: object) -> None:
        while (await receive())["more_body"]:  # type: ignore[operator]
            pass

    left = iter(parts)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(next(left))
        return {"type": "http.request", "body": b"x", "more_body": True}

    try:
        await gate.Patience(app)({"type": "http"}, receive, None)
    except CarrierError as error:
        return error.reason
    return None


@pytest.mark.parametrize("parts", [[5.0], [0.0, 5.0], [0.1] * 100], ids=["nothing", "stops", "dribbles"])
def test_a_body_that_does_not_come_is_not_waited_for(short: None, parts: list[float]) -> None:
    began = time.monotonic()
    assert asyncio.run(patiently(parts)) == "too-slow"
    assert time.monotonic() - began < 3


def make_app(made: gate.Gate) -> FastAPI:
    app = FastAPI()

    @app.post("/")
    async def take(request: Request, cost: float = 0.0) -> int:
        try:
            async with made.body(request, 5_000_000) as body:
                made.spent(request, cost)
                return len(body)
        except UserError as error:
            return {"too-large": -1, "busy": -2, "too-often": -3}[error.reason]

    return app


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with TestClient(make_app(gate.Gate())) as made:
        yield made


def test_large_bodies_share_a_room_that_small_ones_never_lack(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "ROOM", 1_000_000)
    sizes = [100, gate.SMALL, gate.SMALL + 1_000_000, gate.SMALL + 1_000_001, 5_000_001]
    found = [browser.post("/", content=b"x" * size).json() for size in sizes]
    assert found[:3] == sizes[:3]
    assert found[3:] == [-2, -1]
    # What was given back can be had again.
    assert browser.post("/", content=b"x" * sizes[2]).json() == sizes[2]


def test_an_address_that_costs_too_much_waits_for_the_next_minute(browser: TestClient) -> None:
    assert browser.post("/?cost=14.9", content=b"x").json() == 1
    assert browser.post("/?cost=0.2", content=b"x").json() == 1
    found = browser.post("/", content=b"x").json()
    assert found in (-3, 1)
    if found == 1:
        # A minute has just begun: the same once more within it.
        assert browser.post("/?cost=15", content=b"x").json() == 1
        assert browser.post("/", content=b"x").json() == -3


def test_a_head_that_does_not_come_is_not_waited_for(short: None, tmp_path: Path) -> None:
    import uvicorn

    async def run() -> None:
        config = uvicorn.Config(make_app(gate.Gate()), http=gate.Impatient, log_level="warning", lifespan="off")
        running = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            task = asyncio.create_task(running.serve(sockets=[listening]))
            while not running.started:
                await asyncio.sleep(0.01)
            port = listening.getsockname()[1]
            for said in (b"", b"POST / HTT", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\nxPOST"):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(said)
                answer = await asyncio.wait_for(reader.read(), 5)
                assert answer.startswith(b"HTTP/1.1 200") == said.endswith(b"xPOST")
                writer.close()
                await writer.wait_closed()
            running.should_exit = True
            await task

    asyncio.run(run())
