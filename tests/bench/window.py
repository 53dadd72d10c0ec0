"""Benchmark of the start: from the process to a usable window with 10,000 trainees, against an empty QMainWindow."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sync.jobs.rosters import carry_out, plan_import
from sync.ledger.ledger import Ledger
from tests.bench.ledgers import LARGE, new_class
from tests.bench.table import Row

RUNS = 5
# Usable: shown, painted, and the event loop has nothing left to do.
_OURS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop import app
from desktop.shell import theme
from desktop.shell.settings import Settings
from sync.ledger.ledger import Ledger
qt = QApplication([])
app.prepare(qt)
settings = Settings(Path(sys.argv[1]))
theme.apply(qt, settings.theme, settings.size)
window = app.make_window(Ledger.open(Path(sys.argv[1])), settings)
window.show()
QTimer.singleShot(0, lambda: (window.grab(), print("usable", flush=True), qt.exit()))
qt.exec()
"""
_EMPTY = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
qt = QApplication([])
window = QMainWindow()
window.show()
QTimer.singleShot(0, lambda: (window.grab(), print("usable", flush=True), qt.exit()))
qt.exec()
"""


def until_usable(script: str, *args: str) -> float:
    """Seconds from starting the process to its word that the window can be used."""
    start = time.perf_counter()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", script, *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "usable"
        return time.perf_counter() - start


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "node"
        with Ledger.create(folder, "量程") as ledger:
            new_class(ledger)
            carry_out(ledger, plan_import(ledger, LARGE, "B1"))
        until_usable(_OURS, str(folder))
        ours = median(until_usable(_OURS, str(folder)) for _ in range(RUNS))
        empty = median(until_usable(_EMPTY) for _ in range(RUNS))
    return [
        Row(
            "process to usable window, 10,000 trainees",
            f"{ours:.2f} s",
            f"{empty:.2f} s empty window",
            "≤ 1.0 s",
            ours <= 1,
        ),
    ]
