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

from tests.fuzz.readers import Readers

HANG = 10
"""Seconds that no input may take."""
SHARES = {"restore": 0.02, "county": 0.05, "hello": 0.05, "age": 0.08}
"""Of all inputs; readers that are not named share the rest alike."""


def mutated(chance: Random, seeds: list[bytes], kept: list[bytes]) -> bytes:
    data = bytearray(chance.choice(kept if kept and chance.random() < 0.3 else seeds))
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice([1, 2, 8, 64, 1000]))
        act = chance.randrange(8)
        if act == 0 and data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif act == 1:
            data[at:at] = chance.choice(WORDS)
        elif act == 2:
            del data[at:end]
        elif act == 3:
            data[at:at] = data[at:end]
        elif act == 4:
            data[at:end] = chance.choice(WORDS)
        elif act == 5:
            del data[at:]
        elif act == 6:
            other = chance.choice(seeds)
            data[at:] = other[chance.randrange(len(other) + 1) :]
        else:
            data[at:at] = chance.randbytes(chance.choice([1, 4, 40]))
    return bytes(data[:200_000])


WORDS = [
    b"", b"0", b"-1", b"9" * 20, b"1e999", b"NaN", b"null", b"true", b"[]", b"{}", b'""', b'"', b"\\u0000", b"\\ud800",
    b"\xff\xfe", b"\n", b"\x00", b"[" * 500, b'{"a":' * 300, "𬱖".encode(), b'"seq":1', b'"prev":"', b'"feed":"',
    b"=", b"==", b"A" * 4096, b"../", b"ledger.db", b"PK\x03\x04", b"PK\x05\x06", b"age-encryption.org/v1\n",
    b"\x1f\x8b", b',"x":1',
]  # fmt: skip


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


def by_mutation(readers: Readers, names: list[str], inputs: int, seed: int, left: Path) -> int:
    chance = Random(seed)
    done = refused = 0
    slowest = (0.0, "")
    for name in names:
        _, seeds = readers.all[name]
        share = int(inputs * SHARES.get(name, rest(names)))
        began = time.monotonic()
        for _ in range(share):
            data = mutated(chance, seeds, [])
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


def by_coverage(readers: Readers, names: list[str], inputs: int, seed: int, corpus: Path) -> None:
    import atheris  # type: ignore[import-not-found]

    for name in names:
        for number, data in enumerate(readers.all[name][1]):
            (corpus / f"{names.index(name)}-{number}").write_bytes(bytes([names.index(name)]) + data)

    def one(data: bytes) -> None:
        if data:
            readers.read(names[data[0] % len(names)], data[1:])

    words = [sys.argv[0], str(corpus), f"-runs={inputs}", f"-seed={seed}", "-max_len=60000", f"-timeout={HANG}"]
    atheris.Setup([*words, "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={corpus}-"], one)
    atheris.Fuzz()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--coverage", action="store_true", help="by atheris")
    parser.add_argument("--again", type=Path, help="one input again")
    args = parser.parse_args(words)
    if args.coverage:
        import atheris

        with atheris.instrument_imports(include=["sync"]):
            import sync.carry.http  # noqa: F401
    readers = Readers()
    names = args.readers or list(readers.all)
    out = Path("out")
    out.mkdir(exist_ok=True)
    try:
        if args.again:
            print("refused" if readers.read(names[0], args.again.read_bytes()) else "taken")
        elif args.coverage:
            corpus = out / "fuzz-corpus"
            corpus.mkdir(exist_ok=True)
            by_coverage(readers, names, args.inputs, args.seed, corpus)
        else:
            by_mutation(readers, names, args.inputs, args.seed, out / "fuzz-input")
    finally:
        readers.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
