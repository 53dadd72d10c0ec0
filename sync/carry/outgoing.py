"""What of this node's feeds the county does not hold yet, sealed; and what a receipt proves of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from sync.carry import backward
from sync.errors import NotEnrolled
from sync.ledger import database
from sync.ledger.ledger import COUNTY, County, Ledger, Position
from sync.ledger.trust import county_feeds, county_keys, own_institutions, own_scopes
from sync.seal import batch, papers
from sync.seal.age import MOST_RECIPIENTS
from sync.seal.change import short


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
        raise NotEnrolled("这台电脑还没有在县里登记。请先导出登记申请交给县里，拿到授权后导入。")
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
    """Changes of this node's feeds that no receipt covers, but for those on a branch that the county keeps aside.

    The county is its own: nothing of it waits.
    """
    if ledger.role == COUNTY:
        return 0
    return sum(_undelivered(ledger, feed) for feed in own_feeds(ledger) if not is_apart(ledger, feed))


def apart(ledger: Ledger) -> int:
    """Changes of this node on a branch that the county keeps aside until it has decided."""
    return sum(_undelivered(ledger, feed) for feed in own_feeds(ledger) if is_apart(ledger, feed))


def _undelivered(ledger: Ledger, feed: str) -> int:
    return max(0, ledger.position(feed).seq - delivered(ledger, feed).seq)


def is_apart(ledger: Ledger, feed: str) -> bool:
    """Whether the county has this feed's other branch, and was sent ours."""
    return bool(ledger.get(f"apart:{feed}"))


def set_apart(ledger: Ledger, feed: str) -> None:
    with database.transaction(ledger.conn):
        ledger.put(f"apart:{feed}", "1")


def together_again(ledger: Ledger, receipt: papers.Receipt) -> None:
    """Lets go of what we think that the county keeps apart, where the answer to a hello does not say so.

    A county that was put back from an old copy has lost the branch, and is sent it again.
    """
    with database.transaction(ledger.conn):
        for (name,) in ledger.conn.execute("SELECT key FROM local WHERE key GLOB 'apart:*' AND value = '1'").fetchall():
            if name.partition(":")[2] not in receipt.apart:
                ledger.put(name, "")


def parcels(ledger: Ledger, held: dict[str, int] | None = None) -> Iterator[Parcel]:
    """Sealed runs of what the county lacks, in order; `held` (feed → number) is what it just said that it holds.

    First the county's own: what one that was put back from an old copy lacks, or, on a stick that anybody of the
    institution may read next, what it said to the institution. Then this node's own feeds, then what it carries for
    others of its institution.
    """
    county = enrolled_county(ledger)
    recipients = recipients_of(ledger, county, own_institutions(ledger))
    if held is None:
        yield from _for_colleagues(ledger, county)
    else:
        for feed in county_feeds(ledger, own_scopes(ledger)):
            yield from relayed(ledger, feed, held.get(feed, 0), [county.age])
    mine = own_feeds(ledger)
    for feed in mine:
        if not is_apart(ledger, feed):
            # A county restored from an old copy holds less than it once confirmed, perhaps nothing.
            first = (delivered(ledger, feed).seq if held is None else held.get(feed, 0)) + 1
            yield from _own_parcels(ledger, feed, first, recipients)
    for feed in relayable(ledger):
        after = delivered(ledger, feed).seq if held is None else held.get(feed, 0)
        yield from relayed(ledger, feed, after, recipients)


def _own_parcels(ledger: Ledger, feed: str, first: int, recipients: list[str]) -> Iterator[Parcel]:
    while changes := list(ledger.changes(feed, first, batch.MAX_CHANGES)):
        sealed = batch.seal(batch.build(changes, ledger.signer), recipients)
        count = len(changes)
        # Before the next ones are read: a batch's changes take more memory than all else.
        del changes
        yield Parcel(feed, first, first + count - 1, sealed)
        first += count


def _for_colleagues(ledger: Ledger, county: County) -> Iterator[Parcel]:
    """What the county said to this node's institution, for its other devices."""
    for institution in sorted(own_institutions(ledger)):
        recipients = recipients_of(ledger, county, {institution})
        for feed in county_feeds(ledger, {institution}):
            for first, last, signed in _whole(ledger, feed):
                yield Parcel(feed, first, last, batch.seal(signed, recipients))


def _whole(ledger: Ledger, feed: str) -> Iterator[tuple[int, int, bytes]]:
    """A feed in few envelopes: it came in runs that overlap."""
    after = 0
    while row := ledger.conn.execute(
        "SELECT first, last, signed FROM envelopes WHERE feed = ? AND first <= ? AND last > ?"
        " ORDER BY last DESC LIMIT 1",
        (feed, after + 1, after),
    ).fetchone():
        yield row
        after = row[1]


def relayable(ledger: Ledger) -> list[str]:
    """Feeds of other devices, that this node holds the signed envelopes of; the county's own not among them."""
    known = {ledger.signer.public.id, *(key.id for key in county_keys(ledger))}
    found = ledger.conn.execute(
        "SELECT DISTINCT f.id, f.key_id FROM envelopes e JOIN feeds f ON f.id = substr(e.feed, 1, 16)"
    )
    return sorted(feed for feed, key in found if key not in known)


def relayed(ledger: Ledger, feed: str, after: int, recipients: list[str]) -> Iterator[Parcel]:
    """The envelopes, as their device signed them, of a feed's changes beyond a number, on all its branches."""
    for first, last, signed in ledger.conn.execute(
        "SELECT first, last, signed FROM envelopes WHERE (feed = ? OR feed GLOB ?) AND last > ? ORDER BY first, last",
        (feed, f"{feed}~*", after),
    ):
        yield Parcel(feed, first, last, batch.seal(signed, recipients))


def recipients_of(ledger: Ledger, county: County, institutions: set[str]) -> list[str]:
    """The county, this node, and the other devices of these institutions, but for revoked ones."""
    found = ledger.conn.execute(
        "SELECT DISTINCT age FROM devices WHERE institution IN (SELECT value FROM json_each(?))"
        " AND key_id NOT IN (SELECT key_id FROM revocations)",
        (msgspec.json.encode(sorted(institutions)).decode(),),
    )
    first = [county.age, ledger.age_recipient]
    # An institution of more laptops than fit: the others have it from the county.
    return [*first, *sorted({row[0] for row in found}.difference(first))][:MOST_RECIPIENTS]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A receipt says other than we have: the county is `ahead` in a feed of ours, or has another chain (`fork`)."""

    feed: str
    kind: str


def read_receipt(ledger: Ledger, text: bytes) -> papers.Receipt:
    """Verifies a receipt. Raises Refused: bad-envelope, wrong-type, wrong-key, bad-signature, bad-paper."""
    return papers.verify(text, papers.Receipt, enrolled_county(ledger).key)


def keep_receipt(ledger: Ledger, text: bytes, receipt: papers.Receipt) -> list[Contradiction]:
    """Keeps what a verified receipt proves of the feeds that we hold, and answers where it contradicts us."""
    mine = set(own_feeds(ledger))
    found = []
    with database.transaction(ledger.conn):
        for head in receipt.heads:
            chain = _chain_of(ledger, head)
            if chain and head.seq > delivered(ledger, chain).seq:
                ledger.conn.execute(
                    "INSERT INTO receipts (feed, seq, hash, at, paper) VALUES (?, ?, ?, ?, ?)",
                    (chain, head.seq, head.hash, receipt.at, text),
                )
            if chain and is_apart(ledger, chain):
                ledger.put(f"apart:{chain}", "")
            if head.feed in mine and chain != head.feed:
                ahead = head.seq > ledger.position(head.feed).seq
                found.append(Contradiction(head.feed, "ahead" if ahead else "fork"))
        _keep_troubles(ledger, receipt)
        backward.note(ledger, receipt)
    # What the county holds on a branch that we know as the main chain is no contradiction any more.
    return [one for one in found if not _settled(ledger, one.feed)]


def _keep_troubles(ledger: Ledger, receipt: papers.Receipt) -> None:
    """What the county refused or holds back stays known after this sync, until a receipt covers it."""
    for state, told in (("refused", receipt.refused), ("held", receipt.held)):
        for one in told:
            if 0 < one.first <= one.last <= ledger.position(one.feed).seq:
                ledger.conn.execute(
                    "INSERT INTO troubles (feed, first, last, state, reason, at) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason, at = excluded.at"
                    " WHERE excluded.at >= troubles.at",
                    (one.feed, one.first, one.last, state, one.reason, receipt.at),
                )
    ledger.conn.execute(
        "DELETE FROM troubles WHERE last <= (SELECT max(r.seq) FROM receipts r WHERE r.feed = troubles.feed)"
    )


def note_sent(ledger: Ledger, parcel: Parcel, via: str) -> None:
    """Remembers that a run is on its way, by `usb` or `http`: whether it arrived, a receipt says."""
    now = ledger.clock.read().wall // 1000
    with database.transaction(ledger.conn):
        ledger.conn.execute(
            "INSERT INTO sent (feed, first, via, last, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET last = max(last, excluded.last), at = excluded.at",
            (parcel.feed, parcel.first, via, parcel.last, now),
        )


def held_by(ledger: Ledger, receipt: papers.Receipt) -> dict[str, int]:
    """Chain of ours → number that the county holds, as a receipt says it; there it may be a branch, or the main chain.

    Where it names a feed by a head that we don't know, ours parts from theirs somewhere after what was last confirmed.
    """
    held = {head.feed: delivered(ledger, head.feed).seq for head in receipt.heads}
    for head in receipt.heads:
        if chain := _chain_of(ledger, head):
            held[chain] = head.seq
    return held


def send_from(ledger: Ledger, receipt: papers.Receipt) -> dict[str, int]:
    """The same, to send what lies beyond; of a feed of ours that it names by a head that we don't know, everything.

    A county that was put back from an old copy may have taken a clone's branch since: what it once confirmed of ours
    it has no more. What it still has it passes over.
    """
    mine = set(own_feeds(ledger))
    held = held_by(ledger, receipt)
    unknown = {head.feed for head in receipt.heads if head.feed in mine and _chain_of(ledger, head) != head.feed}
    return held | dict.fromkeys(unknown - {_chain_of(ledger, head) for head in receipt.heads}, 0)


def covers(ledger: Ledger, receipt: papers.Receipt, chain: str, seq: int) -> bool:
    """Whether a receipt says that the county holds a chain of ours that far; there it may go as a branch."""
    return any(head.seq >= seq and _chain_of(ledger, head) == chain for head in receipt.heads)


def _chain_of(ledger: Ledger, head: papers.Head) -> str:
    """The chain under which we hold that very change, or empty: our main may be the county's branch."""
    found = ledger.conn.execute(
        "SELECT feed FROM changes WHERE id = ? AND hash = ? AND seq = ?", (short(head.hash), head.hash, head.seq)
    ).fetchone()
    return str(found[0]) if found else ""


def _settled(ledger: Ledger, feed: str) -> bool:
    """Whether the county has accepted that this feed has two chains."""
    row = ledger.conn.execute("SELECT 1 FROM accepted_branches WHERE feed = ? LIMIT 1", (feed,)).fetchone()
    return row is not None


def go_on_apart(ledger: Ledger, found: list[Contradiction]) -> bool:
    """When the county contradicts the feed that we write, we go on in a new epoch: nothing is written over.

    The ledger was copied, or put back from a copy without `restore`. Answers whether it did.
    """
    if not any(one.feed == ledger.feed for one in found):
        return False
    ledger.new_epoch()
    return True


def take_receipt(ledger: Ledger, text: bytes) -> papers.Receipt:
    """A receipt that came by itself: verified, kept, and gone by. Raises Refused as `read_receipt` does."""
    receipt = read_receipt(ledger, text)
    go_on_apart(ledger, keep_receipt(ledger, text, receipt))
    return receipt


class Answer(msgspec.Struct, frozen=True):
    """The county's answer to a hello: a receipt, and sealed batches that are new to the caller.

    `more` says that there are others, too many for one answer.
    """

    receipt: bytes
    batches: list[bytes]
    more: bool = False
