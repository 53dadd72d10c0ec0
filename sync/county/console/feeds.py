"""Page by page: the changes of a feed, where each is, and the sealed files that were refused or are held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync.county.console.words import RECEIVED
from sync.errors import NotFound
from sync.jobs.conflicts import conflicts
from sync.jobs.find import rows
from sync.jobs.travel import travel
from sync.ledger.ledger import Ledger

PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a longer list; pages count from 1."""

    number: int
    pages: int
    rows: Sequence[Any]
    total: int


def paged(number: int, total: int) -> tuple[int, int]:
    """The page asked for, brought within what there is, and how many there are."""
    pages = max(1, -(-total // PAGE))
    return min(max(1, number), pages), pages


def aside_page(ledger: Ledger, number: int, feed: str = "") -> Page:
    """Newest first; of one feed where it is named. `size` in bytes."""
    total = ledger.conn.execute("SELECT count(*) FROM aside WHERE ? IN ('', feed)", (feed,)).fetchone()[0]
    number, pages = paged(number, total)
    found = rows(
        ledger.conn,
        "SELECT sha256, state, reason, feed, first, last, source, at, length(file) AS size FROM aside"
        " WHERE ? IN ('', feed) ORDER BY at DESC, sha256 LIMIT ? OFFSET ?",
        feed,
        PAGE,
        (number - 1) * PAGE,
    )
    return Page(number, pages, found, total)


def changes_page(ledger: Ledger, state: str, number: int) -> dict[str, Any]:
    """Where every change of every feed is, in runs that are alike; and the conflicts, which the county leaves alone.

    A state that there is not is taken for all of them.
    """
    known = {key: words for key, words in RECEIVED.items() if key == state}
    runs = travel(ledger, next(iter(known), ""))
    number, pages = paged(number, len(runs))
    quarrels = conflicts(ledger)
    return {
        "state": next(iter(known), ""),
        "states": [("", "全部"), *RECEIVED.items()],
        "page": Page(number, pages, runs[(number - 1) * PAGE : number * PAGE], len(runs)),
        "conflicts": quarrels[:PAGE],
        "more": max(0, len(quarrels) - PAGE),
    }


def sealed_file(ledger: Ledger, sha256: str) -> bytes:
    """A file as it came. Raises NotFound."""
    row = ledger.conn.execute("SELECT file FROM aside WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise NotFound("没有这个文件。它可能已经被接收，不再暂存。")
    return bytes(row[0])


def feed_page(ledger: Ledger, feed: str, number: int) -> Page:
    """A feed's changes, newest first."""
    last = ledger.position(feed).seq
    number, pages = paged(number, last)
    newest = last - (number - 1) * PAGE
    first = max(1, newest - PAGE + 1)
    found = list(ledger.changes(feed, first, newest - first + 1)) if last else []
    return Page(number, pages, found[::-1], last)


def operator_names(ledger: Ledger) -> dict[str, str]:
    """By the id that stands in a change."""
    return dict(ledger.conn.execute("SELECT id, name FROM operators"))


def kind_counts(ledger: Ledger, feed: str) -> list[dict[str, Any]]:
    sql = "SELECT kind, count(*) AS count FROM changes WHERE feed = ? GROUP BY kind ORDER BY count DESC, kind"
    return rows(ledger.conn, sql, feed)
