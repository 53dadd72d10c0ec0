"""The thresholds that hours use, read once from a pack as whole numbers, so that 10,000 people are quick and exact."""

from dataclasses import dataclass

from sync.training.pack import RulePack


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, hours in hundredths, shares as (numerator, denominator)."""

    late_grace: int
    early_grace: int
    away_grace: int
    min_presence: tuple[int, int]
    round_to: int
    daily_cap: int | None
    leave_cap: tuple[int, int]


def limits(pack: RulePack) -> Limits:
    return Limits(
        late_grace=pack.seconds("late_grace"),
        early_grace=pack.seconds("early_grace"),
        away_grace=pack.seconds("away_grace"),
        min_presence=pack.share("min_presence").as_integer_ratio(),
        round_to=pack.hours("round_to") or 1,
        daily_cap=pack.hours("daily_cap"),
        leave_cap=pack.share("leave_cap").as_integer_ratio(),
    )
