"""Guessing passwords made slow: after a few failures in a row each further try has to wait, longer each time."""

from collections import OrderedDict
from dataclasses import dataclass

FREE_FAILURES = 5
FIRST_WAIT = 60
"""Seconds after the fifth failure in a row; each further one doubles it."""
LONGEST_WAIT = 3600
FORGOTTEN_AFTER = 24 * 3600
MOST_KEPT = 10_000
"""Names and addresses remembered; made-up ones must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Failures:
    count: int
    last: int


class Throttle:
    """Failures in a row by account and address, in this process. Instants are seconds of any steady clock."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], Failures] = OrderedDict()

    def wait(self, account: str, address: str, now: int) -> int:
        """Seconds until the next try may be made; 0 for at once."""
        failures = self._failures.get((account, address))
        if failures is None or failures.count < FREE_FAILURES:
            return 0
        # Bounded before it is raised: ten thousand failures are no reason to compute 2**10000.
        doublings = min(failures.count - FREE_FAILURES, 10)
        lasts: int = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
        return max(0, failures.last + lasts - now)

    def failed(self, account: str, address: str, now: int) -> None:
        before = self._failures.pop((account, address), None)
        count = before.count if before and now - before.last < FORGOTTEN_AFTER else 0
        self._failures[account, address] = Failures(count + 1, now)
        if len(self._failures) > MOST_KEPT:
            self._failures.popitem(last=False)

    def passed(self, account: str, address: str) -> None:
        self._failures.pop((account, address), None)


def spoken(seconds: int) -> str:
    """A wait in words, never too short: 60 → 1 分钟, 61 → 2 分钟."""
    return f"{-(-seconds // 60)} 分钟"
