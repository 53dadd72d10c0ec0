"""Pauses between tries: longer after each failure up to their bound, and none any more after a success."""

from hypothesis import given
from hypothesis import strategies as st

from sync.carry.backoff import Backoff

chances = st.floats(0, 1)
backoffs = st.builds(
    Backoff,
    first=st.floats(0.1, 60),
    longest=st.floats(60, 3600),
    failures=st.integers(0, 10_000),
)


@given(backoffs, chances)
def test_a_pause_is_bounded_and_there_is_one_after_a_failure_only(backoff: Backoff, chance: float) -> None:
    pause = backoff.pause(chance)
    assert 0 <= pause <= backoff.longest
    assert (pause > 0) == (backoff.failures > 0)


@given(backoffs, chances, chances)
def test_whatever_chance_says_the_next_pause_is_longer_until_the_bound(
    backoff: Backoff, chance: float, other: float
) -> None:
    now, then = backoff.failed().pause(chance), backoff.failed().failed().pause(other)
    assert then > now or then >= backoff.longest * 0.75


@given(backoffs, chances)
def test_a_success_forgets_all_failures(backoff: Backoff, chance: float) -> None:
    assert backoff.worked().pause(chance) == 0
    assert backoff.worked().failed() == Backoff(backoff.first, backoff.longest).failed()


@given(backoffs.filter(lambda backoff: backoff.failures > 0))
def test_chance_spreads_laptops_that_failed_together(backoff: Backoff) -> None:
    assert backoff.pause(0) > backoff.pause(0.5) > backoff.pause(1)
