"""Pictures of every page into one folder, for a person to look at: `python -m tests.shots [OUT]`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPTS = ("tests.desktop.shots", "tests.desktop.shots_checkin", "tests.desktop.shots_exchange")
ROOT = Path(__file__).parents[1]
README_PICTURE = ROOT / "docs" / "desktop.png"
SHOWN = "02-in.png"
"""The picture that the README shows: a name at the check-in desk."""


def main(out: Path) -> int:
    """Each script is a process of its own: an application of Qt can't be made twice in one."""
    out.mkdir(parents=True, exist_ok=True)
    for script in SCRIPTS:
        print("$", script, flush=True)
        code = subprocess.run(
            [sys.executable, "-m", script, str(out)], cwd=ROOT, env=os.environ, check=False
        ).returncode
        if code:
            return code
    shutil.copyfile(out / SHOWN, README_PICTURE)
    print(f"Pictures: {out}. {README_PICTURE.relative_to(ROOT)} is the one that the README shows.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "out" / "shots"))
