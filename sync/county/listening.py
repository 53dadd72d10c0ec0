"""The port that the server listens on: nobody takes all its connections, nor by beginning TLS and saying no more.

Bounds that a web server has begin once TLS is agreed on; here a connection counts from its first moment.
"""

import socket
from collections import Counter
from typing import Any

from sync.county.gate import MOST_AT_ALL, MOST_CONNECTIONS
from sync.errors import CarrierError


class _Connection(socket.socket):
    """Gives its place back when it is closed, however that comes."""

    _held: Counter[str] | None = None

    def keep(self, held: Counter[str], host: str) -> None:
        self._held, self._host = held, host
        held[host] += 1

    def close(self) -> None:
        if self._held is not None:
            self._held[self._host] -= 1
            if not self._held[self._host]:
                del self._held[self._host]
            self._held = None
        super().close()


class _Listening(socket.socket):
    """On Windows asyncio accepts without asking here; what gate.py bounds holds there too."""

    held: Counter[str]

    def accept(self) -> tuple[socket.socket, Any]:
        taken, address = super().accept()
        connection = _Connection(fileno=taken.detach())
        connection.keep(self.held, address[0])
        if self.held[address[0]] > MOST_CONNECTIONS or self.held.total() > MOST_AT_ALL:
            connection.close()
            # To asyncio, one that was gone before it was looked at.
            raise ConnectionAbortedError
        return connection, address


def listen(host: str, port: int) -> socket.socket:
    """Port 0 takes a free one. Raises CarrierError when the port can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if port not in range(65536):
            raise OSError("no such port")
        listening = _Listening(fileno=socket.create_server((host, port), family=family).detach())
    except OSError as error:
        raise CarrierError(
            f"{host} 的端口 {port} 用不了，可能已有一个县级服务在运行。请先关掉它，或换一个端口（--port）。", "port"
        ) from error
    listening.held = Counter()
    return listening
