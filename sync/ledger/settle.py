"""Settling an entity from all writes to it: last writer wins by field, and what two writers set unseen is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync.seal.kinds import Write


@dataclass(frozen=True, slots=True)
class Version:
    """One write to an entity. Later by (hlc_ms, hlc_n, feed, change), which no two writes share."""

    change: str
    hlc_ms: int
    hlc_n: int
    feed: str
    body: Write

    @property
    def order(self) -> tuple[int, int, str, str]:
        return self.hlc_ms, self.hlc_n, self.feed, self.change


@dataclass(frozen=True, slots=True)
class Settled:
    """What is shown of each field, which write each came from, and the fields whose writers did not see each other."""

    values: dict[str, Any]
    current: dict[str, str]
    conflicts: dict[str, list[tuple[str, Any]]]


def settle(versions: Sequence[Version]) -> Settled:
    """The same for any order of `versions`."""
    values: dict[str, Any] = {}
    current: dict[str, str] = {}
    conflicts: dict[str, list[tuple[str, Any]]] = {}
    ordered = sorted(versions, key=lambda version: version.order)
    for field in sorted({field for version in ordered for field in version.body.set}):
        writers = [version for version in ordered if field in version.body.set]
        replaced = {change for version in writers for change in version.body.replaces.get(field, ())}
        heads = [version for version in writers if version.change not in replaced] or writers[-1:]
        values[field] = heads[-1].body.set[field]
        current[field] = heads[-1].change
        if any(head.body.set[field] != values[field] for head in heads):
            conflicts[field] = [(head.change, head.body.set[field]) for head in heads]
    return Settled(values, current, conflicts)
