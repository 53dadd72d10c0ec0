"""A wire between laptop and county that can be cut at a chosen moment, once or for good."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

HALF, SENT, ANSWERED = "half", "sent", "answered"
"""Moments of a batch: half of it has gone to the county; all of it has; the county's answer has come back, unread."""


class Wire:
    """Passes HTTP on, a request at a time, until the `count`-th batch (or other request to `path`) reaches `moment`:
    then `cut` runs, and both ends are hung up on. Whatever comes afterwards passes, unless it is cut `for_good`."""

    def __init__(
        self,
        county: str,
        moment: str,
        cut: Callable[[], None],
        count: int = 1,
        path: str = "/v1/batches",
        for_good: bool = False,
    ) -> None:
        self._for_good = for_good
        self._county = urlsplit(county)
        self._moment, self._cut, self._left = moment, cut, count
        self._path = f"POST {path} ".encode()
        self.carried = 0
        """Bytes of requests to `path` that went on to the county."""
        self.was_cut = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = "http://{}:{}".format(*self._listening.getsockname())
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def close(self) -> None:
        # Closing alone would not wake an accept that waits on Linux.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                laptop, _ = self._listening.accept()
            except OSError:
                return
            with laptop:
                self._serve(laptop)

    def _serve(self, laptop: socket.socket) -> None:
        if self._for_good and self.was_cut.is_set():
            return
        try:
            county = socket.create_connection((self._county.hostname, self._county.port))
        except OSError:
            return
        with county:
            try:
                while request := _message(laptop):
                    if not self._pass(request, laptop, county):
                        return
            except OSError:
                # One end was killed while the other was being spoken to.
                return

    def _pass(self, request: bytes, laptop: socket.socket, county: socket.socket) -> bool:
        meant = request.startswith(self._path)
        cutting = meant and not self.was_cut.is_set()
        if cutting:
            self._left -= 1
            cutting = self._left == 0
        if cutting and self._moment == HALF:
            county.sendall(request[: len(request) // 2])
            self.carried += len(request) // 2
            return self._do_cut()
        county.sendall(request)
        self.carried += len(request) if meant else 0
        if cutting and self._moment == SENT:
            return self._do_cut()
        answer = _message(county)
        if cutting:
            return self._do_cut()
        laptop.sendall(answer)
        return bool(answer)

    def _do_cut(self) -> bool:
        self._cut()
        self.was_cut.set()
        return False


def _message(end: socket.socket) -> bytes:
    """One whole HTTP message with a Content-Length, or nothing when the end has hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = end.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0]) - len(body)
    while missing > 0:
        part = end.recv(65536)
        if not part:
            return b""
        data += part
        missing -= len(part)
    return data


@contextmanager
def wire(
    county: str,
    moment: str,
    cut: Callable[[], None],
    count: int = 1,
    path: str = "/v1/batches",
    for_good: bool = False,
) -> Iterator[Wire]:
    made = Wire(county, moment, cut, count, path, for_good)
    try:
        yield made
    finally:
        made.close()
