"""Verbs and server under another time, as libfaketime makes it: with the monotonic clock faked too, and without."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.day.world import PROGRAM, SAMPLES, environment, faketime

PATIENCE = 60
AT = "@2026-11-20 09:00:00"


@dataclass(frozen=True)
class Clocked:
    """A node whose machine believes another time."""

    folder: Path
    env: dict[str, str]

    @contextmanager
    def started(self, *words: object) -> Iterator[subprocess.Popen[str]]:
        command = [PROGRAM, "--data", str(self.folder), "--json", *map(str, words)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=self.env, stdout=pipe, stderr=pipe, encoding="utf-8") as process:
            try:
                yield process
            finally:
                # Under a stopped clock a server would wait for ever to end politely.
                process.kill()

    def ask(self, *words: object) -> Any:
        with self.started(*words) as process:
            out, err = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, (words, out, err)
            return msgspec.json.decode(out)


@pytest.mark.parametrize("at", [AT, AT.removeprefix("@")], ids=["running", "stopped"])
@pytest.mark.parametrize("monotonic", ["0", "1"], ids=["monotonic faked", "monotonic true"])
def test_nothing_hangs_and_every_time_is_the_other_one(tmp_path: Path, at: str, monotonic: str) -> None:
    library = faketime()
    assert library is not None, "needs the Debian package faketime: python3 dev.py setup"
    env = environment() | {"LD_PRELOAD": str(library), "FAKETIME": at, "TZ": "Asia/Shanghai"}
    env["FAKETIME_DONT_FAKE_MONOTONIC"] = monotonic
    laptop, county = Clocked(tmp_path / "laptop", env), Clocked(tmp_path / "county", env)
    request, grant = tmp_path / "q.xpq", tmp_path / "g.xpg"

    county.ask("county", "init", "--name", "云岭县")
    laptop.ask("init", "--name", "红旗村")
    laptop.ask("enrol", "request", "--to", request)
    county.ask("county", "enrol", request, "--institution", "春风", "--to", grant)
    laptop.ask("enrol", "accept", grant)
    course = laptop.ask("course", "list")[0]["code"]
    dates = ("--from", "2026-11-20", "--to", "2026-11-21")
    laptop.ask("class", "add", "--code", "A1", "--course", course, "--name", "一班", *dates)
    laptop.ask("roster", "import", SAMPLES / "roster-township-60.xlsx", "--class", "A1")
    hours = ("--start", "09:00", "--end", "11:15", "--hours", "3", "--kind", "theory", "--topic", "安全")
    lesson = laptop.ask("lesson", "add", "--class", "A1", "--date", "2026-11-20", *hours)["lesson"]
    scanned = laptop.ask("scan", "--lesson", lesson, card_of(laptop.folder))
    assert (scanned["result"], scanned["kind"]) == ("recorded", "in")
    assert scanned["at"].startswith("2026-11-20T09:00:")
    with county.started("county", "serve", "--port", 0) as server:
        assert server.stdout is not None
        url = msgspec.json.decode(server.stdout.readline())["url"]
        assert laptop.ask("sync", "--server", url)["waiting"] == 0
        assert laptop.ask("sync", "--server", url)["sent"] == 0
    assert laptop.ask("status")["county"]["at"].startswith("2026-11-20T09:00:")
    assert county.ask("county", "hours", "A1") == laptop.ask("hours", "A1")


def card_of(folder: Path) -> str:
    from sync.ledger.ledger import Ledger

    with Ledger.open(folder) as ledger:
        return str(ledger.conn.execute("SELECT card FROM enrollments ORDER BY id LIMIT 1").fetchone()[0])


def test_the_wrapper_too(tmp_path: Path) -> None:
    """As somebody would type it; the wrapper forks, so the whole group is ended."""
    command = ["faketime", "-f", AT, PROGRAM, "--data", str(tmp_path / "n"), "--json", "init", "--name", "红旗村"]
    env = environment() | {"TZ": "Asia/Shanghai"}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert msgspec.json.decode(out)["feed"]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
