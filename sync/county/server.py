"""The county's HTTP server: intake of sealed batches, receipts, and the console. Loopback unless told otherwise."""

import socket
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from sync.carry.folder import MAX_FILE
from sync.county.console.routes import add_console
from sync.county.county import answer_hello, receipt_for
from sync.county.photo_routes import add_photos
from sync.county.public import need_county
from sync.county.tls import Pair
from sync.errors import BadInput, CarrierError, Refused, UserError
from sync.ledger import database
from sync.ledger.clock import Clock
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger

Answer = TypeVar("Answer")
SEALED = "application/octet-stream"


class Desk:
    """The one ledger that answers laptops, a request at a time: SQLite has one writer anyway."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()

    def use(self, work: Callable[[Ledger], Answer]) -> Answer:
        with self._lock, database.explained():
            return work(self._ledger)

    def hello(self, body: bytes) -> bytes:
        with self._lock, database.explained():
            return answer_hello(self._ledger, body)

    def batch(self, body: bytes, sender: str) -> bytes:
        with self._lock, database.explained():
            intake = take(self._ledger, body, sender, "http", keep="signed")
            return receipt_for(self._ledger, [intake.feed] if intake.verified else [], [intake])


def make_app(folder: Path, clock: Clock | None = None) -> FastAPI:
    """The whole server over the county's data folder."""
    ledger = Ledger.open(folder, clock)
    need_county(ledger)
    desk = Desk(ledger)
    app = FastAPI(title="乡培通县级服务", docs_url=None, redoc_url=None)

    @app.exception_handler(UserError)
    def explain(_: Request, error: UserError) -> Response:
        status = 403 if isinstance(error, Refused) else 400 if isinstance(error, BadInput) else 503
        return JSONResponse({"error": error.reason, "message": error.message}, status)

    @app.post("/v1/hello")
    async def hello(request: Request) -> Response:
        body = await _body(request, 1024 * 1024)
        return Response(await run_in_threadpool(desk.hello, body), media_type=SEALED)

    @app.post("/v1/batches")
    async def batches(request: Request) -> Response:
        body = await _body(request, MAX_FILE)
        sender = request.client.host if request.client else ""
        return Response(await run_in_threadpool(desk.batch, body, sender), media_type=SEALED)

    add_photos(app, desk.use, SEALED)
    add_console(app, lambda: Ledger.open(folder, clock))
    return app


async def _body(request: Request, limit: int) -> bytes:
    """The whole body, refused as soon as it is over `limit` bytes."""
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > limit:
            raise BadInput("送来的文件太大，不是乡培通的批次。", "too-large")
    return bytes(received)


def serve(folder: Path, host: str, port: int, ready: Callable[[str, int], None], pair: Pair | None = None) -> None:
    """Serves until it is ended; `ready` is told host and port once it listens (port 0 takes a free one).

    Over TLS with the certificate of `pair`, in the clear without one.

    Raises CarrierError when the port can't be had.
    """
    app = make_app(folder)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        ssl_certfile=pair.certificate if pair else None,
        ssl_keyfile=pair.key if pair else None,
    )
    with _listen(host, port) as listening:
        ready(*listening.getsockname()[:2])
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if port not in range(65536):
            raise OSError("no such port")
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CarrierError(
            f"{host} 的端口 {port} 用不了，可能已有一个县级服务在运行。请先关掉它，或换一个端口（--port）。", "port"
        ) from error
