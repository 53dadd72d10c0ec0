"""The world of one seed: a county, laptops of some schools, sticks, wires; and what is known to be true of it."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pyrage

from sync.county import county as county_side
from sync.county import devices
from sync.errors import UserError
from sync.jobs import enrol
from sync.ledger.ledger import Ledger
from sync.seal.keys import Signer
from tests.storm import age
from tests.storm.faults import Crashed, Fuse, WildClock, die, use_program

START = 1_795_251_600_000
DAYS = 30
"""How long certificates hold here, so that they run out while it storms."""


@dataclass
class Node:
    """A laptop, or the county. `ledger` is another object after each restart."""

    name: str
    folder: Path
    clock: WildClock
    school: str = ""
    key: str = ""
    ledger: Any = None
    old: bool = False
    revoked: bool = False
    gone: bool = False
    promised: set[str] = field(default_factory=set)
    """Ids of changes that its program said were recorded."""

    @property
    def live(self) -> bool:
        return not self.gone


@dataclass
class World:
    chance: Random
    root: Path
    say: Any
    fuse: Fuse = field(default_factory=Fuse)
    nodes: list[Node] = field(default_factory=list)
    county: Node = None  # type: ignore[assignment]
    sticks: list[Path] = field(default_factory=list)
    backups: list[tuple[Node, Path]] = field(default_factory=list)
    late: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    acknowledged: set[tuple[str, int, str]] = field(default_factory=set)
    forged: set[str] = field(default_factory=set)
    """Ids of changes that only forged batches hold."""
    forgeries: set[str] = field(default_factory=set)
    """Digests of forged batches that the county was brought."""
    stolen: list[Signer] = field(default_factory=list)
    """Keys that the county has given up, in the attacker's hands."""
    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each revoked key: feed → the highest number that the county may ever hold; "" for any other feed."""
    schools: dict[str, str] = field(default_factory=dict)
    """Name → the institution's id."""
    decided: dict[str, str] = field(default_factory=dict)
    """Change of the county's → the institution that it is for; "" for everybody."""
    tokens: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    county_backup: str = ""
    """The key that the county had when it was backed up; empty while there is no backup."""
    counties: int = 0
    county_went_back: bool = False

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def token(self) -> str:
        self.tokens += 1
        return f"t{self.tokens}"

    def make_county(self) -> None:
        self.county = Node("county", self.root / "county", WildClock(self.chance, START))
        self.county.ledger = county_side.create(self.county.folder, "云岭县", self.county.clock)

    def make_node(self, school: str) -> Node:
        name = f"n{len(self.nodes)}"
        node = Node(name, self.root / name, WildClock(self.chance, self.county.clock.now), school)
        node.ledger = Ledger.create(node.folder, name, clock=node.clock)
        node.key = node.ledger.signer.public.id
        self.nodes.append(node)
        self.enrol(node)
        return node

    def enrol(self, node: Node) -> None:
        """Enrols, or renews a certificate."""
        with self.running(node):
            asked = enrol.request(node.ledger)
        with self.running(self.county):
            grant, _ = devices.enrol(self.county.ledger, asked, node.school, DAYS)
            with self.running(node):
                enrol.accept(node.ledger, grant)

    @contextmanager
    def running(self, node: Node) -> Iterator[None]:
        """The program of this node runs; if it dies, it is started again. What it tells its user is no failure."""
        before = self.fuse.running, self._old
        self.fuse.running, self._old = node.folder, node.old
        use_program(old=node.old)
        try:
            yield
        except Crashed as crashed:
            if crashed.folder != node.folder:
                raise
            self.count("crashes")
            self.restart(node)
            raise Died(node.name) from crashed
        finally:
            self.fuse.running, self._old = before
            use_program(old=self._old)

    _old: bool = False

    def restart(self, node: Node) -> None:
        if self.chance.random() < 0.5:
            node.clock.restart()
        self.open(node)

    def open(self, node: Node) -> None:
        """With the node's own program."""
        use_program(old=node.old)
        node.ledger = Ledger.open(node.folder, node.clock)
        use_program(old=self._old)

    def reopen(self, node: Node) -> None:
        """The program is closed and started again."""
        node.ledger.close()
        try:
            self.open(node)
        except UserError:
            # Its disk was full; somebody made room.
            self.open(node)
            raise

    def kill(self, node: Node) -> None:
        """Power off between two steps."""
        die(node.folder)
        self.restart(node)

    def copy_of(self, node: Node, folder: Path) -> None:
        """Somebody copies the data folder while the program is closed."""
        node.ledger.close()
        shutil.copytree(node.folder, folder)
        self.open(node)

    def went_back(self) -> None:
        """What only the old county knew is no promise any more; what a laptop still holds comes back in time."""
        self.county_went_back = True
        self.limits.clear()
        self.forgeries.clear()
        kept = {
            (seq, digest)
            for node in self.nodes
            if node.live
            for seq, digest in node.ledger.conn.execute("SELECT seq, hash FROM changes").fetchall()
        }
        self.acknowledged = {one for one in self.acknowledged if one[1:] in kept}

    def live(self) -> list[Node]:
        return [node for node in self.nodes if node.live]

    def pass_by(self, milliseconds: int) -> None:
        for node in [self.county, *self.nodes]:
            node.clock.pass_by(milliseconds)


class Died(UserError):
    """A node died at what it did; its step ends there."""


@contextmanager
def seeded(chance: Random) -> Iterator[None]:
    """Keys, nonces and sealed files come from the seed, so that a seed is the same storm again."""
    generated = SimpleNamespace(
        from_str=pyrage.x25519.Identity.from_str, generate=lambda: age.identity(Random(chance.getrandbits(64)))
    )
    with (
        patch.object(secrets, "token_hex", lambda n=32: chance.randbytes(n).hex()),
        patch.object(secrets, "token_bytes", lambda n=32: chance.randbytes(n)),
        patch.object(pyrage, "encrypt", lambda data, recipients: age.encrypt(data, recipients, chance)),
        patch.object(pyrage.x25519, "Identity", generated),
        patch.dict(os.environ),
    ):
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XIANGPEI_PASSPHRASE"):
            os.environ.pop(name, None)
        yield
