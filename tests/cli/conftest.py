"""The command line in process: the same entry, arguments in, exit code and both streams out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.cli.context import Window
from sync.cli.main import run
from sync.jobs import moment
from sync.ledger.check import digests
from sync.ledger.clock import SystemClock
from sync.ledger.ledger import Ledger
from tests.day.world import SAMPLES, World, enrolled

WINDOW = Window(open=lambda _: 0, read_video=lambda _: [], selftest=lambda: {"ok": True})
YESTERDAY = (moment.day_of(SystemClock().read().wall // 1000) - timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Said:
    """How a verb ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The one JSON value on stdout."""
        (line,) = self.out.splitlines()
        return json.loads(line)


Tell = Callable[..., Said]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """`tell(folder, *words)`: a verb in a folder, with --json."""

    def one(folder: Path, *words: object) -> Said:
        argv = ["--data", str(folder), "--json", *map(str, words)]
        capsys.readouterr()
        try:
            code = run(argv, WINDOW)
        except SystemExit as wrong_usage:
            assert isinstance(wrong_usage.code, int)
            code = wrong_usage.code
        streams = capsys.readouterr()
        return Said(code, streams.out, streams.err)

    return one


@dataclass(frozen=True)
class Office:
    """An enrolled laptop with class A1, a roster of some sixty, one lesson yesterday and one trainee by name."""

    world: World
    lesson: str
    trainee: str
    number: str
    card: str

    @property
    def laptop(self) -> Path:
        return self.world.laptop.folder

    def state(self) -> object:
        """Everything that appending would change."""
        with Ledger.open(self.laptop) as ledger:
            return ledger.position(ledger.feed), digests(ledger.conn)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    world = enrolled(tmp_path_factory.mktemp("office") / "w")
    course = world.laptop.ask("course", "list")[0]["code"]
    days = ("--from", YESTERDAY, "--to", YESTERDAY)
    world.laptop.ask("class", "add", "--code", "A1", "--course", course, "--name", "一班", *days)
    world.laptop.ask("roster", "import", SAMPLES / "roster-township-60.xlsx", "--class", "A1")
    hours = ("--date", YESTERDAY, "--start", "08:00", "--end", "11:00", "--hours", "4")
    lesson = world.laptop.ask("lesson", "add", "--class", "A1", *hours, "--kind", "theory", "--topic", "安全")["lesson"]
    with Ledger.open(world.laptop.folder) as ledger:
        row = ledger.conn.execute(
            "SELECT t.id, t.id_number, e.card FROM trainees t JOIN enrollments e ON e.trainee = t.id"
            " ORDER BY t.id LIMIT 1"
        ).fetchone()
    return Office(world, lesson, *row)
