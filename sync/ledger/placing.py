"""Where a verified run of a feed goes: after what is known, beside it (a fork), or nowhere yet (a gap).

A feed should be one chain. A copied or wrongly restored ledger makes a second one under the same numbers. The chain
that a node learned first stays the feed's *main*; another is refused and kept aside as evidence until the county
accepts it (`branch.accept` names the first change of it). Its changes are then stored under `feed~…`, and folded like
all others, so that nodes that learned the chains in different order come to the same tables.
"""

from dataclasses import dataclass

from sync.errors import Refused
from sync.ledger.ledger import Ledger
from sync.seal.batch import Header
from sync.seal.change import GENESIS, Sealed, read, short


class Held(Refused):
    """Not taken yet: something else must come first."""


@dataclass(frozen=True, slots=True)
class Place:
    """The chain a run belongs to (the feed, or a branch of it), and its changes that are new there."""

    chain: str
    fresh: list[Sealed]


def place(ledger: Ledger, header: Header, changes: list[Sealed]) -> Place:
    """Raises Held("gap"), Refused("fork")."""
    chain = _chain_before(ledger, header)
    for number, sealed in enumerate(changes):
        known = chain_of(ledger, sealed.hash)
        if known is None:
            return _next(ledger, chain, changes[number:])
        chain = known
    return Place(chain, [])


def chain_of(ledger: Ledger, digest: str) -> str | None:
    """The chain under which we hold the change with this hash."""
    row = ledger.conn.execute("SELECT feed FROM changes WHERE id = ? AND hash = ?", (short(digest), digest)).fetchone()
    return str(row[0]) if row else None


def parent(ledger: Ledger, branch: str) -> tuple[str, int]:
    """The chain that a branch hangs on, and the number of the last change that they share; ("", 0): on none."""
    seq, raw = ledger.conn.execute(
        "SELECT seq, raw FROM changes WHERE feed = ? ORDER BY seq LIMIT 1", (branch,)
    ).fetchone()
    prev = read(raw).change.prev
    chain = (branch.partition("~")[0] if seq == 1 else chain_of(ledger, prev)) or ""
    return chain, seq - 1


def _chain_before(ledger: Ledger, header: Header) -> str:
    """The chain that the run goes on from."""
    if header.first == 1:
        if header.prev != GENESIS:
            raise _fork()
        return header.feed
    chain = chain_of(ledger, header.prev)
    if chain is not None and chain.partition("~")[0] == header.feed and _at(ledger, chain, header.first - 1):
        return chain
    if header.first > ledger.position(header.feed).seq + 1:
        raise Held("这个变更流中间缺了一段，先保留，缺的收到后自动接上。", "gap")
    raise _fork()


def _next(ledger: Ledger, chain: str, fresh: list[Sealed]) -> Place:
    """New changes at the end of a chain, or beside what it goes on with."""
    first = fresh[0]
    if not _at(ledger, chain, first.change.seq):
        return Place(chain, fresh)
    accepted = ledger.conn.execute(
        "SELECT 1 FROM accepted_branches WHERE feed = ? AND ? IN (SELECT value FROM json_each(firsts))",
        (first.change.feed, first.id),
    ).fetchone()
    if accepted is None:
        raise _fork()
    return Place(branch_name(first.change.feed, first), fresh)


def _at(ledger: Ledger, chain: str, seq: int) -> bool:
    row = ledger.conn.execute("SELECT 1 FROM changes WHERE feed = ? AND seq = ?", (chain, seq)).fetchone()
    return row is not None


def branch_name(feed: str, first: Sealed) -> str:
    """What a branch is stored under; `~` is in no feed's id."""
    return f"{feed}~{first.id[:8]}"


def _fork() -> Refused:
    message = "同一个变更流出现了两个不同的分支（可能是拷贝或恢复过的台账），两份都已保留，待核查。"
    return Refused(message, "fork")
