"""Guided by coverage: atheris instruments our readers and keeps what reaches something new.

The first byte of an input names its reader. libFuzzer bends bytes; between its turns we bend one value inside the
JSON, so that what comes out still is JSON and reaches what lies behind it; what a signature covers is signed anew by
the reader itself.
"""

import sys
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING

from tests.fuzz.bending import bent, bent_inside

if TYPE_CHECKING:
    from tests.fuzz.readers import Readers

HOME = Path("out") / "atheris"
"""Where atheris may lie, so that it is not in the locked environment: it has wheels for some Pythons only."""
ADVICE = f"""atheris is not installed. It is wanted for --coverage only:
  .venv/bin/python -m pip install --no-deps --target {HOME} atheris==3.0.0
Where there is none for this Python, run without --coverage."""
LONGEST = 32_000
"""Bytes of an input; a whole backup is longer, and left to the fuzz by mutation."""


def load() -> tuple[ModuleType, "type[Readers]"]:
    """Atheris, and the readers with our code instrumented. Nothing of `sync` may have been imported before."""
    sys.path.append(str(HOME.absolute()))
    try:
        import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        sys.exit(ADVICE)
    assert not any(name.partition(".")[0] == "sync" for name in sys.modules), "imported before it was instrumented"
    with atheris.instrument_imports(include=["sync", "securesystemslib.dsse"]):
        from tests.fuzz.readers import Readers
    return atheris, Readers


def by_coverage(
    atheris: ModuleType, readers: "Readers", names: list[str], inputs: int, seed: int, corpus: Path
) -> None:
    """Does not return: libFuzzer ends the process."""
    names = [name for name in names if all(len(data) < LONGEST for data in readers.all[name][1])]
    corpus.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        for which, data in enumerate(readers.all[name][1]):
            (corpus / f"seed-{number}-{which}").write_bytes(bytes([number]) + data)

    counts = dict.fromkeys(names, 0)
    refused = dict.fromkeys(names, 0)

    def one(data: bytes) -> None:
        name = names[data[0] % len(names)] if data else names[0]
        counts[name] += 1
        refused[name] += readers.read(name, data[1:])
        if sum(counts.values()) == inputs:
            for each in names:
                print(f"{each:14}{counts[each]:>9} inputs {refused[each]:>9} refused in words", flush=True)

    def bend(data: bytes, longest: int, seed: int) -> bytes:
        chance = Random(seed)
        which, rest = (data[0] % len(names), bytes(data[1:])) if data else (chance.randrange(len(names)), b"")
        if chance.random() < 0.05:
            which = chance.randrange(len(names))
            rest = chance.choice(readers.all[names[which]][1])
        turn = chance.random()
        made = bent_inside(chance, rest) if turn < 0.6 else None
        if made is None and turn < 0.8:
            made = bent(chance, readers.all[names[which]][1], rest)
        if made is None:
            made = atheris.Mutate(rest, longest - 1)
        return (bytes([which]) + made)[:longest]

    words = [sys.argv[0], str(corpus), f"-runs={inputs}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=10"]
    # A shorter input that reaches as much is often one that is refused earlier.
    words += ["-reduce_inputs=0"]
    words += ["-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={corpus}-"]
    atheris.Setup(words, one, custom_mutator=bend)
    atheris.Fuzz()
