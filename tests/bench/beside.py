"""Benchmark of the door while the window reports beside it: cards scanned with and without a sync in another thread."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

from sync.carry.http import sync_http
from sync.carry.stop import Stop
from sync.jobs import checkin
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.moment import day_of, now, parse_time
from sync.jobs.rosters import enrol_one
from sync.ledger.clock import SystemClock
from sync.ledger.ledger import Ledger
from tests.bench.http import enrolled, serving
from tests.bench.ledgers import CHANGES, many_stamps
from tests.bench.table import Row
from tests.desktop.people import person

PEOPLE = 600
LIMIT_MS = 100
"""What a person at the door does not notice."""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name, enrolled(Path(name)) as laptop:
        many_stamps(laptop, CHANGES)
        laptop.clock = SystemClock()
        desk = checkin.open_desk(laptop, _lesson_today(laptop))
        for serial in range(PEOPLE):
            enrol_one(laptop, desk.lesson.class_id, person(serial))
        rows = laptop.conn.execute("SELECT card FROM enrollments ORDER BY card").fetchall()
        cards = iter(card for (card,) in rows)
        alone = _scans(laptop, desk, cards, lambda done: done < PEOPLE // 4)
        with serving(Path(name) / "county") as server:
            syncing = Thread(target=_sync, args=(laptop.folder, server.url))
            syncing.start()
            beside = _scans(laptop, desk, cards, lambda _: syncing.is_alive())
            syncing.join()
    figure = f"p95 {_p95(beside):.1f} ms, most {max(beside):.1f} ms, of {len(beside)} cards"
    bound = f"p95 {_p95(alone):.1f} ms, most {max(alone):.1f} ms without a sync"
    return [Row(f"cards beside a sync of {CHANGES:,}", figure, bound, f"p95 ≤ {LIMIT_MS} ms", _p95(beside) <= LIMIT_MS)]


def _lesson_today(ledger: Ledger) -> str:
    """Of a class in one of the county's courses; it lasts all day."""
    (course,) = ledger.conn.execute("SELECT code FROM courses ORDER BY code LIMIT 1").fetchone()
    today = day_of(now(ledger).at)
    add_class(ledger, "B1", course, "育婴班", today.isoformat(), today.isoformat())
    return add_lesson(ledger, "B1", NewLesson(today, parse_time("00:00"), parse_time("23:59"), 800, "practice"))[0]


def _sync(folder: Path, url: str) -> None:
    """As the window does it by itself: with a ledger of its own, and a way to stop it."""
    with Ledger.open(folder) as ledger:
        assert sync_http(ledger, url, stop=Stop()).sent > CHANGES


def _scans(ledger: Ledger, desk: checkin.Desk, cards: Iterator[str], more: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each card that was recorded, one every hundredth of a second, faster than any queue of people."""
    took: list[float] = []
    while more(len(took)) and (card := next(cards, "")):
        start = time.perf_counter()
        assert checkin.scan(ledger, desk, card, "scanner", "in").result == "recorded"
        took.append((time.perf_counter() - start) * 1000)
        time.sleep(0.01)
    return took


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]
