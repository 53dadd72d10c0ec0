"""Benchmarks of sync by HTTP: county and laptop each in a process of its own, both fresh for every backlog.

`python -m tests.bench.http FOLDER URL` is the laptop's process: one sync, told as JSON with its seconds and its memory.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from sync.carry.http import sync_http
from sync.carry.line import Line
from sync.carry.outgoing import parcels, waiting
from sync.county import county as county_side
from sync.county import devices
from sync.errors import CarrierError
from sync.jobs import enrol
from sync.ledger.ledger import Ledger
from tests.bench.ledgers import bare_apply, bare_seal, many_stamps, timed
from tests.bench.table import Row
from tests.storm.cuts_wire import CUT, DOWN, UP, RoughWire, Trick

BACKLOGS = (1_000, 10_000, 100_000)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    """`xiangpei county serve` in its own process."""

    url: str
    pid: int


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """On a free port, over a county's folder."""
    command = [sys.executable, "-m", "desktop.main", "--data", str(folder), "--json", "county", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield Server(json.loads(process.stdout.readline())["url"], process.pid)
        finally:
            process.terminate()


def enrolled(folder: Path) -> Ledger:
    """A laptop with its county beside it, in folder/county."""
    laptop = Ledger.create(folder / "laptop", "量程点")
    with county_side.create(folder / "county", "量程县") as county:
        grant, _ = devices.enrol(county, enrol.request(laptop), "量程学校")
    enrol.accept(laptop, grant)
    return laptop


def most_memory(pid: int) -> float:
    """The most that a process ever held, in MB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def busy_for(pid: int) -> float:
    """Seconds that a process has worked (Linux)."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def sync_process(folder: Path, url: str) -> dict[str, float]:
    """One sync by a laptop's process: `took` seconds, `busy` seconds of work, `sent` changes, `memory` in MB."""
    command = [sys.executable, "-m", "tests.bench.http", str(folder), url]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout
    found: dict[str, float] = json.loads(said)
    return found


def main(folder: str, url: str) -> None:
    # As in a window that is open: what a first request loads, the system's certificates too, is there.
    with Line(url):
        pass
    with Ledger.open(Path(folder)) as ledger:
        since, busy = time.perf_counter(), time.process_time()
        sent = sync_http(ledger, url).sent
        took, busy = time.perf_counter() - since, time.process_time() - busy
        assert waiting(ledger) == 0
    print(json.dumps({"took": took, "busy": busy, "sent": sent, "memory": most_memory(os.getpid())}))


@dataclass(frozen=True)
class Measured:
    """A backlog's sync, and its bounds in the same run. Seconds, MB."""

    changes: int
    took: float
    busy: float
    """Of both processes together: what it takes where nobody else works."""
    laptop: float
    county: float
    bare: float
    post: float

    @property
    def rate(self) -> float:
        return self.changes / self.took


def measure(folder: Path, count: int) -> Measured:
    """Makes a world in `folder` with this backlog, and syncs a copy of it."""
    with enrolled(folder) as laptop:
        many_stamps(laptop, count)
        bare, post = _bounds(laptop, folder / "bare.db")
    with _copy(folder) as world, serving(world / "county") as server:
        before = busy_for(server.pid)
        found = sync_process(world / "laptop", server.url)
        county, busy = most_memory(server.pid), busy_for(server.pid) - before + found["busy"]
    return Measured(int(found["sent"]), found["took"], busy, found["memory"], county, bare, post)


def _bounds(laptop: Ledger, path: Path) -> tuple[float, float]:
    """Seconds to hash, sign and insert the same changes with nothing of ours, and to post the same bytes to nobody."""
    changes = list(laptop.changes(laptop.feed))
    bare = timed(lambda: bare_seal([one.change for one in changes])) + timed(lambda: bare_apply(path, changes))
    sealed = [parcel.data for parcel in parcels(laptop, {})]
    with _nobody() as port:
        return bare, timed(lambda: _post_all(port, sealed))


@contextmanager
def _copy(world: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        for node in ("laptop", "county"):
            shutil.copytree(world / node, Path(name) / node)
        yield Path(name)


class _Nobody(BaseHTTPRequestHandler):
    """Takes whatever is posted, and does nothing with it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told."""


@contextmanager
def _nobody() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Nobody)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _post_all(port: int, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for body in bodies:
        connection.request("POST", "/", body)
        connection.getresponse().read()
    connection.close()


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [measure(folder / str(count), count) for count in BACKLOGS]
        largest = folder / str(BACKLOGS[-1])
        rows = [_rate(one, found[1]) for one in found]
        return rows + _memory(found) + on_the_wire(largest) + idle(largest)


def _rate(one: Measured, middle: Measured) -> Row:
    name = f"HTTP sync of {one.changes:,} changes, receipts verified"
    bound = f"{one.changes / one.bare:,.0f}/s bare hash, sign, insert; {one.changes / one.post:,.0f}/s bare post"
    figure = f"{one.rate:,.0f}/s, {one.changes / one.busy:,.0f}/s of work"
    if one.changes < middle.changes:
        return Row(name, figure, bound, "", None)
    if one is middle:
        return Row(name, figure, bound, "≥ 20,000/s", one.rate >= 20_000)
    # Two runs of the very same differ by some percent.
    return Row(name, figure, bound, "no slower", one.rate >= middle.rate * 0.9)


def _memory(found: list[Measured]) -> list[Row]:
    rows = []
    for end in ("laptop", "county"):
        sizes: list[float] = [getattr(one, end) for one in found]
        name = f"most memory of the {end}'s process, " + ", ".join(f"{count:,}" for count in BACKLOGS)
        figure = ", ".join(f"{size:.0f}" for size in sizes) + " MB"
        rows.append(Row(name, figure, "", "≤ 1.15× of the second", sizes[-1] <= sizes[1] * 1.15))
    return rows


def on_the_wire(folder: Path) -> list[Row]:
    """All bytes of a sync, both ways; and of the same, cut when half had gone up."""
    with _copy(folder) as world, serving(world / "county") as server:
        with RoughWire(server.url) as wire:
            whole = sync_process(world / "laptop", wire.url)
        up, down = wire.passed[UP], wire.passed[DOWN]
        with Ledger.open(world / "laptop") as laptop:
            lines = [one.line for one in laptop.changes(laptop.feed)]
    each = (up + down) / whole["sent"]
    bare = len(zlib.compress(b"\n".join(lines), 6)) / len(lines)
    again, took = _cut_at_half(folder, up)
    return [
        Row(
            f"bytes on the wire a change, both ways, {whole['sent']:,.0f} changes",
            f"{each:.1f}",
            f"{bare:.1f} zlib-6 of the same lines",
            "≤ 40",
            each <= 40,
        ),
        Row(
            "the same cut at half, and gone on with: bytes sent",
            f"{again / up:.0%} in {took:.2f} s",
            f"100% in {whole['took']:.2f} s uncut",
            "≤ 115%, a batch twice",
            again <= up * 1.15,
        ),
    ]


def _cut_at_half(folder: Path, up: int) -> tuple[int, float]:
    """Bytes that went up in all, and seconds, until everything was there. A sync may go on by itself after a cut."""
    with (
        _copy(folder) as world,
        serving(world / "county") as server,
        RoughWire(server.url, Trick(CUT, UP, up // 2)) as wire,
        Ledger.open(world / "laptop") as laptop,
    ):
        since = time.perf_counter()
        with suppress(CarrierError):
            sync_http(laptop, wire.url)
        assert wire.played.is_set()
        if waiting(laptop):
            sync_http(laptop, wire.url)
        assert waiting(laptop) == 0
        return wire.passed[UP], time.perf_counter() - since


def idle(folder: Path) -> list[Row]:
    """A sync with nothing to do in a ledger that holds as much, against a bare request for the console's first page."""
    with _copy(folder) as world, serving(world / "county") as server, Ledger.open(world / "laptop") as laptop:
        sync_http(laptop, server.url)
        took = min(timed(lambda: sync_http(laptop, server.url)) for _ in range(7))
        bare = min(timed(lambda: _login_page(server.url)) for _ in range(7))
    row = Row(
        "HTTP sync with nothing to do",
        f"{took * 1000:.0f} ms",
        f"{bare * 1000:.0f} ms bare page",
        "≤ 20 ms",
        took <= 0.020,
    )
    return [row]


def _login_page(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.request("GET", "/login")
    connection.getresponse().read()
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
