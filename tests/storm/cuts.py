"""Faults for real: `python -m tests.storm.cuts --cuts N` ends, cuts and fills up syncs, and looks what is left.

Each cut has new work done at both ends, then one sync that a fault meets: a process ended by SIGKILL at a moment drawn
uniformly from the measured run of that very verb, a wire cut, slowed or halved after a byte drawn in the same way, a
disk that fills up. Then nothing may be lost that was recorded or acknowledged, and one more sync must end with equal
heads, equal changes and equal tables at both ends, receipts for all of it, and a `check` that finds nothing. A sync
that was done before its moment came is no cut, and does not count.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.storm.cuts_kinds import FULL, KINDS, Fault, Kind, Scene
from tests.storm.cuts_world import Place, cried, litter, lost, reached, unequal, work

ROUND = 20
"""So many cuts go into one world, then a new one is begun: a check reads everything each time."""
SHARE = {"http": 1.0, "usb": 1.0, "proxy": 0.4, "disk": 0.2}
"""Cuts of each carrier, for one of --cuts."""
MANY_SHARE = 0.1
"""So often 300 to 3,000 stamps wait, else up to 60."""
GOES_ON = 0.3
"""So often somebody works on before the next sync, as if nothing had happened."""
TRIES = 40
"""So often a cut is drawn again whose sync was done before its moment came."""


@dataclass
class Report:
    """What one carrier's cuts came to."""

    carrier: str
    cuts: Counter[str] = field(default_factory=Counter)
    finished: int = 0
    """Syncs that were done before their moment came."""
    reached: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Kind → how far the work had come when the fault met it."""
    waiting: list[int] = field(default_factory=list)
    """Stamps that waited, for each cut."""
    problems: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        most = max(self.waiting, default=0)
        head = f"{self.carrier:6}{self.cuts.total():5} cuts, up to {most} stamps waiting, {self.finished} done before"
        rows = [
            f"  {kind:34}{count:5}  " + ", ".join(f"{place} {n}" for place, n in self.reached[kind].most_common())
            for kind, count in sorted(self.cuts.items())
        ]
        return [f"{head}: {len(self.problems)} went wrong", *rows]


class Cuts:
    """Cuts of one carrier, one after another, in worlds under `root`; number n is drawn from seed, carrier and n."""

    def __init__(self, carrier: str, root: Path, seed: int) -> None:
        self.report = Report(carrier)
        self._carrier, self._root, self._seed = carrier, root, seed
        self._scene: Scene | None = None

    def run(self, first: int, last: int, tell: Callable[[Report], None] = lambda _: None) -> Report:
        """Cuts number `first` to `last`; a round of them shares a world."""
        try:
            for number in range(first, last + 1):
                if self._scene is None or number % ROUND == 0:
                    self._begin_anew()
                    tell(self.report)
                found = self._cut(number)
                if found:
                    replay = f"dev.py cuts --only {self._carrier} --seed {self._seed} --cut {number}"
                    self.report.problems += [f"{one}\n    again: python3 {replay}" for one in found]
                    # What is wrong once would be found again after every cut.
                    self._begin_anew()
        finally:
            self._close()
        return self.report

    def _close(self) -> None:
        if self._scene is not None:
            self._scene.close()
            shutil.rmtree(self._root / self._carrier)
            self._scene = None

    def _begin_anew(self) -> None:
        self._close()
        self._scene = Scene(Place(self._root / self._carrier), disks=self._carrier == "disk")

    def _cut(self, number: int) -> list[str]:
        """One cut, and one more sync; answers what went wrong."""
        assert self._scene is not None
        chance = random.Random(f"{self._carrier}{self._seed}{number}")
        name, kind = self._kind(chance)
        for _ in range(TRIES):
            found, met = self._one(name, kind, chance)
            if met or found:
                return found
        return [f"{name}: none of {TRIES} syncs was met at work"]

    def _kind(self, chance: random.Random) -> tuple[str, Kind]:
        assert self._scene is not None
        kinds = KINDS[self._carrier]
        able = [name for name in kinds if name not in FULL or self._scene.small]
        name = chance.choice(able)
        return name, kinds[name]

    def _one(self, name: str, kind: Kind, chance: random.Random) -> tuple[list[str], bool]:
        assert self._scene is not None
        place = self._scene.place
        count = int(300 * 10 ** chance.random()) if chance.random() < MANY_SHARE else chance.randint(1, 60)
        work(place, chance, count)
        before = place.heads()
        fault: Fault = kind(self._scene, chance, count)
        found = fault.wrong + lost(place, before)
        if fault.met:
            self.report.cuts[name] += 1
            self.report.waiting.append(count)
            self.report.reached[name][reached(place, before)] += 1
        else:
            self.report.finished += 1
        if chance.random() < GOES_ON:
            work(place, chance, chance.randint(1, 20))
        found += self._one_more_sync(name) + lost(place, before) + unequal(place) + litter(place) + cried(place)
        return [f"{name}: {one}" for one in found], fault.met

    def _one_more_sync(self, name: str) -> list[str]:
        """By the carrier at hand, every verb with exit 0."""
        assert self._scene is not None
        place = self._scene.place
        by_stick = self._carrier == "usb" or name.endswith(("import", "reading", "writing", "import's files limited"))
        steps = [place.sync_stick, place.import_stick, place.sync_stick]
        verbs = steps if by_stick else [lambda: place.sync_http(self._scene.serve())]
        for step in verbs:
            done = step().done()
            if done.code or (done.answer.get("waiting", 0) and step is verbs[-1]):
                return [f"one more sync: {done.code}, {done.answer}"]
        return []


def tell(report: Report) -> None:
    print(f"  … {report.lines()[0]}", *report.problems[-2:], sep="\n    ", flush=True)


def main() -> int:
    words = argparse.ArgumentParser(prog="dev.py cuts", description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--cuts", type=int, default=500, help="by HTTP, and by USB; wire and disks get a share of it")
    words.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    words.add_argument("--only", choices=sorted(SHARE), help="only these")
    words.add_argument("--cut", type=int, help="only this cut, in the world of those before it")
    args = words.parse_args()
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    print(f"seed {args.seed}", flush=True)
    reports = []
    since = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = f"{name}/home"
        for carrier, share in SHARE.items():
            if args.only in (None, carrier):
                number = max(round(args.cuts * (1 if args.only else share)), 1)
                first, last = (1, number) if args.cut is None else (args.cut // ROUND * ROUND or 1, args.cut)
                reports.append(Cuts(carrier, Path(name), args.seed).run(first, last, tell))
                print("", *reports[-1].lines(), *reports[-1].problems, sep="\n", flush=True)
    print(f"{time.perf_counter() - since:.0f} s, load {os.getloadavg()[0]:.1f}")
    return 1 if any(report.problems for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
