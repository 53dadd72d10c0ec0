"""Files that were refused or are held, kept whole as evidence; but nobody may fill the disk with them.

What came by the network and no known key signed is not kept: its sender still has it and is told, and what remains here
is from where, why, how much and when. What is kept has a bound for each key that signed it, and one for all that no
known key did.
"""

from typing import Any

from sync.ledger import database
from sync.ledger.ledger import Ledger

MOST_OF_ONE = 1024 * 1024 * 1024
"""Bytes kept of what one key signed; a year of a school's honest batches is under a tenth."""
MOST_UNSIGNED = 256 * 1024 * 1024
"""Bytes kept of what no known key signed: sticks that an officer put in."""
MOST_SENDERS = 1000
"""Lines of what was turned away; further senders share one."""
OTHERS = "其他来源"


def has_room(ledger: Ledger, digest: str, signer: str, size: int) -> bool:
    """Whether a file may be kept, or is already."""
    known, used = ledger.conn.execute(
        "SELECT coalesce(max(sha256 = ?), 0), coalesce(sum(length(file)), 0) FROM aside WHERE signer = ? OR sha256 = ?",
        (digest, signer, digest),
    ).fetchone()
    return bool(known) or used + size <= (MOST_OF_ONE if signer else MOST_UNSIGNED)


def turn_away(ledger: Ledger, source: str, reason: str, size: int, digest: str) -> None:
    """Remembers that a file was not kept."""
    now = ledger.clock.read().wall // 1000
    with database.transaction(ledger.conn):
        (lines,) = ledger.conn.execute("SELECT count(*) FROM turned_away").fetchone()
        known = ledger.conn.execute(
            "SELECT 1 FROM turned_away WHERE source = ? AND reason = ?", (source, reason)
        ).fetchone()
        ledger.conn.execute(
            "INSERT INTO turned_away (source, reason, count, bytes, first_at, last_at, last_sha256)"
            " VALUES (?, ?, 1, ?, ?, ?, ?) ON CONFLICT (source, reason) DO UPDATE SET count = count + 1,"
            " bytes = bytes + excluded.bytes, last_at = excluded.last_at, last_sha256 = excluded.last_sha256",
            (source if known or lines < MOST_SENDERS else OTHERS, reason, size, now, now, digest),
        )


def turned_away(ledger: Ledger) -> list[dict[str, Any]]:
    """What was not kept, by source and reason, the latest first."""
    columns = ("source", "reason", "count", "bytes", "first_at", "last_at", "last_sha256")
    rows = ledger.conn.execute(f"SELECT {', '.join(columns)} FROM turned_away ORDER BY last_at DESC, source, reason")
    return [dict(zip(columns, row, strict=True)) for row in rows]
