"""Tests a built app as its user has it: no Python, no settings of the developer's, another folder.

`python -m installer.smoke dist/xiangpei` runs its self-test, then a small training day through its command line.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "samples"
SHEET, OLD_SHEET = SAMPLES / "roster-township-60.xlsx", SAMPLES / "roster-old-35.xls"
CHECKS = {"fonts", "window", "frame", "ledger", "page"}
PATIENCE = 120
"""Seconds for one start of the app, on a slow machine with a cold disk."""


class Broken(Exception):
    """The app did not do what it must."""


class App:
    """The built program, run from an empty folder that is also its user's home."""

    def __init__(self, bundle: Path, folder: Path) -> None:
        self.program = bundle.resolve() / ("xiangpei.exe" if os.name == "nt" else "xiangpei")
        self.folder = folder

    def ask(self, *words: str) -> Any:
        """What it answers as JSON. Raises Broken unless it exits 0."""
        started = self.start(*words)
        answer, trouble = started.communicate(timeout=PATIENCE)
        if started.returncode:
            raise Broken(f"exit {started.returncode}\n{answer}\n{trouble}")
        return json.loads(answer)

    def start(self, *words: str) -> subprocess.Popen[str]:
        print(" ", "xiangpei", *words, flush=True)
        env = {"HOME": str(self.folder), "QT_QPA_PLATFORM": "offscreen"}
        if os.name == "nt":
            env["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        command, pipe = [str(self.program), "--json", *words], subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, env=env, stdout=pipe, stderr=pipe, encoding="utf-8")


def self_test(app: App) -> None:
    answer = app.ask("selftest")
    for check in answer["checks"]:
        print(f"    {check['check']}: {check['words']}")
    expect(answer["ok"], True)
    expect({check["check"] for check in answer["checks"]}, CHECKS)


def training_day(app: App) -> None:
    """County, grant, class, roster, cards on paper; one batch on a stick and its receipt back, the next by HTTP."""
    county, laptop = ("--data", "county"), ("--data", "laptop")
    app.ask(*county, "county", "init", "--name", "云岭县人社局")
    app.ask(*laptop, "init", "--name", "小河村教学点")
    app.ask(*laptop, "enrol", "request", "--to", "request.json")
    app.ask(*county, "county", "enrol", "request.json", "--institution", "云岭职业培训学校", "--to", "grant.json")
    app.ask(*laptop, "enrol", "accept", "grant.json")
    course = app.ask(*laptop, "course", "list")[0]["code"]
    days = ("--from", "2026-11-02", "--to", "2026-11-13")
    app.ask(*laptop, "class", "add", "--code", "XH01", "--course", course, "--name", "小河村班", *days)
    for sheet, words in ((SHEET, ()), (OLD_SHEET, ("--preview",))):
        answer = app.ask(*laptop, "roster", "import", str(sheet), "--class", "XH01", *words)
        wanted = json.loads(sheet.with_suffix(".expect.json").read_text("utf-8"))
        expect(answer["accepted"], wanted["accepted"])
    app.ask(*laptop, "print", "cards", "--class", "XH01", "--to", "cards.pdf")
    expect((app.folder / "cards.pdf").read_bytes()[:5], b"%PDF-")
    (app.folder / "stick").mkdir()
    app.ask(*laptop, "sync", "--folder", "stick")
    app.ask(*county, "county", "import", "stick", "--receipts", "stick")
    app.ask(*laptop, "sync", "--folder", "stick")
    expect(app.ask(*laptop, "status")["waiting"], 0)
    app.ask(*laptop, "class", "add", "--code", "XH02", "--course", course, "--name", "二班", *days)
    by_http(app, county, laptop)
    expect(app.ask(*laptop, "status")["waiting"], 0)
    for node in (laptop, county):
        expect(app.ask(*node, "check")["ok"], True)


def by_http(app: App, county: tuple[str, ...], laptop: tuple[str, ...]) -> None:
    server = app.start(*county, "county", "serve", "--port", "0")
    try:
        assert server.stdout is not None
        ready = server.stdout.readline()
        if not ready:
            raise Broken(f"the county's server does not start\n{server.communicate(timeout=PATIENCE)[1]}")
        url = json.loads(ready)["url"]
        app.ask(*laptop, "sync", "--server", url)
        with urllib.request.urlopen(url, timeout=PATIENCE) as page:
            expect("<html" in page.read().decode("utf-8"), True)
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)


def expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise Broken(f"found {found!r}\nwanted {wanted!r}")


def smoke(bundle: Path) -> None:
    """Raises Broken, with what it found, when the bundle fails any part."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(bundle, Path(folder))
        self_test(app)
        training_day(app)


def main() -> int:
    try:
        smoke(Path(sys.argv[1]))
    except Broken as reason:
        print(f"The built app is broken: {reason}", file=sys.stderr)
        return 1
    print("The built app works.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
