"""A county and a laptop as their users run them: every verb a process of its own, at any hour of a made-up day.

The hour comes from libfaketime (Debian `faketime`), because the program has no switch for it. Its wrapper forks, so
the library is loaded directly: what is started here is the program itself, and can be ended by its id.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.jobs import moment

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
PROGRAM = str(Path(sys.executable).parent / "xiangpei")
PATIENCE = 60
"""Seconds that one verb may take on a slow machine."""


def faketime() -> Path | None:
    """The library, where it is installed."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def environment(at: str = "") -> dict[str, str]:
    """For a process whose machine shows `at` (Beijing time, ISO), or the real time.

    The laptop believes to be in New York, which must not move a lesson. No keyring: a test's keys go with its folder.
    """
    env = {name: value for name, value in os.environ.items() if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")}
    env |= {"PYTHONWARNINGS": "error", "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    if at:
        day, clock = at.split("T")
        instant = moment.instant(moment.parse_day(day), moment.parse_time(clock))
        env |= {"LD_PRELOAD": str(faketime()), "FAKETIME": f"@{instant}", "FAKETIME_FMT": "%s"}
        # With a fake monotonic clock, Python's waits with a timeout would never return.
        env |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "America/New_York"}
    return env


@dataclass(frozen=True)
class Done:
    """How a verb ended. `answer` is its JSON; of `scan`, a list of its lines."""

    code: int
    answer: Any
    said: str


@dataclass(frozen=True)
class Node:
    """One node's folder, reached through the command line only."""

    folder: Path

    def start(self, *words: object, at: str = "") -> subprocess.Popen[str]:
        command = [PROGRAM, "--data", str(self.folder), "--json", *map(str, words)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=environment(at), stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", cwd=self.folder.parent
        )

    def run(self, *words: object, at: str = "", stdin: str = "") -> Done:
        process = self.start(*words, at=at)
        try:
            out, said = process.communicate(stdin, timeout=PATIENCE)
        finally:
            process.kill()
        lines = [json.loads(line) for line in out.splitlines()]
        return Done(process.returncode, lines if "scan" in words else lines[0] if lines else None, said)

    def ask(self, *words: object, at: str = "", stdin: str = "") -> Any:
        """What a verb answers that must succeed."""
        done = self.run(*words, at=at, stdin=stdin)
        assert done.code == 0, f"xiangpei {' '.join(map(str, words))}: exit {done.code}\n{done.answer}\n{done.said}"
        return done.answer

    def fail(self, *words: object, at: str = "") -> Any:
        """What a verb answers that must fail with a reason: exit 1, and words for a person."""
        done = self.run(*words, at=at)
        assert done.code == 1, f"xiangpei {' '.join(map(str, words))}: exit {done.code}\n{done.answer}\n{done.said}"
        assert "Traceback" not in done.said and done.answer.get("error") != "bug"
        return done.answer


@dataclass(frozen=True)
class Server:
    """`county serve` in its own process."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)


@contextmanager
def serving(county: Node, at: str = "", how: tuple[object, ...] = ()) -> Iterator[Server]:
    """The county's server on a free port of this machine; `how` are more words of the verb."""
    with county.start("county", "serve", "--port", "0", *how, at=at) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready, process.communicate(timeout=PATIENCE)[1]
            yield Server(json.loads(ready)["url"], process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


@dataclass(frozen=True)
class World:
    """A county and one laptop of a school, side by side in a folder, and a USB stick."""

    folder: Path
    password: str
    """Of the console's account `admin`."""

    @property
    def county(self) -> Node:
        return Node(self.folder / "county")

    @property
    def laptop(self) -> Node:
        return Node(self.folder / "laptop")

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    def copy(self, folder: Path) -> "World":
        """The same world again, to be spoiled by one test."""
        shutil.copytree(self.folder, folder)
        return World(folder, self.password)

    def sync_by_stick(self, at: str = "") -> None:
        """To the county and back."""
        self.laptop.ask("sync", "--folder", self.stick, at=at)
        self.county.ask("county", "import", self.stick, "--receipts", self.stick, at=at)
        self.laptop.ask("sync", "--folder", self.stick, at=at)


def enrolled(folder: Path, at: str = "") -> World:
    """A new county, and a new laptop that was enrolled by files, its fingerprint compared."""
    folder.mkdir(parents=True, exist_ok=True)
    password = Node(folder / "county").ask("county", "init", "--name", "云岭县人社局", at=at)["password"]
    world = World(folder, password)
    world.stick.mkdir()
    world.laptop.ask("init", "--name", "红旗村培训点", at=at)
    request, grant = world.stick / "request.xpq", world.stick / "grant.xpg"
    asked = world.laptop.ask("enrol", "request", "--to", request, at=at)
    said = world.county.ask("county", "enrol", request, "--institution", "春风职业培训学校", "--to", grant, at=at)
    assert said["fingerprint"] == asked["fingerprint"]
    accepted = world.laptop.ask("enrol", "accept", grant, at=at)
    assert accepted["institution"] == "春风职业培训学校"
    assert accepted["county_fingerprint"] == said["county_fingerprint"]
    return world
