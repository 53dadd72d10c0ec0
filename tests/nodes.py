"""A county and two laptops of one school, as real ledgers in real folders, on a clock that only the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.carry.outgoing import parcels
from sync.county import county as county_side
from sync.county import devices, public
from sync.jobs import enrol
from sync.ledger.clock import Reading
from sync.ledger.ledger import Ledger
from sync.seal import batch, kinds
from sync.seal.change import Sealed

SCHOOL = "春风职业培训学校"
START = 1_795_251_600
"""2026-11-21 09:00 in Beijing, in seconds since 1970 UTC."""


@dataclass
class HandClock:
    """Stands still until it is moved, so that two changes may well share a millisecond."""

    wall: int = START * 1000
    mono: int = 1_000_000
    boot: str = "b007b007"

    def read(self) -> Reading:
        return Reading(self.wall, self.mono, self.boot)

    def pass_by(self, seconds: int) -> None:
        self.wall += seconds * 1000
        self.mono += seconds * 1000


@dataclass(frozen=True)
class Place:
    """Laptops `one` and `two` are enrolled for the same school. `grant` is the paper that `two` accepted."""

    folder: Path
    clock: HandClock
    county: Ledger
    one: Ledger
    two: Ledger
    grant: bytes


@contextmanager
def open_place(folder: Path) -> Iterator[Place]:
    clock = HandClock()
    with (
        county_side.create(folder / "county", "云岭县人社局", clock) as county,
        Ledger.create(folder / "one", "红旗村培训点", clock=clock) as one,
        Ledger.create(folder / "two", "清水乡培训点", clock=clock) as two,
    ):
        grants = [enrol_laptop(county, laptop) for laptop in (one, two)]
        yield Place(folder, clock, county, one, two, grants[1])


def enrol_laptop(county: Ledger, laptop: Ledger, days: int = public.VALID_DAYS) -> bytes:
    """Request, grant, acceptance; answers the grant."""
    grant, _ = devices.enrol(county, enrol.request(laptop), SCHOOL, days)
    enrol.accept(laptop, grant)
    return grant


def note(ledger: Ledger, text: str) -> str:
    """Appends one change with some text in it, and answers its id."""
    with ledger.writing() as w:
        return w.fact("leave", kinds.Leave("lesson", "person", text))


def run_of(ledger: Ledger, first: int = 1, last: int = 0) -> list[Sealed]:
    """Changes of the node's own feed from number `first` to `last`, or to its head."""
    return list(ledger.changes(ledger.feed, first, (last - first + 1) if last else -1))


def signed(ledger: Ledger, first: int = 1, last: int = 0) -> bytes:
    """The same, as a signed batch that nobody sealed."""
    return batch.build(run_of(ledger, first, last), ledger.signer)


def sealed(ledger: Ledger) -> bytes:
    """What the laptop would send now; it must fit one batch."""
    (parcel,) = parcels(ledger)
    return parcel.data
