"""Pictures of every page into one folder, for a person to look at: `python -m tests.shots [OUT]`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

SCRIPTS = (
    ("tests.desktop.shots", ""),
    ("tests.desktop.shots_checkin", ""),
    ("tests.desktop.shots_exchange", ""),
    ("tests.desktop.shots_trust", "trust"),
    ("tests.desktop.shots_station", "station", "1024x600"),
)
"""Each with the folder within OUT that it fills, and further words."""
ROOT = Path(__file__).parents[1]
README_PICTURE = ROOT / "docs" / "desktop.png"
SHOWN = "02-in.png"
"""The picture that the README shows: a name at the check-in desk."""
MANUAL = ROOT / "resources" / "manual"
MANUAL_PICTURES = {
    "enrol": "exchange-not-enrolled-1024",
    "grant": "exchange-grant",
    "timetable": "13-timetable-1024",
    "import": "25-preview-repaired-1024",
    "signed-in": "station/03-question",
    "record": "15-record",
    "other-lesson": "station/07-other-class-is-on",
    "code": "station/24-code",
    "hours": "16-hours-1024",
    "report": "exchange-written-1024",
}
"""The manual's own pictures, and which these are; that of the console is taken in a browser, by hand."""
COLOURS = 64
"""Enough for what we draw, and a third of the bytes."""


def main(out: Path) -> int:
    """Each script is a process of its own: an application of Qt can't be made twice in one."""
    for script, folder, *words in SCRIPTS:
        print("$", script, flush=True)
        (out / folder).mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", script, str(out / folder), *words]
        code = subprocess.run(command, cwd=ROOT, env=os.environ, check=False).returncode
        if code:
            return code
    shutil.copyfile(out / SHOWN, README_PICTURE)
    for name, source in MANUAL_PICTURES.items():
        shrink(out / f"{source}.png", MANUAL / f"{name}.png")
    print(f"Pictures: {out}. README's and the manual's are renewed.")
    return 0


def shrink(source: Path, target: Path) -> None:
    with Image.open(source) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "out" / "shots"))
