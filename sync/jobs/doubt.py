"""Whether the machine's clock can be right: what speaks against it, in words. Suspicion is shown, and stops nothing.

Rule: design, "Time". Read the clock with `moment`, which knows the time that the trainer stated.
"""

from collections.abc import Iterator
from typing import Any

from sync.jobs import moment
from sync.ledger.ledger import LAPTOP, Ledger
from sync.seal.change import Change
from sync.training.findings import APART

EARLIEST = 1_767_225_600
"""2026-01-01 UTC: no laptop that runs this program can rightly be before it."""
LEEWAY = 300
"""Seconds by which clocks may differ before it is worth a word: default of the program, in no rule."""
DO = "请核对并校正时间。"


def clock_state(ledger: Ledger) -> dict[str, Any]:
    """`doubt` holds reasons in words, empty without one. `trusted` is the county's time in this boot, or None."""
    now = moment.now(ledger)
    return {
        "at": moment.iso(now.at),
        "offset": now.offset,
        "trusted": None if now.trusted is None else moment.iso(now.trusted),
        "doubt": list(_doubts(ledger, now)),
    }


def _doubts(ledger: Ledger, now: moment.Now) -> Iterator[str]:
    if now.at < EARLIEST:
        yield f"电脑时间早于 2026 年，可能是主板电池没电。{DO}"
    if now.trusted is not None and abs(now.at - now.trusted) > APART:
        way = "慢" if now.at < now.trusted else "快"
        yield f"电脑时间比县里的时间{way}了 {_span(abs(now.at - now.trusted))}。{DO}"
    receipt = ledger.conn.execute("SELECT max(at) FROM receipts").fetchone()[0]
    if receipt and now.at < receipt - LEEWAY:
        yield f"电脑时间早于上次县里回执的时间（{_when(receipt)}），可能被调慢。{DO}"
    published = _county_time(ledger)
    if now.at < published - LEEWAY:
        yield f"电脑时间早于县里最近一次下发内容的时间（{_when(published)}），可能被调慢。{DO}"
    yield from _against_own_feed(ledger, now)


def _against_own_feed(ledger: Ledger, now: moment.Now) -> Iterator[str]:
    last = _last(ledger, ledger.feed)
    if last is None:
        return
    recorded = last.wall // 1000 + _stated(ledger, last)
    if now.at < recorded - LEEWAY:
        yield f"电脑时间早于本机上一条记录的时间（{_when(recorded)}），可能被调慢。{DO}"
    statement = ledger.conn.execute(
        "SELECT wall, mono FROM clock_statements WHERE feed = ? AND boot = ? ORDER BY seq DESC LIMIT 1",
        (ledger.feed, now.reading.boot),
    ).fetchone()
    marks = [statement] if statement else []
    if last.boot == now.reading.boot:
        marks.append((last.wall, last.mono))
    jumps = [(now.reading.wall - wall - (now.reading.mono - mono)) // 1000 for wall, mono in marks]
    jump = max(jumps, key=abs, default=0)
    if abs(jump) > LEEWAY:
        yield f"这次开机以后，电脑的时钟被拨{'快' if jump > 0 else '慢'}了 {_span(abs(jump))}。{DO}"


def _county_time(ledger: Ledger) -> int:
    """Seconds since 1970 of the newest change of the county's that is known here, or 0."""
    county = ledger.county
    if county is None or ledger.role != LAPTOP:
        return 0
    feeds = ledger.conn.execute("SELECT id FROM feeds WHERE key_id = ?", (county.key.id,)).fetchall()
    found = (_last(ledger, feed) for (feed,) in feeds)
    return max((change.wall // 1000 for change in found if change), default=0)


def _last(ledger: Ledger, feed: str) -> Change | None:
    last = next(ledger.changes(feed, ledger.position(feed).seq, 1), None)
    return last.change if last else None


def _stated(ledger: Ledger, change: Change) -> int:
    """Seconds by which the trainer had moved the clock when a change was written; a statement moves its own time."""
    row = ledger.conn.execute(
        'SELECT "offset" FROM clock_statements WHERE feed = ? AND boot = ? AND seq <= ? ORDER BY seq DESC LIMIT 1',
        (change.feed, change.boot, change.seq),
    ).fetchone()
    return int(row[0]) if row else 0


def _when(at: int) -> str:
    return moment.iso(at)[:16].replace("T", " ")


def _span(seconds: int) -> str:
    """Two units at most: 3 天 4 小时, 5 分 20 秒."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((days, "天"), (hours, "小时"), (minutes, "分"), (rest, "秒"))
    said = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(said[:2])
