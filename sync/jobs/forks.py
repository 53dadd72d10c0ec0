"""Feeds with two branches, as a laptop knows of them: what stands on each, and that none of it is lost."""

from dataclasses import dataclass

from sync.carry.outgoing import delivered, is_apart, own_feeds
from sync.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Fork:
    """`count` changes of the feed stand on the branch that waits for the county to accept it."""

    feed: str
    device: str
    own: bool
    count: int


def open_forks(ledger: Ledger) -> list[Fork]:
    """Of our own feeds, whose branch the county keeps aside, and of any whose other branch was refused here."""
    found = []
    for feed in own_feeds(ledger):
        if is_apart(ledger, feed):
            waits = ledger.position(feed).seq - delivered(ledger, feed).seq
            found.append(Fork(feed, ledger.name, True, max(0, waits)))
    mine = {fork.feed for fork in found}
    rows = ledger.conn.execute(
        "SELECT feed, max(last - first + 1) FROM aside WHERE reason = 'fork' AND state <> 'taken' AND feed <> ''"
        " GROUP BY feed ORDER BY feed"
    )
    own = set(own_feeds(ledger))
    found += [Fork(feed, _device(ledger, feed), feed in own, count) for feed, count in rows if feed not in mine]
    return found


def _device(ledger: Ledger, feed: str) -> str:
    row = ledger.conn.execute("SELECT name FROM feeds WHERE id = ?", (feed,)).fetchone()
    return str(row[0]) if row else ""
