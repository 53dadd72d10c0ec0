"""A sample training point to try the program out on; `dev.py run` starts it. Everybody in it is made up.

python -m tests.day.sample --window [--out DIR]      opens the app on it, a county beside it on this machine
python -m tests.day.sample --offscreen [--out DIR]   a day without a screen; leaves what it makes in the folder
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from tests.day.point import Point, make_point
from tests.day.world import PROGRAM, Server, serving


def main(words: list[str]) -> int:
    """Answers the exit code of `python -m tests.day.sample`."""
    parser = argparse.ArgumentParser(prog="python -m tests.day.sample", description=__doc__.split("\n")[0])
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--window", action="store_true", help="open the app")
    how.add_argument("--offscreen", action="store_true", help="no screen: leave papers, pictures and sealed files")
    parser.add_argument("--out", type=Path, metavar="DIR", help="an empty folder; a temporary one is made without it")
    args = parser.parse_args(words)
    out: Path = (args.out or Path(tempfile.mkdtemp(prefix="xiangpei-day-"))).resolve()
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        parser.error(f"{out} is not empty")
    print(f"Making a training point in {out} …", flush=True)
    point = make_point(out)
    try:
        with serving(point.world.county) as server:
            point.world.laptop.ask("sync", "--server", server.url)
            return show(point, server) if args.window else without_screen(point, out)
    except KeyboardInterrupt:
        return 130


def show(point: Point, server: Server) -> int:
    """The app, until its window is closed; the county's server ends with it."""
    print(f"County console:  {server.url}/console/   account admin, password {point.world.password}")
    print(f"USB stick:       {point.world.stick}")
    print("Close the window to end.", flush=True)
    # With the user's own settings: input methods and screen scaling are among them.
    ended = subprocess.run([PROGRAM, "--data", str(point.world.laptop.folder), "desktop"], check=False).returncode
    # Ctrl+C goes to all of them, and the window may be gone before we hear of it ourselves.
    if ended == -signal.SIGINT:
        raise KeyboardInterrupt
    return ended


def without_screen(point: Point, out: Path) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    laptop, county, stick = point.world.laptop, point.world.county, point.world.stick
    for form in ("roster", "cards", "sign-in", "timetable", "hours"):
        lesson = ("--lesson", point.past_lesson) if form == "sign-in" else ()
        laptop.ask("print", form, "--class", point.class_id, *lesson, "--to", out / f"{form}.pdf")
    troubles = at_the_desk(point, out)
    (batch,) = laptop.ask("sync", "--folder", stick)["written"]
    shutil.copy(stick / batch, out)
    (receipt,) = county.ask("county", "import", stick, "--receipts", stick)["receipts"]
    shutil.copy(stick / receipt, out)
    laptop.ask("sync", "--folder", stick)
    for name, node, words in (("laptop", laptop, ("hours",)), ("county", county, ("county", "hours"))):
        hours = node.ask(*words, point.class_id)
        (out / f"hours-{name}.json").write_text(json.dumps(hours, ensure_ascii=False, indent=1) + "\n", "utf-8")
        node.ask("check")
    print_contents(out)
    return 1 if troubles else 0


def at_the_desk(point: Point, out: Path) -> int:
    """Checks some people in at the real window, takes a picture of each page, answers how many errors there were."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import make_window, prepare
    from desktop.shell import theme
    from desktop.shell.settings import Settings
    from sync.jobs.rosters import roster_of
    from sync.ledger.ledger import Ledger
    from tests.day.desk import Desk, photograph_pages
    from tests.reading.frames import card_images

    troubles = 0

    def count(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        nonlocal troubles
        troubles += 1
        sys.__excepthook__(kind, error, trace)

    sys.excepthook = count
    app = QApplication.instance() or QApplication(["xiangpei"])
    assert isinstance(app, QApplication)
    prepare(app)
    theme.apply(app, "calm", 16)
    printed = card_images((out / "cards.pdf").read_bytes())
    with Ledger.open(point.world.laptop.folder) as ledger:
        people = roster_of(ledger, point.class_id)
        desk = Desk(make_window(ledger, Settings(ledger.folder), catch=False), point.lesson)
        # Every third has not come yet.
        desk.scan(people[0]["card"])
        desk.by_hand(people[3]["id_number"][-4:], "忘带卡")
        for place in (6, 9, 12):
            desk.show_card(printed[place])
        photograph_pages(desk.window, point.class_id, out)
        desk.close()
    return troubles


def print_contents(out: Path) -> None:
    print(f"In {out}:")
    for path in sorted(out.iterdir()):
        print(f"  {path.name:<44}{'folder' if path.is_dir() else f'{path.stat().st_size:>10,} bytes'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
