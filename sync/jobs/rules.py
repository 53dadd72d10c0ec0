"""The rule pack in force for a class: the county's, or the shipped default while it has published none."""

from functools import cache
from importlib.resources import files

import msgspec

from sync.ledger.ledger import Ledger
from sync.training.beijing import date_of
from sync.training.pack import RulePack, decode_pack, pack_for


@cache
def default_pack() -> RulePack:
    return decode_pack((files("resources") / "packs" / "default.json").read_bytes())


def packs(ledger: Ledger) -> list[RulePack]:
    """The county's packs in the order of its feed, each from the day on which it was published at the soonest."""
    found = ledger.conn.execute("SELECT pack, wall / 1000 FROM packs ORDER BY feed, seq")
    return [_from_then_on(decode_pack(pack.encode()), published) for pack, published in found]


def _from_then_on(pack: RulePack, published: int) -> RulePack:
    """A date in the past would rewrite classes that have begun, closed ones among them (docs/decisions/0101)."""
    return msgspec.structs.replace(pack, valid_from=max(pack.valid_from, date_of(published)))


def pack_of(ledger: Ledger, first_day: str) -> RulePack:
    """For a class that starts on `first_day` (ISO date)."""
    return pack_for(packs(ledger), first_day, default_pack())
