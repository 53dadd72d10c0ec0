"""What Qt made is destroyed in the thread it lives in: Python takes its garbage out in the window's thread alone.

By itself Python does so in whichever thread has just made something, and with it the timers of a dialog that is gone;
and in the midst of a disconnection, too, while Qt holds a lock that destroying anything else may wait for, for ever.
"""

import gc

from PySide6.QtCore import QTimer

LOOK_MS = 1000


class Garbage:
    """From its making on; after `stop` Python takes it out by itself again."""

    def __init__(self) -> None:
        gc.disable()
        self._timer = QTimer()
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    def look(self) -> None:
        """As much as has become due, as Python reckons it."""
        due = [old for old in (2, 1, 0) if gc.get_count()[old] > gc.get_threshold()[old]]
        if due:
            gc.collect(due[0])

    def stop(self) -> None:
        self._timer.stop()
        # Before Python may collect: it would do so in the disconnection that this timer's end would be otherwise.
        self._timer.timeout.disconnect(self.look)
        gc.enable()
