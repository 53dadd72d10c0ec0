"""Where every change is: here, sent, received, refused (why) or held (for what), in runs of a feed that are alike.

What arrived is told by verified receipts only; what the county refused or holds back, by what they said last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sync.errors import BadInput
from sync.jobs import moment
from sync.ledger.ledger import COUNTY, Ledger
from sync.ledger.trust import county_keys
from sync.seal.change import read

STATES = {
    "here": "本机",
    "sent": "已送出",
    "received": "县里已收",
    "refused": "县里拒收",
    "held": "县里暂存",
    "refused-here": "本机拒收",
    "held-here": "本机暂存",
}
"""At the county `received`, `refused` and `held` are its own; at a laptop the last two are of files brought to it."""
UNDELIVERED = frozenset(STATES) - {"received"}


@dataclass(frozen=True, slots=True)
class Run:
    """Changes `first` to `last` of a chain, all in one state. `at` in seconds since 1970 UTC: when it came to be so."""

    feed: str
    name: str
    """Of the device that writes the feed, or where a file came from that could not be read."""
    first: int
    last: int
    state: str
    reason: str = ""
    via: str = ""
    """How it was sent: usb or http."""
    at: int | None = None
    own: bool = False

    @property
    def count(self) -> int:
        return self.last - self.first + 1 if self.last else 0


def travel(ledger: Ledger, state: str = "", feed: str = "") -> list[Run]:
    """Every run, of one state or one feed where they are named. Raises BadInput for a state that there is not."""
    if state and state not in STATES:
        raise BadInput(f"没有“{state}”这种状态，可以写：{'、'.join(STATES)}。", "bad-state")
    found = [*_held_chains(ledger), *_set_aside(ledger)]
    return [run for run in found if state in ("", run.state) and feed in ("", run.feed.partition("~")[0])]


def each(ledger: Ledger, run: Run, most: int = -1) -> Iterator[dict[str, Any]]:
    """The changes of a run, one by one. A file that is kept aside has none here: it was not taken."""
    if run.state.endswith("-here") or (ledger.role == COUNTY and run.state in ("refused", "held")):
        return
    rows = ledger.conn.execute(
        "SELECT seq, id, kind, raw FROM changes WHERE feed = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
        (run.feed, run.first, run.last, most),
    )
    for seq, id_, kind, raw in rows:
        recorded = moment.iso(read(raw).change.wall // 1000)
        yield {"seq": seq, "change": id_, "kind": kind, "recorded": recorded}


def _held_chains(ledger: Ledger) -> Iterator[Run]:
    countys = {key.id for key in county_keys(ledger)}
    mine = ledger.signer.public.id
    chains = ledger.conn.execute("SELECT feed, min(seq), max(seq) FROM changes GROUP BY feed ORDER BY feed").fetchall()
    for chain, first, last in chains:
        feed = chain.partition("~")[0]
        name, key = _writer(ledger, feed)
        run = Run(chain, name, first, last, "here", own=key == mine)
        if ledger.role == COUNTY:
            yield run if key in countys else replace(run, state="received", at=_contact(ledger, feed))
        elif key in countys:
            yield replace(run, state="received", at=_contact(ledger, feed))
        else:
            yield from _outbound(ledger, run)


def _writer(ledger: Ledger, feed: str) -> tuple[str, str]:
    row = ledger.conn.execute("SELECT name, key_id FROM feeds WHERE id = ?", (feed,)).fetchone()
    return row or ("", "")


def _contact(ledger: Ledger, feed: str) -> int | None:
    row = ledger.conn.execute("SELECT at FROM contacts WHERE feed = ?", (feed,)).fetchone()
    return row[0] if row else None


def _outbound(ledger: Ledger, run: Run) -> Iterator[Run]:
    """What of a chain the receipts cover, and how the rest stands."""
    first = run.first
    receipts = ledger.conn.execute("SELECT seq, at FROM receipts WHERE feed = ? ORDER BY seq", (run.feed,)).fetchall()
    for seq, at in receipts:
        covered = min(seq, run.last)
        if covered >= first:
            yield replace(run, first=first, last=covered, state="received", at=at)
            first = covered + 1
    if first <= run.last:
        yield from _not_covered(ledger, replace(run, first=first))


def _not_covered(ledger: Ledger, run: Run) -> Iterator[Run]:
    """What the county said last goes before what was sent: that is how it answered."""
    notes = [*_troubles(ledger, run), *_sent(ledger, run)]
    inside = {n for note in notes for n in (note.first, note.last + 1) if run.first < n <= run.last}
    pending: Run | None = None
    for start, end in pairwise(sorted({run.first, *inside, run.last + 1})):
        over = [note for note in notes if note.first <= start and note.last >= end - 1]
        piece = replace(over[0] if over else run, first=start, last=end - 1)
        if pending is not None and replace(pending, last=piece.last) == replace(piece, first=pending.first):
            pending = replace(pending, last=piece.last)
            continue
        if pending is not None:
            yield pending
        pending = piece
    if pending is not None:
        yield pending


def _troubles(ledger: Ledger, run: Run) -> list[Run]:
    rows = ledger.conn.execute(
        "SELECT first, last, state, reason, at FROM troubles WHERE feed = ? ORDER BY at DESC, first", (run.feed,)
    )
    return [replace(run, first=a, last=b, state=state, reason=reason, at=at) for a, b, state, reason, at in rows]


def _sent(ledger: Ledger, run: Run) -> list[Run]:
    rows = ledger.conn.execute(
        "SELECT first, last, via, at FROM sent WHERE feed = ? AND last >= ? ORDER BY at DESC, first",
        (run.feed, run.first),
    )
    return [replace(run, first=first, last=last, state="sent", via=via, at=at) for first, last, via, at in rows]


def _set_aside(ledger: Ledger) -> Iterator[Run]:
    """Files that were brought here and not taken."""
    where = "" if ledger.role == COUNTY else "-here"
    rows = ledger.conn.execute(
        "SELECT feed, first, last, state, reason, source, at FROM aside WHERE state <> 'taken' ORDER BY feed, first, at"
    )
    for feed, first, last, state, reason, source, at in rows:
        name, _ = _writer(ledger, feed)
        yield Run(feed, name or source, first, last, f"{state}{where}", reason, at=at)
