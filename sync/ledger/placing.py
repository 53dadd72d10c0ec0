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
from sync.seal.change import GENESIS, Sealed, short


class Held(Refused):
    """Not taken yet: something else must come first."""


@dataclass(frozen=True, slots=True)
class Place:
    """The chain a run belongs to (the feed, or a branch of it), and its changes that are new there."""

    chain: str
    fresh: list[Sealed]


def place(ledger: Ledger, header: Header, changes: list[Sealed]) -> Place:
    """Raises Held("gap"), Refused("fork")."""
    known = _known(ledger, header)
    if known.get(header.first - 1, header.prev) != header.prev:
        return _on_branch(ledger, header, changes)
    first_other = next((s for s in changes if known.get(s.change.seq, s.hash) != s.hash), None)
    if first_other is not None:
        return _beside(ledger, header, changes, first_other)
    head = ledger.position(header.feed)
    if header.first > head.seq + 1:
        raise Held("这个变更流中间缺了一段，先保留，缺的收到后自动接上。", "gap")
    return Place(header.feed, [sealed for sealed in changes if sealed.change.seq > head.seq])


def branch_name(feed: str, first: Sealed) -> str:
    """What a branch is stored under; `~` is in no feed's id."""
    return f"{feed}~{first.id[:8]}"


def _known(ledger: Ledger, header: Header) -> dict[int, str]:
    rows = ledger.conn.execute(
        "SELECT seq, hash FROM changes WHERE feed = ? AND seq BETWEEN ? AND ?",
        (header.feed, header.first - 1, header.last),
    )
    return {0: GENESIS} | dict(rows.fetchall())


def _on_branch(ledger: Ledger, header: Header, changes: list[Sealed]) -> Place:
    """A run that goes on from something else than our main chain: from an accepted branch, or a fork."""
    row = ledger.conn.execute("SELECT feed FROM changes WHERE id = ?", (short(header.prev),)).fetchone()
    if row is None or not row[0].startswith(f"{header.feed}~"):
        raise _fork()
    return Place(row[0], _unknown(ledger, changes))


def _beside(ledger: Ledger, header: Header, changes: list[Sealed], first: Sealed) -> Place:
    accepted = ledger.conn.execute(
        "SELECT 1 FROM accepted_branches WHERE feed = ? AND ? IN (SELECT value FROM json_each(firsts))",
        (header.feed, first.id),
    ).fetchone()
    if accepted is None:
        raise _fork()
    branch = [sealed for sealed in changes if sealed.change.seq >= first.change.seq]
    return Place(branch_name(header.feed, first), _unknown(ledger, branch))


def _unknown(ledger: Ledger, changes: list[Sealed]) -> list[Sealed]:
    return [s for s in changes if not ledger.conn.execute("SELECT 1 FROM changes WHERE id = ?", (s.id,)).fetchone()]


def _fork() -> Refused:
    message = "同一个变更流出现了两个不同的分支（可能是拷贝或恢复过的台账），两份都已保留，待核查。"
    return Refused(message, "fork")
