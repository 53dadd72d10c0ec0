"""Whether the county's own feeds went back: it holds less of them than it once gave us, or another chain.

A county that was put back from a backup does; so does somebody who answers with an old copy of it. It is told, and
what the county lacks is given back to it by the same sync; nothing here stops the laptop.
"""

import msgspec

from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_feeds, own_scopes
from sync.seal.papers import Receipt

MARGIN = 60
"""Seconds that the county's clock must be past a change which it does not have: it may write while it answers."""
_KEY = "backward"


class Backward(msgspec.Struct, frozen=True):
    """A feed of the county's: how far we have it, how far the county said that it has it; `fork`: another chain."""

    feed: str
    ours: int
    theirs: int
    fork: bool = False
    healed: bool = False
    """The county has it again."""

    @property
    def sentence(self) -> str:
        if self.fork:
            return (
                f"县里的发布流 {self.feed} 与本机以前收到的对不上，本机保留原来的，没有改动。"
                "请告诉县局：服务器的数据可能被换过，或没有按“恢复”的办法恢复。"
            )
        what = f"县里的发布流倒退了：本机收到过第 {self.ours} 条，县里说只有 {self.theirs} 条（可能从备份恢复过）。"
        return what + ("本机已把缺的送还县里。" if self.healed else "请告诉县局；本机收到的都还在。")


def note(ledger: Ledger, receipt: Receipt) -> None:
    """Keeps what a verified receipt says of the county's own feeds, inside the caller's transaction."""
    known = {one.feed: one for one in told(ledger)}
    if receipt.nonce:
        known = {feed: one for feed, one in known.items() if not one.healed}
    heads = {head.feed: head for head in receipt.heads}
    for feed in county_feeds(ledger, own_scopes(ledger)):
        head = heads.get(feed)
        # Only the answer to a hello speaks of every feed.
        if head is None and not receipt.nonce:
            continue
        seq, digest = (head.seq, head.hash) if head else (0, "")
        ours = ledger.position(feed)
        if seq > ours.seq:
            if _refused_as_fork(ledger, feed):
                known[feed] = Backward(feed, ours.seq, seq, fork=True)
            continue
        if seq and _hash_at(ledger, feed, seq) != digest:
            known[feed] = Backward(feed, ours.seq, seq, fork=True)
        elif seq == ours.seq:
            if feed in known:
                known[feed] = msgspec.structs.replace(known[feed], healed=True)
        elif next(ledger.changes(feed, seq + 1, 1)).change.wall // 1000 + MARGIN < receipt.at:
            known[feed] = Backward(feed, ours.seq, seq)
    kept = msgspec.json.encode([known[feed] for feed in sorted(known)]).decode()
    if kept != ledger.get(_KEY, "[]"):
        ledger.put(_KEY, kept)


def _hash_at(ledger: Ledger, feed: str, seq: int) -> str:
    row = ledger.conn.execute("SELECT hash FROM changes WHERE feed = ? AND seq = ?", (feed, seq)).fetchone()
    return str(row[0]) if row else ""


def _refused_as_fork(ledger: Ledger, feed: str) -> bool:
    return (
        ledger.conn.execute("SELECT 1 FROM aside WHERE feed = ? AND reason = 'fork' LIMIT 1", (feed,)).fetchone()
        is not None
    )


def told(ledger: Ledger) -> list[Backward]:
    """What the last sync found; a feed that the county has again goes with the sync after."""
    return msgspec.json.decode(ledger.get(_KEY, "[]"), type=list[Backward])
