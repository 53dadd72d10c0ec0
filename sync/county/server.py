"""The county's HTTP server: intake of sealed batches, receipts, and the console. Loopback unless told otherwise."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from sync.carry.folder import MAX_FILE
from sync.county.console.routes import add_console
from sync.county.county import answer_hello, from_its_owner, receipt_for
from sync.county.gate import MOST_AT_ALL, Gate, Impatient, Patience, address
from sync.county.listening import listen
from sync.county.photo_routes import add_photos
from sync.county.public import need_county
from sync.county.tls import Pair
from sync.errors import BadInput, Refused, UserError
from sync.ledger import database
from sync.ledger.clock import Clock
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger

Answer = TypeVar("Answer")
SEALED = "application/octet-stream"
MOST_HELLO = 1024 * 1024
"""Bytes: a head has under 130, and a county some hundreds of feeds."""


class Desk:
    """The one ledger that answers laptops, a request at a time: SQLite has one writer anyway."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()

    def use(self, work: Callable[[Ledger], Answer]) -> Answer:
        with self._lock, database.explained():
            return work(self._ledger)

    def batch(self, body: bytes, sender: str) -> tuple[bytes, float]:
        """The receipt, and the seconds that it took where no certified device signed what came."""
        with self._lock, database.explained():
            began = time.monotonic()
            intake = take(self._ledger, body, sender, "http", keep="signed")
            feeds = [intake.feed] if from_its_owner(self._ledger, intake) else []
            receipt = receipt_for(self._ledger, feeds, [intake])
            return receipt, 0.0 if intake.verified else time.monotonic() - began


def make_app(folder: Path, clock: Clock | None = None) -> FastAPI:
    """The whole server over the county's data folder."""
    ledger = Ledger.open(folder, clock)
    need_county(ledger)
    desk, gate = Desk(ledger), Gate()
    app = FastAPI(title="乡培通县级服务", docs_url=None, redoc_url=None)
    app.add_middleware(Patience)

    @app.exception_handler(UserError)
    def explain(_: Request, error: UserError) -> Response:
        status = 403 if isinstance(error, Refused) else 400 if isinstance(error, BadInput) else 503
        return JSONResponse({"error": error.reason, "message": error.message}, status)

    @app.exception_handler(ClientDisconnect)
    def gone(_: Request, __: ClientDisconnect) -> Response:
        # A laptop that was cut off in the middle of a body, as happens every day: nobody reads this.
        return Response(status_code=400)

    @app.post("/v1/hello")
    async def hello(request: Request) -> Response:
        async with gate.paper(request, MOST_HELLO) as body:
            answer = await run_in_threadpool(desk.use, lambda ledger: answer_hello(ledger, body))
        return Response(answer, media_type=SEALED)

    @app.post("/v1/batches")
    async def batches(request: Request) -> Response:
        async with gate.body(request, MAX_FILE) as body:
            receipt, seconds = await run_in_threadpool(desk.batch, body, address(request))
        gate.spent(request, seconds)
        return Response(receipt, media_type=SEALED)

    add_photos(app, desk.use, gate, SEALED)
    add_console(app, lambda: Ledger.open(folder, clock))
    return app


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
        http=Impatient,
        limit_concurrency=MOST_AT_ALL,
        ssl_certfile=pair.certificate if pair else None,
        ssl_keyfile=pair.key if pair else None,
    )
    with listen(host, port) as listening:
        ready(*listening.getsockname()[:2])
        uvicorn.Server(config).run(sockets=[listening])
