"""Power cuts: `python -m tests.storm.power --cuts N` ends real processes at random moments and looks what is left.

Each cut starts tests.storm.shift as a new process and ends it by SIGKILL at a moment drawn uniformly from the whole
run of its job, from before the ledger is opened until after the last answer. Then everything that it had said must
hold, and the next process must go on from there. A process that was done before its moment came is no cut, and does
not count. SIGKILL takes the process, not the machine: what the disk itself loses is SQLite's WAL with synchronous=FULL.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import UserError
from sync.jobs.find import list_classes
from sync.jobs.photos import read_photo
from sync.jobs.rosters import roster_of
from sync.ledger.backup import restore
from sync.ledger.check import check
from sync.ledger.ledger import Ledger
from tests.storm import shift

ROOT = Path(__file__).parents[2]
PATIENCE = 60
ROUND = 50
"""So many cuts go into one ledger, then a new one is begun: a check reads everything each time."""
FRESH = ("create", "import", "restore")
"""Jobs that are done once in a node's life."""
SHARE = {"door": 1.0, "import": 0.03, "create": 0.1, "backup": 0.1, "restore": 0.1, "photo": 0.1}
"""Cuts in each job, for one cut at the door."""


@dataclass
class Report:
    """What one job's cuts came to."""

    job: str
    cuts: int = 0
    finished: int = 0
    """Processes that were done before their moment came."""
    promises: int = 0
    places: Counter[str] = field(default_factory=Counter)
    """The last word said before each cut."""
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        last = ", ".join(f"{word} {count}" for word, count in self.places.most_common())
        said = f"{self.job:7} {self.cuts:5} cuts, {self.promises:6} promises, {len(self.problems)} broken"
        return f"{said}  (cut after: {last}; {self.finished} were done before)"


def start(job: str, folder: Path, seed: int) -> subprocess.Popen[str]:
    """A new process, ready to begin."""
    # No keyring, and the copy of the key that a new node leaves with its user goes to the test's own folder.
    env = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    env |= {"XDG_DATA_HOME": str(folder.parent / "home"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "tests.storm.shift", job, str(folder), str(seed)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", cwd=ROOT, env=env)
    assert process.stdout is not None
    begun = process.stdout.readline()
    assert begun == "begin\n", process.communicate(timeout=PATIENCE)
    return process


def cut(job: str, folder: Path, seed: int, after: float) -> tuple[list[list[str]], bool]:
    """Runs the job and ends it after so many seconds. Answers what it said, and whether it was still at work."""
    process = start(job, folder, seed)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, -9), f"{job}, seed {seed}, ended by itself: {err}"
    # A line that was cut in half was never shown.
    return [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")], process.returncode != 0


class Storm:
    """Cuts of one job, one after another, in folders under `root`."""

    def __init__(self, job: str, root: Path, seed: int) -> None:
        self.report = Report(job)
        self._job, self._root, self._chance = job, root / job, random.Random(f"{job}{seed}")
        self._root.mkdir()
        self._model = self._root / "model"
        if job != "create":
            self._model.mkdir()
            shift.prepare(self._model / "node")
        if job == "restore":
            (self._model / "node" / "ledger.key").rename(self._model / "ledger.key")
            shutil.rmtree(self._model / "node")
        self._begin_anew()
        self._span = self._length()

    def _begin_anew(self) -> None:
        """A folder of its own for the node, its backup and what its user keeps."""
        self._said: list[list[str]] = []
        place = self._root / "place"
        shutil.rmtree(place, ignore_errors=True)
        self.node = place / "node"
        if self._model.exists():
            shutil.copytree(self._model, place)
        else:
            place.mkdir()

    def _length(self) -> float:
        """Seconds that the whole job takes, now and here."""
        process = start(self._job, self.node, self._chance.getrandbits(32))
        since = last = time.perf_counter()
        assert process.stdout is not None
        while process.stdout.readline():
            last = time.perf_counter()
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        self._begin_anew()
        # Up to its last word: how long Python takes to end is of no interest.
        return last - since

    def run(self, cuts: int, tell: Callable[[Report], None] = lambda _: None) -> Report:
        each = 1 if self._job in FRESH else ROUND
        while self.report.cuts < cuts:
            # A little beyond its end, because the next run may take longer; what is done by then is no cut.
            after = self._chance.uniform(0, self._span * 1.1)
            said, was_at_work = cut(self._job, self.node, self._chance.getrandbits(32), after)
            self._said += said
            self.report.promises += len(said)
            if was_at_work:
                self.report.cuts += 1
                self.report.places[said[-1][0] if said else "begin"] += 1
            else:
                self.report.finished += 1
            found = [f"cut {self.report.cuts}: {one}" for one in self._look()]
            round_is_over = each == 1 or (was_at_work and self.report.cuts % each == 0)
            if round_is_over:
                found += [f"cut {self.report.cuts}, going on: {one}" for one in self._go_on()]
            self.report.problems += found
            if found or round_is_over:
                # What is wrong once would be found again after every cut.
                self._begin_anew()
                tell(self.report)
        return self.report

    def _look(self) -> list[str]:
        """What is wrong with what the cut left behind."""
        if self._job in ("create", "restore") and not self._opens():
            return ["it had said that it was there"] if self._said else []
        with Ledger.open(self.node, shift.ShiftClock()) as ledger:
            found = [*check(ledger).problems, *doubles(ledger), *photos_missing(ledger), *half_rosters(ledger)]
            found += [f"lost: {' '.join(words)}" for words in self._said if not kept(ledger, words)]
            if self._job == "restore" and ledger.position(ledger.feed).seq != 1:
                found.append("a restored ledger goes on in the feed that it had before")
        return found + self._look_at_backup() + self._litter()

    def _litter(self) -> list[str]:
        """What a cut may leave lying about for ever: at most one thing, which the next process clears."""
        known = {"node", "home", "restored", "ledger.key", shift.BACKUP}
        litter = [path.name for path in self.node.parent.iterdir() if path.name not in known]
        return [f"left behind: {', '.join(litter)}"] if len(litter) > 1 else []

    def _opens(self) -> bool:
        try:
            Ledger.open(self.node).close()
        except UserError:
            return False
        return True

    def _look_at_backup(self) -> list[str]:
        """The last whole backup, or the one before it."""
        path = self.node.parent / shift.BACKUP
        promised = [int(words[1]) for words in self._said if words[0] == "backup"]
        if not path.exists():
            return ["the backup is gone"] if promised else []
        again = self.node.parent / "restored"
        try:
            keys = [folder / "ledger.key" for folder in (self.node, self.node.parent)]
            made = restore(again, path, next(key for key in keys if key.exists()), shift.ShiftClock())
            if made.seq < max(promised, default=0):
                return [f"the backup ends at {made.seq}, and {max(promised)} was said"]
            with Ledger.open(again, shift.ShiftClock()) as ledger:
                return check(ledger).problems
        finally:
            shutil.rmtree(again, ignore_errors=True)

    def _go_on(self) -> list[str]:
        """The next process does the whole job."""
        if self._job in ("create", "restore") and self._opens():
            with Ledger.open(self.node) as ledger:
                return check(ledger).problems
        said, was_at_work = cut(self._job, self.node, self._chance.getrandbits(32), PATIENCE)
        self._said += said
        return ["the next process did not come to its end"] if was_at_work else self._look()


def kept(ledger: Ledger, words: list[str]) -> bool:
    """Whether a promise holds."""
    match words:
        case ["recorded", lesson, person, kind, stamp]:
            row = ledger.conn.execute("SELECT lesson, person, kind FROM stamps WHERE id = ?", (stamp,)).fetchone()
            return row == (lesson, person, kind)
        case ["repeat", lesson, person, kind, _]:
            (count,) = ledger.conn.execute(
                "SELECT count(*) FROM stamps WHERE lesson = ? AND person = ? AND kind = ?", (lesson, person, kind)
            ).fetchone()
            return count == 1
        case ["photo", digest]:
            return ledger.conn.execute("SELECT 1 FROM photos WHERE sha256 = ?", (digest,)).fetchone() is not None
        case ["imported", code]:
            return any(row.code == code and roster_of(ledger, row.id) for row in list_classes(ledger))
        case ["closed", lesson]:
            closing = ledger.conn.execute("SELECT 1 FROM lesson_closings WHERE lesson = ?", (lesson,))
            return closing.fetchone() is not None
        case ["created" | "restored", feed]:
            return ledger.feed == feed
        case ["begin"] | ["backup", _]:
            return True
    return False


def doubles(ledger: Ledger) -> list[str]:
    found = ledger.conn.execute(
        "SELECT lesson, person, kind, count(*) FROM stamps GROUP BY lesson, person, kind HAVING count(*) > 1"
    )
    return [f"double: {row}" for row in found]


def photos_missing(ledger: Ledger) -> list[str]:
    found = []
    for (digest,) in ledger.conn.execute("SELECT sha256 FROM photos").fetchall():
        try:
            read_photo(ledger, digest)
        except UserError:
            found.append(f"a change names a photo that is not there: {digest[:8]}")
    return found


def half_rosters(ledger: Ledger) -> list[str]:
    """A class has nobody, or everybody of its sheet."""
    sizes = {row.code: len(roster_of(ledger, row.id)) for row in list_classes(ledger)}
    return [f"class {code} has {size}" for code, size in sizes.items() if size not in (0, 40, 10_000)]


def tell(report: Report) -> None:
    print(f"  … {report.line()}", *report.problems[-3:], sep="\n    ", flush=True)


def main() -> int:
    words = argparse.ArgumentParser(prog="dev.py power", description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--cuts", type=int, default=1000, help="cuts at the door; the other jobs get a share of it")
    words.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    words.add_argument("--job", choices=sorted(SHARE), help="only this one")
    args = words.parse_args()
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    reports = []
    print(f"seed {args.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = f"{name}/home"
        for job, share in SHARE.items():
            if args.job in (None, job):
                cuts = args.cuts if args.job else max(round(args.cuts * share), 1)
                reports.append(Storm(job, Path(name), args.seed).run(cuts, tell))
    for report in reports:
        print(report.line())
    return 1 if any(report.problems for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
