"""Taking batches in: verified against the keys that this node trusts, then stored and folded, or kept aside.

What can't be taken is *refused* (it is wrong) or *held* (something else must come first). Its sender is told, and its
file is kept in `aside` either way, within the bounds that aside.py draws. Rules, in order, for a batch of feed F from
number a to b:

1. its envelope names a key that the county certified (or the county's own), and the signature holds;
2. F is that key's feed: known as such, or opened by the batch's own first change;
3. kinds that only the county may write come from the county's feeds;
4. what we have of F and what the batch repeats are the same (else a fork);
5. a ≤ our head + 1 (else a gap: held);
6. it names nothing that another institution made;
7. the certificate was not revoked before b, and has not run out (else held);
8. at the county, it is not dated far ahead of the county's clock (else held).
"""

from dataclasses import dataclass, field
from typing import Literal

from sync.errors import Refused
from sync.ledger import database
from sync.ledger.ahead import move_up, within_time
from sync.ledger.aside import has_room, turn_away
from sync.ledger.belonging import check_belonging
from sync.ledger.ledger import Ledger, feed_id
from sync.ledger.placing import Held, place
from sync.ledger.trust import check_scope, county_keys, follow_rotation, is_county, trusted_key, within_trust
from sync.seal import batch, kinds
from sync.seal.change import Sealed, sha256
from sync.seal.keys import PublicKey

NOT_OPENED = "not-for-us-or-damaged"
NO_ROOM = "no-room"
_NOT_KEPT = "暂存的文件已经太多，这一份没有留下，请保留好原件并联系县局。"


@dataclass(slots=True)
class Intake:
    """What became of one file. `new` counts changes that were not known before."""

    state: str
    reason: str = ""
    message: str = ""
    feed: str = ""
    first: int = 0
    last: int = 0
    new: int = 0
    sha256: str = ""
    """Of the signed text where the file could be opened: sealing it again makes another file of the same."""
    verified: bool = False
    """Whether a key that we trust signed it: an unverified header says nothing, and is told nothing."""
    signer: str = ""
    """Id of that key."""
    followed: list["Intake"] = field(default_factory=list)
    """Held files that this one made takable."""


Keep = Literal["all", "opened", "signed"]


def take(ledger: Ledger, data: bytes, source: str, via: str, *, keep: Keep = "all") -> Intake:
    """Takes one sealed (`.xpb`) or signed batch. Never raises for what the file holds: the answer says it.

    `keep` says which of the files that can't be taken are kept: all; those that could be opened, where somebody else's
    lie on the same stick; those that a known key signed, where anybody may send.
    """
    intake = _take_one(ledger, data, source, via, keep)
    if intake.new or intake.state == "taken":
        # Also when nothing was new: the program may have died between taking a batch and what hung on it.
        intake.followed = _retry_held(ledger, intake.feed, via)
    if intake.new and ledger.key_of(intake.feed) in [key.id for key in county_keys(ledger)]:
        intake.followed += retry_decided(ledger)
    return intake


def _take_one(ledger: Ledger, data: bytes, source: str, via: str, keep: Keep = "all") -> Intake:
    intake = Intake("taken", sha256=sha256(data))
    try:
        signed = batch.unseal(data, ledger.age_identity) if data.startswith(b"age-") else data
        intake.sha256 = sha256(signed)
        verified = _verify(ledger, signed, intake)
        with database.transaction(ledger.conn):
            rest = _keep(ledger, intake, signed, *verified, via)
        if rest is not None:
            _set_aside(ledger, intake, "held", rest, data, source)
    except Held as error:
        _set_aside(ledger, intake, "held", error, data, source)
        return intake
    except Refused as error:
        if keep == "opened" and error.reason == NOT_OPENED:
            intake.state, intake.reason, intake.message = "refused", error.reason, error.message
        elif keep == "signed" and not intake.verified:
            intake.state, intake.reason, intake.message = "refused", error.reason, error.message
            turn_away(ledger, source, error.reason, len(data), intake.sha256)
        else:
            _set_aside(ledger, intake, "refused", error, data, source)
    return intake


def admit(ledger: Ledger, signed: bytes, via: str) -> None:
    """Takes one signed batch inside the caller's transaction. Raises Refused, and then keeps nothing."""
    intake = Intake("taken", sha256=sha256(signed))
    _keep(ledger, intake, signed, *_verify(ledger, signed, intake), via)


def _verify(ledger: Ledger, signed: bytes, intake: Intake) -> tuple[batch.Header, PublicKey, list[Sealed]]:
    claimed = batch.claim(signed)
    header = claimed.header
    intake.feed, intake.first, intake.last = header.feed, header.first, header.last
    key = trusted_key(ledger, claimed.envelope.keyid)
    changes = batch.verify(claimed, key)
    intake.verified, intake.signer = True, key.id
    return header, key, changes


def _keep(
    ledger: Ledger,
    intake: Intake,
    signed: bytes,
    header: batch.Header,
    key: PublicKey,
    changes: list[Sealed],
    via: str,
) -> Held | None:
    """Stores what may be taken; answers why the rest of the batch is held."""
    chain, fresh, held = _admit(ledger, header, key, changes)
    ledger.store(fresh, chain)
    if fresh:
        _keep_envelope(ledger, chain, header, signed)
        if is_county(ledger, key):
            follow_rotation(ledger, fresh)
    _after(ledger, intake, key, fresh, via)
    intake.new = len(fresh)
    return held


def _keep_envelope(ledger: Ledger, chain: str, header: batch.Header, signed: bytes) -> None:
    """The signature must still be there at an audit a year later; the changes alone only show the chain.

    Kept under the chain that it was taken into: two branches may have runs of the same numbers.
    """
    ledger.conn.execute(
        "INSERT INTO envelopes (feed, first, last, signed, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (chain, header.first, header.last, signed, ledger.clock.read().wall // 1000),
    )


def _admit(
    ledger: Ledger, header: batch.Header, key: PublicKey, changes: list[Sealed]
) -> tuple[str, list[Sealed], Held | None]:
    """The chain, the changes that are new in it, and why others of them are held, once every rule holds."""
    _check_feed(ledger, header, key, changes[0])
    _check_kinds(ledger, key, changes)
    placed = place(ledger, header, changes)
    if not placed.fresh:
        return placed.chain, [], None
    check_belonging(ledger.conn, key.id, header.feed, placed.fresh)
    fresh, held = within_trust(ledger, key, header.feed, placed.fresh)
    if fresh and not is_county(ledger, key):
        fresh, ahead = within_time(ledger, header.feed, fresh)
        held = ahead or held
    return placed.chain, fresh, held


def _check_feed(ledger: Ledger, header: batch.Header, key: PublicKey, first: Sealed) -> None:
    row = ledger.conn.execute("SELECT key_id FROM feeds WHERE id = ?", (header.feed,)).fetchone()
    if row is not None and row[0] != key.id:
        raise Refused("批次的变更流不属于签名的设备，不予接收。", "wrong-feed")
    if header.first == 1:
        body = kinds.decode(first.change.kind, first.change.body)
        if not isinstance(body, kinds.FeedOpen) or body.key != key or feed_id(key, body.nonce) != header.feed:
            raise Refused("变更流的开头与签名的设备不符，不予接收。", "wrong-feed")
        check_scope(ledger, key, body.scope)
    elif row is None:
        raise Held("这个变更流前面的批次还没有收到，先保留，收到后自动接上。", "gap")


def _check_kinds(ledger: Ledger, key: PublicKey, changes: list[Sealed]) -> None:
    from_county = is_county(ledger, key)
    for sealed in changes:
        change = sealed.change
        if change.kind == "feed.open" and change.seq != 1:
            raise Refused("变更流中间又出现了开头，不予接收。", "bad-chain")
        if change.kind in kinds.COUNTY_ONLY and not from_county:
            if change.kind in kinds.POWERS:
                raise Refused("批次里有只能由县局作出的登记、注销或认可，不予接收。", "usurped")
            raise Refused("批次里有只能由县局发布的内容，不予接收。", "not-allowed")
        kinds.decode(change.kind, change.body)


def _after(ledger: Ledger, intake: Intake, key: PublicKey, fresh: list[Sealed], via: str) -> None:
    now = ledger.clock.read().wall // 1000
    ledger.conn.execute(
        "INSERT INTO contacts (feed, at, via) VALUES (?, ?, ?)"
        " ON CONFLICT (feed) DO UPDATE SET at = excluded.at, via = excluded.via",
        (intake.feed, now, via),
    )
    ledger.conn.execute("DELETE FROM aside WHERE sha256 = ? AND (state = 'held' OR reason = 'fork')", (intake.sha256,))
    if fresh:
        move_up(ledger, fresh, is_county(ledger, key))


def keep_aside(ledger: Ledger, error: Refused, data: bytes, source: str) -> None:
    """Keeps a paper that was refused, such as a receipt that does not verify."""
    _set_aside(ledger, Intake("refused", sha256=sha256(data)), "refused", error, data, source)


def _set_aside(ledger: Ledger, intake: Intake, state: str, error: Refused, data: bytes, source: str) -> None:
    intake.state, intake.reason, intake.message = state, error.reason, error.message
    if not has_room(ledger, intake.sha256, intake.signer, len(data)):
        intake.state, intake.reason, intake.message = "refused", NO_ROOM, f"{error.message}{_NOT_KEPT}"
        turn_away(ledger, source, NO_ROOM, len(data), intake.sha256)
        return
    with database.transaction(ledger.conn):
        ledger.conn.execute(
            "INSERT INTO aside (sha256, state, reason, feed, first, last, source, at, file, signer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET"
            " state = excluded.state, reason = excluded.reason, signer = excluded.signer",
            (
                intake.sha256, state, error.reason, intake.feed, intake.first, intake.last, source,
                ledger.clock.read().wall // 1000, data, intake.signer,
            ),
        )  # fmt: skip


def _retry_held(ledger: Ledger, feed: str, via: str) -> list[Intake]:
    """Held runs of this feed that may follow now, in their order; some may have come otherwise meanwhile."""
    held = ledger.conn.execute(
        "SELECT sha256, first FROM aside WHERE state = 'held' AND feed = ?"
        " AND reason IN ('gap', 'certificate-expired', 'unknown-device', 'clock-ahead') ORDER BY first",
        (feed,),
    ).fetchall()
    found: list[Intake] = []
    for digest, first in held:
        if first > _furthest(ledger, feed) + 1:
            break
        found.append(take_aside(ledger, digest, via))
    return [again for again in found if again.state == "taken"]


def _furthest(ledger: Ledger, feed: str) -> int:
    """The highest number that we hold of a feed, on whichever branch."""
    return max((ledger.position(chain).seq for chain in ledger.chains(feed)), default=0)


def retry_decided(ledger: Ledger) -> list[Intake]:
    """Files aside for which the county has decided since: branches accepted, certificates renewed."""
    waiting = ledger.conn.execute(
        "SELECT sha256 FROM aside WHERE reason IN ('fork', 'certificate-expired', 'other-institution', 'clock-ahead')"
        " OR (reason = 'unknown-device' AND state = 'held') ORDER BY feed, first"
    ).fetchall()
    found = [again for (digest,) in waiting if (again := take_aside(ledger, digest, "aside")).state == "taken"]
    for feed in sorted({again.feed for again in found}):
        found += _retry_held(ledger, feed, "aside")
    return found


def take_decided(ledger: Ledger, digest: str) -> Intake:
    """Takes a file that was kept aside until the county decided, with all that hung on it."""
    intake = take_aside(ledger, digest, "aside")
    intake.followed = [*_retry_held(ledger, intake.feed, "aside"), *retry_decided(ledger)]
    return intake


def retry_due(ledger: Ledger) -> None:
    """Files that were dated too far ahead, and are no more, with what hangs on them: nobody need bring them again."""
    for (feed,) in ledger.conn.execute("SELECT DISTINCT feed FROM aside WHERE reason = 'clock-ahead'").fetchall():
        _retry_held(ledger, feed, "aside")


def retry_filled(ledger: Ledger) -> None:
    """Runs that are held for a gap which has been filled: a crash or a full disk came between the two."""
    filled = ledger.conn.execute(
        "SELECT DISTINCT feed FROM aside WHERE state = 'held' AND reason = 'gap' AND EXISTS (SELECT 1 FROM changes c"
        " WHERE (c.feed = aside.feed OR c.feed GLOB aside.feed || '~*') AND c.seq >= aside.first - 1)"
    ).fetchall()
    for (feed,) in filled:
        _retry_held(ledger, feed, "aside")


def take_aside(ledger: Ledger, digest: str, via: str) -> Intake:
    """Tries a file again that was kept aside."""
    data, source = ledger.conn.execute("SELECT file, source FROM aside WHERE sha256 = ?", (digest,)).fetchone()
    return _take_one(ledger, data, source, via)


def aside(ledger: Ledger, state: str) -> list[dict[str, object]]:
    """The files kept aside in one state, newest first, without their contents."""
    columns = ("sha256", "reason", "feed", "first", "last", "source", "at")
    rows = ledger.conn.execute(f"SELECT {', '.join(columns)} FROM aside WHERE state = ? ORDER BY at DESC", (state,))
    return [dict(zip(columns, row, strict=True)) for row in rows]
