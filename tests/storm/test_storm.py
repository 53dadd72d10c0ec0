"""Fifty storms in the default tests; `python3 dev.py storm` runs as many as there is time for."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.storm.storm import base_folder, run_one, storm

SEEDS = 50


def test_nothing_is_lost_doubled_or_believed_in_fifty_storms() -> None:
    with base_folder() as base, ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        outcomes = list(pool.map(run_one, [(seed, str(base)) for seed in range(1, SEEDS + 1)]))
    failed = [f"seed {one.seed}\n" + "\n".join([*one.steps, one.error]) for one in outcomes if one.error]
    assert not failed, failed[0]
    happened = {what for one in outcomes for what in one.counts}
    assert {"crashes", "clone", "restore", "forgery", "wire: lose answer", "stick: cut", "revoke"} <= happened


def test_the_same_seed_is_the_same_storm(tmp_path: Path) -> None:
    once, again = (storm(7, tmp_path / str(number)) for number in (1, 2))
    assert (once.error, again.error) == ("", "")
    assert once.steps == again.steps
