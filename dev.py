#!/usr/bin/env python3
"""Every chore of a developer, from a bare machine on: `python3 dev.py` lists them. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "xiangpei-setup"

PYTHONS = ((3, 11), (3, 12), (3, 13))

# What Qt's wheels load but do not carry. Newer Debians call some of them …t64; those provide these names too.
QT_PACKAGES = ["libglib2.0-0", "libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3"]
MULTIMEDIA_PACKAGES = ["libpulse0", "libxrandr2"]
PAPER_PACKAGES = ["libatomic1", "libcups2"]
WINDOW_PACKAGES = ["libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxkbcommon-x11-0"]
# One test verifies a signature with the first two alone, as the documents promise; others run under another time.
TEST_PACKAGES = ["openssl", "jq", "faketime"]
# PyInstaller reads libraries with objdump, and bundles Python's own, which Debian packs apart from its python3.
BUILD_PACKAGES = ["binutils"]
if sys.prefix == "/usr":
    BUILD_PACKAGES.append(f"libpython{sys.version_info.major}.{sys.version_info.minor}")


class Failed(Exception):
    """Something could not be done; the message says what to do."""


# --- the chores -------------------------------------------------------------------------------------------------


def setup(_args: list[str]) -> int:
    """install what is missing: system packages, .venv, locked libraries (the others imply it)"""
    ensure_ready()
    print(f"Ready: {PYTHON}")
    return 0


def run(args: list[str]) -> int:
    """open the app on a sample training point with a county on this machine; offscreen if there is no display"""
    ensure_ready()
    if has_display():
        return in_venv("-m", "tests.day.sample", "--window", *args)
    folder = ROOT / "out" / f"day-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True)
    print("No display: the same day runs offscreen.", flush=True)
    code = in_venv("-m", "tests.day.sample", "--offscreen", "--out", str(folder), *args, offscreen=True)
    print(f"Results: {folder}")
    return code


def test(args: list[str]) -> int:
    """style, types, arrows between packages, then pytest (further words go to pytest)"""
    ensure_ready()
    checks = (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports",),
        # A file's tests stay together, since they share its servers; tests/conftest.py begins with the longest.
        ("pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", *args),
    )
    for tool, *words in checks:
        print("$", tool, *words, flush=True)
        code = call([str(BIN / tool), *words], offscreen=True)
        if code:
            print(f"dev.py: {tool} failed (exit {code})", file=sys.stderr)
            return code
    return 0


def bench(args: list[str]) -> int:
    """measure speed, each figure beside its bound"""
    ensure_ready()
    return in_venv("-m", "tests.bench", *args, offscreen=True)


def storm(args: list[str]) -> int:
    """many small worlds of laptops and a county in every mishap: --seeds N [--from S] [--verbose] [--jobs J]"""
    ensure_ready()
    return in_venv("-m", "tests.storm.storm", *args)


def fuzz(args: list[str]) -> int:
    """bent files into every reader: --inputs N [--seed S] [--coverage] [READER…]"""
    ensure_ready()
    return in_venv("-m", "tests.fuzz.fuzz", *args)


def shots(args: list[str]) -> int:
    """pictures of every page into out/shots (or the folder named), offscreen; renews README's and the manual's"""
    ensure_ready()
    return in_venv("-m", "tests.shots", *args, offscreen=True)


def power(args: list[str]) -> int:
    """end the program at random moments, as power cuts do, and look what is left (--cuts N, default 1000)"""
    ensure_ready()
    return in_venv("-m", "tests.storm.power", *args)


def cuts(args: list[str]) -> int:
    """end, cut and fill up real syncs at random moments: --cuts N [--seed S] [--only http|usb|proxy|disk]"""
    ensure_ready()
    return in_venv("-m", "tests.storm.cuts", *args)


def door(args: list[str]) -> int:
    """hold forty printed cards before an emulated camera, one each 1.5 s, and time the answers"""
    ensure_ready()
    return in_venv("-m", "tests.storm.door", *args, offscreen=True)


def package(args: list[str]) -> int:
    """build the app that needs no Python into dist/, and test what was built"""
    ensure_ready(BUILD_PACKAGES)
    return in_venv("-m", "installer.package", *args)


def lock(_args: list[str]) -> int:
    """make requirements.lock anew from pyproject.toml (needs uv)"""
    uv = shutil.which("uv")
    if uv is None:
        raise Failed("uv is not on the PATH. It is the one tool that locks for every platform at once: pip install uv")
    words = "pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate"
    words += " --no-header --extra dev pyproject.toml -o requirements.lock"
    return call([uv, *words.split()])


CHORES = (setup, run, test, bench, storm, fuzz, shots, power, cuts, door, package, lock)


# --- getting ready ----------------------------------------------------------------------------------------------


def ensure_ready(more_packages: Sequence[str] = ()) -> None:
    qt = [*QT_PACKAGES, *MULTIMEDIA_PACKAGES, *PAPER_PACKAGES, *WINDOW_PACKAGES]
    ensure_system_packages([*qt, *TEST_PACKAGES, *more_packages])
    ensure_venv()


def ensure_system_packages(wanted: Sequence[str]) -> None:
    """On Debian and its family: installs what is missing, or says with which command to do it."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return
    missing = sorted(set(wanted) - installed_packages())
    if not python_can_make_venvs():
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    prefix = as_root()
    if prefix is None:
        raise Failed(
            f"These system packages are missing: {' '.join(missing)}\n"
            f"Install them, then try again:\n  sudo apt-get update && sudo {' '.join(install)}"
        )
    print("Installing system packages:", *missing, flush=True)
    # A source that can't be reached need not hold the package that we want: the install itself decides.
    subprocess.run([*prefix, "apt-get", "update", "-qq"], check=False)
    # The machine's own updater may hold the lock on a machine just started: wait for it.
    patient = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *install, "-o", "DPkg::Lock::Timeout=120"]
    must(patient, f"System packages could not be installed. Look into it with: {' '.join(install)}")


def installed_packages() -> set[str]:
    """Names of all installed packages, and the names that these provide."""
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}\t${Package}, ${Provides}\n"]
    lines = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    names: set[str] = set()
    for status, packages in (line.split("\t", 1) for line in lines):
        if status == "installed":
            # A provided name may carry a version: "libglib2.0-0 (= 2.80.0)".
            names.update(name.split()[0] for name in packages.split(",") if name.strip())
    return names


def python_can_make_venvs() -> bool:
    """Debian takes ensurepip out of its Python and packs it apart."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0


def as_root() -> list[str] | None:
    """What to put before a command so that root runs it; None if that would need a password."""
    if os.geteuid() == 0:
        return []
    ask = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(ask, capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def ensure_venv() -> None:
    """Leaves a .venv that holds exactly the lock. The stamp is written last: without it, the last try was cut short."""
    version = venv_version()
    wanted = "\n".join([str(ROOT), version, digest(LOCK), digest(ROOT / "pyproject.toml"), ""])
    found = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if version and found == wanted:
        return
    if not version or found.splitlines()[:2] != wanted.splitlines()[:2]:
        print(f"Making {VENV}", flush=True)
        must([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")
    STAMP.unlink(missing_ok=True)
    print("Installing the locked libraries (some minutes the first time)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    hint = "The libraries could not be installed. Look at the network, then try again."
    must([*pip, "--require-hashes", "-r", str(LOCK)], hint)
    must([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "The project itself could not be installed.")
    stamp = "\n".join([str(ROOT), venv_version(), *wanted.splitlines()[2:], ""])
    STAMP.write_text(stamp, encoding="utf-8")


def venv_version() -> str:
    """Like "3.11"; empty if .venv has no Python that runs."""
    if not PYTHON.exists():
        return ""
    ask = [str(PYTHON), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- running things ---------------------------------------------------------------------------------------------


def in_venv(*words: str, offscreen: bool = False) -> int:
    return call([str(PYTHON), *words], offscreen=offscreen)


def call(command: list[str], offscreen: bool = False) -> int:
    """Runs it in the repository's folder; answers its exit code."""
    return subprocess.run(command, cwd=ROOT, env=environment(offscreen), check=False).returncode


def must(command: list[str], message: str) -> None:
    """Runs it quietly; what it had to say is shown if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        raise Failed(message)


def environment(offscreen: bool = False) -> dict[str, str]:
    """The caller's, less its Python settings: they would let other libraries in."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    env["PYTHONUTF8"] = "1"
    if offscreen:
        env["QT_QPA_PLATFORM"] = "offscreen"
    return env


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def right_python() -> str | None:
    """None if this Python will do; else the path of one that will."""
    if sys.version_info[:2] in PYTHONS:
        return None
    for major, minor in PYTHONS:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    raise Failed(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}, and no other is on the PATH.")


def menu() -> None:
    print("usage: python3 dev.py COMMAND [ARGUMENT…]\n")
    for chore in CHORES:
        print(f"  {chore.__name__:<9}{chore.__doc__}")


def main(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        menu()
        return 0
    chore = next((chore for chore in CHORES if chore.__name__ == words[0]), None)
    if chore is None:
        print(f"dev.py: there is no command {words[0]!r}\n", file=sys.stderr)
        menu()
        return 2
    try:
        other = right_python()
        if other:
            return subprocess.run([other, __file__, *words], check=False).returncode
        return chore(words[1:])
    except Failed as reason:
        print(f"dev.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
