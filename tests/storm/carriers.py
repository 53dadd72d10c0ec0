"""Carriers that do what carriers do: drop, cut, bend, repeat, delay and mix up, in both directions."""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx2
import msgspec

from sync.carry.folder import sync_folder
from sync.carry.http import sync_http
from sync.carry.line import Line
from sync.carry.transfer import PartTaken
from sync.county import photos
from sync.county.county import answer_hello, import_files
from sync.county.server import Desk
from sync.errors import BadInput, Refused, UserError
from sync.ledger.ledger import Ledger
from tests.storm.world import Died, Node, World

FAULTS = (
    "drop", "drop", "lose answer", "lose answer", "cut", "bend", "repeat", "delay", "cut answer", "bend answer",
    "old answer", "503", "login page",
)  # fmt: skip


def bend(world: World, data: bytes) -> bytes:
    if not data:
        return data
    bent = bytearray(data)
    for _ in range(world.chance.choice([1, 1, 3])):
        bent[world.chance.randrange(len(bent))] ^= 1 << world.chance.randrange(8)
    return bytes(bent)


def cut(world: World, data: bytes) -> bytes:
    return data[: world.chance.randrange(len(data) + 1)]


def serve(world: World, path: str, body: bytes) -> tuple[int, bytes]:
    """What the county's server does with a request."""
    with world.running(world.county):
        try:
            return 200, Desk(world.county.ledger).use(lambda ledger: _ANSWERS[path](ledger, body))
        except UserError as error:
            status = 403 if isinstance(error, Refused) else 400 if isinstance(error, BadInput) else 503
            return status, msgspec.json.encode({"error": error.reason, "message": error.message})


def _photo_part(ledger: Ledger, body: bytes) -> bytes:
    head, _, data = body.partition(b"\n")
    begun = photos.begin_part(ledger, head)
    if isinstance(begun, photos.Arriving):
        try:
            photos.take_bytes(ledger, begun, begun.offset, data)
            begun = photos.end_part(ledger, begun)
        except Refused as error:
            begun = PartTaken(0, error.reason, error.message)
    return msgspec.json.encode(begun)


def _photo_wanted(ledger: Ledger, body: bytes) -> bytes:
    piece, data = photos.answer_wanted(ledger, body)
    return msgspec.json.encode(piece) + b"\n" + data


_ANSWERS: dict[str, Callable[[Ledger, bytes], bytes]] = {
    "/v1/hello": answer_hello,
    "/v1/batches": lambda ledger, body: Desk(ledger).batch(body, "127.0.0.1")[0],
    "/v1/photos": photos.answer_asked,
    "/v1/photos/part": _photo_part,
    "/v1/photos/get": _photo_wanted,
}


class Wire(httpx2.BaseTransport):
    """Between a laptop and the county; `rate` of the requests meet with something."""

    def __init__(self, world: World, rate: float) -> None:
        self.world, self.rate = world, rate

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        path, body = request.url.path, request.read()
        fault = self.world.chance.choice(FAULTS) if self.world.chance.random() < self.rate else ""
        if fault:
            self.world.count(f"wire: {fault}")
        try:
            status, answer = self._answer(path, body, fault)
        except Died as died:
            raise httpx2.RemoteProtocolError("the county died") from died
        return httpx2.Response(status, content=answer, request=request)

    def _answer(self, path: str, body: bytes, fault: str) -> tuple[int, bytes]:
        world = self.world
        if fault == "drop":
            raise httpx2.ConnectError("no way")
        if fault == "delay":
            world.late.append((path, body))
            raise httpx2.ReadTimeout("too late")
        if fault == "503":
            return 503, b"busy"
        if fault == "login page":
            return 200, b"<html>hotel</html>"
        if fault == "old answer" and world.answers.get(path):
            return 200, world.chance.choice(world.answers[path])
        if fault in ("cut", "bend"):
            body = (cut if fault == "cut" else bend)(world, body)
        if fault == "repeat":
            serve(world, path, body)
        status, answer = serve(world, path, body)
        if status == 200:
            world.answers.setdefault(path, []).append(answer)
        if fault == "lose answer":
            raise httpx2.ReadError("gone")
        if fault in ("cut answer", "bend answer"):
            answer = (cut if fault == "cut answer" else bend)(world, answer)
        return status, answer


def by_wire(world: World, node: Node, rate: float) -> None:
    with world.running(node):
        # Nothing is tried again: what a whole sync leaves undone is the storm's business.
        line = Line("http://county", httpx2.Client(transport=Wire(world, rate)), pauses=None)
        sync_http(node.ledger, line.url, line=line)


def by_stick(world: World, node: Node, stick: Path) -> None:
    with world.running(node):
        sync_folder(node.ledger, stick)


def at_county(world: World, stick: Path) -> None:
    with world.running(world.county):
        import_files(world.county.ledger, [stick], stick)


def spoil(world: World, stick: Path) -> str:
    """Something happens to a stick."""
    files = _files(stick)
    what = world.chance.choice(["lose", "cut", "bend", "copy", "swap", "put back", "keep", "part"])
    world.count(f"stick: {what}")
    kept = world.root / "kept"
    if what == "put back" and kept.exists():
        shutil.copytree(kept, stick, dirs_exist_ok=True)
    if not files:
        return what
    file = world.chance.choice(files)
    if what == "lose":
        file.unlink()
    elif what in ("cut", "bend"):
        file.write_bytes((cut if what == "cut" else bend)(world, file.read_bytes()))
    elif what == "copy":
        shutil.copyfile(file, file.with_name(f"复件 {file.name}"))
    elif what == "swap":
        other = world.chance.choice(files)
        if other != file:
            data = file.read_bytes()
            file.write_bytes(other.read_bytes())
            other.write_bytes(data)
    elif what == "keep":
        shutil.copytree(stick, kept, dirs_exist_ok=True)
    elif what == "part":
        file.with_name(f"{file.name}.part").write_bytes(cut(world, file.read_bytes()))
    return what


def _files(stick: Path) -> list[Path]:
    return sorted(path for path in stick.rglob("*") if path.is_file())
