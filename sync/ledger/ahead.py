"""Clocks that run far ahead of the county's: what they date is held at the county until an officer accepts it.

The order of writes is a hybrid logical clock, which everybody who sees a later one moves up to. A laptop of the year
2099 would take all others with it. So a laptop moves its own only up to what it believes: its wall clock and what the
county wrote. The bound is at the door alone: the tables stay the same function of the changes that were taken.
"""

from sync.ledger.ledger import COUNTY, Ledger
from sync.ledger.placing import Held
from sync.seal.change import Sealed

MOST_AHEAD = 2 * 86_400_000
"""Milliseconds: a wrong time zone and a wrong day are honest."""


def within_time(ledger: Ledger, feed: str, fresh: list[Sealed]) -> tuple[list[Sealed], Held | None]:
    """At the county: the changes of a device that are not dated too far ahead, and why the rest of them is held."""
    if ledger.role != COUNTY:
        return fresh, None
    limit = ledger.clock.read().wall + MOST_AHEAD
    late = next((n for n, sealed in enumerate(fresh) if sealed.change.hlc[0] > limit), len(fresh))
    if late < len(fresh):
        (until,) = ledger.conn.execute("SELECT max(until) FROM accepted_clocks WHERE feed = ?", (feed,)).fetchone()
        limit = max(limit, (until or 0) + MOST_AHEAD)
        late = next((n for n, sealed in enumerate(fresh) if sealed.change.hlc[0] > limit), len(fresh))
    if late == len(fresh):
        return fresh, None
    return fresh[:late], Held(
        "这台电脑的时钟比县里的快太多，记录先保留、不会丢，县局核实认可后计入。请先把电脑的日期和时间校正。",
        "clock-ahead",
    )


def move_up(ledger: Ledger, fresh: list[Sealed], from_county: bool) -> None:
    """Moves this node's logical clock up to what it has seen and may believe, inside the caller's transaction."""
    limit = max(ledger.clock.read().wall, int(ledger.get("county_hlc_ms", "0"))) + MOST_AHEAD
    highest = max((s.change.hlc[0] for s in fresh if from_county or s.change.hlc[0] <= limit), default=0)
    for key in ("seen_hlc_ms", "county_hlc_ms") if from_county else ("seen_hlc_ms",):
        if highest > int(ledger.get(key, "0")):
            ledger.put(key, str(highest))
