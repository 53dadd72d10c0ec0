"""Photos over HTTP: a question, pieces in, pieces out. Bytes are kept as they come, so that a cut loses none."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from sync.carry.transfer import PIECE, PartTaken
from sync.county.gate import Gate
from sync.county.photos import Arriving, answer_asked, answer_wanted, begin_part, end_part, take_bytes
from sync.errors import BadInput, Refused
from sync.ledger.ledger import Ledger

Answer = TypeVar("Answer")
MOST_HEAD = 8 * 1024
"""Bytes of a signed paper about one photo."""


class Use(Protocol):
    """Does something with the county's ledger while nobody else does."""

    def __call__(self, work: Callable[[Ledger], Answer]) -> Answer: ...


def add_photos(app: FastAPI, use: Use, gate: Gate, media_type: str) -> None:
    @app.post("/v1/photos")
    async def asked(request: Request) -> Response:
        async with gate.paper(request, MOST_HEAD) as body:
            answer = await run_in_threadpool(use, lambda ledger: answer_asked(ledger, body))
        return Response(answer, media_type=media_type)

    @app.post("/v1/photos/get")
    async def wanted(request: Request) -> Response:
        async with gate.paper(request, MOST_HEAD) as body:
            piece, data = await run_in_threadpool(use, lambda ledger: answer_wanted(ledger, body))
        return Response(msgspec.json.encode(piece) + b"\n" + data, media_type=media_type)

    @app.post("/v1/photos/part")
    async def part(request: Request) -> Response:
        gate.check(request)
        return Response(msgspec.json.encode(await _take_part(request, use, gate)), media_type=media_type)


async def _take_part(request: Request, use: Use, gate: Gate) -> PartTaken:
    stream = request.stream()
    try:
        head, data = await _head(stream)
        with gate.counted(request):
            begun = await run_in_threadpool(use, lambda ledger: begin_part(ledger, head))
        if isinstance(begun, PartTaken):
            return begun
        await _take_bytes(stream, use, begun, data)
        return await run_in_threadpool(use, lambda ledger: end_part(ledger, begun))
    except Refused as error:
        return PartTaken(0, error.reason, error.message)
    except ClientDisconnect:
        # Nobody reads the answer; what came of the photo is kept.
        return PartTaken(0)


async def _head(stream: AsyncIterator[bytes]) -> tuple[bytes, bytes]:
    """The signed paper, and what came of the bytes after it. Raises BadInput."""
    received = b""
    async for data in stream:
        received += data
        head, end, rest = received.partition(b"\n")
        if end:
            return head, rest
        if len(received) > MOST_HEAD:
            break
    raise BadInput("送来的内容不是乡培通的照片。", "bad-part")


async def _take_bytes(stream: AsyncIterator[bytes], use: Use, part: Arriving, data: bytes) -> None:
    at, end = part.offset, part.offset + PIECE
    while True:
        if at + len(data) > end:
            raise Refused("送来的一段照片太长，没有收下。", "too-large")
        at = await run_in_threadpool(use, lambda ledger, at=at, data=data: take_bytes(ledger, part, at, data))
        try:
            data = await anext(stream)
        except StopAsyncIteration:
            return
