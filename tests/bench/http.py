"""Benchmarks of sync by HTTP: a real county in its own process, receipts verified."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from sync.carry.http import sync_http
from sync.carry.line import TIMEOUT
from sync.carry.outgoing import waiting
from sync.county import county as county_side
from sync.county import devices
from sync.jobs import enrol
from sync.ledger.ledger import Ledger
from tests.bench.ledgers import bare_apply, bare_seal, many_stamps, timed
from tests.bench.table import Row

CHANGES = 10_000


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`xiangpei county serve` on a free port; its address."""
    command = [sys.executable, "-m", "desktop.main", "--data", str(folder), "--json", "county", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def enrolled(folder: Path) -> Ledger:
    """A laptop with its county beside it, in folder/county."""
    laptop = Ledger.create(folder / "laptop", "量程点")
    with county_side.create(folder / "county", "量程县") as county:
        grant, _ = devices.enrol(county, enrol.request(laptop), "量程学校")
    enrol.accept(laptop, grant)
    return laptop


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        laptop = enrolled(folder)
        with serving(folder / "county") as url:
            sync_http(laptop, url)
            many_stamps(laptop, CHANGES)
            count = waiting(laptop)
            changes = list(laptop.changes(laptop.feed, 1, CHANGES))
            bare_work = timed(lambda: bare_seal([one.change for one in changes]))
            bare_work += timed(lambda: bare_apply(folder / "bare.db", changes))
            took = timed(lambda: sync_http(laptop, url))
            assert waiting(laptop) == 0
            idle = min(timed(lambda: sync_http(laptop, url)) for _ in range(5))
            with httpx2.Client(timeout=TIMEOUT) as http:
                http.get(f"{url}/login")
                bare = min(timed(lambda: http.get(f"{url}/login")) for _ in range(5))
        laptop.close()
    rate = count / took
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Row(
            f"HTTP sync of {count:,} changes, receipt verified",
            f"{rate:,.0f}/s",
            f"{CHANGES / bare_work:,.0f}/s bare hash, sign, insert",
            "≥ 16,000/s",
            rate >= 16_000,
        ),
        Row(
            "HTTP sync with nothing to do",
            f"{idle * 1000:.0f} ms",
            f"{bare * 1000:.0f} ms bare request",
            "≤ 20 ms",
            idle <= 0.020,
        ),
        Row("peak memory of this side", f"{peak:.0f} MB", "", "", None),
    ]
