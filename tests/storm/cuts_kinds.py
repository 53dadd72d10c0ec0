"""The faults of `cuts`: each meets one sync of a scene, and answers whether it met it at work and what it broke."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.ledger.disks import filled, small_disk
from tests.storm.cuts_verb import NO_LIMIT, Done, Verb
from tests.storm.cuts_wire import CUT, DELAY, DOWN, HALVE, SWALLOW, UP, RoughWire, Trick
from tests.storm.cuts_world import Place, make, work

FEW, MANY = 20, 600
"""Stamps of the two syncs by which a scene measures how long one takes."""
DISK = "64m"
STORAGE = ("disk-full", "disk-error", "cannot-open", "carrier")
"""What a verb says when there is no room."""


@dataclass(frozen=True)
class Fault:
    """Whether the fault met the sync at work (else it was no cut), and what was wrong with how a verb ended."""

    met: bool
    wrong: list[str]


class Scene:
    """A world whose county serves, and what a sync of it takes: seconds of a verb, bytes on the wire and on disks."""

    def __init__(self, place: Place, disks: bool = False) -> None:
        self.place = place
        self.small = False
        self._server: Verb | None = None
        self._port = 0
        self._stack = ExitStack()
        place.folder.mkdir(parents=True)
        if disks:
            self._mount()
        make(place)
        self._measured = [self._measure(count) for count in (FEW, MANY)]

    def _mount(self) -> None:
        try:
            for folder in (self.place.county, self.place.laptop, self.place.stick):
                self._stack.enter_context(small_disk(folder, DISK))
            self.small = True
        except pytest.skip.Exception:
            # Without the right to mount, files that may not grow stand in for full disks.
            self._stack.close()

    def close(self) -> None:
        self.end_server()
        self._stack.close()

    # The county's server

    def serve(self, file_limit: int = NO_LIMIT) -> str:
        """The county's address; it is started if it does not run."""
        if self._server is None:
            self._server = Verb(self.place.county, "county", "serve", "--port", self._port, file_limit=file_limit)
            said = self._server.line()
            assert said and "url" in said, said
            self._port = urlsplit(said["url"]).port or 0
        return f"http://127.0.0.1:{self._port}"

    def kill_server(self) -> None:
        if self._server is not None:
            self._server.kill()
        self.end_server()

    def end_server(self) -> None:
        if self._server is not None:
            self._server.end()
            self._server = None

    # Measuring

    def _measure(self, count: int) -> dict[str, float]:
        chance = random.Random(count)
        found: dict[str, float] = {}
        work(self.place, chance, count)
        before = _size(self.place.county)
        with RoughWire(self.serve()) as wire:
            _well(self.place.sync_http(wire.url))
            found |= {way: float(total) for way, total in wire.passed.items()}
        self.end_server()
        self._tidy()
        found["county"] = _size(self.place.county) - before
        # Served once already, as the server of every cut but the first.
        _well(self.place.sync_http(self.serve()))
        work(self.place, chance, count)
        found["http"] = _well(self.place.sync_http(self.serve())).took
        work(self.place, chance, count)
        found["write"] = _well(self.place.sync_stick()).took
        found["stick"] = float(sum(path.stat().st_size for path in self.place.stick.iterdir()))
        found["import"] = _well(self.place.import_stick()).took
        found["read"] = _well(self.place.sync_stick()).took
        return found

    def draw(self, what: str, count: int, chance: random.Random) -> float:
        """A point drawn uniformly from the whole of what a sync of so many stamps takes."""
        few, many = (measured[what] for measured in self._measured)
        whole = few + (many - few) * (count - FEW) / (MANY - FEW)
        # A little beyond its end, because the next may take more; what is done by then is no cut.
        return chance.uniform(0, max(whole, few / 2) * 1.1)

    def _tidy(self) -> None:
        """The last to close a ledger brings the write-ahead log in, so that no room is left in it."""
        with self.place.both():
            pass

    def fresh_server(self, file_limit: int = NO_LIMIT) -> str:
        self.end_server()
        self._tidy()
        return self.serve(file_limit)


def _size(folder: Path) -> float:
    return float((folder / "ledger.db").stat().st_size)


def _well(verb: Verb) -> Done:
    done = verb.done()
    assert done.code == 0, (done.code, done.answer, verb.said.read_text("utf-8"))
    return done


def _kill(verb: Verb, after: float) -> Fault:
    if not verb.ended_within(after):
        verb.kill()
    done = verb.done()
    return Fault(done.killed, done.wrong())


# By HTTP


def laptop_killed(scene: Scene, chance: random.Random, count: int) -> Fault:
    url = scene.serve()
    return _kill(scene.place.sync_http(url), scene.draw("http", count, chance))


def server_killed(scene: Scene, chance: random.Random, count: int) -> Fault:
    verb = scene.place.sync_http(scene.serve())
    ended = verb.ended_within(scene.draw("http", count, chance))
    scene.kill_server()
    scene.serve()
    done = verb.done()
    return Fault(not ended, done.wrong("unreachable"))


# By USB


def killed_writing(scene: Scene, chance: random.Random, count: int) -> Fault:
    return _kill(scene.place.sync_stick(), scene.draw("write", count, chance))


def import_killed(scene: Scene, chance: random.Random, count: int) -> Fault:
    _well(scene.place.sync_stick())
    return _kill(scene.place.import_stick(), scene.draw("import", count, chance))


def killed_reading(scene: Scene, chance: random.Random, count: int) -> Fault:
    _well(scene.place.sync_stick())
    _well(scene.place.import_stick())
    return _kill(scene.place.sync_stick(), scene.draw("read", count, chance))


# On the wire


def _on_the_wire(what: str) -> Callable[[Scene, random.Random, int], Fault]:
    def run(scene: Scene, chance: random.Random, count: int) -> Fault:
        way = DOWN if what == SWALLOW else chance.choice((UP, DOWN))
        after = int(scene.draw(way, count, chance))
        if what == SWALLOW:
            # The first answer is the longest by far, and not the one that matters.
            after = max(after, int(scene.draw(way, count, chance)))
        trick = Trick(what, way, after, chance.uniform(0.01, 0.3), chance.random() < 0.5)
        with RoughWire(scene.serve(), trick) as wire:
            done = scene.place.sync_http(wire.url).done()
            allowed = () if what == DELAY else ("unreachable",)
            return Fault(wire.played.is_set(), done.wrong(*allowed))

    return run


# Without room


def _full(folder: str, what: str) -> Callable[[Scene, random.Random, int], Fault]:
    """The disk of a node, or the stick, is full when `what` is done, but for some bytes."""

    def run(scene: Scene, chance: random.Random, count: int) -> Fault:
        verb = _before(scene, what)
        with filled(getattr(scene.place, folder), int(_room(scene, folder, count, chance))):
            done = verb().done()
        return Fault(done.code != 0, done.wrong("server-refused", *STORAGE))

    return run


def _limited(what: str, at_server: bool = False) -> Callable[[Scene, random.Random, int], Fault]:
    """The files of who does `what`, or of the server, may not grow beyond some bytes."""

    def run(scene: Scene, chance: random.Random, count: int) -> Fault:
        folder = "county" if at_server or what == "import" else "stick" if what == "write" else "laptop"
        room = int(_room(scene, folder, count, chance))
        # The least that a ledger needs to be opened.
        verb = _before(scene, what, max(room, 40_000) if at_server else NO_LIMIT)
        done = verb(**({} if at_server else {"file_limit": room})).done()
        if at_server:
            scene.end_server()
        return Fault(done.code != 0, done.wrong("server-refused", *STORAGE))

    return run


def _room(scene: Scene, folder: str, count: int, chance: random.Random) -> float:
    """Bytes: from none to what all would need; the write-ahead log of a county holds most pages twice."""
    if folder == "laptop":
        return chance.uniform(0, 150_000)
    return scene.draw(folder, count, chance) * (2 if folder == "county" else 1)


def _before(scene: Scene, what: str, server_limit: int = NO_LIMIT) -> Callable[..., Verb]:
    """Does all that comes before a step, and answers how to do the step itself."""
    if what == "http":
        url = scene.fresh_server(server_limit)
        return lambda **limits: scene.place.sync_http(url, **limits)
    scene.end_server()
    if what != "write":
        _well(scene.place.sync_stick())
    if what == "read":
        _well(scene.place.import_stick())
    return scene.place.import_stick if what == "import" else scene.place.sync_stick


Kind = Callable[[Scene, random.Random, int], Fault]
FULL: dict[str, Kind] = {
    "the county's disk full, HTTP": _full("county", "http"),
    "the county's disk full, import": _full("county", "import"),
    "the laptop's disk full, HTTP": _full("laptop", "http"),
    "the laptop's disk full, reading": _full("laptop", "read"),
    "the stick full, writing": _full("stick", "write"),
    "the stick full, import": _full("stick", "import"),
}
LIMITED: dict[str, Kind] = {
    "the server's files limited": _limited("http", at_server=True),
    "the laptop's files limited, HTTP": _limited("http"),
    "the import's files limited": _limited("import"),
    "the files limited, writing": _limited("write"),
}
KINDS: dict[str, dict[str, Kind]] = {
    "http": {"the laptop killed": laptop_killed, "the server killed": server_killed},
    "usb": {
        "the laptop killed, writing": killed_writing,
        "the import killed": import_killed,
        "the laptop killed, reading": killed_reading,
    },
    "proxy": {f"the wire: {what}": _on_the_wire(what) for what in (CUT, DELAY, HALVE, SWALLOW)},
    "disk": FULL | LIMITED,
}
