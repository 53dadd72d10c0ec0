"""A line that is cut, busy, dead or led through a proxy: tried again a few times, told in words, ended at a wish."""

import threading
import time
from collections.abc import Iterator

import pytest

from sync.carry import proxy
from sync.carry.http import sync_county, sync_http
from sync.carry.line import TRIES
from sync.carry.outgoing import waiting
from sync.carry.stop import Stop, Stopped
from sync.county.address import publish
from sync.errors import BadInput, CarrierError
from sync.ledger.ledger import Ledger
from tests.carry import roads
from tests.carry.roads import Made, answering, make, reply, swallowing
from tests.day.proxy import ANSWERED, HALF, SENT, wire
from tests.day.world import Server, World, serving
from tests.nodes import note


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def failed(laptop: Ledger, url: str, via: str | None = None) -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        sync_http(laptop, url, via=via)
    return caught.value


# Cut


@pytest.mark.parametrize("moment", [HALF, SENT, ANSWERED])
def test_a_line_that_breaks_once_is_no_failure(server: Server, laptop: Ledger, moment: str) -> None:
    with wire(server.url, moment, lambda: None) as cut:
        done = sync_http(laptop, cut.url)
        assert cut.was_cut.is_set()
    assert (done.sent, waiting(laptop)) == (laptop.position(laptop.feed).seq, 0)


def test_a_busy_server_is_asked_again_a_few_times(laptop: Ledger) -> None:
    statuses = ("502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout")
    with answering(*map(reply, statuses)) as heard:
        assert failed(laptop, heard.url).reason == "server-refused"
    assert heard.data.count(b"POST /v1/hello") == TRIES > len(statuses)


def test_what_a_server_refuses_is_not_asked_again(laptop: Ledger) -> None:
    with answering(reply("403 Forbidden", b'{"message": "no"}')) as heard:
        assert failed(laptop, heard.url).message == "no"
    assert heard.data.count(b"POST") == 1


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect", "511 Network Authentication Required"])
def test_a_network_that_wants_a_login_says_what_to_do(laptop: Ledger, status: str) -> None:
    with answering(reply(status, more="location: http://login.example/\r\n")) as heard:
        error = failed(laptop, heard.url)
    assert error.reason == "not-a-county"
    assert "浏览器" in error.message and "登录" in error.message
    assert heard.data.count(b"POST") == 1


def test_the_next_address_is_tried_where_one_is_dead(world: World, server: Server, laptop: Ledger) -> None:
    with Ledger.open(world.county.folder) as county:
        publish(county, ["http://127.0.0.1:9", server.url], [])
    sync_http(laptop, server.url)
    laptop.put("server", "")
    note(laptop, "一条")
    assert sync_county(laptop).sent == 1
    assert laptop.get("server") == server.url


def test_no_address_is_told_in_words(laptop: Ledger) -> None:
    with pytest.raises(BadInput, match="不知道县里服务器的地址"):
        sync_county(laptop)


# Ended at a wish


def ended(laptop: Ledger, url: str, at: threading.Event, via: str | None = None) -> float:
    """Seconds from the wish, at that moment of a sync, until the sync is over."""
    stop, asked = Stop(), []

    def ask() -> None:
        at.wait(10)
        asked.append(time.monotonic())
        stop.ask()

    thread = threading.Thread(target=ask)
    thread.start()
    with pytest.raises(Stopped):
        sync_http(laptop, url, via=via, stop=stop)
    took = time.monotonic() - asked[0]
    thread.join()
    return took


def test_a_sync_ends_within_a_second_on_a_dead_line(laptop: Ledger) -> None:
    before = waiting(laptop)
    with swallowing() as heard:
        assert ended(laptop, heard.url, heard.something) < 1
        assert ended(laptop, "http://10.9.9.9:1", heard.something, via=heard.url) < 1
    note(laptop, "以后照样能记")
    assert waiting(laptop) == before + 1


def test_a_sync_ends_within_a_second_between_two_tries(laptop: Ledger) -> None:
    with answering(reply("503 Service Unavailable")) as heard:
        assert ended(laptop, heard.url, heard.something) < 1


def test_a_sync_that_was_stopped_before_it_began_asks_nobody(laptop: Ledger) -> None:
    stop = Stop()
    stop.ask()
    with swallowing() as heard, pytest.raises(Stopped):
        sync_http(laptop, heard.url, stop=stop)
    assert not heard.data


def test_a_sync_that_nobody_stops_is_not_changed_by_that_it_could_be(server: Server, laptop: Ledger) -> None:
    assert sync_http(laptop, server.url, stop=Stop()).sent == laptop.position(laptop.feed).seq


# Through a proxy

WHO = "village:p@ss:word"


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("own"), "own")


@pytest.fixture(params=["http", "https"])
def county_url(request: pytest.FixtureRequest, world: World, laptop: Ledger, own: Made) -> Iterator[str]:
    """A county in the clear, and one with a pinned certificate."""
    if request.param == "http":
        with serving(world.county) as server:
            yield server.url
        return
    with Ledger.open(world.county.folder) as county, serving(world.county, how=own.serve) as server:
        with serving(world.county) as plain:
            publish(county, [server.url], [own.pin])
            sync_http(laptop, plain.url)
        note(laptop, "一条")
        yield server.url


def test_a_sync_through_a_proxy(laptop: Ledger, county_url: str) -> None:
    with roads.proxy() as heard:
        sync_http(laptop, county_url, via=proxy.read(heard.url))
    assert waiting(laptop) == 0
    assert heard.data.startswith(b"CONNECT " if county_url.startswith("https") else b"POST http://")


def test_a_proxy_that_wants_a_password(laptop: Ledger, county_url: str) -> None:
    with roads.proxy(password=WHO) as heard:
        for typed in (proxy.read(heard.url), proxy.read(heard.url, "village", "wrong-secret")):
            error = failed(laptop, county_url, typed)
            assert error.reason == "proxy-auth"
            assert "密码" in error.message and "secret" not in error.message and "village" not in error.message
        sync_http(laptop, county_url, via=proxy.read(heard.url, *WHO.split(":", 1)))
    assert waiting(laptop) == 0


def test_a_proxy_that_refuses_or_fails_is_named_and_not_the_county(laptop: Ledger, county_url: str) -> None:
    with roads.proxy(refuses="403 Forbidden") as heard:
        error = failed(laptop, county_url, heard.url)
    assert error.reason == ("proxy-refused" if county_url.startswith("https") else "server-refused")
    error = failed(laptop, county_url, "http://u:secret@127.0.0.1:9")
    assert error.reason == "proxy-unreachable"
    assert "127.0.0.1:9" in error.message and "secret" not in error.message


def test_the_setting_of_this_computer_counts_unless_another_way_is_asked_for(server: Server, laptop: Ledger) -> None:
    proxy.keep(laptop, "http://127.0.0.1:9")
    assert failed(laptop, server.url).reason == "proxy-unreachable"
    sync_http(laptop, server.url, via=proxy.NONE)
    with roads.proxy() as heard:
        proxy.keep(laptop, proxy.read(heard.url))
        sync_http(laptop, server.url)
    assert heard.data


def test_the_systems_proxy_is_taken_and_its_exceptions_kept(
    server: Server, laptop: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "127.0.0.1:9")
    assert failed(laptop, server.url).reason == "proxy-unreachable"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    sync_http(laptop, server.url)
    monkeypatch.delenv("no_proxy")
    for unfit, reason in (("socks5://127.0.0.1:9", "proxy-socks"), ("http://a b", "bad-proxy")):
        monkeypatch.setenv("http_proxy", unfit)
        error = failed(laptop, server.url)
        assert (error.reason, "网络设置" in error.message) == (reason, True)
    sync_http(laptop, server.url, via=proxy.NONE)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10.1.1.1:8080", "http://10.1.1.1:8080"),
        (" 10。1。1。1：8080 ", "http://10.1.1.1:8080"),
        ("https://proxy.example:443/", "https://proxy.example:443"),
        ("u:p%40@proxy:1", "http://u:p%40@proxy:1"),
        ("[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_proxy_as_people_type_it(typed: str, read: str) -> None:
    assert proxy.read(typed) == read
    assert proxy.read(proxy.parts_of(read)[0], *proxy.parts_of(read)[1:]) == read


@pytest.mark.parametrize("typed", ["", "socks5://x:1", "x:99999", "x:y", "http://x/path", "a b:1", "http://"])
def test_what_is_no_proxy_is_told(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        proxy.read(typed)
    assert caught.value.reason == "bad-proxy"


def test_the_command_line_takes_a_proxy_for_this_time(world: World, server: Server) -> None:
    assert world.laptop.fail("sync", "--server", server.url, "--proxy", "127.0.0.1:9")["error"] == "proxy-unreachable"
    assert world.laptop.ask("sync", "--server", server.url, "--proxy", "none")["waiting"] == 0
