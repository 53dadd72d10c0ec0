"""`python3 dev.py fuzz [--inputs N] [--seed S] [READER…]`: bent files into every reader.

By mutation, or with --coverage guided by atheris where that is installed. Answers figures; ends at the first crash,
hang or acceptance and leaves the input in out/, for `--again FILE READER`.
"""

import argparse
import contextlib
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz import guided
from tests.fuzz.bending import bent, bent_inside

if TYPE_CHECKING:
    from tests.fuzz.readers import Readers

HANG = 10
"""Seconds that no input may take."""
SHARES = {"restore": 0.02, "county": 0.05, "hello": 0.05, "age": 0.08}
"""Of all inputs; readers that are not named share the rest alike."""


@contextlib.contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"took more than {seconds} s")

    signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def one_bent(chance: Random, seeds: list[bytes]) -> bytes:
    """Half of them inside their JSON, where they are JSON."""
    inside = bent_inside(chance, chance.choice(seeds)) if chance.random() < 0.5 else None
    return bent(chance, seeds) if inside is None else inside


def by_mutation(readers: "Readers", names: list[str], inputs: int, seed: int, left: Path) -> int:
    chance = Random(seed)
    done = refused = 0
    slowest = (0.0, "")
    for name in names:
        _, seeds = readers.all[name]
        share = int(inputs * SHARES.get(name, rest(names)))
        began = time.monotonic()
        for _ in range(share):
            data = one_bent(chance, seeds)
            at = time.perf_counter()
            try:
                with no_longer_than(HANG):
                    refused += readers.read(name, data)
            except BaseException:
                left.write_bytes(data)
                print(f"{name}: broken by the input in {left}", flush=True)
                raise
            slowest = max(slowest, (time.perf_counter() - at, name))
            done += 1
        print(f"{name:14}{share:>9} inputs {share / (time.monotonic() - began):>8.0f}/s", flush=True)
    print(f"{done} inputs, {refused} refused in words, the others honest or harmless; no crash, no hang, none accepted")
    print(f"slowest {slowest[0] * 1000:.0f} ms ({slowest[1]}); seed {seed}")
    return 0


def rest(names: list[str]) -> float:
    plain = [name for name in names if name not in SHARES]
    return (1 - sum(SHARES.get(name, 0) for name in names)) / max(1, len(plain))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--coverage", action="store_true", help="by atheris")
    parser.add_argument("--again", type=Path, help="one input again")
    args = parser.parse_args(words)
    if args.coverage:
        atheris, make = guided.load()
    else:
        from tests.fuzz.readers import Readers as make
    readers = make()
    names = args.readers or list(readers.all)
    out = Path("out")
    out.mkdir(exist_ok=True)
    try:
        if args.again:
            print("refused" if readers.read(names[0], args.again.read_bytes()) else "taken")
        elif args.coverage:
            guided.by_coverage(atheris, readers, names, args.inputs, args.seed, out / "fuzz-corpus")
        else:
            by_mutation(readers, names, args.inputs, args.seed, out / "fuzz-input")
    finally:
        readers.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
