"""Readers behind the signature: what a certified device, or the county itself, may have signed.

Lines are chained to the feed's head and signed by its real key, so that the fuzz reaches placing, belonging and the
fold. What was taken is looked at and rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from sync.carry.outgoing import covers, held_by, keep_receipt, read_receipt
from sync.county import devices
from sync.county.county import answer_hello
from sync.jobs import enrol
from sync.ledger import database
from sync.ledger.intake import admit, take
from sync.ledger.ledger import Ledger
from sync.seal import envelope, kinds, papers
from sync.seal.batch import Header
from sync.seal.change import Sealed, chain
from tests.fuzz.accepted import Accepted
from tests.nodes import Place, note, sealed
from tests.seal.forge import forged

COUNTY_TABLES = (
    "institutions", "courses", "devices", "revocations", "rotations", "accepted_branches", "anchors", "packs",
)  # fmt: skip


class Inside:
    """Beside the place, a laptop `other` of another school, that writes whatever it likes."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.other = Ledger.create(place.folder / "other", "别家", clock=place.clock)
        grant, _ = devices.enrol(place.county, enrol.request(self.other), "别家职业学校")
        enrol.accept(self.other, grant)
        with self.other.writing() as w:
            trainee = w.write("trainee", {"name": "王芳", "id_number": "419999197001010016"})
            class_id = w.write("class", {"code": "B1", "date_from": "2026-11-02"})
            w.write("lesson", {"training_class": class_id, "start": 1, "end": 2, "hours": 400})
            w.write("enrollment", {"training_class": class_id, "trainee": trainee, "card": "1" * 17})
            w.write("trainee", {"phone": "1"}, trainee)
            w.fact("stamp", kinds.Stamp("L", trainee, "in", "camera", at=7))
            w.fact("rollcall.draw", kinds.RollCallDraw("L", "s", ["P"], "c", ["P", "Q"]))
        note(self.other, "农忙")
        self.victim = place.one.conn.execute("SELECT id FROM classes").fetchone()[0]
        for laptop in (place.one, self.other):
            take(place.county, sealed(laptop), "", "usb")
        own = [one.line for one in self.other.changes(self.other.feed)]
        aimed = (
            b'{"hlc":[0,0],"wall":1,"mono":1,"boot":"b","op":"","kind":"class","body":{"set":{"name":"x"},"id":"%s"}}'
        )
        public = [one.line for one in place.county.changes(place.county.feed)]
        hello = papers.Hello(1, self.other.signer.public, 1, "n", [papers.Head(place.one.feed, 1, "0" * 64)])
        receipt = papers.Receipt(1, "", 1, [papers.Head(place.one.feed, 1, "0" * 64)], [papers.Trouble("", "fork")])
        self.victims = self._theirs()
        self.all: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
            "changes": (self.write, [*own, b"\n".join(own), aimed % self.victim.encode()]),
            "public": (self.publish, [line for line in public if len(line) < 4000]),
            "heads": (self.ask, [msgspec.json.encode(hello)]),
            "told": (self.tell, [msgspec.json.encode(receipt)]),
        }

    def close(self) -> None:
        self.other.close()

    def _theirs(self) -> list[object]:
        """What only the county or another school may change."""
        conn = self.place.county.conn
        counts: list[object] = [conn.execute(f"SELECT count(*) FROM {table}").fetchone() for table in COUNTY_TABLES]
        return [*counts, conn.execute("SELECT * FROM classes WHERE id = ?", (self.victim,)).fetchone()]

    def write(self, data: bytes) -> None:
        """The other school's laptop to the county."""
        with undone(self.place.county):
            run = run_on(self.place.county, self.other, self.other.feed, data)
            admit(self.place.county, run, "http")
            if self._theirs() != self.victims:
                raise Accepted(data[:200])

    def publish(self, data: bytes) -> None:
        """The county's public feed to a laptop."""
        county = self.place.county
        with undone(self.place.one):
            admit(self.place.one, run_on(self.place.one, county, county.feed, data), "http")

    def ask(self, data: bytes) -> None:
        text = papers_text(data, self.other, papers.Hello)
        answer_hello(self.place.county, text)

    def tell(self, data: bytes) -> None:
        one = self.place.one
        text = papers_text(data, self.place.county, papers.Receipt)
        receipt = read_receipt(one, text)
        keep_receipt(one, text, receipt)
        held = held_by(one, receipt)
        covers(one, receipt, one.feed, 10**6)
        if any(held.get(feed, 0) > one.position(feed).seq for feed in one.feeds()):
            raise Accepted(data[:200])


def papers_text(data: bytes, signer: Ledger, kind: type[msgspec.Struct]) -> bytes:
    return envelope.sign(data, papers.TYPES[kind], signer.signer)


def run_on(at: Ledger, writer: Ledger, feed: str, data: bytes) -> bytes:
    """The lines as a batch that goes on where `at` holds the feed."""
    head, lines = at.position(feed), data.split(b"\n")
    header = Header(1, feed, head.seq + 1, len(lines), head.hash, "0" * 64)
    made: list[Sealed] = list(chain(feed, header.first, header.prev, lines))
    return forged(header, lines, writer.signer, head=made[-1].hash)


class _Undone(Exception):
    pass


@contextmanager
def undone(ledger: Ledger) -> Iterator[None]:
    try:
        with database.transaction(ledger.conn):
            yield
            raise _Undone
    except _Undone:
        return
