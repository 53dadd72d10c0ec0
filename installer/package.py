"""Builds dist/xiangpei, tests it, and on Debian packs it as a .deb: `python3 dev.py package`."""

import shutil
import subprocess
import sys
from pathlib import Path

from installer import deb, smoke

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
BUNDLE = DIST / "xiangpei"


def build() -> None:
    folders = ["--distpath", str(DIST), "--workpath", str(ROOT / "build")]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *folders]
    subprocess.run([*command, str(ROOT / "installer" / "xiangpei.spec")], cwd=ROOT, check=True)


def megabytes(path: Path) -> str:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file() and not file.is_symlink()]
    return f"{sum(file.stat().st_size for file in files) / 1e6:.0f} MB"


def main() -> int:
    build()
    print(f"{BUNDLE}: {megabytes(BUNDLE)}", flush=True)
    try:
        smoke.smoke(BUNDLE)
    except smoke.Broken as reason:
        print(f"The built app is broken: {reason}", file=sys.stderr)
        return 1
    print("The built app works.", flush=True)
    if shutil.which("dpkg-deb"):
        made = deb.build(BUNDLE, DIST)
        print(f"{made}: {megabytes(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
