"""Where each photo stands: here or missing, and whether the county has signed that it holds it.

The county says: of all that the facts up to these heads name, I lack exactly these. So its statement is short however
many it holds, and says by itself when photos got lost there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from sync.carry.outgoing import enrolled_county, held_by, own_feeds
from sync.ledger import database, photos
from sync.ledger.ledger import COUNTY, Ledger
from sync.ledger.photos import Named
from sync.seal import papers

RECENT_DAYS = 30
"""Pictures of rooms that colleagues took are fetched while they are this fresh; one's own, and faces, always."""
_DAY_MS = 86_400_000
_KEY = "photos:"


class _Told(msgspec.Struct, frozen=True):
    """Of one chain: what a verified statement of that moment (seconds since 1970 UTC) says of the facts up to `seq`."""

    at: int
    seq: int
    lacks: list[str]


@dataclass(frozen=True, slots=True)
class Counts:
    """Photos of this node's own feeds: taken = delivered + waiting + missing."""

    taken: int
    delivered: int
    """By the county's signed statement only."""
    waiting: int
    missing: int
    """Neither at the county nor, any more, here."""


def verify_statement(ledger: Ledger, text: bytes) -> papers.PhotosHeld:
    """Raises Refused as `papers.verify` does."""
    return papers.verify(text, papers.PhotosHeld, enrolled_county(ledger).key)


def keep_statement(ledger: Ledger, said: papers.PhotosHeld) -> None:
    """Keeps what a verified statement says of the chains that we hold, unless a later one is known."""
    held = held_by(ledger, papers.Receipt(1, said.county, said.at, said.heads))
    known, lacks = _told(ledger), set(said.lacks)
    of_chain: dict[str, set[str]] = {}
    for one in every_photo(ledger):
        of_chain.setdefault(one.chain, set()).add(one.digest)
    with database.transaction(ledger.conn):
        for chain in held.keys() & of_chain.keys():
            if chain not in known or known[chain].at <= said.at:
                told = _Told(said.at, held[chain], sorted(of_chain[chain] & lacks))
                ledger.put(_KEY + chain, msgspec.json.encode(told).decode())


def counts(ledger: Ledger) -> Counts:
    """The county takes none: nothing of it waits."""
    mine = [] if ledger.role == COUNTY else photos.named(ledger, own_feeds(ledger))
    taken = {one.digest for one in mine}
    delivered = taken - {one.digest for one in undelivered(ledger, mine)}
    left = taken - delivered
    waiting = left & photos.here(ledger) if left else left
    return Counts(len(taken), len(delivered), len(waiting), len(left - waiting))


def every_photo(ledger: Ledger) -> list[Named]:
    """What facts of this node's institution name, its own first."""
    mine = set(own_feeds(ledger))
    feeds = [row[0] for row in ledger.conn.execute("SELECT DISTINCT feed FROM photos")]
    found = photos.named(ledger, feeds)
    return sorted(found, key=lambda one: one.chain.partition("~")[0] not in mine)


def undelivered(ledger: Ledger, some: Iterable[Named]) -> list[Named]:
    """Those of these that no statement says the county holds, each once."""
    told = _told(ledger)
    ones = list(some)
    confirmed = {
        one.digest
        for one in ones
        if (known := told.get(one.chain)) and one.seq <= known.seq and one.digest not in known.lacks
    }
    return list({one.digest: one for one in ones if one.digest not in confirmed}.values())


def wanted(ledger: Ledger, some: list[Named]) -> list[Named]:
    """Those of these that this node should have and has not: its own, faces, and rooms of late; each once."""
    mine = set(own_feeds(ledger))
    late = ledger.clock.read().wall - RECENT_DAYS * _DAY_MS
    here = photos.here(ledger)
    lacking = [one for one in some if one.digest not in here]
    due = [one for one in lacking if one.chain.partition("~")[0] in mine or one.what == "person" or one.wall >= late]
    return list({one.digest: one for one in due}.values())


def asked_lately(ledger: Ledger) -> bool:
    """Whether the county said within a day what it holds: it may have lost photos since, and we would not know."""
    now = ledger.clock.read().wall
    return any(abs(now - told.at * 1000) < _DAY_MS for told in _told(ledger).values())


def _told(ledger: Ledger) -> dict[str, _Told]:
    rows = ledger.conn.execute("SELECT key, value FROM local WHERE key GLOB ?", (f"{_KEY}*",))
    return {key.removeprefix(_KEY): msgspec.json.decode(value, type=_Told) for key, value in rows}
