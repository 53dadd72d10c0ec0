"""Lots that anybody can draw again from their seed: for a roll-call, and for whom the county phones."""

import hashlib
from collections.abc import Iterable


def in_order(seed: str, pool: Iterable[str]) -> list[str]:
    """The pool, lowest lot first; a person's lot is SHA-256 of `seed:person`."""
    return sorted(pool, key=lambda person: hashlib.sha256(f"{seed}:{person}".encode()).hexdigest())


def drawn(seed: str, pool: Iterable[str], count: int) -> list[str]:
    """Those of the pool with the lowest lots."""
    return in_order(seed, pool)[:count]
