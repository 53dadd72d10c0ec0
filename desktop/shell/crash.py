"""When our own code fails: a report in the data folder, a sentence for the user, and the app lives on."""

import faulthandler
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot, qVersion

from sync import crash
from sync.errors import UserError


class Crashes(QObject):
    """Writes reports to data folder/crashes. `reported` is emitted in the window's thread with the file's path."""

    reported = Signal(str)
    user_error = Signal(str)
    """A UserError that no page caught: it is told like any other."""
    _happened = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder / "crashes"
        self._happened.connect(self._settle)

    def install(self) -> None:
        """Catches what nobody else did, in slots and in threads; native faults go to fault.log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._fault_file = (self.folder / "fault.log").open("a", encoding="utf-8")
        faulthandler.enable(self._fault_file)
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def report(self, error: BaseException) -> None:
        """From any thread."""
        self._happened.emit(error)

    def _hook(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        self._happened.emit(error)

    @Slot(object)
    def _settle(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.user_error.emit(error.message)
            return
        sys.stderr.write(crash.told(error))
        self.reported.emit(str(crash.write_report(self.folder.parent, error, [f"Qt {qVersion()}"])))
