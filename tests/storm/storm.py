"""The storm: `python3 dev.py storm --seeds N [--from S] [--verbose] [--jobs J]`.

One seed is one world: a county and 2 to 20 laptops, some dozens of steps of work and mishap, then calm, in which
everybody syncs until nothing moves, and the judge looks at everything. The same seed is the same storm.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sync.county.county import accept_branch, accept_clock
from sync.county.findings import findings
from sync.county.public import publishing
from sync.errors import UserError
from sync.seal import county_kinds
from tests.storm import attacker, carriers, judge
from tests.storm.faults import Crashed, installed
from tests.storm.steps import DAY, HOUR, STEPS
from tests.storm.world import Node, World, seeded

ROUNDS = 12
"""Syncs of everybody after which nothing may move any more."""


@dataclass
class Outcome:
    seed: int
    steps: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    error: str = ""
    seconds: float = 0.0


def storm(seed: int, base: Path, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """Runs one seed. `say` is told each step."""
    outcome = Outcome(seed)
    began = time.monotonic()
    root = base / f"seed-{seed}"
    root.mkdir(parents=True)
    # Keys are copied to the user's folder too, which is no business of a storm.
    os.environ["XDG_DATA_HOME"] = str(root / "home")
    chance = Random(seed)

    def told(text: str) -> None:
        outcome.steps.append(text)
        say(text)

    world = World(chance, root, told)
    try:
        with installed(world.fuse), seeded(chance):
            begin(world)
            for number in range(chance.choice([30, 40, 60, 90])):
                step(world, number)
            calm(world)
    except (Exception, Crashed):  # noqa: BLE001 - whatever it is, the seed that replays it is the answer
        outcome.error = traceback.format_exc()
    finally:
        shutil.rmtree(root, ignore_errors=True)
    outcome.counts.update(world.counts)
    outcome.counts["steps"] = len(outcome.steps)
    outcome.seconds = time.monotonic() - began
    return outcome


def begin(world: World) -> None:
    world.make_county()
    attacker.certify(world)
    schools = [f"学校{n}" for n in range(world.chance.choice([1, 2, 2, 3]))]
    for number in range(world.chance.choice([2, 2, 3, 3, 4, 5, 6, 8, 12, 20])):
        world.make_node(schools[number % len(schools)])
    found = world.county.ledger.conn.execute("SELECT name, id FROM institutions").fetchall()
    world.schools.update({name: school for name, school in found if name in schools})
    for number in range(world.chance.choice([1, 2])):
        stick = world.root / f"stick{number}"
        stick.mkdir()
        world.sticks.append(stick)
    world.say(f"{len(world.nodes)} laptops of {len(schools)} schools, {len(world.sticks)} sticks")


def step(world: World, number: int) -> None:
    act = world.chance.choices([act for _, act in STEPS], [weight for weight, _ in STEPS])[0]
    node = world.chance.choice(world.live())
    name = act.__name__
    world.count(name)
    world.pass_by(world.chance.choice([1000, 60_000, HOUR, HOUR]))
    armed = arm(world, node)
    try:
        said = act(world, node) or ""
    except UserError as error:
        said = f"→ {type(error).__name__} {error.reason}"
        world.count(f"told: {error.reason}")
    finally:
        world.fuse.disarm()
    world.say(f"{number:3} {node.name:7} {name} {said}{armed}")
    judge.after_step(world)


def arm(world: World, node: Node) -> str:
    """One step in six meets with a crash or a full disk, here or at the county."""
    chance = world.chance
    if chance.random() > 0.17:
        return ""
    target = chance.choice([node, node, world.county])
    kind = chance.choice(["crash", "crash", "full"])
    left, after = chance.choice([1, 2, 3, 5, 9, 15, 30]), chance.random() < 0.5
    world.fuse.arm(target.folder, left, kind, after=after)
    world.count(f"armed: {kind}")
    return f"   [{kind} at write {left} of {target.name}{' after' if after else ''}]"


# Calm


def calm(world: World) -> None:
    """Clocks are set, certificates renewed, programs brought up to date; everybody syncs until nothing moves."""
    world.say("calm")
    accepting = world.chance.random() < 0.7
    # Whether the county still has the photos that it once had is asked once a day.
    world.pass_by(DAY)
    for node in [world.county, *world.live()]:
        node.clock.off = 0
        if node.old:
            node.old = False
            world.reopen(node)
    honest = [node for node in world.live() if not node.revoked]
    for node in honest:
        world.enrol(node)
    # After the grants, which carry all that was said before.
    for school in world.schools.values():
        with world.running(world.county), publishing(world.county.ledger, school) as w:
            made = w.fact("class.return", county_kinds.ClassReturn("C", "closing", [world.token()]))
        world.decided[made] = school
    for _ in range(ROUNDS):
        before = state(world)
        for node in world.live():
            try:
                carriers.by_wire(world, node, 0.0)
            except UserError as error:
                # What a clock far ahead dated is held until the officer accepts it, below.
                judge.demand(
                    node.revoked or error.reason == "clock-ahead",
                    f"{node.name} can't sync in calm: {error.reason} {error}",
                )
            judge.after_step(world)
        accept_clocks(world)
        if accepting:
            accept_all(world)
        if state(world) == before:
            break
    else:
        judge.demand(False, "it never gets quiet")
    judge.at_the_end(world, honest)


def accept_all(world: World) -> None:
    for one in findings(world.county.ledger):
        if one["kind"] == "fork":
            try:
                accept_branch(world.county.ledger, one["sha256"], "核实")
            except UserError as error:
                world.say(f"    not accepted: {error.reason}")


def accept_clocks(world: World) -> None:
    for one in findings(world.county.ledger):
        if one["kind"] == "clock-ahead":
            try:
                accept_clock(world.county.ledger, one["sha256"], "核实")
            except UserError as error:
                world.say(f"    not accepted: {error.reason}")


def state(world: World) -> list[object]:
    return [
        sorted(node.ledger.conn.execute("SELECT feed, max(seq), count(*) FROM changes GROUP BY feed").fetchall())
        for node in [world.county, *world.live()]
    ]


# The command


@contextmanager
def base_folder() -> Iterator[Path]:
    """In memory where there is such a place: it is the logic that storms here, not the disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="storm-", dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def run_one(task: tuple[int, str]) -> Outcome:
    seed, base = task
    return storm(seed, Path(base))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py storm", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args(words)
    with base_folder() as name:
        seeds = range(args.first, args.first + args.seeds)
        began = time.monotonic()
        total: Counter[str] = Counter()
        if args.verbose or args.jobs == 1:
            outcomes = (storm(seed, name, print if args.verbose else lambda _: None) for seed in seeds)
            failed = gather(outcomes, total)
        else:
            with ProcessPoolExecutor(args.jobs) as pool:
                failed = gather(pool.map(run_one, ((seed, str(name)) for seed in seeds), chunksize=1), total)
                pool.shutdown(cancel_futures=True)
        took = time.monotonic() - began
        print(f"{total['seeds']} seeds, {total['steps']} steps in {took:.0f} s")
        print(", ".join(f"{what} {n}" for what, n in sorted(total.items()) if what not in ("seeds", "steps")))
        return failed


def gather(outcomes: object, total: Counter[str]) -> int:
    for outcome in outcomes:  # type: ignore[attr-defined]
        total.update(outcome.counts)
        total["seeds"] += 1
        if total["seeds"] % 100 == 0:
            print(f"{total['seeds']} seeds, {total['steps']} steps", flush=True)
        if outcome.error:
            print("\n".join(outcome.steps))
            print(outcome.error)
            again = f"python3 dev.py storm --from {outcome.seed} --seeds 1 --verbose"
            print(f"seed {outcome.seed} failed. Again, step by step: {again}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
