"""`check`: the chain of every feed holds, and a rebuild from the feeds gives the very same tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from sync.errors import Refused
from sync.ledger import database
from sync.ledger.fold import fold
from sync.ledger.ledger import Ledger, folded_tables
from sync.ledger.placing import parent
from sync.seal.change import GENESIS, read


@dataclass
class Report:
    """`ok` is True when nothing is wrong; `unknown` counts changes of kinds that a newer program wrote."""

    feeds: int = 0
    changes: int = 0
    unknown: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def check(ledger: Ledger) -> Report:
    """Reads everything, changes nothing."""
    report = Report()
    with database.explained(), _one_moment(ledger.conn):
        _check(ledger, report)
    return report


@contextmanager
def _one_moment(conn: Any) -> Iterator[None]:
    """All reads see the same state, though another process may go on writing."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


def _check(ledger: Ledger, report: Report) -> None:
    (integrity,) = ledger.conn.execute("PRAGMA integrity_check(1)").fetchone()
    if integrity != "ok":
        report.problems.append(f"文件结构损坏：{integrity}")
    for feed in ledger.feeds():
        report.feeds += 1
        _check_chain(ledger, feed, report)
    rebuilt = sqlite3.connect(":memory:", isolation_level=None)
    database.run_script(rebuilt, database.script("folded.sql"))
    for feed in ledger.feeds():
        try:
            report.unknown += fold(rebuilt, ledger.changes(feed))
        except Refused as error:
            report.problems.append(f"变更流 {feed} 不能重建：{error.message}")
    kept, again = digests(ledger.conn), digests(rebuilt)
    for table in sorted(kept.keys() | again.keys()):
        if kept.get(table) != again.get(table):
            report.problems.append(f"数据表 {table} 与变更流重建的结果不一致，可以重建数据表")
    rebuilt.close()


def repair(ledger: Ledger) -> Report:
    """Makes the tables anew from the feeds, a copy of the file taken first, then checks."""
    database.copy_aside(ledger.conn, ledger.path, "before-repair")
    ledger.refold()
    return check(ledger)


def _check_chain(ledger: Ledger, chain: str, report: Report) -> None:
    feed = chain.partition("~")[0]
    seq, prev = _root(ledger, chain)
    rows = ledger.conn.execute("SELECT seq, id, hash, raw FROM changes WHERE feed = ? ORDER BY seq", (chain,))
    for stored_seq, stored_id, stored_hash, raw in rows:
        try:
            sealed = read(raw)
        except Refused:
            report.problems.append(f"变更流 {chain} 第 {seq} 条读不出来")
            return
        change = sealed.change
        place = (change.feed, change.seq, change.prev, stored_seq)
        if place != (feed, seq, prev, seq) or (sealed.hash, sealed.id) != (stored_hash, stored_id):
            report.problems.append(f"变更流 {chain} 第 {seq} 条的哈希链断开")
            return
        seq, prev = seq + 1, sealed.hash
        report.changes += 1


def _root(ledger: Ledger, chain: str) -> tuple[int, str]:
    """Number and previous hash that a chain must begin with: a branch hangs on another chain of its feed."""
    if "~" not in chain:
        return 1, GENESIS
    on, seq = parent(ledger, chain)
    row = ledger.conn.execute("SELECT hash FROM changes WHERE feed = ? AND seq = ?", (on, seq)).fetchone()
    return seq + 1, row[0] if row and on.partition("~")[0] == chain.partition("~")[0] else GENESIS


def digests(conn: Any) -> dict[str, str]:
    """Table → SHA-256 of its canonical dump: every row as JSON, in the order of all columns."""
    return {table: _digest(conn, table) for table in folded_tables(conn)}


def _digest(conn: Any, table: str) -> str:
    width = len(conn.execute(f'SELECT * FROM "{table}" LIMIT 0').description)
    order = ", ".join(str(i + 1) for i in range(width))
    total = sha256()
    for row in conn.execute(f'SELECT * FROM "{table}" ORDER BY {order}'):
        total.update(msgspec.json.encode(row) + b"\n")
    return total.hexdigest()
