"""`xiangpei selftest` in a process of its own, as the installer's smoke test runs it."""

import json
import subprocess
import sys
from pathlib import Path

from installer.smoke import CHECKS

ROOT = Path(__file__).resolve().parent.parent.parent


def run(code: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, "--json", "selftest"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_everything_works_here() -> None:
    done = run("from desktop.main import main; raise SystemExit(main())")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {check["check"] for check in json.loads(done.stdout)["checks"]} == CHECKS


def test_what_is_broken_is_told_and_the_rest_is_still_checked() -> None:
    break_it = "from desktop import selftest; selftest.VIDEO = selftest.VIDEO.with_name('missing.mp4')"
    done = run(f"{break_it}; from desktop.main import main; raise SystemExit(main())")
    assert done.returncode == 1
    verdicts = {check["check"]: check["ok"] for check in json.loads(done.stdout)["checks"]}
    assert verdicts == {check: check != "frame" for check in CHECKS}
