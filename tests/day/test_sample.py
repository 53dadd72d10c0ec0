"""The sample training point that `dev.py run` opens: without a screen it leaves a day's papers, with one the app."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from sync.jobs import moment
from sync.jobs.find import find_lesson
from sync.ledger.ledger import Ledger
from tests.day.desk import PAGES
from tests.day.point import StoryClock, make_point
from tests.day.world import PATIENCE, ROOT, Node, environment

SAMPLE = [sys.executable, "-m", "tests.day.sample"]
FORMS = ("roster", "cards", "sign-in", "timetable", "hours")


def test_what_it_leaves_without_a_screen(tmp_path: Path) -> None:
    out = tmp_path / "day"
    done = subprocess.run(
        [*SAMPLE, "--offscreen", "--out", str(out)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    made = {path.name for path in out.iterdir()}
    assert all(name in done.stdout for name in made | {str(out)})
    assert {f"{form}.pdf" for form in FORMS} < made
    for form in FORMS:
        assert (out / f"{form}.pdf").read_bytes().startswith(b"%PDF-")
    for number, page in enumerate(PAGES, start=1):
        with Image.open(out / f"{number}-{page}.png") as picture:
            assert picture.width >= 800
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20, f"{page} is blank"
    laptop, county = Node(out / "laptop"), Node(out / "county")
    (batch,), (receipt,) = out.glob("*.xpb"), out.glob("*.xpr")
    assert county.ask("verify", batch)["ok"] and laptop.ask("verify", receipt)["ok"]
    assert laptop.ask("status")["waiting"] == 0
    hours = json.loads((out / "hours-laptop.json").read_text("utf-8"))
    assert hours == json.loads((out / "hours-county.json").read_text("utf-8"))
    states = {entry["state"] for row in hours for entry in row["lessons"]}
    assert {"正常", "迟到", "早退", "请假", "缺勤", "未签退", "未开课"} <= states  # something to look at


@pytest.mark.skipif(os.name == "nt", reason="process groups and signals are POSIX's")
def test_the_app_opens_on_it_with_a_county_beside(tmp_path: Path) -> None:
    out = tmp_path / "point"
    command = [*SAMPLE, "--window", "--out", str(out)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as sample:
        try:
            assert sample.stdout is not None
            console = next(line for line in sample.stdout if line.startswith("County console"))
            address = next(word for word in console.split() if word.startswith("http"))
            with urllib.request.urlopen(address, timeout=PATIENCE) as page:
                assert "云岭县人社局" in page.read().decode()
            wait_for(out / "laptop" / "window.lock")
        finally:
            # As Ctrl+C does: to all of them.
            os.killpg(sample.pid, signal.SIGINT)
            try:
                ended = sample.wait(PATIENCE)
            finally:
                # Whatever would not end must not hang the tests.
                with suppress(ProcessLookupError):
                    os.killpg(sample.pid, signal.SIGKILL)
            assert ended == 130
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=PATIENCE)


def wait_for(path: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


@pytest.mark.parametrize("clock", ["00:03", "12:00", "23:57"])
def test_a_lesson_is_in_progress_at_any_hour(tmp_path: Path, clock: str) -> None:
    now = moment.instant(date(2026, 11, 21), moment.parse_time(clock))
    point = make_point(tmp_path, now)
    with Ledger.open(point.world.laptop.folder, StoryClock(now)) as ledger:
        lesson = find_lesson(ledger, point.lesson)
        assert lesson.start <= now < lesson.end
        stamps = ledger.conn.execute("SELECT min(at), max(at), min(counted) FROM stamps WHERE lesson = ?", (lesson.id,))
        first, last, counted = stamps.fetchone()
        assert lesson.start - 1800 <= first and last <= now and counted


def test_a_folder_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    command = [*SAMPLE, "--offscreen", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
