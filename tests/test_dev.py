"""dev.py in a folder of its own, with tools that only write down how they were called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in tools are shell scripts")


def tool(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), "utf-8")
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of dev.py that takes its .venv for ready and all system packages for installed."""
    for name in ("dev.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    tool(python, f'exec "{sys.executable}" "$@"')
    digests = [dev.digest(tmp_path / name) for name in ("requirements.lock", "pyproject.toml")]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stamp = "\n".join([str(tmp_path), version, *digests, ""])
    (tmp_path / ".venv" / "xiangpei-setup").write_text(stamp, "utf-8")
    packages = dev.QT_PACKAGES + dev.MULTIMEDIA_PACKAGES + dev.PAPER_PACKAGES + dev.WINDOW_PACKAGES + dev.TEST_PACKAGES
    tell_installed(tmp_path, [f"installed\t{package}, " for package in packages])
    tool(tmp_path / "path" / "apt-get", f'echo apt-get "$@" >> {tmp_path}/calls')
    tool(tmp_path / "path" / "sudo", 'while [ "${1#-}" != "$1" ]; do shift; done', 'exec "$@"')
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        tool(tmp_path / ".venv" / "bin" / name, f'echo {name} "$@" >> {tmp_path}/calls')
    return tmp_path


def tell_installed(place: Path, lines: list[str]) -> None:
    tool(place / "path" / "dpkg-query", "cat <<'END'", *lines, "END")


def run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{place / 'path'}:/usr/bin:/bin"}
    command = [sys.executable, str(place / "dev.py"), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


def calls(place: Path) -> list[str]:
    log = place / "calls"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def test_checks_run_in_order_and_further_words_reach_pytest(place: Path) -> None:
    done = run(place, "test", "-k", "hours")
    assert done.returncode == 0, done.stderr
    *checks, tests = calls(place)
    assert checks == ["ruff check .", "ruff format --check .", "mypy", "lint-imports"]
    assert tests.startswith("pytest ")
    assert tests.endswith(" -k hours")


def test_the_first_failure_ends_the_test_with_its_exit_code(place: Path) -> None:
    tool(place / ".venv" / "bin" / "mypy", "exit 7")
    assert run(place, "test").returncode == 7
    assert calls(place) == ["ruff check .", "ruff format --check ."]


def test_only_missing_system_packages_are_installed(place: Path) -> None:
    packages = dev.QT_PACKAGES + dev.MULTIMEDIA_PACKAGES + dev.PAPER_PACKAGES + dev.WINDOW_PACKAGES
    lines = [f"installed\t{package}, " for package in packages if package not in ("libglib2.0-0", "libgl1")]
    # Newer releases renamed some packages and let them provide the old name; what was removed is still listed.
    lines += ["installed\tlibglib2.0-0t64, libglib2.0-0 (= 2.80.0)", "config-files\tlibgl1, ", "installed\topenssl, "]
    tell_installed(place, lines)
    assert run(place, "setup").returncode == 0
    update, install = calls(place)
    assert update == "apt-get update -qq"
    assert [word for word in install.split() if word in ("libgl1", "libglib2.0-0", "jq", "openssl")] == ["jq", "libgl1"]


def test_a_failed_install_says_what_to_do_and_stops(place: Path) -> None:
    tell_installed(place, ["installed\tlibgl1, "])
    tool(place / "path" / "apt-get", "echo no network; exit 100")
    done = run(place, "test")
    assert done.returncode == 1
    assert "no network" in done.stderr
    assert "apt-get install" in done.stderr
    assert calls(place) == []


def test_an_unknown_command_shows_the_menu(place: Path) -> None:
    done = run(place, "tset")
    assert done.returncode == 2
    assert "tset" in done.stderr
    assert all(chore.__name__ in done.stdout for chore in dev.CHORES)
