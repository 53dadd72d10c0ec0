"""Time that is believed: the county's last instant in this boot, carried on by the clock that nobody sets.

Rule: design, "Time". Only a receipt that came in answer to a question of this moment makes an instant; one on a stick
is as old as the stick.
"""

import msgspec

from sync.ledger import database
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger

_KEY = "trusted"


class _Instant(msgspec.Struct, frozen=True):
    """`at` (seconds since 1970 UTC) was when the monotonic clock of `boot` stood at `mono` (milliseconds)."""

    at: int
    mono: int
    boot: str


def note(ledger: Ledger, at: int) -> None:
    """A verified receipt of `at` came just now. One older than another that we hold is a copy, and no clock."""
    now = ledger.clock.read()
    (last,) = ledger.conn.execute("SELECT max(at) FROM receipts").fetchone()
    if last and at < last:
        return
    with database.transaction(ledger.conn):
        ledger.put(_KEY, msgspec.json.encode(_Instant(at, now.mono, now.boot)).decode())


def trusted_now(ledger: Ledger, now: Reading) -> int | None:
    """Seconds since 1970 UTC, or None where this boot has had no such instant."""
    kept = ledger.get(_KEY)
    if not kept:
        return None
    instant = msgspec.json.decode(kept, type=_Instant)
    if instant.boot != now.boot or now.mono < instant.mono:
        return None
    return instant.at + (now.mono - instant.mono) // 1000
