"""What a scan means: default-rules.md, points 1 to 5 of the section of that name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from sync.training.facts import Kind, Stamp
from sync.training.pack import RulePack
from sync.training.sitting import Sitting
from sync.training.stamps import counts, in_order


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a scan.

    `recorded`: a stamp of this kind is made. `repeat`: nothing is made, `kind` is what the last stamp already says.
    `outside-window`: kept as a fact that never counts; `kind` is what the trainer set by hand, else None.
    """

    result: Literal["recorded", "repeat", "outside-window"]
    kind: Kind | None


def decide(sitting: Sitting, at: int, last: Stamp | None, pack: RulePack, manual: Kind | None = None) -> Decision:
    """Settle a card scanned at `at`; `last` is what `last_stamp` gives. `manual` is in or out set by hand.

    By hand, the window and the repeat still hold; only the choice between in and out is the trainer's.
    """
    if not sitting.opens <= at <= sitting.closes:
        return Decision("outside-window", manual)
    if last is not None and abs(at - last.at) < pack.seconds("repeat_within"):
        return Decision("repeat", last.kind)
    if manual is not None:
        return Decision("recorded", manual)
    if at >= sitting.gate:
        return Decision("recorded", "out")
    if last is not None and last.kind == "in":
        return Decision("repeat", "in")
    return Decision("recorded", "in")


def last_stamp(sitting: Sitting, person: str, stamps: Iterable[Stamp], voided: Collection[str]) -> Stamp | None:
    """That person's last counted stamp of this sitting. `voided` are the ids of stamps that a correction took out."""
    own = in_order(s for s in stamps if s.person == person and sitting.holds(s) and counts(s, voided))
    return own[-1] if own else None
