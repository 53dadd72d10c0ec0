"""The county and the command line stand without Qt, and every module of sync can be imported alone."""

import subprocess
import sys

import pytest

# Modules whose first import decides how soon a verb answers.
SLOW = {"sqlite_utils", "openpyxl", "fastapi", "uvicorn", "httpx2", "typst", "keyring"}


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory after a statement, in a fresh interpreter."""
    program = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    ["sync.county", "sync.county.county", "sync.county.server", "sync.cli.main", "sync.cli.parser", "desktop.main"],
)
def test_no_qt_without_a_window(module: str) -> None:
    found = loaded_by(f"import {module}")
    assert {name for name in found if "PySide" in name or "shiboken" in name} == set()


def test_a_verb_that_reads_loads_nothing_slow(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("node") / "n"
    run = "import sys; from sync.cli.main import run; from sync.cli.context import Window\n"
    run += "window = Window(open=None, read_video=None, selftest=None)\nrun(%r, window)\n"
    subprocess.run(
        [sys.executable, "-c", run % ["--data", str(folder), "--json", "init", "--name", "n"]], check=True, timeout=60,
        capture_output=True,
    )  # fmt: skip
    found = loaded_by(run % ["--data", str(folder), "--json", "status"] + "\nsys.stdout.flush()")
    assert found & SLOW == set()
