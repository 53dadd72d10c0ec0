"""How an institution employs a teacher, and from which day on (任职起止).

What is said holds from its day on, whatever was said before of later days: a mistake is put right by saying it anew.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

FULLTIME: Final = "fulltime"
PARTTIME: Final = "parttime"
ENDED: Final = "ended"

Spell = tuple[str, str]
"""The ISO day of its beginning, or empty for ever since; and how she is employed, empty where nothing is recorded."""


def spells(said: Iterable[Spell]) -> list[Spell]:
    """In the order of days, out of the order in which it was said; each lasts until the next begins."""
    found: list[Spell] = []
    for since, employment in said:
        found = [spell for spell in found if spell[0] < since]
        if employment != (found[-1][1] if found else ""):
            found.append((since, employment))
    return found


def spell_on(known: Sequence[Spell], day: str) -> Spell:
    """The one that an ISO day lies in."""
    return next((spell for spell in reversed(known) if spell[0] <= day), ("", ""))


def better(one: str, other: str) -> str:
    """Of what is said of two days or by two records: full time, else part time, else nothing."""
    return next((how for how in (FULLTIME, PARTTIME) if how in (one, other)), "")


def full_time(known: Sequence[Spell], year: int) -> tuple[tuple[str, str], ...]:
    """From when to when she is full time in a calendar year, ISO days; the second is the first day of no more."""
    first, end = f"{year:04}-01-01", f"{year + 1:04}-01-01"
    told = pairwise([*known, (end, "")])
    spans = [(max(since, first), min(until, end)) for (since, how), (until, _) in told if how == FULLTIME]
    return tuple((since, until) for since, until in spans if since < until)
