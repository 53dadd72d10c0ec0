"""What an officer decides about a file that is kept aside: the other branch of a feed, or a clock far ahead."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sync.county.console.institutions import institution_of
from sync.county.county import accept_branch, accept_clock, changes_in, parting
from sync.errors import NotFound, Refused
from sync.jobs.find import rows
from sync.ledger.intake import Intake
from sync.ledger.ledger import Ledger
from sync.ledger.placing import chain_of
from sync.seal.change import Sealed

DECIDED = {"fork": accept_branch, "clock-ahead": accept_clock}
"""Reason why a file is kept aside → what accepts it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Changes of one branch. Instants in seconds since 1970 UTC by the laptop's own clock; `head` a short name."""

    first: int
    last: int
    head: str
    hash: str
    earliest: int
    latest: int
    kinds: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Decision:
    """A file that waits for an officer. `ours` is what we counted from where a branch parts; `problem` why not yet."""

    sha256: str
    reason: str
    source: str
    at: int
    feed: str
    name: str
    institution: str
    theirs: Part | None
    ours: Part | None
    problem: str = ""


def decision(ledger: Ledger, digest: str) -> Decision:
    """Raises NotFound for what is not kept aside, or not for an officer to decide."""
    found = rows(ledger.conn, "SELECT sha256, reason, source, at, feed, file FROM aside WHERE sha256 = ?", digest)
    if not found or found[0]["reason"] not in DECIDED:
        raise NotFound("没有这样一个等县局决定的文件。它可能已经处理过了。")
    row = found[0]
    file = row.pop("file")
    name = ledger.conn.execute("SELECT name FROM feeds WHERE id = ?", (row["feed"],)).fetchone()
    said = {**row, "name": name[0] if name else "", "institution": institution_of(ledger, row["feed"]) or ""}
    try:
        changes = changes_in(ledger, file)
        since, ours = _parting(ledger, file) if row["reason"] == "fork" else (changes[0].change.seq, None)
    except Refused as error:
        return Decision(**said, theirs=None, ours=None, problem=error.message)
    return Decision(**said, theirs=_part(one for one in changes if one.change.seq >= since), ours=ours)


def _parting(ledger: Ledger, file: bytes) -> tuple[int, Part]:
    """The first number that both branches have, and ours from there on."""
    first, other = parting(ledger, file)
    digest = ledger.conn.execute("SELECT hash FROM changes WHERE id = ?", (other,)).fetchone()[0]
    chain = chain_of(ledger, digest) or first.change.feed
    return first.change.seq, _part(ledger.changes(chain, first.change.seq))


def _part(changes: Iterable[Sealed]) -> Part:
    found = list(changes)
    times = [one.change.wall // 1000 for one in found]
    kinds = Counter(one.change.kind for one in found).most_common()
    last = found[-1]
    return Part(found[0].change.seq, last.change.seq, last.id, last.hash, min(times), max(times), kinds)


def accept(ledger: Ledger, digest: str, reason: str, officer: str) -> Intake:
    """What was decided, in the officer's name. Raises NotFound, BadInput without a reason, Refused when not yet."""
    found = decision(ledger, digest)
    ledger.operator = officer
    return DECIDED[found.reason](ledger, digest, reason)
