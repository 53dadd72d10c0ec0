"""Somebody's wish that a sync end now: heard within moments, whatever the network is doing."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any


class Stopped(Exception):
    """The sync was asked to end. What the county has signed for is delivered; the rest waits for the next sync."""


class Stop:
    """`ask` may be called from any thread; everything else belongs to the thread that syncs."""

    def __init__(self) -> None:
        self._asked = Event()
        self._box: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def ask(self) -> None:
        self._asked.set()
        self._box.put((False, Stopped()))

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def check(self) -> None:
        """Raises Stopped."""
        if self._asked.is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Raises Stopped as soon as it is asked."""
        if self._asked.wait(seconds):
            raise Stopped

    def run(self, work: Callable[[], Any]) -> Any:
        """What `work` returns or raises; or Stopped at once when it is asked, and `work` ends by itself, unheard.

        Nothing else helps: a name look-up, or a write to a dead link, can't be interrupted on every system.
        """
        box = self._box = SimpleQueue()
        # After the box is there: an `ask` is heard by one or the other.
        self.check()
        Thread(target=_put, args=(work, box), daemon=True).start()
        good, outcome = box.get()
        if good:
            return outcome
        raise outcome


def _put(work: Callable[[], Any], box: "SimpleQueue[tuple[bool, Any]]") -> None:
    try:
        box.put((True, work()))
    except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
        box.put((False, error))
