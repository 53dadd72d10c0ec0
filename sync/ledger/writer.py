"""Appends changes to one feed: what a person did becomes a change, chained to the one before."""

from typing import TYPE_CHECKING, Any

from sync.errors import BadInput
from sync.ledger.fold import load_versions
from sync.ledger.settle import Settled, settle
from sync.seal import kinds
from sync.seal.change import GENESIS, Sealed, encode_body, make

if TYPE_CHECKING:
    from sync.ledger.ledger import Ledger

MAX_RAW = 60 * 1024
"""Kept under seal.change.MAX_LINE, which every receiver enforces."""


class Writer:
    """Of one feed, inside a transaction. `flush` makes them visible to reads before the end."""

    def __init__(self, ledger: "Ledger", feed: str) -> None:
        self._ledger = ledger
        self._feed = feed
        last = next(ledger.changes(feed, ledger.position(feed).seq), None)
        self._seq = last.change.seq if last else 0
        self._prev = last.hash if last else GENESIS
        seen = int(ledger.get("seen_hlc_ms", "0"))
        self._hlc = max(last.change.hlc if last else (0, 0), (seen, 0))
        self._pending: list[Sealed] = []

    def write(
        self, entity: str, values: dict[str, Any], entity_id: str = "", reason: str = "", *, only_if_new: bool = True
    ) -> str:
        """Makes an entity, or sets those fields of `entity_id` that differ, and answers its id.

        A write names, for each field, the change whose value it saw and replaces. Without `only_if_new` it is
        written though nothing differs: somebody said so again, with a reason.
        """
        if not entity_id:
            return self._append(entity, encode_body(kinds.Write(values)))
        known = self._settled(entity_id, entity)
        changed = {k: v for k, v in values.items() if k not in known.values or known.values[k] != v}
        if not (changed or only_if_new):
            changed = values
        if changed:
            replaces = {field: [known.current[field]] for field in changed if field in known.current}
            self._append(entity, encode_body(kinds.Write(changed, entity_id, replaces, reason)))
        return entity_id

    def settle(self, entity: str, entity_id: str, field: str, value: Any, reason: str) -> str:
        """A person settles a conflict: this value replaces every one that stands. Answers the change's id."""
        known = self._settled(entity_id, entity)
        heads = [change for change, _ in known.conflicts.get(field, [])]
        replaces = {field: heads or [known.current[field]]}
        return self._append(entity, encode_body(kinds.Write({field: value}, entity_id, replaces, reason)))

    def _settled(self, entity_id: str, entity: str) -> Settled:
        self.flush()
        return settle(load_versions(self._ledger.conn, entity, entity_id))

    def fact(self, kind: str, body: kinds.Body) -> str:
        """Appends a fact and answers its id."""
        return self._append(kind, encode_body(body))

    def flush(self) -> None:
        if self._pending:
            self._ledger.store(self._pending)
            self._pending = []

    def _append(self, kind: str, body: bytes) -> str:
        clock = self._ledger.clock.read()
        last_ms, last_n = self._hlc
        # A clock that was set back must not put what comes later before what was known already.
        self._hlc = (clock.wall, 0) if clock.wall > last_ms else (last_ms, last_n + 1)
        sealed = make(
            feed=self._feed,
            seq=self._seq + 1,
            prev=self._prev,
            hlc=self._hlc,
            wall=clock.wall,
            mono=clock.mono,
            boot=clock.boot,
            op=self._ledger.operator,
            kind=kind,
            body=body,
        )
        if len(sealed.raw) > MAX_RAW:
            raise BadInput("这一条内容太长了，请缩短后再试。", "too-long")
        self._seq, self._prev = sealed.change.seq, sealed.hash
        self._pending.append(sealed)
        return sealed.id
