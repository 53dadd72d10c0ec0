"""Builds dist/xiangpei and tests it: `python3 dev.py package`, with `--deb` for a Debian package too (minutes)."""

import argparse
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
    parser = argparse.ArgumentParser(prog="dev.py package", description="Build the app that needs no Python; test it.")
    parser.add_argument("--deb", action="store_true", help="also pack it as a .deb (needs dpkg-deb)")
    wants_deb = parser.parse_args().deb
    build()
    print(f"{BUNDLE}: {megabytes(BUNDLE)}", flush=True)
    try:
        smoke.smoke(BUNDLE)
    except smoke.Broken as reason:
        print(f"The built app is broken: {reason}", file=sys.stderr)
        return 1
    print("The built app works.", flush=True)
    if wants_deb:
        made = deb.build(BUNDLE, DIST)
        print(f"{made}: {megabytes(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
