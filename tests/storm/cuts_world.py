"""A county, a laptop and a stick between cuts: what they do, and what must hold after each."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sync.carry.outgoing import delivered, own_feeds, waiting
from sync.county import county as county_side
from sync.county import devices
from sync.jobs import enrol
from sync.ledger.check import check, digests
from sync.ledger.ledger import Ledger
from sync.seal import kinds, papers
from tests.storm.cuts_verb import Verb

PEOPLE = 40


@dataclass(frozen=True)
class Place:
    """The folder of a world. Every node's keys lie in its own folder."""

    folder: Path

    @property
    def county(self) -> Path:
        return self.folder / "county"

    @property
    def laptop(self) -> Path:
        return self.folder / "laptop"

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    @contextmanager
    def both(self) -> Iterator[tuple[Ledger, Ledger]]:
        with Ledger.open(self.laptop) as laptop, Ledger.open(self.county) as county:
            yield laptop, county

    def heads(self) -> "Heads":
        with self.both() as (laptop, county):
            return Heads(_heads(laptop), _heads(county), laptop.feed)

    # The verbs, each as a process

    def sync_http(self, url: str, **limits: int) -> Verb:
        return Verb(self.laptop, "sync", "--server", url, **limits)

    def sync_stick(self, **limits: int) -> Verb:
        return Verb(self.laptop, "sync", "--folder", self.stick, **limits)

    def import_stick(self, **limits: int) -> Verb:
        return Verb(self.county, "county", "import", self.stick, "--receipts", self.stick, **limits)


Pairs = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Heads:
    """Feed → last number and hash, at both ends; and the feed that the laptop writes."""

    laptop: Pairs
    county: Pairs
    own: str


def _heads(ledger: Ledger) -> Pairs:
    return {feed: (at.seq, at.hash) for feed in ledger.feeds() for at in [ledger.position(feed)]}


def make(place: Place) -> None:
    """A county with a laptop of one school, just enrolled, and an empty stick."""
    place.stick.mkdir(parents=True, exist_ok=True)
    with (
        county_side.create(place.county, "云岭县人社局") as county,
        Ledger.create(place.laptop, "红旗村培训点") as laptop,
    ):
        grant, _ = devices.enrol(county, enrol.request(laptop), "春风职业培训学校")
        enrol.accept(laptop, grant)


def work(place: Place, chance: random.Random, count: int) -> None:
    """So many stamps at the laptop, with the people and the lesson that they are of, and a little at the county."""
    with place.both() as (laptop, county):
        with laptop.writing() as w:
            people = [w.write("trainee", {"name": f"学员{n}"}) for n in range(min(PEOPLE, count))]
            lesson = w.write("lesson", {"training_class": "x", "start": 1_790_000_000, "end": 1_790_010_000})
            for n in range(count):
                stamp = w.fact("stamp", kinds.Stamp(lesson, people[n % len(people)], "in", "camera"))
                if chance.random() < 0.05:
                    w.fact("void", kinds.Void(stamp, "扫错", "王主任"))
            w.write("trainee", {"phone": f"138{chance.randrange(10**8):08d}"}, people[0])
        with county.writing() as w:
            for _ in range(chance.randrange(3)):
                code = f"K{chance.randrange(1000)}"
                w.write("course", {"code": code, "name": "焊工", "level": "初级", "hours": 8000, "subsidy": 1000})


def lost(place: Place, before: Heads) -> list[str]:
    """What had been recorded or acknowledged, and is not there any more."""
    with place.both() as (laptop, county):
        found = [
            f"the laptop lost {feed} {head}" for feed, head in before.laptop.items() if not _has(laptop, feed, *head)
        ]
        found += [
            f"the county lost {feed} {head}" for feed, head in before.county.items() if not _has(county, feed, *head)
        ]
        for row in laptop.conn.execute("SELECT feed, seq, hash FROM receipts").fetchall():
            if not _has(county, *row):
                found.append(f"a receipt says {row}, and the county has it not")
        for path in place.stick.glob("*.xpr"):
            receipt = papers.verify(path.read_bytes(), papers.Receipt, county.signer.public)
            for head in receipt.heads:
                if not _has(county, head.feed, head.seq, head.hash):
                    found.append(f"the receipt {path.name} says {head}, and the county has it not")
    return found


def _has(ledger: Ledger, feed: str, seq: int, digest: str) -> bool:
    row = ledger.conn.execute("SELECT hash FROM changes WHERE feed = ? AND seq = ?", (feed, seq)).fetchone()
    return row is not None and row[0] == digest


def unequal(place: Place) -> list[str]:
    """What is not as it must be after a sync that went through: heads, changes, tables, receipts, nothing aside."""
    found = []
    with place.both() as (laptop, county):
        if left := waiting(laptop):
            found.append(f"{left} changes wait")
        ends = [county.position(feed) for feed in own_feeds(laptop)]
        if [delivered(laptop, feed) for feed in own_feeds(laptop)] != ends:
            found.append("the laptop's receipts are not of the county's heads")
        if _heads(laptop) != _heads(county):
            found.append("the heads differ")
        if _changes(laptop) != _changes(county):
            found.append("the changes differ")
        ours, theirs = digests(laptop.conn), digests(county.conn)
        found += [f"the table {name} differs" for name in sorted(ours) if ours[name] != theirs.get(name)]
        for name, ledger in (("laptop", laptop), ("county", county)):
            found += [f"the {name}'s check: {problem}" for problem in check(ledger).problems]
            (aside,) = ledger.conn.execute("SELECT count(*) FROM aside").fetchone()
            if aside:
                found.append(f"the {name} keeps {aside} files aside")
    return found


def _changes(ledger: Ledger) -> str:
    total = sha256()
    for feed, raw in ledger.conn.execute("SELECT feed, raw FROM changes ORDER BY feed, seq"):
        total.update(feed.encode() + raw + b"\n")
    return total.hexdigest()


def litter(place: Place) -> list[str]:
    """Half files on a stick that is at rest."""
    return [f"left on the stick: {path.name}" for path in place.stick.glob("*.part")]


def cried(place: Place) -> list[str]:
    """Programs that said more than a reason."""
    found = []
    for path in place.folder.glob("said-by-*.txt"):
        text = path.read_text("utf-8", "replace")
        if "Traceback" in text:
            found.append(f"{path.stem}: {text.strip().splitlines()[-1]}")
        # Emptied, not removed: a server may go on writing to it.
        os.truncate(path, 0)
    return found


def reached(place: Place, before: Heads) -> str:
    """How far the laptop's work had come when the fault met it."""
    with place.both() as (laptop, county):
        seq, digest = before.laptop[before.own]
        if delivered(laptop, before.own).seq >= seq:
            return "told"
        if _has(county, before.own, seq, digest):
            return "taken, not told"
        if county.position(before.own).seq > before.county.get(before.own, (0, ""))[0]:
            return "taken in part"
    if any(path.stem.endswith(f"{seq:08d}") for path in place.stick.glob(f"{before.own}-*.xpb")):
        return "on the stick"
    return "half a file" if litter(place) else "nothing arrived"
