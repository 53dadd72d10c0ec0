"""A wire between laptop and county that does something nasty once, after so many bytes, and then behaves."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

UP, DOWN = "up", "down"
CUT, DELAY, HALVE, SWALLOW = "cut", "delay", "halve", "swallow"


@dataclass(frozen=True)
class Trick:
    """What happens to the byte number `after` on its way `up` (to the county) or `down`.

    `cut`: it never arrives, nor anything after it. `halve`: of the write that it is in, half arrives. `swallow`:
    nothing of that write arrives. `delay`: it arrives late by `seconds`. All but `delay` hang up on both, with `reset`
    by a reset instead of an orderly end.
    """

    what: str
    way: str
    after: int
    seconds: float = 0
    reset: bool = False


@dataclass
class RoughWire:
    """Listens at `url` and passes on to the county, with one trick; without, it only counts bytes."""

    county: str
    trick: Trick | None = None
    passed: dict[str, int] = field(default_factory=lambda: {UP: 0, DOWN: 0})
    played: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._closing = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = "http://{}:{}".format(*self._listening.getsockname())
        self._go(self._listen)

    def __enter__(self) -> "RoughWire":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        # Closing alone would not wake an accept or a recv that waits on Linux.
        for end in (self._listening, *self._open):
            _shut(end, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _go(self, work: Callable[..., None], *args: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()
        return thread

    def _listen(self) -> None:
        target = urlsplit(self.county)
        while not self._closing.is_set():
            try:
                laptop, _ = self._listening.accept()
            except OSError:
                return
            try:
                county = socket.create_connection((target.hostname, target.port))
            except OSError:
                laptop.close()
                continue
            self._open += [laptop, county]
            self._go(self._serve, laptop, county)

    def _serve(self, laptop: socket.socket, county: socket.socket) -> None:
        with laptop, county:
            up = self._go(self._pump, laptop, county, UP)
            self._pump(county, laptop, DOWN)
            up.join()

    def _pump(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        try:
            while data := source.recv(65536):
                goes, is_last = self._treat(data, way)
                sink.sendall(goes)
                if is_last:
                    break
        except OSError:
            # One end was killed while the other was being spoken to.
            pass
        for end in (source, sink):
            self._hang_up(end)

    def _treat(self, data: bytes, way: str) -> tuple[bytes, bool]:
        """What of a write arrives, and whether it is the last."""
        with self._lock:
            before = self.passed[way]
            self.passed[way] += len(data)
            trick = self.trick
            mine = trick is not None and trick.way == way and trick.after < before + len(data)
            if trick is None or not mine or self.played.is_set():
                return data, False
            self.played.set()
        if trick.what == DELAY:
            self._closing.wait(trick.seconds)
            return data, False
        arrives = {CUT: trick.after - before, HALVE: len(data) // 2, SWALLOW: 0}[trick.what]
        return data[:arrives], True

    def _hang_up(self, end: socket.socket) -> None:
        """Orderly, or so that closing it resets the connection; either way a recv that waits is woken."""
        resets = self.trick is not None and self.trick.reset and self.played.is_set()
        if resets:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        _shut(end, socket.SHUT_RD if resets else socket.SHUT_RDWR)


def _shut(end: socket.socket, how: int) -> None:
    with suppress(OSError):
        # It may have hung up already.
        end.shutdown(how)
