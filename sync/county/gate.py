"""What keeps the server answering, whoever sends what: bounds of time, of room, and of how often.

A laptop needs a few short requests. Who opens connections and says nothing, sends a body by the byte, fills the
memory with large ones, or keeps the processor busy with what is refused, meets a bound; an honest laptop meets none.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from fastapi import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.errors import BadInput, CarrierError, Refused

HEAD_WITHIN = 20
"""Seconds in which a connection must bring a request's head, and the next."""
IDLE = 30
"""Seconds without a byte of a body that is not complete."""
BODY_WITHIN = 900
"""Seconds for a whole body: 64 MB by 80 kB/s."""
MOST_CONNECTIONS = 100
"""At once from one address; a whole county office may share one."""
MOST_AT_ALL = 800
"""Connections at once; a process may open about 1,000 files."""
SMALL = 1024 * 1024
"""Bytes of a body that always finds room. Ten thousand stamps have 200 kB."""
ROOM = 192 * 1024 * 1024
"""Bytes of larger bodies in the memory at once."""
MOST_SPENT = 15.0
"""Seconds of a minute that one address may cost with what no certified device signed."""
REFUSED_PAPER = 0.005
"""Seconds that a short paper is taken to cost which no certified device signed."""


class Impatient(H11Protocol):
    """Uvicorn's protocol, which by itself waits for ever for a head, and takes any number of connections."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        hosts = Counter(client[0] for one in self.connections if (client := getattr(one, "client", None)))
        if self.client and hosts[self.client[0]] > MOST_CONNECTIONS:
            transport.close()
            return
        self._look_again(None)

    def _look_again(self, last: object) -> None:
        self._looking = self.loop.call_later(HEAD_WITHIN, self._look, last)

    def _look(self, last: object) -> None:
        """Ends a connection on which no request has begun since the last look, and none is being answered."""
        if self.transport.is_closing():
            return
        if self.cycle is last and (last is None or self.cycle.response_complete):
            self.transport.close()
            return
        self._look_again(self.cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        if hasattr(self, "_looking"):
            self._looking.cancel()
        super().connection_lost(exc)


class Patience:
    """ASGI middleware: a body comes within a time, or its request is ended in words."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        end = asyncio.get_running_loop().time() + BODY_WITHIN
        complete = False

        async def soon() -> Any:
            nonlocal complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(min(end, asyncio.get_running_loop().time() + IDLE)):
                    message = await receive()
            except TimeoutError as error:
                raise CarrierError("等得太久没有收完送来的内容，请检查网络后重试。", "too-slow") from error
            complete = not message.get("more_body", False)
            return message

        await self._app(scope, soon, send)


class Gate:
    """Bodies that are in the memory, and time spent on strangers in this minute, by address."""

    def __init__(self) -> None:
        self._large = 0
        self._spent: dict[str, float] = defaultdict(float)
        self._minute = 0

    @asynccontextmanager
    async def body(self, request: Request, limit: int) -> AsyncIterator[bytes]:
        """The whole body, while it is dealt with.

        Raises BadInput as soon as it is over `limit` bytes, CarrierError when there is no room or the address has cost
        too much.
        """
        self.check(request)
        parts: list[bytes] = []
        size = counted = 0
        try:
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise BadInput("送来的文件太大，不是乡培通的批次。", "too-large")
                self._large += max(0, size - SMALL) - counted
                counted = max(0, size - SMALL)
                if counted and self._large > ROOM:
                    raise CarrierError("县里的服务器正忙，请过几分钟再试。", "busy")
            whole = b"".join(parts)
            parts.clear()
            yield whole
        finally:
            self._large -= counted

    @asynccontextmanager
    async def paper(self, request: Request, limit: int) -> AsyncIterator[bytes]:
        """The same for a paper that a certified device signs; one that is refused counts as a stranger's."""
        async with self.body(request, limit) as body:
            with self.counted(request):
                yield body

    @contextmanager
    def counted(self, request: Request) -> Iterator[None]:
        """Lets Refused through, and remembers whose it was."""
        try:
            yield
        except Refused:
            self.spent(request, REFUSED_PAPER)
            raise

    def spent(self, request: Request, seconds: float) -> None:
        """What this address sent took that long, and was nothing of a certified device's."""
        self._spent[address(request)] += seconds

    def check(self, request: Request) -> None:
        """Raises CarrierError when the address has cost too much in this minute."""
        host = address(request)
        minute = int(asyncio.get_running_loop().time()) // 60
        if minute != self._minute:
            self._minute = minute
            self._spent.clear()
        if self._spent.get(host, 0.0) >= MOST_SPENT:
            raise CarrierError("这个地址送来的内容一再被拒，请过一分钟再试。", "too-often")


def address(request: Request) -> str:
    return request.client.host if request.client else ""
