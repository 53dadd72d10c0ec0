"""What of this node's feeds the county does not hold yet, sealed; and what a receipt proves of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from sync.errors import NotEnrolled, Refused
from sync.ledger import database
from sync.ledger.ledger import County, Ledger, Position
from sync.seal import batch, papers


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed run of one feed."""

    feed: str
    first: int
    last: int
    data: bytes

    @property
    def file_name(self) -> str:
        return f"{self.feed}-{self.first:08d}-{self.last:08d}.xpb"


def enrolled_county(ledger: Ledger) -> County:
    """Raises NotEnrolled."""
    county = ledger.county
    if county is None:
        raise NotEnrolled(
            "这台电脑还没有在县里登记。请先导出登记申请（enrol request），拿到授权后导入（enrol accept）。"
        )
    return county


def own_feeds(ledger: Ledger) -> list[str]:
    """The feeds that this node's key writes, its present one last."""
    key = ledger.signer.public.id
    found = [row[0] for row in ledger.conn.execute("SELECT id FROM feeds WHERE key_id = ? ORDER BY id", (key,))]
    return sorted(found, key=lambda feed: feed == ledger.feed)


def delivered(ledger: Ledger, feed: str) -> Position:
    """How far verified receipts say that the county holds a feed."""
    row = ledger.conn.execute(
        "SELECT seq, hash FROM receipts WHERE feed = ? ORDER BY seq DESC LIMIT 1", (feed,)
    ).fetchone()
    return Position(*row) if row else Position(0, "0" * 64)


def waiting(ledger: Ledger) -> int:
    """Changes of this node's feeds that no receipt covers."""
    return sum(ledger.position(feed).seq - delivered(ledger, feed).seq for feed in own_feeds(ledger))


def parcels(ledger: Ledger, held: dict[str, int] | None = None) -> Iterator[Parcel]:
    """Sealed runs of what the county lacks, in order; `held` (feed → number) is what it just said that it holds."""
    recipients = _recipients(ledger, enrolled_county(ledger))
    for feed in own_feeds(ledger):
        # A county restored from an old copy holds less than it once confirmed, perhaps nothing.
        first = (delivered(ledger, feed).seq if held is None else held.get(feed, 0)) + 1
        while changes := list(ledger.changes(feed, first, batch.MAX_CHANGES)):
            sealed = batch.seal(batch.build(changes, ledger.signer), recipients)
            yield Parcel(feed, first, first + len(changes) - 1, sealed)
            first += len(changes)


def _recipients(ledger: Ledger, county: County) -> list[str]:
    """The county, this node, and the other devices of its institution."""
    found = ledger.conn.execute(
        "SELECT DISTINCT age FROM devices WHERE institution IN"
        " (SELECT institution FROM devices WHERE key_id = ? AND institution <> '')",
        (ledger.signer.public.id,),
    )
    return sorted({county.age, ledger.age_recipient, *(row[0] for row in found)})


def take_receipt(ledger: Ledger, text: bytes) -> papers.Receipt:
    """Verifies a receipt and keeps what it proves of this node's feeds.

    Raises Refused: bad-envelope, wrong-type, wrong-key, bad-signature, bad-paper; fork, when the county holds other
    changes under this feed's numbers; county-ahead, when it holds more than this node has.
    """
    county = enrolled_county(ledger)
    receipt = papers.verify(text, papers.Receipt, county.key)
    mine = set(own_feeds(ledger))
    with database.transaction(ledger.conn):
        for head in receipt.heads:
            if head.feed in mine and head.seq > delivered(ledger, head.feed).seq:
                _compare(ledger, head)
                ledger.conn.execute(
                    "INSERT INTO receipts (feed, seq, hash, at, paper) VALUES (?, ?, ?, ?, ?)",
                    (head.feed, head.seq, head.hash, receipt.at, text),
                )
    return receipt


def _compare(ledger: Ledger, head: papers.Head) -> None:
    row = ledger.conn.execute("SELECT hash FROM changes WHERE feed = ? AND seq = ?", (head.feed, head.seq)).fetchone()
    if row is None:
        raise Refused(
            f"县里已收到本机第 {head.seq} 条记录，本机却没有。这台电脑可能用了旧的备份或拷贝。"
            "数据都没有丢，请联系县局核对。",
            "county-ahead",
        )
    if row[0] != head.hash:
        raise Refused(
            "县里收到的记录与本机的不一样（同一编号有两个版本）。这台电脑可能用了拷贝的台账，请联系县局核对。", "fork"
        )


class Answer(msgspec.Struct, frozen=True):
    """The county's answer to a hello: a receipt, and sealed batches of its feeds that are new to the caller."""

    receipt: bytes
    batches: list[bytes]
