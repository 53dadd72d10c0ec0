"""The rule pack in force for a class: the county's, or the shipped default while it has published none."""

from functools import cache
from importlib.resources import files

from sync.ledger.ledger import Ledger
from sync.training.pack import RulePack, decode_pack, pack_for


@cache
def default_pack() -> RulePack:
    return decode_pack((files("resources") / "packs" / "default.json").read_bytes())


def packs(ledger: Ledger) -> list[RulePack]:
    """The county's packs in the order of its feed."""
    found = ledger.conn.execute("SELECT pack FROM packs ORDER BY feed, seq")
    return [decode_pack(row[0].encode()) for row in found]


def pack_of(ledger: Ledger, first_day: str) -> RulePack:
    """For a class that starts on `first_day` (ISO date)."""
    return pack_for(packs(ledger), first_day, default_pack())
