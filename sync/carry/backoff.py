"""How long to wait before trying again: longer after each failure, up to a bound, and never all laptops together."""

from dataclasses import dataclass, replace

JITTER = 0.25
"""The part of a pause that chance takes away; less than half, so that the next pause is always longer."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses in seconds: `first` after one failure, doubled by each further one, at most `longest`."""

    first: float
    longest: float
    failures: int = 0

    def failed(self) -> "Backoff":
        return replace(self, failures=self.failures + 1)

    def worked(self) -> "Backoff":
        return replace(self, failures=0)

    def pause(self, chance: float) -> float:
        """Seconds until the next try; none before the first failure. `chance` is a random number from 0 to 1."""
        if not self.failures:
            return 0.0
        # Exponents beyond this would only overflow.
        doubled = self.first * 2.0 ** min(self.failures - 1, 60)
        return min(doubled, self.longest) * (1 - JITTER * chance)
