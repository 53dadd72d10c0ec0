"""From stamps to presence: when somebody was in the room, as far as her stamps show it.

Rule: default-rules.md, "From stamps to hours": pairs, open halves, the union of closed pairs, missed roll-calls.
A span is (from, until) in seconds since 1970 UTC; spans are sorted and do not touch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync.training.facts import RollCall, Stamp

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Presence:
    """What one person's stamps of one sitting show."""

    pairs: tuple[Span, ...]
    """Closed pairs as (in, out), in the order of the stamps."""
    spans: tuple[Span, ...]
    """Their union, less what missed roll-calls took."""
    lone_out: Stamp | None
    """The first `out` with no `in` before it."""
    lone_in: Stamp | None
    """An `in` with no `out` after it."""
    missed: tuple[tuple[int, Span], ...]
    """Each missed roll-call: when it was, and what it took of the presence (from, until)."""


NOWHERE = Presence((), (), None, None, ())


def presence(stamps: Sequence[Stamp], gate: int, calls: Iterable[RollCall] = ()) -> Presence:
    """Read one person's counted stamps of one sitting, given in their order (`stamps.in_order`).

    An `in` while she is in changes nothing, as with a scan, so the first of several doors opens the pair. An answered
    roll-call is an observed presence too and bounds what a missed one takes (docs/decisions/0102).
    """
    pairs, lone_out, lone_in = _pairs(stamps, gate)
    spans = union(pairs)
    missed = []
    calls = sorted(calls, key=lambda call: (call.at, call.id))
    if calls:
        seen = [stamp.at for stamp in stamps] + [call.at for call in calls if call.present]
        for call in calls:
            taken = None if call.present else _unproven(call.at, seen, spans)
            if taken:
                missed.append((call.at, taken))
        spans = subtract(spans, [taken for _, taken in missed])
    return Presence(tuple(pairs), tuple(spans), lone_out, lone_in, tuple(missed))


def _pairs(stamps: Sequence[Stamp], gate: int) -> tuple[list[Span], Stamp | None, Stamp | None]:
    pairs: list[Span] = []
    opened: Stamp | None = None
    lone_out: Stamp | None = None
    leaving = False  # the stamp before closed or moved the last pair, at or after the gate
    for stamp in stamps:
        if stamp.kind == "in":
            opened = opened or stamp
            leaving = False
        elif opened is not None:
            pairs.append((opened.at, stamp.at))
            opened = None
            leaving = stamp.at >= gate
        elif leaving and stamp.at >= gate:
            came, left = pairs[-1]
            pairs[-1] = came, max(left, stamp.at)
        else:
            lone_out = lone_out or stamp
            leaving = False
    return pairs, lone_out, opened


def _unproven(at: int, seen: list[int], spans: list[Span]) -> Span | None:
    """From the last sight of her before the call to the next after it, within her presence; None if nothing is lost."""
    if not spans:
        return None
    before = max((time for time in seen if time < at), default=spans[0][0])
    after = min((time for time in seen if time > at), default=spans[-1][1])
    return (before, after) if intersect(spans, [(before, after)]) else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Joined where they touch or overlap; those that end before they begin, by a clock that jumped, hold nothing."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def clip(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """What of the spans lies within [start, end]."""
    return tuple((max(came, start), min(left, end)) for came, left in spans if max(came, start) < min(left, end))


def intersect(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """What lies in both."""
    return [piece for start, end in spans for piece in clip(others, start, end)]


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of the spans is left when `taken` is gone."""
    left = list(spans)
    for start, end in taken:
        left = [
            piece
            for came, gone in left
            for piece in ((came, min(gone, start)), (max(came, end), gone))
            if piece[0] < piece[1]
        ]
    return left


def length(spans: Iterable[Span]) -> int:
    """Seconds in all."""
    return sum(end - start for start, end in spans)
