"""Python's garbage, taken out where Qt holds no lock: in a process of its own, since what hangs hangs for ever."""

import subprocess
import sys

CODE = """
import gc
from PySide6.QtCore import QCoreApplication, QObject
from desktop.shell.garbage import Garbage

app = QCoreApplication([])

class Ring(QObject):
    pass

for soon in range(30):
    garbage = Garbage()
    gc.collect()
    for _ in range(400):  # more than Qt has locks, so that one of them waits for the one that is held
        ring = Ring()
        ring.itself = ring
        ring.objectNameChanged.connect(ring.dumpObjectInfo)
    gc.set_threshold(gc.get_count()[0] + soon)  # due after so many more objects
    garbage.stop()
    del garbage
    gc.set_threshold(700)
print("enabled" if gc.isenabled() else "disabled")
"""


def test_its_own_end_does_not_collect_in_a_disconnection() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=30)
    assert done.stdout == "enabled\n", done.stderr
